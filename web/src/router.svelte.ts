/** The pages, in the order of the work. */
export const steps = ['data', 'annotate', 'augment', 'train', 'evaluate', 'try', 'export'] as const;
export type Step = (typeof steps)[number];
/** Pages beside the work. */
export const asides = ['class'] as const;
export type Aside = (typeof asides)[number];
/** Pages that are not in the row of steps. */
const others = ['home', 'bench', 'browser'] as const;
export type PageName = (typeof others)[number] | Step | Aside;

const isPage = (name: string): name is PageName => [...others, ...steps, ...asides].includes(name as PageName);

/** The part of a link after `#`: a page and its settings, e.g. `#/data?set=abc&split=test`. */
export interface Place {
  page: PageName;
  query: Readonly<Record<string, string>>;
}

export function parsePlace(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  return { page: isPage(path) ? path : 'home', query: Object.fromEntries(new URLSearchParams(query)) };
}

export function printPlace(place: Place): string {
  const query = new URLSearchParams(place.query).toString();
  return `#/${place.page === 'home' ? '' : place.page}${query ? `?${query}` : ''}`;
}

/**
 * Where the visitor is. It lives in the hash, so that a link holds the state of its page and the built files work under
 * any path of any static host.
 */
class Router {
  /** The settings each page was last seen with, so that a step leads back to where one left it. */
  readonly #left = new Map<PageName, Place>();
  #place = $state.raw<Place>(parsePlace(location.hash));
  readonly page = $derived(this.#place.page);
  readonly query = $derived(this.#place.query);

  constructor() {
    addEventListener('hashchange', () => {
      this.#left.set(this.page, this.#place);
      this.#place = parsePlace(location.hash);
    });
  }

  /** A link to a page of the same workspace. */
  href(page: PageName, query: Record<string, string> = {}): string {
    const set = this.query.set;
    return printPlace({ page, query: { ...(set && page !== 'home' ? { set } : {}), ...query } });
  }

  /** A link back to a page as one left it, unless that was in another workspace. */
  back(page: PageName): string {
    const left = this.#left.get(page);
    return page !== this.page && left && left.query.set === this.query.set ? printPlace(left) : this.href(page);
  }

  go(page: PageName, query: Record<string, string> = {}): void {
    location.hash = this.href(page, query);
  }

  /** Changes settings of this page in the link without a new entry in the history; an empty value takes a setting out. */
  set(change: Record<string, string | null>): void {
    const query = Object.entries({ ...this.query, ...change }).filter((entry): entry is [string, string] => entry[1] !== null && entry[1] !== '');
    const place = { page: this.page, query: Object.fromEntries(query) };
    if (printPlace(place) === printPlace(this.#place)) return;
    this.#place = place;
    history.replaceState(null, '', printPlace(place));
  }
}

export const router = new Router();
