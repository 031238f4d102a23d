import { OVERLAP_POLICIES } from '../../dataset/refine/policy.ts';
import type { Recipe } from '../../train/recipe.ts';

type Key = Exclude<keyof Recipe, 'name' | 'description'>;
type Words = 'automatic' | 'off' | 'never' | 'onceAnEpoch' | 'encodersOwn';

/** How a field of a recipe is shown: its range, and what an empty field means where it may be empty. */
export type Setting =
  | { key: Key; kind: 'number'; min: number; max: number; step: number | 'any'; empty?: Words }
  | { key: Key; kind: 'choice'; options: readonly string[] };

export const settingGroups: readonly { name: 'length' | 'optimiser' | 'model' | 'overlap' | 'choice'; settings: readonly Setting[] }[] = [
  {
    name: 'length',
    settings: [
      { key: 'steps', kind: 'number', min: 1, max: 100_000, step: 1 },
      { key: 'batchSize', kind: 'number', min: 1, max: 512, step: 1 },
      { key: 'microBatchSize', kind: 'number', min: 1, max: 512, step: 1, empty: 'automatic' },
      { key: 'maxTokens', kind: 'number', min: 8, max: 512, step: 1 },
      { key: 'sampling', kind: 'choice', options: ['epochs', 'random'] },
      { key: 'seed', kind: 'number', min: 0, max: 2 ** 31 - 1, step: 1 },
    ],
  },
  {
    name: 'optimiser',
    settings: [
      { key: 'learningRate', kind: 'number', min: 0, max: 0.1, step: 'any' },
      { key: 'headLearningRate', kind: 'number', min: 0, max: 0.1, step: 'any' },
      { key: 'schedule', kind: 'choice', options: ['linear', 'cosine', 'constant'] },
      { key: 'warmup', kind: 'number', min: 0, max: 0.99, step: 'any' },
      { key: 'weightDecay', kind: 'number', min: 0, max: 1, step: 'any' },
      { key: 'clipNorm', kind: 'number', min: 0.001, max: 1000, step: 'any', empty: 'off' },
      { key: 'beta1', kind: 'number', min: 0, max: 0.9999, step: 'any' },
      { key: 'beta2', kind: 'number', min: 0, max: 0.99999, step: 'any' },
      { key: 'epsilon', kind: 'number', min: 1e-12, max: 0.01, step: 'any' },
    ],
  },
  {
    name: 'model',
    settings: [
      { key: 'dropout', kind: 'number', min: 0, max: 0.9, step: 'any', empty: 'encodersOwn' },
      { key: 'pooling', kind: 'choice', options: ['first', 'mean', 'sum'] },
      { key: 'freezeLayers', kind: 'choice', options: ['0', '1', '2', '3', '4', '6', '8', '10', 'all'] },
      { key: 'precision', kind: 'choice', options: ['float32', 'float16'] },
    ],
  },
  {
    name: 'overlap',
    settings: [
      { key: 'overlap', kind: 'choice', options: OVERLAP_POLICIES },
      { key: 'mixAlpha', kind: 'number', min: 0.01, max: 10, step: 'any' },
      { key: 'mixDraw', kind: 'choice', options: ['epoch', 'once'] },
    ],
  },
  {
    name: 'choice',
    settings: [
      { key: 'evaluateEvery', kind: 'number', min: 1, max: 100_000, step: 1, empty: 'onceAnEpoch' },
      { key: 'patience', kind: 'number', min: 1, max: 1000, step: 1, empty: 'never' },
      { key: 'selectBy', kind: 'choice', options: ['micro', 'macro', 'weighted'] },
      { key: 'holdOut', kind: 'number', min: 0, max: 0.9, step: 'any' },
    ],
  },
];

const settings = settingGroups.flatMap((group) => group.settings);

/** The changes to a recipe that a link holds: one entry a changed field, an empty one being `none`. */
export function changesFromLink(query: Readonly<Record<string, string>>): Partial<Recipe> {
  const changes: Record<string, unknown> = {};
  for (const setting of settings) {
    const value = query[setting.key];
    if (value === undefined) continue;
    const read = readSetting(setting, value === 'none' ? '' : value);
    if (read !== undefined) changes[setting.key] = read;
  }
  return changes as Partial<Recipe>;
}

/** What a field's text stands for; undefined where it is not a value of the field. */
export function readSetting(setting: Setting, written: string): number | string | null | undefined {
  if (setting.kind === 'choice') {
    if (!setting.options.includes(written)) return undefined;
    return setting.key === 'freezeLayers' && written !== 'all' ? Number(written) : written;
  }
  if (written.trim() === '') return setting.empty ? null : undefined;
  const value = Number(written);
  const whole = setting.step === 1;
  return Number.isFinite(value) && value >= setting.min && value <= setting.max && (!whole || Number.isInteger(value)) ? value : undefined;
}
