import { goOn } from './handover.mjs';

await goOn('proxy/main.ts');
