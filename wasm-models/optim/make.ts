import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileAdamW } from './compile.ts';

/** Writes adamw-module.ts; a test fails while it is not what adamw.wat says. */
writeFileSync(join(import.meta.dirname, 'adamw-module.ts'), await compileAdamW());
