import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import wabt from 'wabt';

/** The text of adamw-module.ts: adamw.wat as WebAssembly, in base64. */
export async function compileAdamW(): Promise<string> {
  const { parseWat } = await wabt();
  const source = join(import.meta.dirname, 'adamw.wat');
  const module = parseWat(source, readFileSync(source, 'utf8'), { simd: true });
  module.validate();
  const bytes = module.toBinary({}).buffer;
  module.destroy();
  const base64 = btoa(String.fromCharCode(...bytes));
  return `/** adamw.wat, ${bytes.length} bytes as base64; made by \`npm run kernels\`. */\nexport const ADAMW_MODULE =\n  '${base64}';\n`;
}
