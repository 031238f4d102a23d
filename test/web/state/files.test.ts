import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { combine, readFiles, type ReadFile } from '../../../web/src/state/files.ts';

const read = (files: readonly File[]): Promise<ReadFile[]> => readFiles(files, () => undefined, new AbortController().signal);
const conll = 'Ana\tB-x\nleft\tO\n\n';

describe('files that are read', () => {
  it('have the split that their name speaks of, to be changed', async () => {
    expect(await read([new File([conll], 'train.conll')])).toMatchObject([{ name: 'train.conll', split: 'train', ownSplits: false, documents: [{ text: 'Ana left' }] }]);
  });
  it('of an archive have that of their path, and what was left out is in a report of its own', async () => {
    const bytes = zipSync({ 'dev/a.conll': strToU8(conll), 'b.conll': strToU8(conll), 'inner.zip': strToU8('x') });
    const files = await read([new File([bytes as Uint8Array<ArrayBuffer>], 'x.zip')]);
    expect(files.map(({ name, split, ownSplits, documents }) => [name, split, ownSplits, documents.length])).toEqual([
      ['x.zip/dev/a.conll', 'dev', true, 1],
      ['x.zip/b.conll', null, false, 1],
      ['x.zip', null, false, 0],
    ]);
    expect(files[2]!.report.problems).toMatchObject([{ message: expect.stringMatching(/^inner\.zip: archives inside archives are not opened/) }]);
  });
  it('that hold several splits keep them', async () => {
    const bytes = zipSync({ 'train/1.txt': strToU8('Ana'), 'train/1.ann': strToU8(''), 'test/2.txt': strToU8('Bo'), 'test/2.ann': strToU8('') });
    expect(await read([new File([bytes as Uint8Array<ArrayBuffer>], 'brat.zip')])).toMatchObject([{ name: 'brat.zip', split: null, ownSplits: true, documents: [{ split: 'train' }, { split: 'test' }] }]);
  });
  it('are no longer read once that was cancelled', async () => {
    const control = new AbortController();
    const reading = readFiles([new File([conll], 'a.conll'), new File([conll], 'b.conll')], (name) => name === 'b.conll' && control.abort(), control.signal);
    await expect(reading).rejects.toThrow(/abort/i);
  });
});

describe('documents of several files', () => {
  const file = (ids: string[], split?: 'train'): ReadFile => ({
    name: 'a',
    documents: ids.map((id) => ({ id, text: id, spans: [], origin: { file: 'a', line: 1 }, ...(split ? { split } : {}) })),
    report: {} as ReadFile['report'],
    split: null,
    ownSplits: split !== undefined,
  });
  it('get ids that differ from each other and from those that are there', () => {
    expect([...combine([file(['x', 'y']), file(['x'])], ['none', 'none'], new Set(['y']))].map(({ id }) => id)).toEqual(['x', 'y (2)', 'x (2)']);
  });
  it('take the split chosen for their file, else keep their own', () => {
    expect([...combine([file(['x'], 'train'), file(['y'], 'train')], ['test', 'none'])].map(({ split }) => split)).toEqual(['test', 'train']);
  });
});
