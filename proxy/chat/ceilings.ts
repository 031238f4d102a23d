/** Bounds of a single call, whoever makes it, and of all that wait. */
export const usualCeilings = {
  /** Bytes of a request's body, and of a reply. */
  requestBytes: 1_048_576,
  replyBytes: 4_194_304,
  messages: 200,
  /** Characters of all messages together. */
  characters: 400_000,
  /** Tokens of a reply; also what is asked for where the client says nothing. */
  maxTokens: 4096,
  /** Replies to one request. */
  n: 8,
  /** Whether a client may bring tools along. */
  tools: false,
  /** From the request until the reply has begun, until its next piece, and for all of it. */
  firstByteSeconds: 120,
  idleSeconds: 60,
  totalSeconds: 300,
  /** For room in the budget and the provider's turn. */
  waitSeconds: 30,
  /** Calls that may wait for these at once, and the bytes of what they ask. */
  waitingCalls: 2000,
  waitingBytes: 67_108_864,
};

export type Ceilings = typeof usualCeilings;
