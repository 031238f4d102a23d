import { ERF } from '../expression.ts';
import type { Place, Storage } from '../place.ts';
import { Registers, type Walk } from '../registers.ts';
import type { KernelPlan } from '../schedule.ts';
import type { Term } from '../term.ts';

/** What a kernel is written with. */
export interface Writing {
  readonly plan: KernelPlan;
  /** Where a term goes if it has to be in memory. */
  placeOf(term: Term): Place;
  nameOf(storage: Storage): string;
  /** Whether threads of a workgroup work together through its memory. GPUs want that; programs that play one don't. */
  readonly together: boolean;
}

/** A shader and how many workgroups of it are wanted. */
export interface Written {
  /** Declarations besides the buffers. */
  declarations: string;
  /** Statements of `main`; `group` is the number of the workgroup, `local` the thread's number in it. */
  body: string;
  threads: number;
  workgroups: number;
}

export const registers = ({ plan, placeOf, nameOf }: Writing, walk: Walk): Registers => new Registers(plan, walk, placeOf, nameOf);

export const indent = (lines: readonly string[]): string => lines.map((line) => `  ${line}`).join('\n');

/** The whole shader. */
export function shader({ declarations, body, threads }: Written, buffers: readonly { name: string; storage: Storage; written: boolean }[]): string {
  const half = buffers.some(({ storage }) => storage.dtype === 'float16');
  const bindings = buffers.map(({ name, storage, written }, index) => `@group(0) @binding(${index}) var<storage, ${written ? 'read_write' : 'read'}> ${name}: array<${storage.dtype === 'float16' ? 'f16' : 'f32'}>;`);
  return /* wgsl */ `${half ? 'enable f16;\n' : ''}${bindings.join('\n')}
${declarations}${/\berf\(/.test(declarations + body) ? ERF : ''}

@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) groups_at: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let group = groups_at.y * groups.x + groups_at.x;
${body}
}
`;
}
