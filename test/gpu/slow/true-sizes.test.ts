import { describe, expect, it } from 'vitest';
import { sharedPage } from '../shared-page.ts';
import type { Agreement } from '../page/true-size-checks.ts';

/**
 * Of the norm of a result and of its largest number. Both providers add up in float32, the longest sums over 8192 rows, which stays below 1e-5.
 * A wrong index, a missing row or a sum in float16 is far above.
 */
const BOUND = 1e-4;

const page = sharedPage();

function report(found: Agreement[]): void {
  for (const { what, byNorm, byLargest, gpuMs, wasmMs } of found) {
    console.log(`${byNorm.toExponential(1)} of the norm, ${byLargest.toExponential(1)} of the largest; ${Math.round(gpuMs)} ms, WASM ${Math.round(wasmMs)} ms: ${what}`);
  }
}

/** A result that is not a number is beyond every bound. */
const beyond = (found: Agreement[]): Agreement[] => found.filter(({ byNorm, byLargest }) => !(byNorm <= BOUND && byLargest <= BOUND));

it("rows of RoBERTa's word and position tables, 50,265 × 768, for 32 × 128 tokens, bit by bit", async () => {
  expect(await page.call('lookUp', { rows: [50_265, 514], width: 768, tokens: 4096 })).toBe(0);
});

it("AdamW and the clip on RoBERTa's word table, 50,265 × 768", async () => {
  const [tensor] = await page.call('optimizer', { shapes: [[50_265, 768]], steps: 1, clipNorm: 1 });
  expect(tensor!.parameters.largest).toBeLessThan(1e-6);
  expect(tensor!.first.norm).toBeLessThan(1e-5 * tensor!.first.referenceNorm);
});

it("row sums of 32 × 128 tokens into RoBERTa's word table, 150,796 workgroups", async () => {
  const sums = await page.call('rowSums', { rows: 50_265, width: 768, occurrences: 4096 });
  expect(sums.norm).toBeLessThan(1e-6 * sums.referenceNorm);
  expect(sums.absentRowsAreZero).toBe(true);
});

it('layer norm alone and with a residual, and their gradients, over 8192 rows', async () => {
  const found = await page.call('normAtTrueSize');
  report(found);
  expect(beyond(found)).toEqual([]);
  expect(found).toHaveLength(7);
});

it('attention of 64 texts, 12 heads, 128 tokens, and its gradients', async () => {
  const found = await page.call('attentionAtTrueSize');
  report(found);
  expect(beyond(found)).toEqual([]);
  expect(found).toHaveLength(4);
});

describe('a training graph of RoBERTa base at 64 × 128 tokens, node by node', () => {
  it('gives on WebGPU what it gives on the CPU: all but matrix products', async () => {
    const found = await page.call('operatorsAtTrueSize', { products: false });
    report(found);
    expect(beyond(found)).toEqual([]);
    expect(found.some(({ what }) => what.startsWith('Softmax [64, 12, 128, 128]'))).toBe(true);
  });

  it('and matrix products, of large ones the largest of each form', async () => {
    const found = await page.call('operatorsAtTrueSize', { products: true });
    report(found);
    expect(beyond(found)).toEqual([]);
    const products = found.map(({ what }) => what);
    expect(products).toContainEqual(expect.stringContaining('Gemm [8192, 768] [3072, 768] [3072]'));
    expect(products).toContainEqual(expect.stringMatching(/^Gemm \[8192, 768\] \[768, 3072\]/));
    expect(products).toContainEqual(expect.stringMatching(/^MatMul \[64, 12, 128, 128\]/));
  });
});
