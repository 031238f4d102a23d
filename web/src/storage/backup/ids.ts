import type { Store } from '../open.ts';
import type { Backup } from './read.ts';

/** What happens to data sets that are in this browser and in the backup: both stay, or the backup's takes the place. */
export type Existing = 'both' | 'replace';

export interface RestoreOptions {
  existing: Existing;
  /** A new id that nothing has. */
  newId(): string;
}

/** Ids under which things of the backup are stored, by the id that they have there. */
export interface Ids {
  datasets: Map<string, string>;
  /** Of runs and the taggers that they made: these have the same id. */
  models: Map<string, string>;
  jobs: Map<string, string>;
}

/** Chooses ids that are free, the backup's own where that is possible. */
export async function chooseIds(store: Store, { datasets, models, runs, jobs }: Backup, { existing, newId }: RestoreOptions): Promise<Ids> {
  const known = new Set(await store.getAllKeys('datasets'));
  const keep = (id: string): boolean => existing === 'replace' || !known.has(id);
  const ids: Ids = { datasets: new Map(datasets.map(({ id }) => [id, keep(id) ? id : newId()])), models: new Map(), jobs: new Map() };
  const taken = new Map([...(await store.getAll('runs')), ...(await store.getAll('models'))].map(({ id, dataset }) => [id, dataset]));
  const choose = ({ id, dataset }: { id: string; dataset: string }, owner: string | undefined, chosen: Map<string, string>): void => {
    // What belongs to a data set that is replaced goes with it.
    const free = owner === undefined || (existing === 'replace' && ids.datasets.has(owner) && owner === dataset);
    if (!chosen.has(id)) chosen.set(id, free ? id : newId());
  };
  for (const model of models) choose(model, taken.get(model.id), ids.models);
  for await (const run of runs()) choose(run, taken.get(run.id), ids.models);
  const takenJobs = new Map((await store.getAll('llmJobs')).map(({ id, dataset }) => [id, dataset]));
  for (const job of jobs) choose(job, takenJobs.get(job.id), ids.jobs);
  return ids;
}
