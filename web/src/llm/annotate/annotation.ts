import type { EntityType } from '../../dataset/document.ts';

/** A type as an LLM is asked for it: its name, and what counts as it. */
export type AskedType = Pick<EntityType, 'name' | 'definition'>;

/** A stretch of a text with a type; UTF-16 offsets. */
export interface TypedRange {
  start: number;
  end: number;
  type: string;
}

/** A labelled text that shows the model what is wanted. Spans of types that are not asked for are left out of what it shows. */
export interface Example {
  text: string;
  spans: readonly TypedRange[];
}

/**
 * What one request asks: the entities of these types in these texts. The paper's form is one text and one type (Naraki et al.,
 * section 3.1); several of either are the cheaper forms.
 */
export interface AnnotateInput {
  texts: readonly string[];
  types: readonly AskedType[];
  examples: readonly Example[];
}

/** A span that a reply marks, at its place in the text that was sent. */
export interface FoundSpan extends TypedRange {
  /** Why it is one, in the model's words, where reasons were asked for. */
  reason?: string;
}

/**
 * Why something that a reply marks is no span.
 * - `no-such-string`: the text holds no such words.
 * - `ambiguous`: the text holds them more than once, and what stands around them does not say which are meant.
 * - `changed`: the text holds them, but what stands around them in the reply says that another place is meant.
 * - `unclosed`, `unopened`: one of the two marks is missing.
 * - `nested`: it holds or crosses other marked spans, as where a mark was forgotten.
 * - `empty-span`: nothing, or nothing but white space, is marked.
 * - `splits-a-character`: it begins or ends inside a character that is written with several code points.
 * - `unknown-type`: its type is none of those asked for, or is missing.
 */
export type Rejection = 'no-such-string' | 'ambiguous' | 'changed' | 'unclosed' | 'unopened' | 'nested' | 'empty-span' | 'splits-a-character' | 'unknown-type';

/** Something that a reply marks and that is no span. */
export interface RejectedPiece {
  /** What was marked, as the reply has it; of a piece without an end its beginning. */
  piece: string;
  /** The type it was marked with, where it has one. */
  type: string | null;
  why: Rejection;
}

/** What a reply says of one text. */
export interface Annotation {
  /** In the order of the text, none twice. */
  spans: FoundSpan[];
  rejected: RejectedPiece[];
  /** Whether the reply says that the text holds no entity: it gives the whole text back with nothing marked, or an empty list. */
  copied: boolean;
  /**
   * Share of the text's words that the reply gives back, 0 … 1. Where it is well below 1, the model left part of the text out, and
   * entities of that part are unknown, not absent. Always 1 in JSON form, which gives no text back.
   */
  covered: number;
}

/** Whether the reply is an answer for the text at all. Where it is not, nothing is known of the text. */
export function isAnswered({ spans, covered }: Annotation): boolean {
  return spans.length > 0 || covered >= 0.5;
}

/**
 * Why a reply says nothing of any text. `empty`: it is blank. `denied`: the model won't. `cut`: it reached the most tokens before the
 * text's end. `misaligned`: it is something else than the texts. `unparsable`: it is no JSON object of the form asked for.
 */
export type ReplyFault = 'empty' | 'denied' | 'cut' | 'misaligned' | 'unparsable';
