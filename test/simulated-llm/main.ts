import { createReadStream } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { importFile } from '../../web/src/dataset/formats/import.ts';
import { goldOf } from '../../web/src/llm/simulated/gold.ts';
import { usualSimulation } from '../../web/src/llm/simulated/settings.ts';
import { noFaults } from './faults.ts';
import { SimulatedServer } from './server.ts';

/**
 * The simulated annotator as a service, until Ctrl-C: `node test/simulated-llm/main.ts --gold file.conll --recall 0.8`. Any number of
 * `SimulatedSettings` and `Faults` is a flag of its name, `--verified` and `--denied` those of its verification.
 */
const numbers = { ...usualSimulation, ...noFaults, seed: usualSimulation.seed, verified: usualSimulation.verification.yes, denied: usualSimulation.verification.no, delay: 0, port: 0 };
const flags = Object.entries(numbers).filter((entry): entry is [string, number] => typeof entry[1] === 'number');

try {
  const { values } = parseArgs({ options: { gold: { type: 'string', multiple: true }, ...Object.fromEntries(flags.map(([name]) => [name, { type: 'string' as const }])) } });
  const given = values as { gold?: string[] } & Record<string, string | undefined>;
  if (!given.gold) throw new RangeError('Give labelled texts with --gold FILE (.conll, .jsonl); several times for several files.');
  const set = Object.fromEntries(flags.map(([name, usual]) => [name, numberOf(name, given[name] ?? String(usual))])) as Record<keyof typeof numbers, number>;
  const documents = (await Promise.all(given.gold.map((file) => importFile(file, createReadStream(file))))).flatMap((imported) => imported.documents);
  const settings = { ...usualSimulation, ...set, verification: { yes: set.verified, no: set.denied } };
  const server = await SimulatedServer.start({ gold: goldOf(documents), settings, faults: set, delay: set.delay, port: set.port });
  console.log(`Simulated annotator of ${documents.length.toLocaleString('en')} texts at ${server.url}`);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

function numberOf(name: string, given: string): number {
  if (given === '' || !Number.isFinite(Number(given))) throw new RangeError(`--${name} ${given}: expected a number.`);
  return Number(given);
}
