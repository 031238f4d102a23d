import { describe, expect, it } from 'vitest';
import { changesFromLink, settingGroups } from '../../../web/src/routes/train/settings.ts';
import { parseRecipe } from '../../../web/src/train/recipe.ts';
import { fewShot } from '../../../web/src/train/recipes/index.ts';

describe('settings in a link', () => {
  it('become numbers, choices and empty fields', () => {
    expect(changesFromLink({ steps: '50', learningRate: '3e-5', pooling: 'mean', freezeLayers: '3', clipNorm: 'none' })).toEqual({ steps: 50, learningRate: 3e-5, pooling: 'mean', freezeLayers: 3, clipNorm: null });
  });

  it('that are out of range, not numbers or not choices are left out', () => {
    expect(changesFromLink({ steps: '0', batchSize: '1.5', seed: 'x', pooling: 'max', steps2: '1', epsilon: 'none' })).toEqual({});
  });

  it('cover every field of a recipe but its name and description', () => {
    const shown = settingGroups.flatMap((group) => group.settings.map((setting) => setting.key)).sort();
    expect(shown).toEqual(Object.keys(fewShot).filter((key) => key !== 'name' && key !== 'description').sort());
  });

  it('at the ends of their ranges are recipes that the trainer takes', () => {
    for (const setting of settingGroups.flatMap((group) => group.settings)) {
      const ends = setting.kind === 'number' ? [setting.min, setting.max, ...(setting.empty ? ['none'] : [])] : setting.options;
      for (const end of ends) expect(() => parseRecipe({ ...fewShot, ...changesFromLink({ [setting.key]: String(end) }) }), `${setting.key} ${end}`).not.toThrow();
    }
  });
});
