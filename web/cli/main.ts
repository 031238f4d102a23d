import { Console } from 'node:console';
import process from 'node:process';
import { describeFailure } from '../src/train/failure.ts';
import { annotate } from './annotate.ts';
import { bench } from './bench.ts';
import { compareWays } from './compare-ways.ts';
import { data } from './data.ts';
import { demo } from './demo.ts';
import { evaluate } from './evaluate.ts';
import { experiment } from './experiment.ts';
import { exportVerb } from './export.ts';
import { merge } from './merge.ts';
import { models } from './models.ts';
import { predict } from './predict.ts';
import { openTerminal } from './terminal.ts';
import { train } from './train.ts';
import { Call, FailedRun, UsageError, type Verb } from './verb.ts';

const verbs: Record<string, Verb> = { models, data, annotate, 'compare-ways': compareWays, train, predict, evaluate, export: exportVerb, merge, experiment, bench, demo };

/** Runs one command; gives its exit status: 0, 1 for a failed run, 2 for wrong use. */
async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(help());
    return name === undefined ? 2 : 0;
  }
  const terminal = openTerminal(process.stderr);
  try {
    const verb = Object.hasOwn(verbs, name) ? verbs[name]! : undefined;
    if (!verb) throw new UsageError(`There is no command "${name}". Commands: ${Object.keys(verbs).join(', ')}; tagsmith help tells more.`);
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

function help(): string {
  const lines = Object.values(verbs).map((verb) => `  ${verb.usage.replaceAll('\n', '\n  ')}\n      ${verb.summary}`);
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

// Whatever a library prints must not end up among the results.
globalThis.console = new Console(process.stderr, process.stderr);
// Node ends by itself only when every thread of the runtimes has ended.
process.exit(await main(process.argv.slice(2)));
