/** The Cache API's part that the models use, in memory. `capacity` bytes, then it is full. */
export class FakeCaches {
  readonly entries = new Map<string, Uint8Array<ArrayBuffer>>();
  capacity: number;

  constructor(capacity = Infinity) {
    this.capacity = capacity;
  }

  open(): Promise<Cache> {
    const { entries } = this;
    const cache: Pick<Cache, 'match' | 'put' | 'delete'> = {
      match: (key) => Promise.resolve(entries.has(String(key)) ? new Response(entries.get(String(key))) : undefined),
      put: async (key, response) => {
        const bytes = new Uint8Array(await response.arrayBuffer());
        if (bytes.byteLength > this.capacity) throw new DOMException('full', 'QuotaExceededError');
        entries.set(String(key), bytes);
      },
      delete: (key) => Promise.resolve(entries.delete(String(key))),
    };
    return Promise.resolve(cache as Cache);
  }
}
