import * as z from 'zod/mini';
import type { personalSettings, Settings } from '../settings.ts';

// Zod's faster way makes functions out of strings, which the page's policy forbids.
z.config({ jitless: true });

/*
 * What a backup may hold. Fields that are not named here pass: a later version may have written them. Values are checked
 * and not rebuilt, for the order of fields is part of the bytes.
 */
const text = z.string();
const whole = z.int().check(z.nonnegative());
const time = z.number();
const source = z.enum(['manual', 'llm', 'generated', 'model']);

const spanFields = { start: whole, end: whole, type: text, source, score: z.optional(z.number()), note: z.optional(text), from: z.optional(text) };
const span = z.looseObject(spanFields);
const suggestion = z.looseObject({ ...spanFields, layer: text });
const origin = z.looseObject({ file: text, line: z.number() });
const split = z.enum(['train', 'dev', 'test']);

/** Ranges of words as one list; most of a backup is these. */
const flatWords = z.custom<number[]>((value) => Array.isArray(value) && value.length % 2 === 0 && value.every((offset) => Number.isInteger(offset) && offset >= 0));
const words = z.array(z.tuple([whole, whole]));

const documentFields = { text, spans: z.array(span), suggestions: z.optional(z.array(suggestion)), split: z.optional(split), origin };
const document = z.looseObject({ id: text, ...documentFields, words: z.optional(words) });
const flatDocument = z.looseObject({ id: text, ...documentFields, words: z.optional(flatWords) });

/** Fields of a document before or after an edit; null where the field was absent. */
const fields = z.looseObject(Object.fromEntries(Object.entries({ ...documentFields, id: text, words }).map(([name, shape]) => [name, z.nullish(shape as z.ZodMiniType)])));

const types = z.array(z.looseObject({ name: text, definition: text, colour: z.number(), examples: z.optional(z.array(text)), key: z.optional(text) }));
const layers = z.array(z.looseObject({ id: text, name: text, source, created: time, model: z.optional(text) }));
const derivation = z.looseObject({ from: z.looseObject({ id: text, name: text }), how: text, settings: z.record(text, z.union([text, z.number()])), at: time });

export const datasetShape = z.looseObject({
  id: text,
  dataset: z.looseObject({ id: text, name: text, types, language: text, licence: z.optional(text), layers, derivation: z.optional(derivation), created: time }),
  texts: whole,
  opened: time,
  next: whole,
  revision: whole,
  exported: whole,
  history: z.looseObject({ done: whole, total: whole, undo: z.nullable(text), redo: z.nullable(text) }),
});

export const blockShape = z.looseObject({ dataset: text, block: whole, documents: z.array(z.looseObject({ position: whole, document: flatDocument })).check(z.minLength(1)) });

const listChange = <Shape extends z.ZodMiniType>(shape: Shape) => z.optional(z.looseObject({ before: shape, after: shape }));
export const changeShape = z.looseObject({
  dataset: text,
  number: whole,
  change: z.looseObject({
    what: text,
    at: time,
    documents: z.array(z.looseObject({ position: whole, before: z.nullable(fields), after: z.nullable(fields) })),
    types: listChange(types),
    layers: listChange(layers),
  }),
});

/** NaN and infinity too. */
const measured = z.custom<number>((value) => typeof value === 'number');
const score = z.looseObject({ precision: measured, recall: measured, f1: measured });
const scores = z.looseObject({ micro: score, macro: score, weighted: score, types: z.record(text, score) });
export const runShape = z.looseObject({
  id: text,
  dataset: text,
  created: time,
  milliseconds: z.number(),
  recipe: z.looseObject({ name: text }),
  reason: text,
  result: z.looseObject({ scores: z.nullable(scores), strictScores: z.nullable(scores), predictions: z.array(z.looseObject({ document: text, spans: z.array(span) })), losses: z.array(measured), labels: z.array(text), notes: z.array(text) }),
  evaluations: z.array(z.looseObject({ step: whole, scores, best: z.boolean() })),
  gold: z.array(document),
});

const counts = z.record(text, z.number());
export const jobShape = z.looseObject({
  id: text,
  dataset: text,
  created: time,
  updated: time,
  task: text,
  model: text,
  source: z.looseObject({ kind: text, name: text }),
  settings: z.record(text, z.unknown()),
  total: z.nullable(whole),
  state: z.enum(['running', 'paused', 'stopped', 'cancelled', 'finished']),
  message: z.nullable(text),
  tally: z.looseObject({ answered: whole, asked: whole, parsed: whole, reasons: counts, failures: counts, misses: counts, paid: z.number(), paidBefore: z.number(), atMost: z.number(), unpriced: whole, tokens: z.looseObject({ prompt: whole, completion: whole }) }),
});

export const replyShape = z.looseObject({
  key: text.check(z.regex(/^[0-9a-f]{64}$/)),
  dataset: text,
  request: z.looseObject({ task: text, model: text, messages: z.array(z.looseObject({ role: text, content: text })), sampling: z.looseObject({ maxTokens: whole }), draw: whole }),
  reply: z.looseObject({ text, finish: z.nullable(text), usage: z.nullable(z.looseObject({ prompt: whole, completion: whole })), dollars: z.nullable(z.number()), model: text, milliseconds: z.number() }),
  source: z.looseObject({ kind: z.enum(['proxy', 'local', 'simulated']), name: text }),
  received: time,
});

export const modelShape = z.looseObject({ id: text, dataset: text, name: text, encoder: text, labels: z.array(text), bytes: z.number(), created: time, files: z.array(text) });

/** What of the settings comes back. */
export const settingShapes: Record<Exclude<keyof Settings, (typeof personalSettings)[number]>, z.ZodMiniType> = {
  lastDataset: text,
  annotatorKeys: z.record(text, z.array(text)),
  localLlm: text,
  screenOn: z.boolean(),
  prompts: z.record(text, z.looseObject({ version: z.number(), system: text, user: text })),
};

export const manifestShape = z.looseObject({ format: z.literal('tagsmith-backup'), version: whole.check(z.minimum(1)) });
