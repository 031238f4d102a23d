import type { FoundSpan, RejectedPiece } from '../../web/src/llm/annotate/annotation.ts';
import { readAnnotateMessages } from '../../web/src/llm/annotate/prompt.ts';
import { annotateTask } from '../../web/src/llm/annotate/task.ts';
import { defaultTemplates } from '../../web/src/llm/annotate/templates.ts';
import type { StoredReply } from '../../web/src/llm/replies.ts';

/** A stored reply, read again. */
export interface ReadReply {
  type: string;
  text: string;
  reply: string;
  /** `parsed`, `copied`, or why nothing could be used. */
  outcome: string;
  spans: readonly FoundSpan[];
  rejected: readonly RejectedPiece[];
}

/** The replies of a file that `tagsmith annotate` keeps, one text and one type each, read by the parser of today. */
export function readWith(file: string): ReadReply[] {
  const task = annotateTask();
  return file.trim().split('\n').map((line) => {
    const { request, reply } = JSON.parse(line) as StoredReply;
    const asked = readAnnotateMessages(request.messages, defaultTemplates);
    const [text = '', type = ''] = [asked?.texts[0], asked?.types[0]];
    const parsed = task.parse(reply, { texts: [text], types: [{ name: type, definition: '' }], examples: [] });
    const [annotation] = parsed.ok ? parsed.value : [];
    return { type, text, reply: reply.text, outcome: parsed.ok ? (annotation?.copied ? 'copied' : 'parsed') : parsed.reason, spans: annotation?.spans ?? [], rejected: annotation?.rejected ?? [] };
  });
}
