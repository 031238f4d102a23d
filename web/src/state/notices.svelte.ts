export interface Notice {
  id: number;
  text: string;
  tone: 'plain' | 'bad';
  action?: { label: string; run: () => void };
}

/** Short messages for what the visitor did not just do, or may want to take back. */
class Notices {
  all = $state.raw<Notice[]>([]);
  #next = 1;

  /** Shows a message for `seconds`; one with an action or bad news stays longer. */
  show(text: string, options: { tone?: Notice['tone']; action?: Notice['action']; seconds?: number } = {}): void {
    const notice: Notice = { id: this.#next++, text, tone: options.tone ?? 'plain', ...(options.action ? { action: options.action } : {}) };
    this.all = [...this.all, notice];
    setTimeout(() => this.dismiss(notice.id), 1000 * (options.seconds ?? (options.action || options.tone === 'bad' ? 12 : 6)));
  }

  dismiss(id: number): void {
    this.all = this.all.filter((notice) => notice.id !== id);
  }
}

export const notices = new Notices();
