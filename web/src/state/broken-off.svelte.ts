import { Checkpoints } from '../storage/trainings/checkpoints.ts';
import { readOrder, readOrderedDocuments, type StoredOrder } from '../storage/trainings/order.ts';
import { openTrainingFolder, removeTraining, trainingsWithFiles } from '../storage/trainings/private-files.ts';
import { jobs } from './jobs.svelte.ts';
import { startingPoint } from './starting-point.ts';
import { store } from './store.ts';
import { takeTrainerLock } from './trainer-lock.ts';
import type { TrainingJob } from './training-job.svelte.ts';

/** A training that ended with its tab, its browser or its device. */
export interface BrokenOff {
  id: string;
  order: StoredOrder;
  /** Steps that need not be done again. */
  step: number;
}

/** Trainings that were broken off and can go on, newest first. */
class BrokenOffTrainings {
  all = $state.raw<BrokenOff[]>([]);
  /** A look that is under way may still see them. */
  readonly #discarded = new Set<string>();

  /** Looks what is there, and clears away what is of no more use: of finished trainings, of deleted data sets, without a checkpoint. */
  async look(): Promise<void> {
    // While a tab trains, nobody can tell its files from those of one that was broken off.
    const release = await takeTrainerLock();
    if (!release) return;
    try {
      const found: BrokenOff[] = [];
      for (const id of await trainingsWithFiles()) {
        try {
          const one = await describe(id);
          if (one) found.push(one);
          else await removeTraining(id);
        } catch {
          // What can't be read now is left for the next look.
        }
      }
      this.all = found.filter(({ id }) => !this.#discarded.has(id)).sort((one, other) => other.order.created - one.order.created);
    } finally {
      release();
    }
  }

  /** Starts it again where its newest sound checkpoint stands. Null where its texts, or the tagger that it trains on, are no longer there. */
  async goOn({ id, order }: BrokenOff): Promise<TrainingJob | null> {
    const folder = await openTrainingFolder(id);
    const documents = folder && (await readOrderedDocuments(folder));
    this.#takeOff(id);
    if (!documents) return null;
    const { dataset, encoder, recipe, device, created } = order;
    const start = await startingPoint(encoder);
    if (!start) return null;
    const watch = documents.filter((document) => order.watch.includes(document.id));
    return jobs.train({ dataset, documents, encoder, ...start, recipe, device, watch }, { id, created });
  }

  async discard({ id }: BrokenOff): Promise<void> {
    this.#discarded.add(id);
    this.#takeOff(id);
    await removeTraining(id);
  }

  #takeOff(id: string): void {
    this.all = this.all.filter((other) => other.id !== id);
  }
}

async function describe(id: string): Promise<BrokenOff | null> {
  const folder = await openTrainingFolder(id);
  const order = folder && (await readOrder(folder));
  const progress = order && (await new Checkpoints(folder).progress());
  if (!progress) return null;
  const opened = await store();
  const [run, dataset] = await Promise.all([opened.getKey('runs', id), opened.getKey('datasets', order.dataset.id)]);
  return run === undefined && dataset !== undefined ? { id, order, step: progress.state.step } : null;
}

export const brokenOff = new BrokenOffTrainings();
