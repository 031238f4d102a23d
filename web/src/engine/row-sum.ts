/**
 * Gradient of an embedding table: adds row `i` of `rowGradients` `[rows.length, width]` to row `rows[i]` of `tableGradient`, in the
 * order of the occurrences, so that the sum is the same on every device.
 */
export function addRows(tableGradient: Float32Array, rows: Int32Array, rowGradients: Float32Array, width: number): void {
  for (let occurrence = 0; occurrence < rows.length; occurrence++) {
    let to = rows[occurrence]! * width;
    let from = occurrence * width;
    for (const end = from + width; from < end; from++, to++) tableGradient[to]! += rowGradients[from]!;
  }
}
