import { describe, expect, it } from 'vitest';
import { writers } from '../../../web/src/dataset/formats/writers.ts';
import { firstForm, nameOfDrawn, settingsOf, type DrawForm } from '../../../web/src/routes/data/drawing/draw-form.ts';
import { archives, exportGroups, fileName, splitless } from '../../../web/src/routes/data/exporting/export-formats.ts';
import { commonName } from '../../../web/src/routes/data/importing/incoming.ts';
import { dataText } from '../../../web/src/texts/data.ts';

describe('the form of splits and samples', () => {
  const read = (change: Partial<DrawForm>) => settingsOf({ ...firstForm, ...change });
  const wrong = (change: Partial<DrawForm>) => {
    const result = read(change);
    return 'wrong' in result ? result.wrong : null;
  };
  it('is right as it is shown first, for every kind', () => {
    for (const kind of ['split', 'few-shot', 'first', 'share', 'noise'] as const) expect(wrong({ kind })).toBeNull();
  });
  it('turns percent into fractions', () => {
    expect(read({ shares: { train: 70, dev: 10, test: 20 } })).toMatchObject({ settings: { settings: { shares: { train: 0.7, dev: 0.1, test: 0.2 } } } });
    expect(read({ kind: 'noise', share: 12.5 })).toMatchObject({ settings: { settings: { share: 0.125 } } });
  });
  it('leaves out how many types where all are wanted', () => {
    const result = read({ kind: 'few-shot', ways: null });
    expect('settings' in result && result.settings.settings).not.toHaveProperty('ways');
    expect(read({ kind: 'few-shot', ways: 3 })).toMatchObject({ settings: { settings: { ways: 3 } } });
  });
  it.each<[string, Partial<DrawForm>]>([
    ['shares that do not add up', { shares: { train: 80, dev: 10, test: 5 } }],
    ['an empty share', { shares: { train: 100, dev: null, test: 0 } }],
    ['no split to draw from', { kind: 'share', splits: [] }],
    ['half a text', { kind: 'first', count: 0.5 }],
    ['k of 0', { kind: 'few-shot', k: 0 }],
    ['more than everything', { kind: 'noise', share: 101 }],
    ['an empty seed', { seed: null }],
  ])('refuses %s in words', (_what, change) => expect(wrong(change)).toMatch(/\w+ .+/));
  it('names what it makes after what it was made from', () => {
    const result = read({ kind: 'few-shot', k: 5, seed: 3 });
    expect('settings' in result && nameOfDrawn('Politics', result.settings)).toBe('Politics, 5-shot, seed 3');
  });
});

describe('export', () => {
  const offered = exportGroups.flatMap(({ formats }) => [...formats]);
  it('offers every format that has a writer, once', () => expect(offered.toSorted()).toEqual(Object.keys(writers).toSorted()));
  it('knows which formats are archives, and which cannot hold splits', async () => {
    for (const format of offered) {
      const writer = await writers[format]!();
      expect([format, archives.includes(format)]).toEqual([format, writer.ending === 'zip']);
      expect([format, splitless.includes(format)]).toEqual([format, writer.holds.splits === false]);
    }
  });
  it('makes names that every disk takes', () => {
    expect(fileName('Lantern Coast: part 1/2?', 'zip')).toBe('Lantern-Coast-part-1-2.zip');
    expect(fileName('日本語', 'csv')).toBe('日本語.csv');
    expect(fileName('…', 'csv')).toBe('texts.csv');
  });
});

it('several files are called what they have in common', () => {
  expect(commonName(['mine.conll'])).toBe('mine');
  expect(commonName(['news-train.conll', 'news-test.conll'])).toBe('news');
  expect(commonName(['set.zip/train.conll', 'set.zip/test.conll'])).toBe('set');
  expect(commonName(['train.conll', 'test.conll'])).toBe('');
  expect(commonName(['news.train', 'news.test', 'news'])).toBe('news');
});

it('a data set says how it was made', () => {
  const said = (how: string, settings: Record<string, string | number>) => dataText.derivation(how, 'News', settings);
  expect(said('copy', {})).toBe('A copy of “News”.');
  expect(said('merge', { with: 'Sport, Town', duplicates: 'dropped', dropped: 3 })).toBe('Merged from “News” and Sport, Town; 3 texts that were there already left out.');
  expect(said('noise', { share: 0.2, splits: 'train dev', seed: 4 })).toBe('From “News”, with 20 % of the entities of train, dev dropped at random, seed 4.');
  expect(said('few-shot', { k: 5, ways: 3, splits: 'train', seed: 1 })).toBe('A few-shot sample of “News”: 5 to 10 entities of each of 3 types drawn, from train, seed 1.');
  expect(said('first', { count: 10, of: 'documents', splits: 'train' })).toBe('From “News”: the first 10 texts of each type of train.');
  expect(said('share', { share: 0.5, splits: 'train', seed: 1 })).toBe('From “News”: 50 % of the texts of train, seed 1.');
});
