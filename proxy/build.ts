import { createHash } from 'node:crypto';
import { glob, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Where the built app lies. */
export const builtFolder = path.join(root, 'dist');
const stamp = path.join(builtFolder, '.sources');
/** All that the built app depends on. */
const sources = ['web/index.html', 'web/src/**', 'web/public/**', 'wasm-models/**', 'vite.config.ts', 'proxy/policy.ts', 'package-lock.json'];
const compressible = /\.(?:js|mjs|css|html|json|svg|wasm|webmanifest|conll|txt)$/;

/** Builds the app unless the built one is of these very sources; `onBuild` is called before. Says whether it built. */
export async function buildIfChanged(onBuild: () => void = () => undefined): Promise<boolean> {
  const current = await fingerprint();
  if ((await readFile(stamp, 'utf8').catch(() => '')) === current) return false;
  onBuild();
  const { build } = await import('vite');
  await build({ root: path.join(root, 'web'), configFile: path.join(root, 'vite.config.ts'), logLevel: 'warn' });
  await compress();
  await writeFile(stamp, current);
  return true;
}

/** A hash over names and contents: a checkout that touches files changes nothing. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  const found = await Array.fromAsync(glob(sources, { cwd: root, withFileTypes: true }));
  const files = found.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  for (const file of files.sort()) hash.update(`${path.relative(root, file)}\n`).update(await readFile(file));
  return hash.digest('hex');
}

/** Compresses once what is sent often. The runtime's 25 MB take a lower level: the last 2 % would cost half a minute. */
async function compress(): Promise<void> {
  const names = (await readdir(builtFolder, { recursive: true })).filter((name) => compressible.test(name));
  await Promise.all(
    names.map(async (name) => {
      const file = path.join(builtFolder, name);
      const bytes = await readFile(file);
      if (bytes.byteLength < 1024) return;
      const isLarge = bytes.byteLength > 2e6;
      const params = { [constants.BROTLI_PARAM_QUALITY]: isLarge ? 5 : 10, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.byteLength };
      await writeFile(`${file}.br`, await promisify(brotliCompress)(bytes, { params }));
      await writeFile(`${file}.gz`, await promisify(gzip)(bytes, { level: isLarge ? 6 : 9 }));
    }),
  );
}

if (import.meta.main) {
  const built = await buildIfChanged();
  const folder = `${path.relative(process.cwd(), builtFolder)}/`;
  console.log(`${built ? `Built into ${folder}.` : `${folder} is built already, from these very sources.`} Any static host can serve that folder, under any path; npm start serves it with LLMs and threads.`);
}
