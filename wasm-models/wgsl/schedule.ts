import { elementCount, formatShape, sameShape } from '../graph/shape.ts';
import { ownPlace, type Place, type Storage } from './place.ts';
import { operandsOf, type ProductTerm, type ReductionTerm, type Term } from './term.ts';

/**
 * How a kernel walks its tensors: element by element; row by row with sums along them; column by column with sums down them; or
 * as a matrix product, with what is computed from each of its elements.
 */
export type KernelKind = 'elements' | 'rows' | 'columns' | 'product';

/** Terms that are computed together in one dispatch. */
export interface KernelPlan {
  readonly kind: KernelKind;
  /** Of what is walked: rows and columns include the axis along which is summed. */
  readonly shape: readonly number[];
  /** The product that a product kernel computes. */
  readonly product: ProductTerm | null;
  /** What is computed in registers. */
  readonly members: Set<Term>;
  /** What is written to memory, and where. */
  readonly stores: Map<Term, Place>;
  /** What is read. */
  readonly loads: Set<Storage>;
}

/** A sink: a term that has to be in memory, with what computing it takes. */
interface Need {
  kind: KernelKind;
  shape: readonly number[];
  /** Terms to be computed along with it. */
  members: Set<Term>;
  /** What it uses of what other kernels compute. */
  uses: Map<Term, KernelPlan>;
  /** Kernels that have to be done, because what they write is read in another order. */
  done: Set<KernelPlan>;
  loads: Set<Storage>;
}

/** WebGPU promises that many storage buffers a kernel; `compileProgram` throws where one would need more. */
export const BUFFERS = 8;

/** Gathers terms into kernels: what can be computed where its operands are computed is. */
export class Schedule {
  readonly kernels: KernelPlan[] = [];
  readonly #owners = new Map<Term, KernelPlan>();
  readonly #places = new Map<Term, Place>();
  readonly #finished = new Set<Term>();

  /** Says where a term goes if it has to be in memory. */
  place(term: Term, place: Place): void {
    if (!this.#places.has(term)) this.#places.set(term, place);
  }

  /** Computes a term in the kernel of the matrix product that it is made of. What other kernels want of the product they then take from here. */
  finish(term: Term): void {
    this.#finished.add(term);
    if (!this.#owners.has(term)) this.#schedule(term);
  }

  /** Where a term is in memory, from the present point on. */
  store(term: Term): Place {
    if (term.kind === 'load' || term.kind === 'number') throw new Error(`A ${term.kind} is not computed.`);
    const owner = this.#owners.get(term) ?? this.#schedule(term);
    return this.#keep(term, owner);
  }

  /** Where a term goes if it has to be in memory. */
  placeOf(term: Term): Place {
    let place = this.#places.get(term);
    if (!place) this.#places.set(term, (place = ownPlace(`anonymous ${this.#places.size}`, 'intermediate', 'float32', term.shape)));
    return place;
  }

  #keep(term: Term, owner: KernelPlan): Place {
    if (!walks(owner, term.shape)) throw new Error(`a kernel over ${formatShape(owner.shape)} cannot write ${formatShape(term.shape)}.`);
    const place = this.placeOf(term);
    owner.stores.set(term, place);
    return place;
  }

  #schedule(term: Term): KernelPlan {
    if (term.kind === 'product') return this.#add('product', term.shape, term, this.#needOfProduct(term));
    const need = this.#need(term);
    const kernel = this.#joinable(term, need) ?? this.#add(need.kind, need.shape, null, need);
    for (const member of need.members) {
      kernel.members.add(member);
      if (!this.#owners.has(member)) this.#owners.set(member, kernel);
    }
    for (const storage of need.loads) kernel.loads.add(storage);
    for (const [used, maker] of need.uses) if (maker !== kernel) kernel.loads.add(this.#keep(used, maker).storage);
    return kernel;
  }

  #add(kind: KernelKind, shape: readonly number[], product: ProductTerm | null, need: Pick<Need, 'loads'>): KernelPlan {
    const kernel: KernelPlan = { kind, shape, product, members: new Set(), stores: new Map(), loads: new Set(need.loads) };
    if (product) {
      kernel.members.add(product);
      this.#owners.set(product, kernel);
    }
    this.kernels.push(kernel);
    return kernel;
  }

  #needOfProduct({ left, right }: ProductTerm): Pick<Need, 'loads'> {
    for (const { sources } of [left, right]) for (const source of sources) this.store(source);
    return { loads: new Set([left.place.storage, right.place.storage]) };
  }

  /** The kernel that computes what the sink is made of, if it can compute the sink as well. */
  #joinable(term: Term, need: Need): KernelPlan | null {
    const order = (kernel: KernelPlan): number => this.kernels.indexOf(kernel);
    const makers = [...need.uses.values()];
    const latest = [...makers].sort((a, b) => order(b) - order(a))[0];
    const sums = need.kind === 'columns' ? this.kernels.findLast(({ kind }) => kind === 'columns') : undefined;
    for (const kernel of [latest, sums]) {
      if (!kernel || !fits(kernel, term, need)) continue;
      const before = makers.every((other) => other === kernel || order(other) < order(kernel)) && [...need.done].every((other) => order(other) < order(kernel));
      const loads = new Set([...kernel.loads, ...need.loads]);
      for (const [used, maker] of need.uses) if (maker !== kernel) loads.add(this.placeOf(used).storage);
      const written = new Set([...kernel.stores.values(), this.placeOf(term)].map(({ storage }) => storage));
      // One more may yet be asked for of what the kernel computes.
      if (before && loads.size + written.size < BUFFERS && [...loads].every((storage) => !written.has(storage))) return kernel;
    }
    return null;
  }

  /** What computing a term takes; what cannot be computed beside it is brought into memory first. */
  #need(sink: Term): Need {
    const found = this.#reductionOf(sink);
    // A sum that is repeated over more than it was taken of is computed by itself.
    const reduction = found && [found.operand.shape, found.shape].some((shape) => sameShape(shape, sink.shape)) ? found : null;
    const kind: KernelKind = !reduction ? 'elements' : reduction.axis === 'last' ? 'rows' : 'columns';
    const need: Need = { kind, shape: reduction ? reduction.operand.shape : sink.shape, members: new Set(), uses: new Map(), done: new Set(), loads: new Set() };
    this.#collect(sink, need, reduction);
    return need;
  }

  #collect(term: Term, need: Need, reduction: ReductionTerm | null): void {
    if (term.kind === 'number' || need.members.has(term)) return;
    if (term.kind === 'load') {
      for (const source of term.sources) {
        this.store(source);
        need.done.add(this.#owners.get(source)!);
      }
      need.loads.add(term.place.storage);
      return;
    }
    const owner = this.#owners.get(term);
    if (owner && !this.#isCheap(term)) {
      need.uses.set(term, owner);
      return;
    }
    if (term.kind === 'product' || (term.kind === 'reduction' && !alike(term, reduction)) || (need.kind === 'columns' && isWithin(term, reduction) && this.#hasRows(term))) {
      need.uses.set(term, this.#owners.get(term) ?? this.#schedule(term));
      return;
    }
    need.members.add(term);
    for (const operand of operandsOf(term)) this.#collect(operand, need, reduction);
  }

  /** A sum or maximum that is to be computed along with a term, the outermost. */
  #reductionOf(term: Term, seen = new Set<Term>()): ReductionTerm | null {
    if (seen.has(term) || term.kind === 'number' || term.kind === 'load' || term.kind === 'product') return null;
    seen.add(term);
    if (this.#owners.has(term) && !this.#isCheap(term)) return null;
    if (term.kind === 'reduction') return term;
    for (const operand of term.operands) {
      const found = this.#reductionOf(operand, seen);
      if (found) return found;
    }
    return null;
  }

  #hasRows(term: Term, seen = new Set<Term>()): boolean {
    if (seen.has(term) || (this.#owners.has(term) && !this.#isCheap(term))) return false;
    seen.add(term);
    return (term.kind === 'reduction' && term.axis === 'last') || operandsOf(term).some((operand) => this.#hasRows(operand, seen));
  }

  /** Computing it once more takes no more reading than it would take to read it. Arithmetic is not counted: memory is what a GPU waits for. */
  #isCheap(term: Term): boolean {
    if (term.kind !== 'pointwise' || this.#finished.has(term)) return false;
    const seen = new Set<Term>();
    const isLeaf = (leaf: Term): boolean => leaf.kind === 'load' || this.#finished.has(leaf);
    return this.#isPointwise(term, seen) && [...seen].filter((leaf) => isLeaf(leaf)).filter(({ shape }) => elementCount(shape) * 2 > elementCount(term.shape)).length <= 1;
  }

  /** Whether nothing but operations on single numbers lies between a term and what can be read; `seen` gathers all of it. */
  #isPointwise(term: Term, seen: Set<Term>): boolean {
    if (seen.has(term)) return true;
    seen.add(term);
    if (term.kind === 'number' || term.kind === 'load' || this.#finished.has(term)) return true;
    return term.kind === 'pointwise' && term.operands.every((operand) => this.#isPointwise(operand, seen));
  }
}

const alike = (term: ReductionTerm, reduction: ReductionTerm | null): boolean => reduction !== null && term.axis === reduction.axis && sameShape(term.operand.shape, reduction.operand.shape);

const isWithin = (term: Term, reduction: ReductionTerm | null): boolean => reduction !== null && sameShape(term.shape, reduction.operand.shape);

/** Whether a kernel can compute a sink beside what it computes. */
function fits(kernel: KernelPlan, sink: Term, need: Need): boolean {
  if (kernel.kind === need.kind) return sameShape(kernel.shape, need.shape);
  return need.kind === 'elements' && walks(kernel, sink.shape);
}

/** Whether a kernel comes to each element of a tensor once: one that sums to every element or to every line. */
function walks({ kind, shape }: KernelPlan, tensor: readonly number[]): boolean {
  if (sameShape(shape, tensor)) return true;
  if (kind === 'rows') return sameShape([...shape.slice(0, -1), 1], tensor);
  return kind === 'columns' && tensor.length < shape.length && elementCount(tensor) === elementCount(shape.slice(1));
}
