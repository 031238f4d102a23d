import type { GradientReport } from './page/engine-checks.ts';

/** Names of gradients further from the reference than `tolerance` · (‖g_ref‖₂ + 1e-3 · global gradient norm). */
export function beyondBound({ gradients, globalNorm }: Pick<GradientReport, 'gradients' | 'globalNorm'>, tolerance: number): string[] {
  return Object.entries(gradients)
    .filter(([, { norm, referenceNorm }]) => !(norm <= tolerance * (referenceNorm + 1e-3 * globalNorm)))
    .map(([name, { norm, referenceNorm }]) => `${name}: off by ${norm} of ${referenceNorm}`);
}
