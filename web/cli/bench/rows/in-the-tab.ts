import type { EncoderConfig } from '../../../../wasm-models/models/config.ts';
import type { ContestantName, TabDevice } from '../contestants/contestant.ts';
import type { RaceOrder, RaceResult } from '../page/race-worker.ts';
import { alternate, typical } from './alternate.ts';
import { contestRow, type ContestRow, type GpuRow } from './row.ts';
import { sizesOf, smallEncoder, type Setting } from './setting.ts';

const small = smallEncoder(2, 64);
const larger = smallEncoder(4, 128);

interface Heat {
  encoder: EncoderConfig;
  batch: number;
  tokens: number;
}

const heats: Record<TabDevice, Heat[]> = {
  wasm: [
    { encoder: small, batch: 8, tokens: 32 },
    { encoder: small, batch: 32, tokens: 32 },
    { encoder: small, batch: 8, tokens: 128 },
    { encoder: larger, batch: 8, tokens: 32 },
  ],
  webgpu: [
    { encoder: small, batch: 8, tokens: 32 },
    { encoder: larger, batch: 32, tokens: 64 },
  ],
};

/** The same losses as ours to this much are the same computation. */
const SAME_LOSS = 1e-3;

const others: Exclude<ContestantName, 'Tagsmith'>[] = ['TensorFlow.js', 'jax-js'];

/** Tagsmith, TensorFlow.js and jax-js train the same small encoders in the same browser, from the same weights. */
export async function inTheTab(device: TabDevice, { rounds, threads, page, terminal }: Setting): Promise<{ rows: ContestRow[]; gpu: GpuRow[] }> {
  const where = device === 'wasm' ? 'tab, WASM' : `tab, WebGPU${page.softwareGpu ? ' in software' : ''}`;
  // A GPU that is a program takes seconds for a step: few steps, and once.
  const slow = device === 'webgpu' && page.softwareGpu;
  const lengths = slow ? { warmUp: 2, blocks: 1, stepsABlock: 2 } : { warmUp: 20, blocks: 3, stepsABlock: 5 };
  const [rows, gpu]: [ContestRow[], GpuRow[]] = [[], []];
  for (const heat of heats[device]) {
    const { encoder, batch, tokens } = heat;
    const run = (contestant: ContestantName) => (): Promise<RaceResult> => {
      terminal.progress(`${sizesOf(encoder)}, ${batch} × ${tokens}, ${where}: ${contestant}`);
      return page.race({ ...heat, ...lengths, contestant, device, threads } satisfies RaceOrder);
    };
    const given = await alternate<ContestantName, RaceResult>(slow ? 1 : rounds, { Tagsmith: run('Tagsmith'), 'TensorFlow.js': run('TensorFlow.js'), 'jax-js': run('jax-js') });
    const ours = given.Tagsmith;
    const shared = { encoder: sizesOf(encoder), batch, tokens };
    for (const against of others) {
      const theirs = given[against];
      const stepMs = (result: RaceResult): number => result.stepMs;
      const remarks = [...(typeof ours === 'string' ? [`Tagsmith: ${ours}`] : []), ...(typeof theirs === 'string' ? [theirs] : theirs[0]!.remarks)];
      if (typeof ours !== 'string' && typeof theirs !== 'string') remarks.push(...lossRemarks(ours[0]!.losses, theirs[0]!.losses));
      rows.push(contestRow({ ...shared, where, what: 'step', tagsmithMs: typical(ours, stepMs), against, againstMs: typical(theirs, stepMs), remarks }));
    }
    const told = Object.entries(given).map(([who, results]) => `${who} ${typeof results === 'string' ? results : `${Math.round(typical(results, ({ stepMs }) => stepMs)!)} ms`}`);
    terminal.note(`${shared.encoder}, ${batch} × ${tokens}, ${where}: ${told.join(', ')}`);
    for (const [who, results] of Object.entries(given)) {
      if (typeof results === 'string' || !results[0]!.gpu) continue;
      gpu.push({ who, ...shared, stepMs: typical(results, (result) => result.stepMs)!, hostMs: typical(results, (result) => result.hostMs)!, ...results[0]!.gpu });
    }
  }
  return { rows, gpu };
}

/** Whether the other program did the same: its losses beside ours, and whether they fall. */
function lossRemarks(ours: number[], theirs: number[]): string[] {
  const apart = ours.map((loss, step) => Math.abs(loss - theirs[step]!));
  const last = theirs.length;
  const away = apart.findIndex((difference) => !(difference <= SAME_LOSS));
  if (away === -1) return [`the same losses in ${last} steps (${theirs[0]!.toFixed(3)} to ${theirs.at(-1)!.toFixed(3)})`];
  return [`its losses leave ours at step ${away + 1} (${ours[away]!.toFixed(4)} here, ${theirs[away]!.toFixed(4)} there)${theirs.at(-1)! < theirs[0]! ? '' : ' and do not fall'}`];
}
