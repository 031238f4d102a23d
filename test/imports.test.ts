import { cruise, type ICruiseResult, type IDependency } from 'dependency-cruiser';
import { beforeAll, expect, test } from 'vitest';

/** A folder's name in the table below: `web/src/train/loop.ts` → `train`; files of `web/src` itself are the `app`. */
function areaOf(file: string): string {
  const inside = /^web\/src\/(?:([^/]+)\/)?[^/]/.exec(file);
  if (inside) return inside[1] ?? 'app';
  return file.startsWith('web/cli/') ? 'cli' : file.split('/')[0]!;
}

/** Everything that works without a page. */
const belowThePage = ['llm', 'train', 'evaluate', 'export', 'models', 'encode', 'annotate', 'dataset', 'text', 'engine', 'wasm-models'];

/** Who may import whom. What is not listed here may not be imported. */
const arrows: Record<string, string[]> = {
  'wasm-models': [],
  text: [],
  dataset: ['text', 'wasm-models'],
  annotate: ['dataset', 'text'],
  texts: ['dataset', 'text'],
  engine: ['wasm-models'],
  encode: ['dataset', 'text', 'engine', 'wasm-models'],
  models: ['encode', 'wasm-models'],
  evaluate: ['encode', 'dataset', 'text', 'wasm-models'],
  train: ['encode', 'dataset', 'text', 'engine', 'wasm-models', 'evaluate'],
  llm: ['dataset', 'text', 'wasm-models'],
  export: ['train', 'encode', 'dataset', 'text', 'engine', 'wasm-models'],
  storage: ['train', 'evaluate', 'llm', 'dataset', 'text'],
  experiments: ['llm', 'train', 'evaluate', 'dataset', 'text'],
  charts: ['texts', 'ui', 'evaluate'],
  ui: ['texts', 'charts', 'text', 'dataset'],
  state: ['app', 'storage', 'texts', ...belowThePage],
  routes: ['app', 'state', 'ui', 'charts', 'storage', 'texts', ...belowThePage],
  app: ['routes', 'state', 'ui', 'charts', 'texts'],
  cli: [...belowThePage, 'experiments', 'charts'],
  proxy: ['models'],
};

/** Where workers and programs put the parts together. */
const assemblers: Record<string, string[]> = { 'web/src/train/worker.ts': [...belowThePage, 'storage'], 'web/src/export/worker.ts': belowThePage };

/** Siblings that may know each other's types, but not run each other's code; assemblers may. */
const typesOnly = [
  ['encode', 'engine'],
  ['export', 'engine'],
  ['storage', 'train'],
  ['storage', 'evaluate'],
  ['storage', 'llm'],
  ['models', 'encode'],
  ['texts', 'dataset'],
];

/** The one door of each outside package: a folder, or a file. Names as in package.json. */
const doors: Record<string, string[]> = {
  '@hono/node-server': ['proxy'],
  '@huggingface/hub': ['web/src/export/push.ts'],
  '@huggingface/tokenizers': ['web/src/encode/tokenizer.ts'],
  '@jax-js/jax': ['web/cli/bench/contestants/jax.ts'],
  '@observablehq/plot': ['web/src/charts'],
  '@peculiar/x509': ['proxy/tls.ts'],
  '@playwright/test': ['web/cli/bench'],
  '@tensorflow/tfjs-backend-wasm': ['web/cli/bench/contestants/tensorflow.ts'],
  '@tensorflow/tfjs-backend-webgpu': ['web/cli/bench/contestants/tensorflow.ts'],
  '@tensorflow/tfjs-core': ['web/cli/bench/contestants/tensorflow.ts'],
  '@xenova/transformers': ['web/src/export/transformers-js.ts'],
  'd3-random': ['web/src/encode/mixture.ts'],
  fflate: ['web/src/models/node', 'web/src/dataset/formats', 'web/src/export', 'web/src/storage/backup'],
  hono: ['proxy'],
  hyparquet: ['web/src/dataset/formats'],
  'hyparquet-writer': ['web/src/dataset/formats'],
  idb: ['web/src/storage'],
  iovalkey: ['proxy/store/valkey.ts'],
  jose: ['proxy/class/tokens.ts'],
  linkedom: ['web/cli/experiment-files.ts'],
  'lru-cache': ['proxy/chat/routes.ts', 'proxy/class/guesses.ts'],
  'onnxruntime-common': ['web/src/engine'],
  'onnxruntime-node': ['web/src/engine'],
  'onnxruntime-web': ['web/src/engine'],
  openai: ['web/src/llm/client.ts'],
  'p-queue': ['proxy/chat/upstream.ts', 'web/src/llm/asker.ts'],
  papaparse: ['web/src/dataset/formats/table', 'proxy/class/usage.ts'],
  pino: ['proxy'],
  'prom-client': ['proxy/metrics.ts'],
  'pure-rand': ['wasm-models/random.ts', 'web/src/dataset/random.ts'],
  'reflect-metadata': ['proxy/tls.ts'],
  'simple-statistics': ['web/src/evaluate', 'web/src/dataset/facts'],
  svelte: ['web/src/main.ts', 'web/src/App.svelte', 'web/src/state', 'web/src/ui', 'web/src/charts', 'web/src/routes', 'web/src/router.svelte.ts'],
  undici: ['proxy/chat/upstream.ts', 'web/cli/connect.ts'],
  uqr: ['web/src/ui'],
  virtua: ['web/src/ui', 'web/src/routes'],
  vite: ['proxy/build.ts', 'web/cli/bench'],
  wabt: ['wasm-models/optim/compile.ts'],
  zod: ['proxy', 'web/src/train', 'web/src/dataset', 'web/src/storage', 'web/cli'],
};

interface Import {
  from: string;
  /** A file of the project, or an outside package's module. */
  to: string;
  outside: boolean;
  ofTypes: boolean;
}

let imports: Import[];
let cycles: string[];

const isOutside = ({ module, dependencyTypes }: IDependency): boolean => !module.startsWith('.') && !dependencyTypes.includes('core');
const isInside = (file: string, place: string): boolean => file === place || file.startsWith(`${place}/`);
const packageOf = (module: string): string => module.split('/').slice(0, module.startsWith('@') ? 2 : 1).join('/');

beforeAll(async () => {
  const acyclic = { name: 'acyclic', severity: 'error' as const, from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only' as const] } } };
  const options = { tsPreCompilationDeps: true, validate: true, ruleSet: { forbidden: [acyclic] }, doNotFollow: { path: 'node_modules' } };
  const resolving = { exportsFields: ['exports'], conditionNames: ['import', 'browser', 'svelte', 'default'] };
  const { modules, summary } = (await cruise(['wasm-models', 'web/src', 'web/cli', 'proxy'], options, resolving)).output as ICruiseResult;
  imports = modules
    .filter(({ source }) => /^(?:wasm-models|web|proxy)\//.test(source))
    .flatMap(({ source, dependencies }) =>
      dependencies
        .filter((dependency) => isOutside(dependency) || dependency.module.startsWith('.'))
        .map((dependency) => ({
          from: source,
          to: isOutside(dependency) ? dependency.module : dependency.resolved,
          outside: isOutside(dependency),
          ofTypes: dependency.dependencyTypes.includes('type-only'),
        })),
    );
  cycles = summary.violations.map(({ from, cycle }) => [from, ...(cycle?.map(({ name }) => name) ?? [])].join(' → '));
}, 120_000);

const print = ({ from, to }: Import): string => `${from} imports ${to}`;

test('every folder imports only what lies below it', () => {
  const allowed = ({ from, to }: Import): boolean => areaOf(from) === areaOf(to) || (assemblers[from] ?? arrows[areaOf(from)] ?? []).includes(areaOf(to));
  expect(imports.length).toBeGreaterThan(100);
  expect(imports.filter((found) => !found.outside && !allowed(found)).map(print)).toEqual([]);
});

test('every folder has its place in the table', () => {
  expect([...new Set(imports.map(({ from }) => areaOf(from)))].filter((area) => !Object.hasOwn(arrows, area))).toEqual([]);
});

test('siblings share types at most', () => {
  const tooClose = imports.filter(({ from, to, outside, ofTypes }) => !outside && !ofTypes && !Object.hasOwn(assemblers, from) && typesOnly.some(([a, b]) => areaOf(from) === a && areaOf(to) === b));
  expect(tooClose.map(print)).toEqual([]);
});

test('every outside package has one door', () => {
  const packages = imports.filter(({ outside, to }) => outside && !to.startsWith('svelte/internal'));
  expect(packages.length).toBeGreaterThan(10);
  expect(packages.filter(({ from, to }) => !(doors[packageOf(to)] ?? []).some((door) => isInside(from, door))).map(print)).toEqual([]);
});

test('nothing imports itself in a circle', () => {
  expect(cycles).toEqual([]);
});
