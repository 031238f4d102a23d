import type { RowInput } from '../../../../wasm-models/artifacts/manifest.ts';
import { createUniform, GrowingBuffer, upload } from './buffers.ts';
import type { Gpu } from './device.ts';
import { THREADS } from './kernel.ts';
import type { Kernels } from './kernels/index.ts';
import { rowGroups } from './row-groups.ts';

/** An embedding table and where its gradient goes. */
export interface TableGradient {
  name: string;
  rowsOf: RowInput;
  rows: number;
  width: number;
  gradient: GPUBuffer;
}

/**
 * The gradient of an embedding table: each row's is the sum of the summed embedding's gradient over the row's occurrences.
 * Two passes of one kernel: groups of occurrences, then the groups of each row. The result is dense; rows that do not occur get 0.
 */
export class RowSums {
  readonly table: TableGradient;
  readonly #gpu: Gpu;
  readonly #kernels: Kernels;
  readonly #order: GrowingBuffer;
  readonly #groupStarts: GrowingBuffer;
  readonly #rowStarts: GrowingBuffer;
  readonly #groupSums: GrowingBuffer;
  readonly #identity: GrowingBuffer;
  readonly #groupShape: GPUBuffer;
  readonly #rowShape: GPUBuffer;
  #identityLength = 0;

  constructor(gpu: Gpu, kernels: Kernels, table: TableGradient) {
    this.table = table;
    this.#gpu = gpu;
    this.#kernels = kernels;
    const growing = (label: string): GrowingBuffer => new GrowingBuffer(gpu, `${table.name}: ${label}`);
    this.#order = growing('occurrences');
    this.#groupStarts = growing('groups');
    this.#rowStarts = growing('rows');
    this.#groupSums = growing('sums of groups');
    this.#identity = growing('group numbers');
    this.#groupShape = createUniform(gpu, `${table.name}: shape of groups`, 16);
    this.#rowShape = createUniform(gpu, `${table.name}: shape of rows`, 16);
  }

  /** Encodes the sums for one batch; `add` keeps what micro-batches before it left. Call after `encode` of the last batch was submitted. */
  encode(pass: GPUComputePassEncoder, embeddingGradient: GPUBuffer, ids: Int32Array, add: boolean): void {
    const { rows, width, gradient } = this.table;
    const { order, groupStarts, rowStarts } = rowGroups(ids, rows);
    const groups = groupStarts.length - 1;
    upload(this.#gpu, this.#groupShape, new Uint32Array([groups, width, 0]));
    upload(this.#gpu, this.#rowShape, new Uint32Array([rows, width, add ? 1 : 0]));
    const groupSums = this.#groupSums.fit(groups * width);
    const { sumRows } = this.#kernels;
    const perGroup = sumRows.bind(embeddingGradient, this.#order.hold(order), this.#groupStarts.hold(groupStarts), groupSums, this.#groupShape);
    sumRows.dispatch(pass, perGroup, Math.ceil((groups * width) / THREADS));
    const perRow = sumRows.bind(groupSums, this.#groupNumbers(groups), this.#rowStarts.hold(rowStarts), gradient, this.#rowShape);
    sumRows.dispatch(pass, perRow, Math.ceil((rows * width) / THREADS));
  }

  #groupNumbers(groups: number): GPUBuffer {
    if (groups > this.#identityLength) {
      this.#identityLength = 2 * groups;
      this.#identity.hold(Uint32Array.from({ length: this.#identityLength }, (_, i) => i));
    }
    return this.#identity.fit(groups);
  }

  destroy(): void {
    for (const buffer of [this.#order, this.#groupStarts, this.#rowStarts, this.#groupSums, this.#identity, this.#groupShape, this.#rowShape]) buffer.destroy();
  }
}
