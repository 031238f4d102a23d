/** A token as every format of words can say it: on one line and without tabs. Its length stays, so offsets hold. */
export function plainToken(token: string): string {
  return token.replace(/[\n\t]|\r$/g, ' ');
}
