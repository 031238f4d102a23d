import { addTallies } from '../llm/add-tallies.ts';
import type { Annotation, ReplyFault } from '../llm/annotate/annotation.ts';
import { askAgain, type AskOptions } from '../llm/annotate/ask-again.ts';
import type { PlacedInput } from '../llm/annotate/inputs.ts';
import { annotateTask } from '../llm/annotate/task.ts';
import type { RunEvent } from '../llm/events.ts';
import { Meter, noTally, type Tally } from '../llm/meter.ts';
import { runTask } from '../llm/run.ts';
import { repliesFor } from '../storage/replies.ts';
import { saveLlmJob } from '../storage/llm-jobs.ts';
import type { LlmJobRecord } from '../storage/schema.ts';
import { Findings } from './annotation-findings.ts';
import { inputsOf, type AnnotationSettings } from './annotation-settings.ts';
import { consent } from './leaving.svelte.ts';
import { llmChoices } from './llm-choices.svelte.ts';
import { openSource, type OpenedSource } from './llm-source.ts';
import { newId } from './new-id.ts';
import { store } from './store.ts';

export interface AnnotationOrder {
  dataset: { id: string; name: string };
  /** Id of the choice that answers. */
  choice: string;
  settings: AnnotationSettings;
  /** What is annotated, with its place in the data set. */
  texts: readonly { position: number; text: string }[];
}

/** How often what is shown, and what is stored of the job, is brought up to date. Milliseconds. */
const REFRESH = 500;
const SAVE = 2000;

/** Texts of a data set being annotated by an LLM. Replies are stored as they come, so that going on after a reload asks for the rest alone. */
export class AnnotationJob {
  readonly kind = 'llm';
  readonly id: string;
  readonly order: AnnotationOrder;
  readonly created: number;
  readonly model: string;
  readonly task: string;
  readonly source: LlmJobRecord['source'];

  status = $state<'preparing' | 'running' | 'stopping' | 'paused' | 'finished' | 'failed'>('preparing');
  /** Spans are asked about again. */
  phase = $state<'annotate' | 'verify'>('annotate');
  tally = $state.raw<Tally>(noTally);
  total = $state(0);
  perSecond = $state(0);
  msLeft = $state(0);
  atOnce = $state(0);
  /** Spans found so far, and the texts they are in. */
  found = $state.raw({ spans: 0, texts: 0, copied: 0, read: 0 });
  /** Why it stands still, in words. */
  message = $state<string | null>(null);
  findings = new Findings();

  readonly active = $derived(this.status === 'preparing' || this.status === 'running' || this.status === 'stopping');
  readonly failed = $derived(Object.values(this.tally.failures).reduce((sum, count) => sum + count, 0));
  readonly done = $derived(this.tally.answered + this.failed);
  readonly progress = $derived(this.status === 'preparing' ? null : this.done / Math.max(1, this.total));

  #pause = new AbortController();
  #cancel = new AbortController();
  #meter = new Meter(0);
  /** Of what came before: attempts of earlier runs that broke off, and the annotation while spans are asked about again. */
  #before = noTally;
  #shown = 0;
  #saved = 0;

  constructor(order: AnnotationOrder, record?: LlmJobRecord) {
    const choice = llmChoices.choose(order.choice);
    this.id = record?.id ?? newId();
    this.created = record?.created ?? Date.now();
    this.order = order;
    this.model = record?.model ?? choice.model;
    this.task = annotateTask(order.settings).id;
    this.source = record?.source ?? { kind: choice.kind, name: choice.kind };
    if (record) {
      this.tally = record.tally;
      this.total = record.total ?? 0;
      this.message = record.message;
      // What it found is read from the stored replies when it goes on, at no cost.
      this.status = 'paused';
    }
  }

  /** Asks for what has no answer yet; resolves when nothing more comes. Where the job is done it gathers what was found, at no cost. */
  async run(): Promise<void> {
    this.#pause = new AbortController();
    this.#cancel = new AbortController();
    this.findings = new Findings();
    this.message = null;
    this.status = 'preparing';
    try {
      const { dataset, settings, texts } = this.order;
      const choice = llmChoices.choose(this.order.choice);
      if (!(await consent.given(choice, { dataset: dataset.name, texts: texts.length, examples: settings.examples }))) {
        this.#halt('paused', null);
        return;
      }
      const opened = await openSource(choice);
      // One tab does it; another that asks for the same waits, and finds the answers and what became of the job.
      await alone(this.id, async () => {
        await this.#work(opened).catch((error: unknown) => this.#fail(error));
        await this.#save(true);
      });
    } catch (error) {
      this.#fail(error);
      await this.#save(true);
    }
  }

  /** Goes on with what has no answer yet. */
  resume(): void {
    void this.run();
  }

  /** Takes no new requests; those under way are waited for, since they are paid. */
  pause(): void {
    this.status = 'stopping';
    this.#pause.abort();
  }

  /** Breaks off what is under way. */
  stop(): void {
    this.status = 'stopping';
    this.#cancel.abort();
  }

  async #work(opened: OpenedSource): Promise<void> {
    const { settings, texts } = this.order;
    this.status = 'running';
    const { inputs, total } = inputsOf(settings, texts);
    // Answers of earlier runs are found again; what broke off then is nowhere else.
    const { misses, atMost, unpriced } = this.tally;
    this.#begin('annotate', total, { ...noTally, misses, atMost, unpriced });
    // Before anything is asked: however soon the tab ends, the job is found again.
    await this.#save(true);
    const options = await this.#options(opened);
    const ended = await this.#follow(runTask<PlacedInput, Annotation[], ReplyFault>({ ...options, task: annotateTask(settings), inputs }), (event) => {
      if (event.type === 'answer') this.findings.answer(event, (place) => texts[place]!.position);
      if (event.type === 'failure') this.findings.miss(event);
    });
    if (!ended || !settings.verify) return;
    const byPosition = new Map(texts.map(({ position, text }) => [position, text]));
    this.#begin('verify', this.findings.count, this.tally);
    this.status = 'running';
    await this.#follow(askAgain(this.findings, { types: settings.types, textAt: (position) => byPosition.get(position)!, verification: settings.verification }, options));
  }

  async #options({ source, atOnce }: OpenedSource): Promise<AskOptions> {
    const replies = repliesFor(await store(), this.order.dataset.id);
    return { model: this.model, source, replies, atOnce: Math.min(atOnce, this.order.settings.atOnce ?? atOnce), pause: this.#pause.signal, cancel: this.#cancel.signal };
  }

  /** Whether all was asked. */
  async #follow<Input, Value>(events: AsyncIterable<RunEvent<Input, Value>>, take: (event: RunEvent<Input, Value>) => void = () => undefined): Promise<boolean> {
    for await (const event of events) {
      this.#meter.add(event);
      take(event);
      if (event.type === 'end') {
        this.#halt(event.reason === 'finished' ? 'finished' : event.reason === 'stopped' ? 'failed' : 'paused', event.failure?.message ?? null);
        return event.reason === 'finished';
      }
      this.#show();
      void this.#save();
    }
    return false;
  }

  #begin(phase: 'annotate' | 'verify', total: number, before: Tally): void {
    this.phase = phase;
    this.total = total + (phase === 'verify' ? this.total : 0);
    this.#before = before;
    this.#meter = new Meter(total);
    this.#show(true);
  }

  #halt(status: 'finished' | 'failed' | 'paused', message: string | null): void {
    this.#show(true);
    this.status = status;
    this.message = message;
  }

  #fail(error: unknown): void {
    this.#halt('failed', error instanceof Error ? error.message : String(error));
  }

  #show(now = false): void {
    const time = performance.now();
    if (!now && time - this.#shown < REFRESH) return;
    this.#shown = time;
    this.tally = addTallies(this.#before, this.#meter.tally);
    this.perSecond = this.#meter.perSecond();
    this.msLeft = this.#meter.millisecondsLeft() ?? 0;
    this.atOnce = this.#meter.atOnce;
    const { count, spans, copied, read } = this.findings;
    this.found = { spans: count, texts: spans.size, copied, read };
  }

  async #save(now = false): Promise<void> {
    const time = performance.now();
    if (!now && time - this.#saved < SAVE) return;
    this.#saved = time;
    const states = { preparing: 'running', running: 'running', stopping: 'running', paused: 'paused', failed: 'stopped', finished: 'finished' } as const;
    const { id, created, model, source, total, tally, message } = this;
    const settings = { ...this.order.settings, choice: this.order.choice };
    await saveLlmJob(await store(), { id, dataset: this.order.dataset.id, created, updated: Date.now(), task: this.task, model, source, settings, total, state: states[this.status], message, tally }).catch((error: unknown) => {
      this.message = error instanceof Error ? error.message : String(error);
    });
  }
}

const lockOf = (id: string): string => `tagsmith-llm:${id}`;

/** Resolves when no tab is at a job. Browsers without locks can't say. */
export async function untilNobodyIsAt(id: string): Promise<void> {
  await alone(id, () => Promise.resolve());
}

/** Only one tab at a time does what has this name. Browsers without locks do it at once. */
export async function alone(name: string, work: () => Promise<void>): Promise<void> {
  const locks = (navigator as { locks?: LockManager }).locks;
  await (locks ? locks.request(lockOf(name), work) : work());
}
