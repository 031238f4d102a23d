/** White space that is more than one space between words. */
const LOOSE = /\s\s|[^\S ]/;

/** What texts have in common that are the same but for white space and capitals: compare these instead of the texts. */
export function sameText(text: string): string {
  const folded = text.toLowerCase().trim();
  return LOOSE.test(folded) ? folded.replace(/\s+/g, ' ') : folded;
}

/** The same for texts that also differ in punctuation or in digits: dates, amounts and numbers of one template. Empty where a text has no letter or digit. */
export function nearlySameText(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ').replace(/\d+/g, '0').trim();
}
