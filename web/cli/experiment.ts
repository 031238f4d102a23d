import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Document } from '../src/dataset/document.ts';
import { budgetExperiment, usualBudgets, usualCosts } from '../src/experiments/budget.ts';
import { reportMarkdown, answerText } from '../src/experiments/markdown.ts';
import { mixingExperiment } from '../src/experiments/mixing.ts';
import { noiseExperiment, usualShares } from '../src/experiments/noise.ts';
import { performRuns, type FinishedRun, type Train } from '../src/experiments/perform.ts';
import type { Experiment } from '../src/experiments/plan.ts';
import { report } from '../src/experiments/report.ts';
import { experimentRecipe } from '../src/experiments/recipe.ts';
import { simulatedLabels, type SimulatedLabels } from '../src/experiments/simulated-labels.ts';
import { usualSimulation } from '../src/llm/simulated/settings.ts';
import { defaultEncoder } from '../src/models/catalogue.ts';
import { openModel } from '../src/models/node/open.ts';
import { progressText } from '../src/models/progress.ts';
import { Control } from '../src/train/control.ts';
import type { Recipe } from '../src/train/recipe.ts';
import { runTraining } from '../src/train/run.ts';
import { seqevalScoring } from '../src/train/scoring.ts';
import { deviceOptions, openDevice } from './device.ts';
import { readDocuments } from './documents.ts';
import { keptRuns, reportPlot } from './experiment-files.ts';
import { prepareFolder } from './output.ts';
import { percent } from './percent.ts';
import { recipeChanges, recipeOptions } from './recipe-flags.ts';
import { duration } from './training.ts';
import { readTypes, type DefinedType } from './types-file.ts';
import { FailedRun, type Call, type Terminal, type Verb } from './verb.ts';

/** What is trained on for each experiment: budgets are spent on the development texts too, which nothing else needs. */
const names = ['noise', 'mixing', 'budget'] as const;

/** `experiment`: the experiments of a method, with an LLM that is simulated. */
export const experiment: Verb = {
  usage: `tagsmith experiment noise|mixing|budget --data folder/ --out folder/ [--seeds 3] [--shares 0.2,0.4,0.6,0.8] [--budgets 5,20] [--manual-cost 0.433] [--llm-cost 0.0108]
      [--llm-recall 0.8] [--llm-precision 0.85] [--llm-overlap 0.08] [--encoder minilm-l6] [--steps 160] [--mix-alpha 0.2] [and other flags of "train" for the recipe]
      [--device cpu|webgpu] [--threads 2] [--json]`,
  summary: `Annotate and refine (Naraki et al.) on a data set with train.conll, test.conll and dataset.json, with a simulated LLM that errs as often as it is told. Writes
      report.json, report.md and plot.svg into --out. Each finished training is kept there, so that the same command goes on where it was ended.`,
  options: {
    ...Object.fromEntries(['data', 'out', 'seeds', 'shares', 'budgets', 'manual-cost', 'llm-cost', 'llm-recall', 'llm-precision', 'llm-overlap', 'encoder'].map((flag) => [flag, { type: 'string' as const }])),
    ...recipeOptions,
    ...deviceOptions,
  },
  positionals: 1,
  async run(call, terminal) {
    const [name] = call.positionals;
    if (!(names as readonly (string | undefined)[]).includes(name)) throw call.wrong(name === undefined ? `Say which: ${names.join(', ')}.` : `There is no experiment "${name}".`);
    for (const flag of ['seed', 'overlap', 'mix-draw', 'recipe']) if (call.text(flag) !== undefined) throw call.wrong(`--${flag} is set by the experiment itself.`);
    const [data, out] = [call.required('data'), call.required('out')];
    const recipe = recipeChanges(call, experimentRecipe);
    const settings = { ...usualSimulation, recall: call.number('llm-recall') ?? usualSimulation.recall, precision: call.number('llm-precision') ?? usualSimulation.precision, overlap: call.number('llm-overlap') ?? usualSimulation.overlap };
    const types = await readTypes(path.join(data, 'dataset.json'));
    const { train, test } = await readData(data, name === 'budget');
    const plan = planOf(call, name as Experiment['name'], train.length, types);
    await prepareFolder(out);
    const encoder = call.text('encoder') ?? defaultEncoder;
    const trainer = await openTrainer(call, encoder, terminal);
    const basis = { encoder, data: createHash('sha256').update(JSON.stringify([train, test].map((part) => part.map(({ text, spans }) => [text, spans])))).digest('hex') };

    const seeds = Array.from({ length: call.count('seeds') ?? 3 }, (_, i) => i + 1);
    const finished: FinishedRun[] = [];
    const labels: SimulatedLabels[] = [];
    for (const seed of seeds) {
      const annotator = { ...settings, seed };
      const llm = await simulatedLabels(train, types, annotator);
      labels.push(llm);
      const runs = plan.runs(seed, { train, llm });
      const total = seeds.length * runs.length;
      for await (const { run, fromKept } of performRuns(runs, { recipe, test, train: trainer, kept: keptRuns(out), basis: { ...basis, annotator } })) {
        finished.push(run);
        terminal.note(`${finished.length} of ${total}: ${plan.conditions[run.condition]}${plan.xLabel ? ` at ${run.x}` : ''}, seed ${seed}: F1 ${percent(run.scores.micro.f1)}${fromKept ? ' (kept)' : `, ${duration(1000 * run.seconds)}`}`);
      }
    }
    const found = report(plan, finished);
    const mean = (value: (one: SimulatedLabels['measured']) => number): number => labels.reduce((sum, { measured }) => sum + value(measured) / labels.length, 0);
    const measured = { recall: mean(({ recall }) => recall), precision: mean(({ precision }) => precision), overlap: mean(({ overlap }) => overlap), requests: mean(({ requests }) => requests) };
    const about = [
      `Data: ${path.basename(path.resolve(data))}, ${train.length.toLocaleString('en')} texts to learn from, ${test.length.toLocaleString('en')} test texts.`,
      `LLM: **simulated**. It found ${percent(measured.recall)} % of the entities, ${percent(measured.precision)} % of what it marked was right, ${percent(measured.overlap)} % of the words it labelled had several types.`,
      `Tagger: ${encoder}, ${recipe.steps} steps of ${recipe.batchSize} texts, learning rate ${recipe.learningRate}; ${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'} (labels, noise and training).`,
    ];
    const markdown = reportMarkdown(plan, found, about);
    const json = { experiment: name, simulated: true, data: path.basename(path.resolve(data)), texts: { train: train.length, test: test.length }, encoder, recipe, annotator: settings, measured, seeds, ...found };
    await writeFile(path.join(out, 'report.json'), `${JSON.stringify(json, null, 2)}\n`);
    await writeFile(path.join(out, 'report.md'), markdown);
    await writeFile(path.join(out, 'plot.svg'), await reportPlot(plan, found, 'simulated LLM'));
    return { json: { ...json, out }, text: [...found.answers.map(answerText), `The report is in ${out}.`].join('\n') };
  },
};

function planOf(call: Call, name: Experiment['name'], texts: number, types: readonly DefinedType[]): Experiment {
  if (name === 'mixing') return mixingExperiment();
  if (name === 'noise') return noiseExperiment(numbers(call, 'shares', (share) => share > 0 && share < 1, 'fractions between 0 and 1') ?? usualShares);
  const usual = usualCosts(types.length);
  const costs = { manual: call.number('manual-cost') ?? usual.manual, llm: call.number('llm-cost') ?? usual.llm };
  if (!(costs.manual > 0 && costs.llm > 0)) throw call.wrong('--manual-cost and --llm-cost: expected amounts above 0.');
  return budgetExperiment(numbers(call, 'budgets', (money) => money > 0, 'amounts above 0') ?? usualBudgets(texts, costs), costs);
}

function numbers(call: Call, flag: string, isFine: (number: number) => boolean, expected: string): number[] | null {
  const written = call.text(flag);
  if (written === undefined) return null;
  const values = written.split(',').map(Number);
  if (!values.every((value) => Number.isFinite(value) && isFine(value))) throw call.wrong(`--${flag} ${written}: expected ${expected} with commas between them.`);
  return values;
}

async function readData(folder: string, withDev: boolean): Promise<{ train: Document[]; test: Document[] }> {
  const read = async (split: 'train' | 'dev' | 'test'): Promise<Document[]> => (await readDocuments(path.join(folder, `${split}.conll`), split)).documents;
  const [train, test] = [await read('train'), await read('test')];
  const more = withDev ? await read('dev').catch((error: unknown) => (error instanceof FailedRun ? [] : Promise.reject(error as Error))) : [];
  // Of texts that occur twice the second would have the first one's labels from the annotator.
  const once = new Map([...train, ...more].toReversed().map((document): [string, Document] => [document.text, { ...document, split: 'train' }]));
  return { train: [...once.values()].toReversed(), test };
}

async function openTrainer(call: Call, encoder: string, terminal: Terminal): Promise<Train> {
  const engine = await openDevice(call);
  const folder = await openModel(encoder, { onProgress: (progress) => terminal.progress(progressText(progress)) });
  return async (documents, recipe: Recipe) => {
    for await (const event of runTraining({ documents, recipe, encoder: folder, engine, scoring: seqevalScoring, control: new Control() })) {
      if (event.type === 'steps') terminal.progress(`step ${event.step} of ${recipe.steps}, ${duration(event.msLeft)} left of this training`);
      if (event.type === 'trained') return { scores: event.result.scores!, predictions: event.result.predictions };
    }
    throw new Error('The training ended without a result.');
  };
}
