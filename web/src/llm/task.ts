/** One turn of a conversation, in OpenAI's form. */
export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** How a reply is drawn. What is absent is the service's own default, and is not sent. */
export interface Sampling {
  /** The most tokens a reply may have; what is longer is cut by the service. */
  maxTokens: number;
  temperature?: number;
  topP?: number;
  /** Replies that stop at one of these leave it out. */
  stop?: readonly string[];
  /** Asks for a JSON object, where the service has such a mode. */
  json?: boolean;
}

/** What is sent to a model; two requests that are equal in all of it have one reply. */
export interface LlmRequest {
  /** Id of the task, with its version. */
  task: string;
  model: string;
  messages: readonly ChatMessage[];
  sampling: Sampling;
  /** Number of the draw, from 0: the same prompt asked again on purpose is another request. */
  draw: number;
}

/** A reply as it came. */
export interface LlmReply {
  text: string;
  /** Why it ended, in OpenAI's words: `stop`, `length`, `content_filter`, …; null where the service says nothing. */
  finish: string | null;
  /** Tokens that were paid; null where the service told none. */
  usage: { prompt: number; completion: number } | null;
  /** What it cost in dollars, by the prices of the source; null where there is no price or no usage. */
  dollars: number | null;
  /** The model that answered, as the service names it. */
  model: string;
  /** Milliseconds from the request to the whole reply. */
  milliseconds: number;
}

/** What a reply says, or why it says nothing that can be used. `reason` is a word of the task's own list; texts for people hang on it. */
export type Parsed<Value, Reason extends string = string> = { ok: true; value: Value } | { ok: false; reason: Reason };

/**
 * One kind of question to an LLM, as two pure halves: an input becomes messages, a reply becomes a value or a reason.
 * The runner knows nothing else of it, and the task nothing of requests.
 */
export interface LlmTask<Input, Value, Reason extends string = string> {
  /** Changes with everything that changes what replies mean: `annotate.v1`. */
  readonly id: `${string}.v${number}`;
  messages(input: Input): ChatMessage[];
  sampling(input: Input): Sampling;
  /** About how many characters the reply will have, for the estimate before. Absent where nobody can tell. */
  answerCharacters?(input: Input): number;
  parse(reply: LlmReply, input: Input): Parsed<Value, Reason>;
}

/** What a model costs, and how much it reads and writes at most. */
export interface ModelTerms {
  /** Dollars a million tokens. */
  inputDollarsPerMillion: number;
  outputDollarsPerMillion: number;
  /** Tokens of prompt and reply together. */
  context: number;
  /** Tokens of a reply. */
  maxOutput: number;
}

/** Where replies come from. It is named wherever its results are shown. */
export interface LlmSource {
  readonly kind: 'proxy' | 'local' | 'simulated';
  /** For people: a class, a host, "Simulated". */
  readonly name: string;
  /** The terms of a model, where the source tells them. */
  terms?(model: string): ModelTerms | undefined;
  /** One reply to one request. @throws LlmFailure; whatever `signal` was aborted with. */
  complete(request: LlmRequest, signal: AbortSignal): Promise<LlmReply>;
}

/**
 * Why there is no reply. `refused`: the service won't answer this request, now or later. `spent`: there is no money for it. `unauthorised`: no
 * key, no seat. `limited`: later. `failed`: the service is in trouble. `cut`: the reply broke off. `late`: none came in time. `lost`: nobody answers.
 */
export type FailureKind = 'refused' | 'spent' | 'unauthorised' | 'limited' | 'failed' | 'cut' | 'late' | 'lost';

/** A request that got no reply. */
export class LlmFailure extends Error {
  override readonly name = 'LlmFailure';
  readonly kind: FailureKind;
  /** Milliseconds after which the service wants to be asked again; null where it says nothing. */
  readonly retryAfter: number | null;
  /** Whether the service may have worked all the same, and be paid for it. */
  readonly mayCost: boolean;

  constructor(kind: FailureKind, message: string, retryAfter: number | null = null, mayCost: boolean = kind === 'cut' || kind === 'late' || kind === 'lost') {
    super(message);
    this.kind = kind;
    this.retryAfter = retryAfter;
    this.mayCost = mayCost;
  }
}
