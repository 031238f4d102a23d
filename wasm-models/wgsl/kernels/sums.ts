import { elementCount } from '../../graph/shape.ts';
import type { Place } from '../place.ts';
import { block } from '../registers.ts';
import { operandsOf, type ReductionTerm, type Term } from '../term.ts';
import { indent, registers, type Writing, type Written } from './kernel.ts';

/** Threads of a workgroup. */
const THREADS = { rows: 64, columns: 256 };

/** Columns that a workgroup sums side by side where its threads work together: as many as memory hands out at once. */
const SIDE_BY_SIDE = 16;

const START = { sum: '0f', max: '-3.4028234e38f' } as const;
const STEP = { sum: (a: string, b: string) => `${a} + ${b}`, max: (a: string, b: string) => `max(${a}, ${b})` } as const;

/** A row of the walked tensor at a time, or a column: loops along it for the sums, one after the other where one needs another's result, and a last loop for what is written for each element. */
export function sumsKernel(writing: Writing): Written {
  const { plan, together } = writing;
  const byRow = plan.kind === 'rows';
  const { shape } = plan;
  const along = byRow ? shape.at(-1)! : shape[0]!;
  const others = byRow ? shape.slice(0, -1) : shape.slice(1);
  const lines = elementCount(others);
  const threads = together ? THREADS[byRow ? 'rows' : 'columns'] : THREADS.rows;
  const inGroup = !together ? threads : byRow ? 1 : Math.min(SIDE_BY_SIDE, 2 ** Math.ceil(Math.log2(lines)));
  const lanes = threads / inGroup;
  const outer = { variable: 'line', shape: others };
  const inner = { variable: 'at', shape: [along] };
  const isOutside = byRow ? (term: Term) => along === 1 || (term.shape.at(-1) ?? 1) === 1 : (term: Term) => term.shape.length < shape.length || (along > 1 && term.shape[0] === 1);
  const made = registers(writing, { axes: byRow ? [outer, inner] : [inner, outer], isOutside });
  const out = made.outside;
  // `groups.z` is 1, which no compiler knows: drivers unroll loops of fixed length, and with long bodies compile for seconds.
  const loop = (body: readonly string[]): string[] => [`for (var at = ${lanes === 1 ? '0u' : 'lane'}; at < ${along}u * groups.z; at += ${lanes}u) {`, ...body.map((line) => `  ${line}`), '}'];

  let count = 0;
  for (const reductions of inStages(plan.members)) {
    const inside = block();
    const sums = reductions.map((reduction) => ({ reduction, name: `sum${count++}`, value: made.value(reduction.operand, inside) }));
    out.lines.push(...sums.map(({ reduction, name }) => `var ${name} = ${START[reduction.how]};`));
    out.lines.push(...loop([...inside.lines, ...sums.map(({ reduction, name, value }) => `${name} = ${STEP[reduction.how](name, value)};`)]));
    for (const { reduction, name } of sums) {
      if (lanes > 1) out.lines.push(`${name} = ${reduction.how}_of_lanes(local, ${name});`);
      out.names.set(reduction, name);
    }
  }
  const stores = [...plan.stores];
  const elements = stores.filter(([term]) => !isOutside(term));
  if (elements.length > 0) {
    const inside = block();
    const written = elements.map(([term, place]) => made.store(term, place, inside));
    out.lines.push(...loop([...inside.lines, ...written]));
  }
  const once = stores.filter(([term]) => isOutside(term)).map(([term, place]: [Term, Place]) => made.store(term, place, out));
  // Threads beyond the last line do its work once more: all have to reach every barrier.
  const place =
    lanes === 1
      ? [`let line = group * ${inGroup}u + local;`, `if (line >= ${lines}u) { return; }`]
      : [`let lane = local / ${inGroup}u;`, `let wanted = group * ${inGroup}u + local % ${inGroup}u;`, `let line = min(wanted, ${lines - 1}u);`];
  const first = lanes === 1 ? once : [`if (lane == 0u && wanted == line) {`, ...once.map((line) => `  ${line}`), '}'];
  return {
    declarations: lanes === 1 ? '' : shared(threads, inGroup, new Set([...plan.members].flatMap((term) => (term.kind === 'reduction' ? [term.how] : [])))),
    body: indent([...place, ...out.lines, ...(once.length > 0 ? first : [])]),
    threads,
    workgroups: Math.ceil(lines / inGroup),
  };
}

/** Adds up what the lanes of a line have, in the same order every time. */
function shared(threads: number, inGroup: number, hows: ReadonlySet<ReductionTerm['how']>): string {
  const functions = [...hows].map((how) => /* wgsl */ `
fn ${how}_of_lanes(local: u32, own: f32) -> f32 {
  partial[local] = own;
  workgroupBarrier();
  for (var half = ${threads / 2}u; half >= ${inGroup}u; half >>= 1u) {
    if (local < half) { partial[local] = ${STEP[how]('partial[local]', 'partial[local + half]')}; }
    workgroupBarrier();
  }
  let all = partial[local % ${inGroup}u];
  workgroupBarrier();
  return all;
}`);
  return `var<workgroup> partial: array<f32, ${threads}>;\n${functions.join('\n')}`;
}

/** Reductions by how many others they wait for. */
function inStages(members: ReadonlySet<Term>): ReductionTerm[][] {
  const depths = new Map<Term, number>();
  const depth = (term: Term): number => {
    if (!members.has(term)) return 0;
    let known = depths.get(term);
    if (known === undefined) depths.set(term, (known = Math.max(0, ...operandsOf(term).map(depth)) + (term.kind === 'reduction' ? 1 : 0)));
    return known;
  };
  const stages: ReductionTerm[][] = [];
  for (const term of members) if (term.kind === 'reduction') (stages[depth(term) - 1] ??= []).push(term);
  return stages;
}
