/**
 * Exponential moving average, corrected for its start (as Adam's moments are): without the correction the first values
 * would lean towards zero.
 * @param keep share of the past that each step keeps, from 0 to below 1.
 */
export function smooth(values: readonly number[], keep: number): number[] {
  let average = 0;
  let weight = 0;
  return values.map((value) => {
    average = keep * average + (1 - keep) * value;
    weight = keep * weight + (1 - keep);
    return average / weight;
  });
}
