/** Bounds of a single call, whoever makes it. */
export interface Ceilings {
  /** Bytes of a request's body, and of a reply. */
  requestBytes: number;
  replyBytes: number;
  messages: number;
  /** Characters of all messages together. */
  characters: number;
  /** Tokens of a reply; also what is asked for where the client says nothing. */
  maxTokens: number;
  /** Replies to one request. */
  n: number;
  /** Whether a client may bring tools along. */
  tools: boolean;
  /** From the request until the reply has begun, until its next piece, and for all of it. */
  firstByteSeconds: number;
  idleSeconds: number;
  totalSeconds: number;
  /** For room in the budget, or for the provider's turn. */
  waitSeconds: number;
}

export const usualCeilings: Ceilings = {
  requestBytes: 1_048_576,
  replyBytes: 4_194_304,
  messages: 200,
  characters: 400_000,
  maxTokens: 4096,
  n: 8,
  tools: false,
  firstByteSeconds: 120,
  idleSeconds: 60,
  totalSeconds: 300,
  waitSeconds: 30,
};
