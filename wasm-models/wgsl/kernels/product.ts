import { elementCount } from '../../graph/shape.ts';
import { position, type Axis } from '../expression.ts';
import type { Place } from '../place.ts';
import { block } from '../registers.ts';
import { indent, registers, type Writing, type Written } from './kernel.ts';

/** Rows and columns of the result that a thread computes from a workgroup's memory: sixteen sums are as many as registers of any GPU hold beside what they are made of. */
const BLOCK = 4;

/** Where each thread works alone, reading costs most: the more sums a thread has, the less it reads for each. More than these take long to compile. */
const ALONE = { high: 8, wide: 4, threads: 32 };

/** Positions along the inner axis that a workgroup reads at once. */
const DEPTH = 16;

/** With fewer workgroups of large tiles a GPU would be idle in part. */
const ENOUGH_WORKGROUPS = 64;

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));

/** A matrix product, a block of the result a thread; what else is to be computed from each element of the result is computed while it is at hand. */
export function productKernel(writing: Writing): Written {
  return writing.together ? tiles(writing) : blocks(writing);
}

interface Sizes {
  /** Axes before the last two. */
  lead: readonly number[];
  matrices: number;
  rows: number;
  columns: number;
  inner: number;
}

function sizesOf({ plan: { shape, product } }: Writing): Sizes {
  const lead = shape.slice(0, -2);
  const [rows, columns] = shape.slice(-2) as [number, number];
  return { lead, matrices: elementCount(lead), rows, columns, inner: product!.left.shape.at(-1)! };
}

/** Each thread reads from memory what it needs. */
function blocks(writing: Writing): Written {
  const { lead, matrices, rows, columns, inner } = sizesOf(writing);
  const { left, right } = writing.plan.product!;
  const [high, wide] = [Math.min(ALONE.high, rows), Math.min(ALONE.wide, columns)];
  const [down, across] = [Math.ceil(rows / high), Math.ceil(columns / wide)];
  const matrix = { variable: 'matrix', shape: lead };
  const body = [
    `let thread = group * ${ALONE.threads}u + local;`,
    `if (thread >= ${matrices * down * across}u) { return; }`,
    `let column = thread % ${across}u * ${wide}u;`,
    `let row = thread / ${across}u % ${down}u * ${high}u;`,
    `let matrix = thread / ${across * down}u;`,
    ...times(high, (i) => `let row${i} = ${clamped(`row + ${i}u`, rows, high)};`),
    ...times(wide, (j) => `let column${j} = ${clamped(`column + ${j}u`, columns, wide)};`),
    ...times(high * wide, (index) => `var sum${index} = 0f;`),
    `for (var k = 0u; k < ${inner}u; k++) {`,
    ...times(high, (i) => `  let a${i} = ${fetch(writing, left.place, [matrix, { variable: `row${i}`, shape: [rows] }, { variable: 'k', shape: [inner] }])};`),
    ...times(wide, (j) => `  let b${j} = ${fetch(writing, right.place, [matrix, { variable: 'k', shape: [inner] }, { variable: `column${j}`, shape: [columns] }])};`),
    ...times(high * wide, (index) => `  sum${index} += a${Math.floor(index / wide)} * b${index % wide};`),
    '}',
    ...finished(high, wide, rows % high !== 0 ? rows : null, columns % wide !== 0 ? columns : null),
  ];
  return { declarations: finish(writing), body: indent(body), threads: ALONE.threads, workgroups: Math.ceil((matrices * down * across) / ALONE.threads) };
}

/** A workgroup reads a tile of both factors into its memory, where each number is used by as many threads as the tile has blocks across or down. */
function tiles(writing: Writing): Written {
  const { lead, matrices, rows, columns, inner } = sizesOf(writing);
  const { left, right } = writing.plan.product!;
  const tilesOf = (size: number): number => matrices * Math.ceil(rows / size) * Math.ceil(columns / size);
  const size = Math.min(rows, columns) > 32 && tilesOf(64) >= ENOUGH_WORKGROUPS ? 64 : 32;
  const side = size / BLOCK;
  const threads = side * side;
  const [down, across] = [Math.ceil(rows / size), Math.ceil(columns / size)];
  const matrix = { variable: 'matrix', shape: lead };
  /** A column more, so that neighbours which write one below the other do not wait for the same bank. */
  const pitch = size + 1;
  const read = (name: string, { place }: { place: Place }, first: string, count: number, axes: readonly Axis[]): string[] => {
    // Neighbouring threads read neighbouring numbers, whichever way the factor lies.
    const [rowStride, columnStride] = place.layout.strides.slice(-2) as [number, number];
    const inwards = name === 'left' ? columnStride <= rowStride : rowStride < columnStride;
    return [
      `  for (var i = local; i < ${size * DEPTH}u; i += ${threads}u) {`,
      `    let depth = i ${inwards ? `% ${DEPTH}u` : `/ ${size}u`};`,
      `    let along = i ${inwards ? `/ ${DEPTH}u` : `% ${size}u`};`,
      `    let k = begin + depth;`,
      `    let ${first} = ${first}_start + along;`,
      `    var value = 0f;`,
      `    if (k < ${inner}u && ${first} < ${count}u) { value = ${fetch(writing, place, axes)}; }`,
      `    ${name}[depth * ${pitch}u + along] = value;`,
      '  }',
    ];
  };
  const k = { variable: 'k', shape: [inner] };
  const body = [
    `if (group >= ${matrices * down * across}u) { return; }`,
    `let matrix = group / ${across * down}u;`,
    `let row_start = group / ${across}u % ${down}u * ${size}u;`,
    `let column_start = group % ${across}u * ${size}u;`,
    `let high = local / ${side}u * ${BLOCK}u;`,
    `let wide = local % ${side}u * ${BLOCK}u;`,
    ...times(BLOCK * BLOCK, (index) => `var sum${index} = 0f;`),
    `for (var begin = 0u; begin < ${inner}u; begin += ${DEPTH}u) {`,
    ...read('left', left, 'row', rows, [matrix, { variable: 'row', shape: [rows] }, k]),
    ...read('right', right, 'column', columns, [matrix, k, { variable: 'column', shape: [columns] }]),
    '  workgroupBarrier();',
    `  for (var depth = 0u; depth < ${DEPTH}u; depth++) {`,
    ...times(BLOCK, (i) => `    let a${i} = left[depth * ${pitch}u + high + ${i}u];`),
    ...times(BLOCK, (j) => `    let b${j} = right[depth * ${pitch}u + wide + ${j}u];`),
    ...times(BLOCK * BLOCK, (index) => `    sum${index} += a${Math.floor(index / BLOCK)} * b${index % BLOCK};`),
    '  }',
    '  workgroupBarrier();',
    '}',
    'let row = row_start + high;',
    'let column = column_start + wide;',
    ...times(BLOCK, (i) => `let row${i} = row + ${i}u;`),
    ...times(BLOCK, (j) => `let column${j} = column + ${j}u;`),
    ...finished(BLOCK, BLOCK, rows % size !== 0 ? rows : null, columns % size !== 0 ? columns : null),
  ];
  const memory = ['left', 'right'].map((name) => `var<workgroup> ${name}: array<f32, ${DEPTH * pitch}>;`).join('\n');
  return { declarations: `${memory}\n${finish(writing)}`, body: indent(body), threads, workgroups: matrices * down * across };
}

/** A coordinate that stays inside where the last block reaches beyond the edge. */
const clamped = (coordinate: string, size: number, block: number): string => (size % block === 0 ? coordinate : `min(${coordinate}, ${size - 1}u)`);

function fetch({ nameOf }: Writing, { storage, layout }: Place, axes: readonly Axis[]): string {
  const element = `${nameOf(storage)}[${position(layout, axes)}]`;
  return storage.dtype === 'float16' ? `f32(${element})` : element;
}

/** Hands the sums of a block on, save for what lies beyond `rows` and `columns`, where they have to be watched. */
function finished(high: number, wide: number, rows: number | null, columns: number | null): string[] {
  return times(high * wide, (index) => {
    const [i, j] = [Math.floor(index / wide), index % wide];
    const guards = [...(rows === null ? [] : [`row + ${i}u < ${rows}u`]), ...(columns === null ? [] : [`column + ${j}u < ${columns}u`])];
    const call = `finish(matrix, row${i}, column${j}, sum${index});`;
    return guards.length > 0 ? `if (${guards.join(' && ')}) { ${call} }` : call;
  });
}

/** What becomes of an element of the product. */
function finish(writing: Writing): string {
  const { plan } = writing;
  const { lead, rows, columns } = sizesOf(writing);
  const axes = [{ variable: 'matrix', shape: lead }, { variable: 'row', shape: [rows] }, { variable: 'column', shape: [columns] }];
  const made = registers(writing, { axes, isOutside: () => true });
  made.outside.names.set(plan.product!, 'sum');
  const stores = [...plan.stores].map(([term, place]) => made.store(term, place, block()));
  return /* wgsl */ `
fn finish(matrix: u32, row: u32, column: u32, sum: f32) {
${indent([...made.outside.lines, ...stores])}
}
`;
}
