/** Items as JSON Lines. */
export function* asLines<T>(items: Iterable<T>, valueOf: (item: T, index: number) => unknown): Generator<string> {
  let i = 0;
  for (const item of items) yield `${JSON.stringify(valueOf(item, i++))}\n`;
}

/** Items as one JSON array with one on each line. */
export function* asArray<T>(items: Iterable<T>, valueOf: (item: T, index: number) => unknown): Generator<string> {
  let before = '[\n';
  let i = 0;
  for (const item of items) {
    yield before + JSON.stringify(valueOf(item, i++));
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}
