import type { Split } from '../../../dataset/document.ts';
import { SPLITS } from '../../../dataset/split/shares.ts';
import type { DrawSettings } from '../../../state/data-worker/protocol.ts';
import { dataText } from '../../../texts/data.ts';

export const drawKinds = ['split', 'few-shot', 'first', 'share', 'noise'] as const;
export type DrawKind = (typeof drawKinds)[number];

/** What stands in the fields of the dialog, for all kinds together. A field that is empty or no number is null. */
export interface DrawForm {
  kind: DrawKind;
  by: 'stratified' | 'ratio';
  /** In percent. */
  shares: Record<Split, number | null>;
  together: boolean;
  k: number | null;
  /** Null: all types. */
  ways: number | null;
  without: 'texts' | 'spans';
  count: number | null;
  of: 'documents' | 'entities';
  /** In percent. */
  share: number | null;
  splits: Split[];
  seed: number | null;
}

export const firstForm: DrawForm = {
  kind: 'split',
  by: 'stratified',
  shares: { train: 80, dev: 10, test: 10 },
  together: true,
  k: 5,
  ways: null,
  without: 'texts',
  count: 10,
  of: 'documents',
  share: 20,
  splits: ['train'],
  seed: 1,
};

/** The settings that a form stands for, or what is wrong with it in words. */
export function settingsOf(form: DrawForm): { settings: DrawSettings } | { wrong: string } {
  const words = dataText.draw;
  const { kind, seed, splits } = form;
  if (seed === null || !Number.isInteger(seed) || seed < 0) return { wrong: words.wholeFrom(0) };
  if (kind === 'split') {
    const shares = SPLITS.map((split) => form.shares[split]);
    if (shares.some((share) => share === null || share < 0 || share > 100)) return { wrong: words.percentNeeded };
    const sum = shares.reduce<number>((total, share) => total + (share ?? 0), 0);
    if (Math.abs(sum - 100) > 1e-6) return { wrong: words.sharesWrong(sum) };
    const [train, dev, test] = shares.map((share) => (share ?? 0) / 100) as [number, number, number];
    return { settings: { kind, settings: { by: form.by, shares: { train, dev, test }, together: form.together, seed } } };
  }
  if (splits.length === 0) return { wrong: words.splitsChosen };
  const whole = (value: number | null): value is number => value !== null && Number.isInteger(value) && value >= 1;
  if (kind === 'few-shot') {
    if (!whole(form.k) || !(form.ways === null || whole(form.ways))) return { wrong: words.wholeFrom(1) };
    return { settings: { kind, settings: { k: form.k, ...(form.ways === null ? {} : { ways: form.ways }), without: form.without, splits, seed } } };
  }
  if (kind === 'first') {
    return whole(form.count) ? { settings: { kind, settings: { count: form.count, of: form.of, splits } } } : { wrong: words.wholeFrom(1) };
  }
  if (form.share === null || form.share < 0 || form.share > 100) return { wrong: words.percentNeeded };
  return { settings: { kind, settings: { share: form.share / 100, splits, seed } } };
}

/** What a workspace made so is called, unless it is told. */
export function nameOfDrawn(name: string, drawn: DrawSettings): string {
  const names = dataText.draw.defaultName;
  switch (drawn.kind) {
    case 'split':
      return name;
    case 'few-shot':
      return names['few-shot'](name, drawn.settings.k, drawn.settings.seed);
    case 'first':
      return names.first(name, drawn.settings.count);
    default:
      return names[drawn.kind](name, drawn.settings.share, drawn.settings.seed);
  }
}
