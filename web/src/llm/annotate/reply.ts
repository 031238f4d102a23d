import type { LlmReply } from '../task.ts';
import type { ReplyFault } from './annotation.ts';

const REFUSAL = /^\W*(?:(?:i['’]?m|i am)(?: very)? (?:sorry|afraid|unable)|sorry|i apologi[sz]e|(?:unfortunately,? )?i (?:can(?:no|['’])t|cannot|won['’]t|will not|must decline)|as an? (?:ai|language model))/i;

/** What is wrong with a reply before it is read; null where nothing is. */
export function faultOf({ text, finish }: LlmReply): Extract<ReplyFault, 'empty' | 'denied'> | null {
  if (finish === 'content_filter') return 'denied';
  return text.trim() === '' ? 'empty' : null;
}

/** Whether a reply that is no answer says that the model won't give one. */
export function isRefusal(text: string): boolean {
  return REFUSAL.test(text);
}
