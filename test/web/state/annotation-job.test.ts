import 'fake-indexeddb/auto';
import { afterEach, expect, it, vi } from 'vitest';
import { defaultTemplates } from '../../../web/src/llm/annotate/templates.ts';
import { defaultVerification } from '../../../web/src/llm/annotate/verify.ts';
import { goldOf } from '../../../web/src/llm/simulated/gold.ts';
import { simulatedSource } from '../../../web/src/llm/simulated/source.ts';
import { AnnotationJob, type AnnotationOrder } from '../../../web/src/state/annotation-job.svelte.ts';
import type { OpenedSource } from '../../../web/src/state/llm-source.ts';
import { store } from '../../../web/src/state/store.ts';
import { listLlmJobs } from '../../../web/src/storage/llm-jobs.ts';

const opened = vi.hoisted((): { source: OpenedSource | null } => ({ source: null }));
vi.mock('../../../web/src/state/llm-source.ts', () => ({ openSource: () => Promise.resolve(opened.source) }));

const order: AnnotationOrder = {
  dataset: { id: 'x', name: 'Set' },
  choice: 'simulated',
  texts: [{ position: 0, text: 'Mara met Nuno.' }],
  settings: {
    positions: [0],
    types: [{ name: 'person', definition: 'A human being.' }],
    typesTogether: false,
    textsTogether: 1,
    kind: 'marked',
    reasons: false,
    templates: defaultTemplates,
    examples: 0,
    pool: [],
    neighbours: 'random',
    nearest: null,
    verify: false,
    verification: defaultVerification,
    atOnce: null,
    seed: 1,
  },
};

/** What whoever reloads the page at this moment finds. */
const stored = async (): Promise<string[]> => (await listLlmJobs(await store(), 'x')).map(({ state }) => state);

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

it('a job is stored before anything is asked, in a page just loaded too, and with its end before another tab may look', async () => {
  vi.spyOn(performance, 'now').mockReturnValue(1);
  const practice = simulatedSource({ gold: goldOf([]) });
  const found: Record<string, string[]> = {};
  const complete: typeof practice.complete = async (...asked) => {
    found.asked = await stored();
    return practice.complete(...asked);
  };
  opened.source = { source: { ...practice, complete }, atOnce: 1 };
  const request = async (_: string, work: () => Promise<void>): Promise<void> => {
    await work();
    found.left = await stored();
  };
  vi.stubGlobal('navigator', { locks: { request } });
  await new AnnotationJob(order).run();
  expect(found).toEqual({ asked: ['running'], left: ['finished'] });
});
