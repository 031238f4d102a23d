import { encoderNames, encoderShapes, type EncoderName } from './encoders.ts';

/** One size of step: `batch` texts of `tokens` sub-tokens each. */
export interface BenchRow {
  encoder: EncoderName;
  batch: number;
  tokens: number;
}

/** The rows that are offered; others are made of the visitor's own numbers. */
export const offeredRows: readonly BenchRow[] = [
  { encoder: 'tiny', batch: 8, tokens: 32 },
  { encoder: 'minilm', batch: 8, tokens: 64 },
  { encoder: 'minilm', batch: 32, tokens: 64 },
  { encoder: 'minilm', batch: 32, tokens: 128 },
  { encoder: 'bert', batch: 8, tokens: 64 },
  { encoder: 'bert', batch: 32, tokens: 128 },
];

/** What is measured where the visitor has chosen nothing: what every device has room for. */
export const usualRows: readonly BenchRow[] = offeredRows.slice(0, 3);

/** Lengths that batches are padded to on a GPU. */
export const lengths = [16, 32, 64, 128, 256, 512] as const;
export const mostTexts = 256;

/** `minilm-32x64`. */
export const printRow = ({ encoder, batch, tokens }: BenchRow): string => `${encoder}-${batch}x${tokens}`;

/** Rows as a link holds them: `tiny-8x32,minilm-32x64`. Encoders and sizes that there are not are left out, and so is what comes twice. */
export function readRows(written: string | undefined): BenchRow[] {
  const rows = new Map<string, BenchRow>();
  for (const part of written?.split(',') ?? []) {
    const [, name, batch, tokens] = /^([a-z]+)-(\d+)x(\d+)$/.exec(part.trim()) ?? [];
    const encoder = encoderNames.find((known) => known === name);
    if (!encoder) continue;
    const row = { encoder, batch: Number(batch), tokens: Number(tokens) };
    if (isPossible(row)) rows.set(printRow(row), row);
  }
  return [...rows.values()].sort(byWork);
}

/** Whether the encoder takes texts of that length, and as many at once. */
export function isPossible({ encoder, batch, tokens }: BenchRow): boolean {
  const isLength = (lengths as readonly number[]).includes(tokens);
  return isLength && tokens <= encoderShapes[encoder].maxPositions && Number.isInteger(batch) && batch >= 1 && batch <= mostTexts;
}

/** Small ones first. */
function byWork(a: BenchRow, b: BenchRow): number {
  return encoderNames.indexOf(a.encoder) - encoderNames.indexOf(b.encoder) || a.batch * a.tokens - b.batch * b.tokens || a.tokens - b.tokens;
}
