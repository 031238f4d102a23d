/** The elements with `data-at` within one element, and the offsets they begin at. */
interface Part {
  elements: HTMLElement[];
  starts: number[];
}

/**
 * Between offsets of a text and places of the page. The text lies in elements with `data-at`, the offset of their first
 * character; what else is drawn among them (the names of types) has none. The root's children hold the text in stretches.
 */
export class TextPlace {
  readonly #root: HTMLElement;
  /** What begins each stretch, and what is in it as far as somebody asked. */
  #starts: number[] = [];
  #parts: (Part | null)[] = [];

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  /** To be called when elements have changed, with the offsets the stretches begin at. */
  renew(starts: number[]): void {
    this.#starts = starts;
    this.#parts = starts.map(() => null);
  }

  #part(index: number): Part {
    const known = this.#parts[index];
    if (known) return known;
    const elements = [...(this.#root.children[index]?.querySelectorAll<HTMLElement>('[data-at]') ?? [])];
    return (this.#parts[index] = { elements, starts: elements.map((element) => Number(element.dataset.at)) });
  }

  /** The boxes on the screen of a stretch of the text, one a line and element at least. */
  rectangles(start: number, end: number): DOMRect[] {
    const found: DOMRect[] = [];
    for (let part = Math.max(0, lastFrom(this.#starts, start)); part < this.#starts.length && this.#starts[part]! < end; part++) {
      const { elements, starts } = this.#part(part);
      for (let i = Math.max(0, lastFrom(starts, start)); i < elements.length && starts[i]! < end; i++) {
        const node = elements[i]!.firstChild;
        if (!(node instanceof Text)) continue;
        const range = document.createRange();
        range.setStart(node, Math.min(node.length, Math.max(0, start - starts[i]!)));
        range.setEnd(node, Math.max(0, Math.min(node.length, end - starts[i]!)));
        found.push(...range.getClientRects());
      }
    }
    return found.filter(({ width, height }) => width > 0 && height > 0);
  }

  /** The offset at a point of the window; null where no text is near. */
  offsetAt(x: number, y: number): number | null {
    const place = caretAt(x, y);
    if (!place) return null;
    const element = (place.node instanceof Element ? place.node : place.node.parentElement)?.closest<HTMLElement>('[data-at]');
    if (element && this.#root.contains(element)) return Number(element.dataset.at) + (place.node instanceof Text ? place.offset : 0);
    // On the name of a type: the end of what it belongs to.
    const box = (place.node instanceof Element ? place.node : place.node.parentElement)?.closest('mark');
    const last = box && [...box.querySelectorAll<HTMLElement>('[data-at]')].at(-1);
    return last ? Number(last.dataset.at) + (last.textContent?.length ?? 1) - 1 : null;
  }
}

/** Number of the last of the rising values that is at most `value`; −1 where none is. */
function lastFrom(values: readonly number[], value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function caretAt(x: number, y: number): { node: Node; offset: number } | null {
  if ('caretPositionFromPoint' in document) {
    const position = document.caretPositionFromPoint(x, y);
    return position && { node: position.offsetNode, offset: position.offset };
  }
  // Safari before 26.
  const range = (document as { caretRangeFromPoint?: (x: number, y: number) => Range | null }).caretRangeFromPoint?.(x, y);
  return range ? { node: range.startContainer, offset: range.startOffset } : null;
}
