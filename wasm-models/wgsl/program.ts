import type { Graph } from '../graph/graph.ts';
import { elementsKernel } from './kernels/elements.ts';
import { shader, type Writing, type Written } from './kernels/kernel.ts';
import { productKernel } from './kernels/product.ts';
import { sumsKernel } from './kernels/sums.ts';
import { lower } from './lower.ts';
import { bytesOf, type Storage } from './place.ts';
import { BUFFERS, type KernelKind, type KernelPlan, type Schedule } from './schedule.ts';
import { assignSlots, storagesOf } from './slots.ts';

/** What a kernel's binding is: an input or output of the graph by its name, or a buffer of the program's own by its number. */
export type Binding = { readonly name: string; readonly bytes: number } | { readonly slot: number; readonly bytes: number };

export interface ProgramKernel {
  readonly kind: KernelKind;
  /** WGSL with an entry point `main` and bindings 0, 1, 2 … in group 0. Kernels of the same code do the same with other buffers. */
  readonly code: string;
  readonly bindings: readonly Binding[];
  readonly workgroups: number;
}

/** A graph of fixed sizes as shaders, to be run one after the other. */
export interface Program {
  readonly kernels: readonly ProgramKernel[];
  /** Bytes of the buffers that the program needs on its way. */
  readonly slots: readonly number[];
}

export interface ProgramOptions {
  /** Whether threads of a workgroup work together through its memory. GPUs want that; programs that play a GPU are the slower for it. */
  together: boolean;
}

const WRITERS: Record<KernelKind, (writing: Writing) => Written> = { elements: elementsKernel, rows: sumsKernel, columns: sumsKernel, product: productKernel };

/** Makes shaders of a graph of fixed sizes: neighbouring operators become one, reshapes, transposes and concatenations none. @throws Error where it has something that has no rule */
export function compileProgram(graph: Graph, { together }: ProgramOptions): Program {
  const schedule = lower(graph);
  const slots = assignSlots(schedule.kernels);
  const bind = (storage: Storage): Binding => (storage.kind === 'intermediate' ? { slot: slots.of.get(storage)!, bytes: bytesOf(storage) } : { name: storage.name, bytes: bytesOf(storage) });
  const kernels = schedule.kernels.map((plan): ProgramKernel => {
    const { code, storages, workgroups } = write(plan, schedule, together);
    return { kind: plan.kind, code, bindings: storages.map(bind), workgroups };
  });
  return { kernels, slots: slots.sizes };
}

/** Bytes of the buffers that a graph's program needs on its way. */
export function programBytes(graph: Graph): number {
  return assignSlots(lower(graph).kernels).sizes.reduce((sum, size) => sum + size, 0);
}

function write(plan: KernelPlan, schedule: Schedule, together: boolean): { code: string; storages: Storage[]; workgroups: number } {
  const storages = [...storagesOf(plan)];
  if (storages.length > BUFFERS) throw new Error(`A kernel over [${plan.shape.join(', ')}] would need ${storages.length} buffers; every device has ${BUFFERS}. Write what it reads in two steps.`);
  const names = new Map(storages.map((storage, index) => [storage, `tensor${index}`]));
  const written = WRITERS[plan.kind]({ plan, together, placeOf: (term) => schedule.placeOf(term), nameOf: (storage) => names.get(storage)! });
  const writes = new Set([...plan.stores.values()].map(({ storage }) => storage));
  return { code: shader(written, storages.map((storage) => ({ name: names.get(storage)!, storage, written: writes.has(storage) }))), storages, workgroups: written.workgroups };
}
