import { readFileSync, statSync } from 'node:fs';
import type { BrowserContext, Page } from '@playwright/test';
import { inPage, openHarness, serveHarness } from './harness.ts';
import { expect, test } from './page.ts';

/** Whether this is `npm run test:browser`, which takes its time. */
const thorough = process.env.TAGSMITH_BROWSER === 'all';
const many = thorough ? 50_000 : 5000;

test.beforeEach(async ({ context }) => serveHarness(context));

const stored = (page: Page) => inPage(page, async (modules) => modules.stored(), null);
const shown = (page: Page) => inPage(page, (modules) => modules.shown(), null);

/** Imports a data set with this id and number of documents. */
const fill = (page: Page, id: string, length: number) =>
  inPage(
    page,
    async ({ workspace, makeDataset, makeDocuments, edit }, [name, count]) => {
      await workspace.start(undefined);
      await workspace.import(makeDataset(name), makeDocuments(count));
      await edit(name);
    },
    [id, length] as const,
  );

async function another(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await openHarness(page);
  return page;
}

test.describe('a tab that is closed', () => {
  /** Shares of the time that the work takes when nobody disturbs it. */
  const moments = thorough ? ([0, 0.05, 0.15, 0.25, 0.4, 0.55, 0.7, 0.85, 1, 1.2, 'done'] as const) : ([0.15, 0.55, 0.85, 'done'] as const);
  const works = {
    'in the middle of an import': async ({ workspace, makeDataset, makeDocuments }) => workspace.import(makeDataset('new'), makeDocuments(4000)),
    'in the middle of a change of all texts': async ({ workspace, labelling }) => workspace.apply(labelling('all', workspace.documents)),
    'in the middle of an undo': async ({ workspace }) => void (await workspace.undo()),
    'right after a key': async ({ workspace, labelling }) => workspace.apply(labelling('one', workspace.documents.slice(7, 8))),
  } satisfies Record<string, Parameters<typeof inPage<null, void>>[1]>;

  for (const [name, work] of Object.entries(works)) {
    test(`${name} leaves the store as before or as after`, async ({ page, context }) => {
      const prepare = async (tab: Page) => inPage(tab, async ({ edit }) => edit('x'), null);
      await openHarness(page);
      await fill(page, 'x', 3000);
      await inPage(page, async ({ workspace, labelling }) => workspace.apply(labelling('first', workspace.documents, 12)), null);
      const before = await stored(page);
      const duration = await inPage(
        page,
        async (modules, source) => {
          const begin = performance.now();
          await (new Function(`return (${source})`)() as (given: typeof modules) => Promise<void>)(modules);
          return performance.now() - begin;
        },
        work.toString(),
      );
      const after = await stored(page);
      expect(after).not.toEqual(before);
      const back = async (tab: Page) =>
        inPage(tab, async ({ workspace, edit }, [undone]) => {
          if (workspace.all.some(({ id }) => id === 'new')) await workspace.remove('new');
          await edit('x');
          await (undone ? workspace.redo() : workspace.undo());
        }, [name.includes('undo')] as const);
      const comparableAfter = comparable(after);
      const restart = async (tab: Page) => {
        if (name.includes('import')) await inPage(tab, async ({ workspace }) => void (await workspace.remove('new')), null);
        else await back(tab);
      };
      await restart(page);
      let tab = page;
      for (const moment of moments) {
        const start = comparable(await stored(tab));
        const begun = inPage(tab, work, null).catch(() => undefined);
        await (moment === 'done' ? begun : new Promise((resolve) => setTimeout(resolve, moment * duration)));
        await tab.close();
        await begun;
        tab = await another(context);
        await prepare(tab);
        const now = comparable(await stored(tab));
        expect([start, comparableAfter]).toContain(now);
        expect(await shown(tab)).toBe((await stored(tab)).x);
        // What was told to be stored is.
        if (moment === 'done') expect(now).toBe(comparableAfter);
        if (now !== start) await restart(tab);
      }
    });
  }

  /** Revisions and undone steps differ from round to round. */
  function comparable(state: Record<string, string>): string {
    return Object.entries(state)
      .map(([id, text]) => `${id} ${text.split(' ')[0]} ${text.split(' ').slice(3).join(' ')} ${text.split(' ')[2]!.split('/')[0]}`)
      .sort()
      .join('; ');
  }
});

test.describe('of two tabs', () => {
  test('one writes, the other shows it and can take over', async ({ page: first, context }) => {
    await openHarness(first);
    await fill(first, 'x', 1000);
    const second = await another(context);
    await inPage(second, async ({ workspace }) => workspace.start('x'), null);
    const editable = (page: Page) => inPage(page, ({ workspace }) => workspace.editable, null);
    const label = (page: Page, place: number) => inPage(page, async ({ workspace, labelling, refusal }, at) => refusal(workspace.apply(labelling('label', workspace.documents.slice(at, at + 1)))), place);

    expect([await editable(first), await editable(second)]).toEqual([true, false]);
    expect(await label(second, 3)).toContain('being edited in another tab');
    expect(await label(first, 3)).toBe('');
    await expect.poll(async () => (await shown(second)) === (await shown(first))).toBe(true);
    expect((await stored(first)).x).toBe(await shown(second));

    // The first is in the middle of its work: it finishes before it lets go.
    await inPage(first, ({ workspace, labelling }) => void workspace.apply(labelling('all', workspace.documents, 12)), null);
    await inPage(second, async ({ workspace }) => workspace.takeOver(), null);
    expect([await editable(first), await editable(second)]).toEqual([false, true]);
    expect((await stored(first)).x).toBe(await shown(second));
    expect(await inPage(second, ({ workspace }) => workspace.canUndo, null)).toBe('all');
    await inPage(second, async ({ workspace }) => void (await workspace.undo()), null);
    expect(await label(second, 9)).toBe('');
    await expect.poll(async () => (await shown(second)) === (await shown(first))).toBe(true);
    expect((await stored(first)).x).toBe(await shown(first));
    expect(await label(first, 3)).toContain('being edited in another tab');

    // A third waits as well; the one that asks gets it.
    const third = await another(context);
    await inPage(third, async ({ workspace }) => workspace.start('x'), null);
    await inPage(third, async ({ workspace }) => workspace.takeOver(), null);
    expect([await editable(first), await editable(second), await editable(third)]).toEqual([false, false, true]);

    await third.close();
    await expect.poll(async () => [await editable(first), await editable(second)].filter(Boolean).length).toBe(1);
  });

  test('one that hangs loses the right to write to the one that takes over', async ({ page: first, context }) => {
    await openHarness(first);
    await fill(first, 'x', 10);
    const second = await another(context);
    await inPage(second, async ({ workspace }) => workspace.start('x'), null);
    const hanging = inPage(first, () => {
      for (const end = performance.now() + 8000; performance.now() < end; );
    }, null);
    await inPage(second, async ({ workspace }) => workspace.takeOver(), null);
    expect(await inPage(second, ({ workspace }) => workspace.editable, null)).toBe(true);
    await hanging;
    await expect.poll(() => inPage(first, ({ workspace }) => workspace.editable, null)).toBe(false);
    await inPage(second, async ({ workspace, labelling }) => workspace.apply(labelling('label', workspace.documents.slice(0, 1))), null);
    await expect.poll(async () => (await shown(first)) === (await shown(second))).toBe(true);
    await second.close();
    await expect.poll(() => inPage(first, ({ workspace }) => workspace.editable, null)).toBe(true);
  });

  test('each sees what the other makes, renames and deletes', async ({ page: first, context }) => {
    await openHarness(first);
    await fill(first, 'x', 10);
    const second = await another(context);
    await inPage(second, async ({ workspace }) => workspace.start('x'), null);
    await inPage(first, async ({ workspace }) => void (await workspace.rename('x', 'Renamed')), null);
    await expect.poll(() => inPage(second, ({ workspace }) => workspace.dataset?.name, null)).toBe('Renamed');
    const copied = await inPage(first, async ({ workspace }) => (await workspace.copy('x', 'Copy')).dataset, null);
    expect(copied.derivation).toMatchObject({ how: 'copy', from: { id: 'x', name: 'Renamed' } });
    await expect.poll(() => inPage(second, ({ workspace }) => workspace.all.map((record) => record.dataset.name).sort(), null)).toEqual(['Copy', 'Renamed']);
    await inPage(first, async ({ workspace }) => void (await workspace.remove('x')), null);
    await expect.poll(() => inPage(second, ({ workspace }) => [workspace.id, workspace.documents.length], null)).toEqual([null, 0]);
  });
});

test('a change that does not fit what is stored is refused, and what is stored is shown again', async ({ page, context }) => {
  await openHarness(page);
  await fill(page, 'x', 500);
  const rude = await another(context);
  // Written past the lock, as by a tab without locks.
  await inPage(rude, async ({ store, applyChange, makeDocuments, labelling }) => {
    const [third] = makeDocuments(500).slice(3);
    await applyChange(await store(), 'x', labelling('rude', [{ position: 3, document: third! }]));
  }, null);
  const refusals = await inPage(page, async ({ workspace, labelling, refusal }) => {
    const label = (at: number) => refusal(workspace.apply(labelling('label', workspace.documents.slice(at, at + 1), 9)));
    // The second lies behind the first and touches another text; the third is made of what is shown and not stored.
    return Promise.all([label(3), label(4), label(3)]);
  }, null);
  expect(refusals).toEqual([expect.stringContaining('changed in another tab'), '', expect.stringContaining('changed in another tab')]);
  expect(await shown(page)).toBe((await stored(page)).x);
  expect(await inPage(page, ({ workspace }) => [workspace.pending, workspace.saved, workspace.canUndo], null)).toEqual([0, true, 'label']);
  await inPage(page, async ({ workspace }) => {
    await workspace.undo();
    await workspace.undo();
  }, null);
  expect(await shown(page)).toBe((await stored(page)).x);
});

test('where the storage is full, an import and a change are refused in words, and nothing is half done', async ({ page }) => {
  await openHarness(page);
  const client = await page.context().newCDPSession(page);
  const { origin } = new URL(page.url());
  // Before the store is opened: the browser remembers for a while how much room there is.
  await client.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 12 << 20 });
  await fill(page, 'x', 2000);
  expect(await inPage(page, async ({ measureSpace }) => (await measureSpace())?.usage, null)).toBeGreaterThan(0);
  const full = "The browser's storage is full: nothing was changed.";

  const before = await stored(page);
  expect(await inPage(page, async ({ workspace, makeDataset, makeDocuments, refusal }) => refusal(workspace.import(makeDataset('y'), makeDocuments(30_000))), null)).toContain(full);
  expect(await stored(page)).toEqual(before);
  expect(await shown(page)).toBe(before.x);

  // Each step of the history takes some room, until there is none.
  const outcome = await inPage(page, async ({ workspace, labelling, refusal, stored: state }) => {
    for (let at = 0; at < 60; at++) {
      const earlier = await state();
      const refused = await refusal(workspace.apply(labelling('all', workspace.documents, at % 20)));
      if (refused) return { refused, earlier, later: await state() };
    }
    return null;
  }, null);
  expect(outcome?.refused).toContain(full);
  expect(outcome?.later).toEqual(outcome?.earlier);
  expect(await shown(page)).toBe(outcome?.later.x);
});

test('undo and redo survive a reload, as often as one likes', async ({ page }) => {
  await openHarness(page);
  await fill(page, 'x', 100);
  const states = [await stored(page)];
  for (let at = 0; at < 5; at++) {
    await inPage(page, async ({ workspace, labelling }, place) => workspace.apply(labelling(`label ${place}`, workspace.documents.slice(place, place + 1))), at);
    states.push(await stored(page));
  }
  const content = (state: Record<string, string>) => state.x!.split(' ').slice(3);
  await page.reload();
  await inPage(page, async ({ edit }) => edit('x'), null);
  expect(await inPage(page, ({ workspace }) => [workspace.canUndo, workspace.canRedo], null)).toEqual(['label 4', null]);
  // As a held key would: each begins before the one before it is written.
  const taken = await inPage(page, async ({ workspace }) => (await Promise.all(Array.from({ length: 6 }, () => workspace.undo()))).map((change) => change?.what ?? null), null);
  expect(taken).toEqual(['label 4', 'label 3', 'label 2', 'label 1', 'label 0', null]);
  expect(content(await stored(page))).toEqual(content(states[0]!));
  await page.reload();
  await inPage(page, async ({ edit, workspace }) => {
    await edit('x');
    await workspace.redo();
    await workspace.redo();
  }, null);
  expect(content(await stored(page))).toEqual(content(states[2]!));
  expect(await inPage(page, ({ workspace }) => [workspace.canUndo, workspace.canRedo], null)).toEqual(['label 1', 'label 2']);
});

test(`a data set of ${many} texts is stored, opened, changed as a whole and changed back`, async ({ page }) => {
  await openHarness(page);
  await fill(page, 'big', many);
  const measured = await inPage(
    page,
    async ({ workspace, labelling, edit }) => {
      const times: Record<string, number> = {};
      const time = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
        const begin = performance.now();
        const result = await work();
        times[name] = Math.round(performance.now() - begin);
        return result;
      };
      workspace.id = null;
      await time('open', () => edit('big'));
      const begin = performance.now();
      const key = workspace.apply(labelling('one', workspace.documents.slice(2500, 2501)));
      times.keyScript = performance.now() - begin;
      await key;
      times.keyStored = performance.now() - begin;
      const bulk = labelling('all', workspace.documents, 7);
      await time('bulk', () => workspace.apply(bulk));
      await time('undo', () => workspace.undo());
      await time('redo', () => workspace.redo());
      return times;
    },
    null,
  );
  test.info().annotations.push({ type: 'milliseconds', description: JSON.stringify(measured) });
  expect(await shown(page)).toBe((await stored(page)).big);
});

test(`a backup of ${many} texts restored into an empty profile and made again is the same file`, async ({ page, browser, baseURL }) => {
  await openHarness(page);
  await fill(page, 'big', many);
  await inPage(page, async ({ workspace, labelling, saveRun, store }) => {
    await workspace.apply(labelling('all', workspace.documents, 7));
    await workspace.apply(labelling('one', workspace.documents.slice(9, 10)));
    await workspace.undo();
    const score = { precision: 1, recall: 1, f1: 1 };
    const scores = { micro: score, macro: score, weighted: score, types: {} };
    const result = { scores, strictScores: null, predictions: [], losses: [1, NaN], labels: ['O'], notes: [] };
    const run = { id: 'r', dataset: 'big', created: 5, milliseconds: 10, recipe: { name: 'few-shot' }, reason: 'finished', result, evaluations: [], gold: [] } as unknown as Parameters<typeof saveRun>[1];
    const files = { 'model.safetensors': crypto.getRandomValues(new Uint8Array(60_000)) };
    await saveRun(await store(), run, { id: 'r', dataset: 'big', name: 'tagger', encoder: 'tiny', labels: ['O'], bytes: 60_000, created: 5 }, files);
  }, null);
  const save = async (from: Page): Promise<{ path: string; ms: number; unexported: number }> => {
    const downloading = from.waitForEvent('download');
    const told = await inPage(from, async ({ makeBackup, workspace }) => {
      const begin = performance.now();
      const link = document.createElement('a');
      link.href = URL.createObjectURL(await makeBackup());
      const ms = performance.now() - begin;
      link.download = 'backup.zip';
      link.click();
      await workspace.refresh();
      return { ms: Math.round(ms), unexported: workspace.unexported };
    }, null);
    return { path: await (await downloading).path(), ...told };
  };
  expect(await inPage(page, ({ workspace }) => workspace.unexported, null)).toBe(3);
  const first = await save(page);
  expect(first.unexported).toBe(0);

  const empty = await browser.newContext(baseURL ? { baseURL } : {});
  await serveHarness(empty);
  const other = await another(empty);
  await inPage(other, ({ workspace }) => {
    const input = document.createElement('input');
    input.type = 'file';
    document.body.append(input);
    return workspace.start(undefined);
  }, null);
  await other.locator('input').setInputFiles(first.path);
  const times = await inPage(other, async ({ readBackup, restoreBackup, workspace }) => {
    const begin = performance.now();
    const backup = await readBackup(document.querySelector('input')!.files![0]!);
    const read = performance.now();
    const [id] = await restoreBackup(backup, 'both');
    const restored = performance.now();
    await workspace.refresh();
    await workspace.open(id!);
    return { read: Math.round(read - begin), restore: Math.round(restored - read) };
  }, null);
  const second = await save(other);
  test.info().annotations.push({ type: 'milliseconds', description: JSON.stringify({ write: first.ms, ...times, bytes: statSync(first.path).size }) });
  expect(readFileSync(second.path).equals(readFileSync(first.path))).toBe(true);
  const content = (state: string | undefined) => state?.split(' ').slice(2);
  expect(content(await shown(other))).toEqual(content(await shown(page)));
  await empty.close();
});

test('a tab that is closed in the middle of a restore leaves nothing of it, or all', async ({ page, context }) => {
  await openHarness(page);
  await fill(page, 'x', 1500);
  const make = async (tab: Page) => inPage(tab, async ({ makeBackup, readBackup, restoreBackup, workspace }) => {
    await workspace.start('x');
    const backup = await readBackup(await makeBackup());
    const begin = performance.now();
    await restoreBackup(backup, 'both');
    return performance.now() - begin;
  }, null);
  const duration = await make(page);
  expect(Object.keys(await stored(page))).toHaveLength(2);
  await page.close();
  let sets = 2;
  for (const moment of [0.1, 0.3, 0.5, 0.7, 0.9, 1]) {
    const tab = await another(context);
    await inPage(tab, async ({ makeBackup, readBackup, restoreBackup, workspace }) => {
      await workspace.start('x');
      for (const { id } of workspace.all) if (id !== 'x') await workspace.remove(id);
      const backup = await readBackup(await makeBackup());
      void restoreBackup(backup, 'both');
    }, null);
    await new Promise((resolve) => setTimeout(resolve, moment * duration));
    await tab.close();
    const next = await another(context);
    await inPage(next, async ({ workspace }) => workspace.start('x'), null);
    // Nothing is left over: that would be listed by name.
    await expect.poll(async () => Object.keys(await stored(next)).filter((name) => name.includes(' of '))).toEqual([]);
    const state = await stored(next);
    sets = Object.keys(state).length;
    expect([1, 2]).toContain(sets);
    expect(new Set(Object.values(state).map((set) => set.split(' ').at(-2))).size).toBe(1);
    await next.close();
  }
});
