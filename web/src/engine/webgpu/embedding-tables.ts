import type { RowInput } from '../../../../wasm-models/artifacts/manifest.ts';
import type { Batch } from '../engine.ts';
import { createUniform, GrowingBuffer, upload } from './buffers.ts';
import type { Gpu } from './device.ts';
import { THREADS } from './kernel.ts';
import type { Kernels } from './kernels/index.ts';
import type { ParameterBlock } from './parameters.ts';
import { rowGroups } from './row-groups.ts';

const ROW_IDS: Record<RowInput, keyof Pick<Batch, 'inputIds' | 'positionIds' | 'tokenTypeIds'>> = {
  input_ids: 'inputIds',
  position_ids: 'positionIds',
  token_type_ids: 'tokenTypeIds',
};

/**
 * The embedding tables, which lie one behind the other in one buffer. Both ways a token is as many rows as there are tables: forward their sum,
 * backward one gradient that each of them gets.
 */
export class EmbeddingTables {
  readonly #gpu: Gpu;
  readonly #kernels: Kernels;
  readonly #tables: readonly { rowsOf: RowInput; first: number; rows: number }[];
  readonly #rows: number;
  readonly #width: number;
  readonly #parameter: GPUBuffer;
  readonly #ids: GrowingBuffer;
  readonly #order: GrowingBuffer;
  readonly #groupStarts: GrowingBuffer;
  readonly #rowStarts: GrowingBuffer;
  readonly #groupSums: GrowingBuffer;
  readonly #identity: GrowingBuffer;
  readonly #lookUpShape: GPUBuffer;
  readonly #groupShape: GPUBuffer;
  readonly #rowShape: GPUBuffer;
  #identityLength = 0;

  constructor(gpu: Gpu, kernels: Kernels, { places }: Pick<ParameterBlock, 'places'>, parameter: GPUBuffer) {
    this.#gpu = gpu;
    this.#kernels = kernels;
    this.#width = places[0]!.spec.shape[1]!;
    this.#tables = places.map(({ spec, from }) => ({ rowsOf: spec.rowsOf!, first: from / this.#width, rows: spec.shape[0]! }));
    this.#rows = this.#tables.reduce((sum, { rows }) => sum + rows, 0);
    this.#parameter = parameter;
    const growing = (label: string): GrowingBuffer => new GrowingBuffer(gpu, `embeddings: ${label}`);
    this.#ids = growing('rows of tokens');
    this.#order = growing('occurrences');
    this.#groupStarts = growing('groups');
    this.#rowStarts = growing('rows');
    this.#groupSums = growing('sums of groups');
    this.#identity = growing('group numbers');
    this.#lookUpShape = createUniform(gpu, 'embeddings: shape', 16);
    this.#groupShape = createUniform(gpu, 'embeddings: shape of groups', 16);
    this.#rowShape = createUniform(gpu, 'embeddings: shape of rows', 16);
  }

  /** Encodes the sums of the rows of a batch's tokens, `[batch · tokens, width]`. */
  encodeLookUp(pass: GPUComputePassEncoder, batch: Batch, embeddings: GPUBuffer): void {
    const ids = this.#rowsOf(batch);
    const tokens = ids.length / this.#tables.length;
    upload(this.#gpu, this.#lookUpShape, new Uint32Array([tokens, this.#width, this.#tables.length]));
    const { embed } = this.#kernels;
    embed.dispatch(pass, embed.bind(this.#parameter, this.#ids.hold(ids), embeddings, this.#lookUpShape), Math.ceil((tokens * this.#width) / THREADS));
  }

  /**
   * Encodes the gradient of the tables from that of the sums: each row's is the sum over the row's occurrences. Two passes of one kernel: groups of
   * occurrences, then the groups of each row. The result is dense; rows that do not occur get 0. `add` keeps what micro-batches before it left.
   */
  encodeGradient(pass: GPUComputePassEncoder, batch: Batch, embeddingGradient: GPUBuffer, gradient: GPUBuffer, add: boolean): void {
    const ids = this.#rowsOf(batch);
    const { order, groupStarts, rowStarts } = rowGroups(ids, this.#rows);
    const tokens = ids.length / this.#tables.length;
    for (let i = 0; i < order.length; i++) order[i]! %= tokens;
    const groups = groupStarts.length - 1;
    upload(this.#gpu, this.#groupShape, new Uint32Array([groups, this.#width, 0]));
    upload(this.#gpu, this.#rowShape, new Uint32Array([this.#rows, this.#width, add ? 1 : 0]));
    const groupSums = this.#groupSums.fit(groups * this.#width);
    const { sumRows } = this.#kernels;
    const perGroup = sumRows.bind(embeddingGradient, this.#order.hold(order), this.#groupStarts.hold(groupStarts), groupSums, this.#groupShape);
    sumRows.dispatch(pass, perGroup, Math.ceil((groups * this.#width) / THREADS));
    const perRow = sumRows.bind(groupSums, this.#groupNumbers(groups), this.#rowStarts.hold(rowStarts), gradient, this.#rowShape);
    sumRows.dispatch(pass, perRow, Math.ceil((this.#rows * this.#width) / THREADS));
  }

  /** `[tables, tokens]`: rows counted from the first table's start. @throws RangeError on an id that is no row of its table */
  #rowsOf(batch: Batch): Int32Array {
    const tokens = batch.size * batch.tokens;
    const all = new Int32Array(tokens * this.#tables.length);
    this.#tables.forEach(({ rowsOf, first, rows }, table) => {
      const ids = batch[ROW_IDS[rowsOf]];
      for (let i = 0; i < tokens; i++) {
        const id = ids[i]!;
        if (!(id >= 0 && id < rows)) throw new RangeError(`Number ${i} of ${rowsOf} is ${id}, which is no row of a table of ${rows} rows.`);
        all[table * tokens + i] = first + id;
      }
    });
    return all;
  }

  #groupNumbers(groups: number): GPUBuffer {
    if (groups > this.#identityLength) {
      this.#identityLength = 2 * groups;
      this.#identity.hold(Uint32Array.from({ length: this.#identityLength }, (_, i) => i));
    }
    return this.#identity.fit(groups);
  }

  destroy(): void {
    for (const buffer of [this.#ids, this.#order, this.#groupStarts, this.#rowStarts, this.#groupSums, this.#identity, this.#lookUpShape, this.#groupShape, this.#rowShape]) buffer.destroy();
  }
}
