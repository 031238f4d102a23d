import { Console } from 'node:console';
import { enableCompileCache } from 'node:module';
import process from 'node:process';
import { describeFailure } from '../src/train/failure.ts';
import { openTerminal } from './terminal.ts';
import { Call, FailedRun, UsageError, type Verb } from './verb.ts';

/** Only what a command needs is loaded: a typing mistake is answered in a third of a second instead of one and a half. */
const verbs: Record<string, () => Promise<Verb>> = {
  models: async () => (await import('./models.ts')).models,
  data: async () => (await import('./data.ts')).data,
  annotate: async () => (await import('./annotate.ts')).annotate,
  'compare-ways': async () => (await import('./compare-ways.ts')).compareWays,
  train: async () => (await import('./train.ts')).train,
  predict: async () => (await import('./predict.ts')).predict,
  evaluate: async () => (await import('./evaluate.ts')).evaluate,
  export: async () => (await import('./export.ts')).exportVerb,
  merge: async () => (await import('./merge.ts')).merge,
  experiment: async () => (await import('./experiment.ts')).experiment,
  bench: async () => (await import('./bench.ts')).bench,
  demo: async () => (await import('./demo.ts')).demo,
};

/** Runs one command; gives its exit status: 0, 1 for a failed run, 2 for wrong use. */
async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(await help());
    return name === undefined ? 2 : 0;
  }
  const terminal = openTerminal(process.stderr);
  try {
    const load = Object.hasOwn(verbs, name) ? verbs[name]! : undefined;
    if (!load) throw new UsageError(`There is no command "${name}". Commands: ${Object.keys(verbs).join(', ')}; tagsmith help tells more.`);
    const verb = await load();
    if (args.includes('--help')) {
      process.stdout.write(`${verb.summary}\nUsage: ${verb.usage}\n`);
      return 0;
    }
    const call = new Call(verb, args);
    const outcome = await verb.run(call, terminal);
    terminal.clear();
    await write(call.json ? JSON.stringify(outcome.json) : outcome.text);
    return 0;
  } catch (error) {
    terminal.clear();
    process.stderr.write(`tagsmith: ${describe(error)}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function help(): Promise<string> {
  const all = await Promise.all(Object.values(verbs).map(async (load) => load()));
  const lines = all.map((verb) => `  ${verb.usage.replaceAll('\n', '\n  ')}\n      ${verb.summary}`);
  return `Usage: tagsmith <command> [flags]\n\n${lines.join('\n\n')}\n\nEvery command takes --json (one JSON object on standard output, nothing else there).\n`;
}

function describe(error: unknown): string {
  // A mistake of the program itself needs its place; a message made for people doesn't.
  if (error instanceof TypeError || error instanceof ReferenceError) return error.stack ?? error.message;
  if (error instanceof UsageError || error instanceof FailedRun) return error.message;
  const { message, advice } = describeFailure(error);
  return advice ? `${message}\n${advice}` : message;
}

function write(text: string): Promise<void> {
  return new Promise((resolve, reject) => process.stdout.write(`${text}\n`, (error) => (error ? reject(error) : resolve())));
}

enableCompileCache();
// Whatever a library prints must not end up among the results.
globalThis.console = new Console(process.stderr, process.stderr);
// Node ends by itself only when every thread of the runtimes has ended.
process.exit(await main(process.argv.slice(2)));
