import { spawn } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare, root } from './install.mjs';

/**
 * Installs what is missing, then goes on with a TypeScript file under the project's own Node: in this process where it is that Node already.
 * @param {string} file relative to the root of the project
 */
export async function goOn(file) {
  const node = prepare();
  const target = path.join(root, file);
  process.chdir(root);
  if (node === process.execPath) {
    process.argv[1] = target;
    await import(pathToFileURL(target).href);
    return;
  }
  const env = { ...process.env, PATH: [path.dirname(node), path.join(root, 'node_modules', '.bin'), process.env.PATH].join(path.delimiter) };
  const child = spawn(node, [...process.execArgv, target, ...process.argv.slice(2)], { stdio: 'inherit', env });
  // Ctrl-C reaches the child by itself; this process only has to outlive it, and to pass on what is sent to it alone.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}
