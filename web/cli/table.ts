/** Columns under a header, padded with spaces; numbers are lined up on the right. */
export function table(header: string[], rows: string[][]): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const isNumber = header.map((_, column) => rows.every((row) => /^[\d.,\s%$–[\]-]*$/.test(row[column]!)));
  return all.map((row) => row.map((cell, column) => (isNumber[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!))).join('  ').trimEnd()).join('\n');
}
