import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readEncoderConfig } from '../../../../wasm-models/weights/encoder-config.ts';
import { encoderNames, encoderShapes } from '../../../../web/src/train/bench/encoders.ts';
import { isPossible, lengths, mostTexts, offeredRows, printRow, readRows } from '../../../../web/src/train/bench/rows.ts';

test('rows come back from a link, each once, small ones first', () => {
  const row = fc.record({ encoder: fc.constantFrom(...encoderNames), batch: fc.integer({ min: 1, max: mostTexts }), tokens: fc.constantFrom(...lengths) }).filter(isPossible);
  fc.assert(
    fc.property(fc.array(row, { maxLength: 8 }), (rows) => {
      const read = readRows(rows.map(printRow).join(','));
      expect(read.map(printRow).sort()).toEqual([...new Set(rows.map(printRow))].sort());
      expect(readRows(read.map(printRow).toReversed().join(','))).toEqual(read);
    }),
    { seed: 1 },
  );
});

test('what is no row is left out of a link: other encoders and lengths, more texts or tokens than there can be', () => {
  expect(readRows('minilm-8x64, bert-8x64x2,gpt-8x64,tiny-8x33,tiny-8x256,minilm-0x64,minilm-257x64,,minilm-8').map(printRow)).toEqual(['minilm-8x64']);
  expect(readRows(undefined)).toEqual([]);
  expect(readRows('none')).toEqual([]);
});

test('every offered row is possible, and they are in the order of a link', () => {
  expect(offeredRows.filter((row) => !isPossible(row))).toEqual([]);
  expect(readRows(offeredRows.map(printRow).join(','))).toEqual(offeredRows);
});

test('the tiny shape is that of the encoder that comes with the app', () => {
  const config = JSON.parse(readFileSync(new URL('../../../../web/public/models/tiny/config.json', import.meta.url), 'utf8')) as Record<string, unknown>;
  expect(encoderShapes.tiny).toEqual(readEncoderConfig(config));
});
