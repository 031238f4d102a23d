import { describe, expect, it } from 'vitest';
import { ways, waysFor, type WayName } from '../../../web/src/llm/annotate/ways.ts';
import { asksSo, comparisonOfLink, linkOfWay, settingsOfLink } from '../../../web/src/routes/augment/settings-link.ts';

const names = Object.keys(ways) as WayName[];
const linkOf = (name: WayName): Record<string, string> => Object.fromEntries(Object.entries(linkOfWay(ways[name])).flatMap(([key, value]) => (value === null ? [] : [[key, value]])));

describe('a way of asking', () => {
  it('is in use where the link asks so, and no other way is', () => {
    for (const name of names) expect(names.filter((other) => asksSo(settingsOfLink(linkOf(name), 1), ways[other]))).toEqual([name]);
  });

  it('of the reference is a link that says nothing', () => expect(linkOf('single')).toEqual({}));

  it('that puts types together is none of its own where there is one type', () => {
    expect(waysFor(1)).toEqual(['single', 'five-texts', 'json', 'reasons', 'verify']);
    expect(waysFor(2)).toEqual(names);
  });
});

describe('a comparison in the link', () => {
  it('holds the ways that it names and always the reference, all where it names none', () => {
    expect(comparisonOfLink({}, 3)).toEqual({ open: false, texts: 20, ways: names });
    expect(comparisonOfLink({ trial: '50', ways: 'json|verify|nonsense' }, 3)).toEqual({ open: true, texts: 50, ways: ['single', 'json', 'verify'] });
    expect(comparisonOfLink({ trial: '-3' }, 1)).toMatchObject({ open: true, texts: 20 });
  });
});
