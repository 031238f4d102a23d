/** What tabs of one browser tell each other. */
export type TabMessage =
  /** Documents of a data set were written; `revision` is the data set's after it. */
  | { kind: 'written'; dataset: string; positions: readonly number[] | 'all'; revision: number }
  /** The lists of data sets, runs or taggers are no longer what they were. */
  | { kind: 'lists' }
  /** How far the training of a tab is, or that it is over. */
  | { kind: 'training'; dataset: string; step: number; steps: number; msLeft: number; over: boolean }
  /** A tab wants to know whether another one trains. */
  | { kind: 'who-trains' }
  /** A tab wants to write to a data set: whoever does so finishes and lets go. */
  | { kind: 'take-over'; dataset: string };

const listeners = new Set<(message: TabMessage) => void>();
let channel: BroadcastChannel | undefined;

function open(): BroadcastChannel {
  if (!channel) {
    channel = new BroadcastChannel('tagsmith');
    channel.onmessage = ({ data }: MessageEvent<TabMessage>) => listeners.forEach((listener) => listener(data));
  }
  return channel;
}

/** Tells the other tabs. */
export function tellTabs(message: TabMessage): void {
  open().postMessage(message);
}

/** Hears the other tabs, until the function that comes back is called. */
export function hearTabs(listener: (message: TabMessage) => void): () => void {
  open();
  listeners.add(listener);
  return () => listeners.delete(listener);
}
