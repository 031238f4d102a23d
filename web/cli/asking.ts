import { addTallies } from '../src/llm/add-tallies.ts';
import type { EndEvent, RunEvent } from '../src/llm/events.ts';
import { Meter, noTally, type Tally } from '../src/llm/meter.ts';
import { meterLine, spendText } from './llm-progress.ts';
import { FailedRun, type Terminal } from './verb.ts';

/** Jobs of one command, one after the other: their progress on the terminal, and what became of all of them. */
export class Asking {
  tally: Tally = noTally;
  /** What the service said of the first failure of each kind. */
  readonly said = new Map<string, string>();
  readonly #terminal: Terminal;
  readonly #keptIn: string;

  /** @param keptIn the file of the replies */
  constructor(terminal: Terminal, keptIn: string) {
    [this.#terminal, this.#keptIn] = [terminal, keptIn];
  }

  /** Follows a job of so many requests to its end, and gives what became of it. @throws FailedRun where it ended before; the message says how to go on */
  async follow<Input, Value>(total: number, events: AsyncIterable<RunEvent<Input, Value>>, take: (event: RunEvent<Input, Value>) => void = () => undefined): Promise<Tally> {
    const meter = new Meter(total);
    let end: EndEvent | null = null;
    for await (const event of events) {
      meter.add(event);
      if (event.type === 'failure' && !this.said.has(event.failure.kind)) this.said.set(event.failure.kind, event.failure.message);
      take(event);
      if (event.type === 'end') end = event;
      this.#terminal.progress(meterLine(meter, total));
    }
    const { tally } = meter;
    this.tally = addTallies(this.tally, tally);
    if (end?.reason === 'finished') return tally;
    const why = end?.failure ? `${end.failure.message}\n` : '';
    throw new FailedRun(`${why}${tally.answered.toLocaleString('en')} of ${total.toLocaleString('en')} requests have their replies in ${this.#keptIn}; this run cost ${spendText(this.tally)}. Run the same command again to go on.`);
  }
}
