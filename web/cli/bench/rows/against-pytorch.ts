import { openNodeEngine } from '../../../src/engine/node.ts';
import { measureSteps } from '../../../src/train/bench/measure.ts';
import { LABELS, randomTagger } from '../../../src/train/bench/random-tagger.ts';
import { openPyTorch, type PassTimes } from '../pytorch.ts';
import { alternate, typical } from './alternate.ts';
import { contestRow, type ContestRow } from './row.ts';
import type { Setting } from './setting.ts';

const STEPS = 6;

/** Native code and the tab's WASM beside PyTorch on the same CPU, MiniLM-L6, dropout on. */
export async function againstPyTorch({ miniLm, threads, rounds, pyTorchProblem, page, terminal }: Setting): Promise<ContestRow[]> {
  const pyTorch = pyTorchProblem === null ? await openPyTorch({ encoder: miniLm, labels: LABELS, threads }) : null;
  const rows: ContestRow[] = [];
  try {
    for (const [batch, where] of [[8, 'native CPU'], [32, 'native CPU'], [8, 'tab, WASM']] as const) {
      const order = { batch, tokens: 64, steps: STEPS };
      terminal.progress(`MiniLM-L6, ${batch} × 64, ${where}, beside PyTorch`);
      const measured = async (): Promise<PassTimes> => {
        const { forwardBackwardMs, optimizerMs } =
          where === 'native CPU'
            ? await measureSteps({ engine: openNodeEngine({ device: 'cpu', threads }) }, { batch, tokens: 64, most: STEPS, tagger: randomTagger(miniLm) })
            : await page.measure({ ...order, encoder: miniLm, device: 'wasm', threads });
        return { forwardBackwardMs: forwardBackwardMs.median, optimizerMs: optimizerMs.median };
      };
      const given = await alternate<string, PassTimes>(rounds, { tagsmith: measured, ...(pyTorch ? { pyTorch: () => pyTorch.measure(order) } : {}) });
      const [ours, theirs] = [given['tagsmith']!, given['pyTorch'] ?? pyTorchProblem!];
      const remarks = [...(typeof ours === 'string' ? [`Tagsmith: ${ours}`] : []), ...(typeof theirs === 'string' ? [theirs] : [])];
      for (const what of ['forward and backward', 'optimizer'] as const) {
        const figure = (times: PassTimes): number => (what === 'optimizer' ? times.optimizerMs : times.forwardBackwardMs);
        const [tagsmithMs, againstMs] = [typical(ours, figure), typical(theirs, figure)];
        terminal.note(`MiniLM-L6, ${batch} × 64, ${where}, ${what}: ${Math.round(tagsmithMs ?? NaN)} ms, PyTorch ${Math.round(againstMs ?? NaN)} ms`);
        rows.push(contestRow({ encoder: 'MiniLM-L6', batch, tokens: 64, where, what, tagsmithMs, against: pyTorch?.version ?? 'PyTorch', againstMs, remarks }));
      }
    }
  } finally {
    pyTorch?.close();
  }
  return rows;
}
