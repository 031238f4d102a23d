/** The part of the Cache API that the page's workers use, in memory. `capacity` bytes, then it is full. */
export class FakeCaches {
  readonly entries = new Map<string, Uint8Array<ArrayBuffer>>();
  capacity: number;

  constructor(capacity = Infinity) {
    this.capacity = capacity;
  }

  open(): Promise<Cache> {
    const { entries } = this;
    const cache: Pick<Cache, 'match' | 'put' | 'delete' | 'keys'> = {
      match: (key) => Promise.resolve(entries.has(address(key)) ? new Response(entries.get(address(key))) : undefined),
      put: async (key, response) => {
        const bytes = new Uint8Array(await response.arrayBuffer());
        if (bytes.byteLength > this.capacity) throw new DOMException('full', 'QuotaExceededError');
        entries.set(address(key), bytes);
      },
      delete: (key) => Promise.resolve(entries.delete(address(key))),
      keys: () => Promise.resolve([...entries.keys()].map((url) => new Request(url))),
    };
    return Promise.resolve(cache as Cache);
  }
}

const address = (key: RequestInfo | URL): string => (key instanceof Request ? key.url : String(key));
