/**
 * Between offsets of a text and places of the page. The text lies in elements with `data-at`, the offset of their first
 * character; what else is drawn among them (the names of types) has none.
 */
export class TextPlace {
  readonly #root: HTMLElement;
  #elements: HTMLElement[] = [];
  #starts: number[] = [];

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  /** To be called when the elements have changed. */
  renew(): void {
    this.#elements = [...this.#root.querySelectorAll<HTMLElement>('[data-at]')];
    this.#starts = this.#elements.map((element) => Number(element.dataset.at));
  }

  /** Number of the element that holds an offset. */
  #holding(offset: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle]! <= offset) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** The boxes on the screen of a stretch of the text, one a line and element at least. */
  rectangles(start: number, end: number): DOMRect[] {
    const found: DOMRect[] = [];
    for (let i = Math.max(0, this.#holding(start)); i < this.#elements.length && this.#starts[i]! < end; i++) {
      const node = this.#elements[i]!.firstChild;
      if (!(node instanceof Text)) continue;
      const range = document.createRange();
      range.setStart(node, Math.max(0, start - this.#starts[i]!));
      range.setEnd(node, Math.max(0, Math.min(node.length, end - this.#starts[i]!)));
      found.push(...range.getClientRects());
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

function caretAt(x: number, y: number): { node: Node; offset: number } | null {
  if ('caretPositionFromPoint' in document) {
    const position = document.caretPositionFromPoint(x, y);
    return position && { node: position.offsetNode, offset: position.offset };
  }
  // Safari before 26.
  const range = (document as { caretRangeFromPoint?: (x: number, y: number) => Range | null }).caretRangeFromPoint?.(x, y);
  return range ? { node: range.startContainer, offset: range.startOffset } : null;
}
