const encoder = new TextEncoder();

/** Bytes of a token of usual text, low: tokenizers make about 4 of English and 2 to 3 of other scripts. */
const BYTES_A_TOKEN = 2;

/** More tokens than any usual tokenizer makes of a text. */
export function tokensAtMost(text: string): number {
  return Math.ceil(encoder.encode(text).length / BYTES_A_TOKEN);
}
