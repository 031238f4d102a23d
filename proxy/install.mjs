// What `npm start` and `npm test` do first. Plain JavaScript without dependencies, since on a fresh machine nothing else can run yet.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const oldestNode = 20;
/** The first Node that runs `.ts` files and that all dependencies support. */
const projectNode = 24;

/**
 * A reason to stop that the user can act on: printed without a stack.
 * @param {string} message
 * @returns {never}
 */
export function stop(message) {
  console.error(`\n${message}\n`);
  process.exit(1);
}

/** @param {string} version */
const major = (version) => Number(version.replace(/^v/, '').split('.')[0]);

/**
 * Packages and versions by folder.
 * @param {string} file a lock file
 * @returns {Map<string, { version?: string, optional?: boolean, link?: boolean }>}
 */
function lockedPackages(file) {
  return new Map(Object.entries(JSON.parse(readFileSync(file, 'utf8')).packages).filter(([folder]) => folder !== ''));
}

/** npm keeps a lock file of what it installed, written last: it agrees with ours after a finished install, `npm ci` or `npm install` alike. */
function installed() {
  const record = path.join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const present = lockedPackages(record);
  const wanted = lockedPackages(path.join(root, 'package-lock.json'));
  return [...wanted].every(([folder, { version, optional }]) => (present.has(folder) ? present.get(folder)?.version === version : optional === true));
}

/**
 * Runs the npm that runs us, with the Node that runs it.
 * @param {string[]} args
 */
function npm(args) {
  const script = process.env.npm_execpath;
  const inheriting = /** @type {const} */ ({ cwd: root, stdio: ['ignore', 2, 2] });
  const result = script?.endsWith('.js') ? spawnSync(process.execPath, [script, ...args], inheriting) : spawnSync('npm', args, { ...inheriting, shell: true });
  return result.status === 0;
}

function install() {
  if (installed()) return;
  console.error('Installing the packages (once, about a minute) …');
  if (!npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'])) {
    stop('npm could not install the packages; the lines above say why. With a network connection, "npm start" tries again.');
  }
}

/** @param {string} executable */
function runs(executable) {
  const answer = spawnSync(executable, ['--version'], { encoding: 'utf8' });
  return answer.status === 0 && major(answer.stdout.trim()) >= projectNode;
}

/**
 * The Node that everything else runs under: the one that is running if it is new enough, else the one that the npm package `node` brings.
 * @returns {string} path of the executable
 */
function findNode() {
  if (major(process.version) >= projectNode) return process.execPath;
  const folder = path.join(root, 'node_modules', 'node');
  const executable = path.join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (runs(executable)) return executable;
  // Its install script has not run: `ignore-scripts`, or an npm that asks before it runs any.
  console.error(`Fetching Node ${projectNode} for this project …`);
  const script = createRequire(path.join(folder, 'package.json')).resolve('./installArchSpecificPackage.js');
  spawnSync(process.execPath, [script], { cwd: folder, stdio: ['ignore', 2, 2], env: { ...process.env, npm_config_ignore_scripts: 'false' } });
  if (runs(executable)) return executable;
  return stop(
    `Tagsmith needs Node ${projectNode} or newer; this is ${process.version}, and the package that brings Node ${projectNode} did not install.\n` +
      'Either run "npm rebuild node" and look at what it says, or install a newer Node yourself; then try again.',
  );
}

/**
 * Checks the Node that is running, installs packages that are missing or out of date, and finds the Node that the project runs under.
 * @returns {string} path of that Node's executable
 */
export function prepare() {
  if (major(process.version) < oldestNode) stop(`Tagsmith needs Node ${oldestNode} or newer to install itself; this is ${process.version}. Install the current Node, then try again.`);
  install();
  return findNode();
}
