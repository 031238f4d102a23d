import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Document } from '../src/dataset/document.ts';
import type { Engine } from '../src/engine/engine.ts';
import { catalogueEntry } from '../src/models/catalogue.ts';
import { progressText } from '../src/models/progress.ts';
import { Control } from '../src/train/control.ts';
import type { EndReason, ModelFiles, RunResult } from '../src/train/protocol.ts';
import type { Recipe } from '../src/train/recipe.ts';
import { runTraining } from '../src/train/run.ts';
import { seqevalScoring } from '../src/train/scoring.ts';
import { openModelSource } from './model-source.ts';
import { percent } from './percent.ts';
import { FailedRun, type Terminal } from './verb.ts';

export interface Trained {
  reason: EndReason;
  result: RunResult;
  files: ModelFiles;
}

/** A training with its progress on the terminal. Ctrl-C stops it and keeps the best parameters; a second one ends the program. */
export async function trainHere(order: { documents: readonly Document[]; recipe: Recipe; encoder: string; engine: Engine }, terminal: Terminal): Promise<Trained> {
  const { documents, recipe, engine } = order;
  const encoder = await openModelSource(order.encoder, {
    onProgress: (progress) => terminal.progress(progressText(progress)),
  });
  const control = new Control();
  const stop = (): void => {
    terminal.note('Stopping after this step (Ctrl-C again to end at once).');
    control.stop();
  };
  process.once('SIGINT', stop);
  try {
    const licence = catalogueEntry(order.encoder)?.licence;
    for await (const event of runTraining({ documents, recipe, encoder, licence, engine, scoring: seqevalScoring, control })) {
      switch (event.type) {
        case 'progress':
          terminal.progress(event.message);
          break;
        case 'started':
          terminal.note(`Training ${event.encoder} on ${event.trainDocuments.toLocaleString('en')} texts, ${event.steps} steps, ${event.device.name}`);
          for (const note of event.notes) terminal.note(note);
          break;
        case 'steps':
          terminal.progress(
            `step ${event.step} of ${recipe.steps}  loss ${event.losses.at(-1)!.toFixed(4)}  ${Math.round(event.tokensPerSecond).toLocaleString('en')} tokens/s  ${duration(event.msLeft)} left`,
          );
          break;
        case 'evaluation':
          terminal.note(`step ${event.step}: F1 ${percent(event.scores[recipe.selectBy].f1)}${event.best ? ' (best so far)' : ''}`);
          break;
        case 'trained':
          if (event.result.steps === 0) throw new FailedRun('Stopped before the first step: nothing was trained, so there is no tagger to keep.');
          return event;
      }
    }
    throw new Error('The training ended without a result.');
  } finally {
    process.off('SIGINT', stop);
  }
}

/** Writes a tagger's files into a folder, which may hold others. Each file is whole or not there. */
export async function writeFolder(folder: string, files: ModelFiles): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(`${file}.partial`, bytes);
    await rename(`${file}.partial`, file);
  }
}

/** "1 min 20 s". */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
