/** A token as every format of words can say it: on one line and without tabs. Its length stays, so offsets hold. */
export function plainToken(token: string): string {
  return token.replace(/[\n\t]|\r$/g, ' ');
}

/** A token of white space, as spaCy makes of line ends: no word here. Other characters that nobody sees can be words of a file. */
export function isBlankToken(token: string): boolean {
  return /^[ \t\r\n]*$/.test(token);
}
