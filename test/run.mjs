import { goOn } from '../proxy/handover.mjs';

await goOn('test/all.ts');
