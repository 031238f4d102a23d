export type ThemeChoice = 'light' | 'dark' | null;

const key = 'tagsmith.theme';
const system = matchMedia('(prefers-color-scheme: dark)');

function stored(): ThemeChoice {
  try {
    const value = localStorage.getItem(key);
    return value === 'light' || value === 'dark' ? value : null;
  } catch {
    // Storage is switched off: the system's theme it is.
    return null;
  }
}

/**
 * Dark or light: the visitor's choice, else the system's. It is kept in localStorage, because it is needed before the
 * first paint and IndexedDB answers only later.
 */
class Theme {
  #choice = $state<ThemeChoice>(stored());
  #system = $state(system.matches ? 'dark' : 'light');
  readonly current = $derived(this.#choice ?? (this.#system as 'light' | 'dark'));

  constructor() {
    system.addEventListener('change', () => {
      this.#system = system.matches ? 'dark' : 'light';
      this.#apply();
    });
    this.#apply();
  }

  toggle(): void {
    const next = this.current === 'dark' ? 'light' : 'dark';
    this.#choice = next === this.#system ? null : next;
    try {
      if (this.#choice) localStorage.setItem(key, this.#choice);
      else localStorage.removeItem(key);
    } catch {
      // The choice then holds until the page is closed.
    }
    this.#apply();
  }

  #apply(): void {
    document.documentElement.dataset.theme = this.current;
  }
}

export const theme = new Theme();
