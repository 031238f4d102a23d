import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodePlacement } from '../../../web/src/engine/placement.ts';
import { addRows } from '../../../web/src/engine/row-sum.ts';
import { threadsFor } from '../../../web/src/engine/wasm-package.ts';
import { grid } from '../../../web/src/engine/webgpu/kernel.ts';
import { rowGroups } from '../../../web/src/engine/webgpu/row-groups.ts';

describe('row groups', () => {
  it('hold every occurrence once, in order, in groups of one row and limited size', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 200 }), fc.integer({ min: 1, max: 70 }), (list, limit) => {
        const ids = Int32Array.from(list);
        const { order, groupStarts, rowStarts } = rowGroups(ids, 12, limit);
        const expected = [...ids.keys()].sort((a, b) => ids[a]! - ids[b]! || a - b);
        expect([...order]).toEqual(expected);
        expect(rowStarts[12]).toBe(groupStarts.length - 1);
        for (let row = 0; row < 12; row++) {
          for (let group = rowStarts[row]!; group < rowStarts[row + 1]!; group++) {
            const members = order.subarray(groupStarts[group]!, groupStarts[group + 1]!);
            expect(members.length).toBeGreaterThan(0);
            expect(members.length).toBeLessThanOrEqual(limit);
            expect(members.every((position) => ids[position] === row)).toBe(true);
          }
        }
      }),
    );
  });

  it('summed in two passes give what adding row by row gives', () => {
    const ids = Int32Array.of(3, 0, 3, 3, 1, 3, 3);
    const values = Float32Array.from(ids, (_, i) => 2 ** i);
    const { order, groupStarts, rowStarts } = rowGroups(ids, 5, 2);
    const sum = (starts: Uint32Array, at: (k: number) => number): number[] =>
      [...starts.subarray(0, -1).keys()].map((i) => Array.from({ length: starts[i + 1]! - starts[i]! }, (_, k) => at(starts[i]! + k)).reduce((a, b) => a + b, 0));
    const groups = sum(groupStarts, (k) => values[order[k]!]!);
    const rows = sum(rowStarts, (k) => groups[k]!);
    const expected = new Float32Array(5);
    addRows(expected, ids, values, 1);
    expect(rows).toEqual([...expected]);
  });

  it('refuse an id beyond the table', () => {
    expect(() => rowGroups(Int32Array.of(0, 5), 5)).toThrow('Id 5 at position 1 is no row of a table of 5 rows.');
    expect(() => rowGroups(Int32Array.of(-1), 5)).toThrow('Id -1 at position 0');
  });
});

describe('a grid of workgroups', () => {
  it('covers them with sides within the limit', () => {
    expect(grid(1, 65_535)).toEqual([1, 1]);
    expect(grid(65_535, 65_535)).toEqual([65_535, 1]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (workgroups) => {
        const [x, y] = grid(workgroups, 65_535);
        expect(Math.max(x, y)).toBeLessThanOrEqual(65_535);
        expect(x * y).toBeGreaterThanOrEqual(workgroups);
        expect(x * y - workgroups).toBeLessThan(y);
      }),
    );
  });

  it('has an end', () => {
    expect(() => grid(101, 10)).toThrow('101 workgroups do not fit a grid of 10 × 10.');
  });
});

describe('names and numbers for people', () => {
  it('threads follow the cores where the page is isolated', () => {
    expect([1, 2, 4, 6, 8, 12, 16, 64].map((cores) => threadsFor(cores, true))).toEqual([1, 2, 4, 4, 4, 6, 8, 8]);
    expect(threadsFor(8, false)).toBe(1);
  });
});

describe('the log of node placement', () => {
  it('is read by provider', () => {
    const log = [
      'session_state.cc:1383 VerifyEachNodeIsAssignedToAnEp]  Node(s) placed on [CPUExecutionProvider]. Number of nodes: 1',
      'session_state.cc:1385 VerifyEachNodeIsAssignedToAnEp]   Concat (shape.batchxtokens)\nsession_state.cc:1383 VerifyEachNodeIsAssignedToAnEp]  Node(s) placed on [WebGpuExecutionProvider]. Number of nodes: 2',
      'session_state.cc:1385 VerifyEachNodeIsAssignedToAnEp]   Gemm (a)',
      'session_state.cc:1385 VerifyEachNodeIsAssignedToAnEp]   Gemm (b)',
    ];
    expect([...nodePlacement(log)]).toEqual([['CPUExecutionProvider', ['Concat']], ['WebGpuExecutionProvider', ['Gemm', 'Gemm']]]);
    expect([...nodePlacement(['VerifyEachNodeIsAssignedToAnEp] All nodes placed on [WebGpuExecutionProvider]. Number of nodes: 9'])]).toEqual([['WebGpuExecutionProvider', []]]);
  });
});
