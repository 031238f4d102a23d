import { elementCount } from '../../graph/shape.ts';
import { indent, registers, type Writing, type Written } from './kernel.ts';

const THREADS = 64;

/** A thread an element. */
export function elementsKernel(writing: Writing): Written {
  const { plan } = writing;
  const elements = elementCount(plan.shape);
  const made = registers(writing, { axes: [{ variable: 'element', shape: plan.shape }], isOutside: () => true });
  const stores = [...plan.stores].map(([term, place]) => made.store(term, place, made.outside));
  return {
    declarations: '',
    body: indent([`let element = group * ${THREADS}u + local;`, `if (element >= ${elements}u) { return; }`, ...made.outside.lines, ...stores]),
    threads: THREADS,
    workgroups: Math.ceil(elements / THREADS),
  };
}
