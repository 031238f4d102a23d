import { codePointsToUtf16 } from '../../../text/offsets.ts';
import type { ReportBuilder } from '../report.ts';
import { isWhole } from './spans.ts';
import type { RawSpan } from './spans.ts';
import { describe, isObject } from './value.ts';

/** A labelled region of Label Studio, and the text it says it has. */
export interface Region extends RawSpan {
  text: unknown;
}

/** One for each label of each region. What a region's labels do not say (`score`, note, source) stands beside its value. */
export function readRegions(results: readonly unknown[], builder: ReportBuilder, line: number): Region[] {
  return results.flatMap((result) => {
    const value = isObject(result) ? result['value'] : undefined;
    if (!isObject(result) || !isObject(value)) {
      builder.repair('other-annotation', line, describe(result));
      return [];
    }
    const labels = value['labels'] ?? value['hypertextlabels'];
    if (!Array.isArray(labels)) {
      builder.repair('other-annotation', line, typeof result['type'] === 'string' ? result['type'] : describe(result));
      return [];
    }
    const { meta } = result;
    const [note, source] = isObject(meta) ? [meta['text'], meta['source']] : [];
    const [start, end] = rangeOf(value);
    const shared = { start, end, score: result['score'], source, note: Array.isArray(note) ? note.join('\n') : note, text: value['text'], entry: value };
    return labels.map((label: unknown) => ({ ...shared, label }));
  });
}

/** Of texts shown as HTML `start` and `end` are paths of elements; the offsets in the whole text are beside them. */
function rangeOf(value: Record<string, unknown>): [unknown, unknown] {
  if (isWhole(value['start']) || value['start'] === undefined) return [value['start'], value['end']];
  const whole = value['globalOffsets'];
  return isObject(whole) ? [whole['start'], whole['end']] : [value['startOffset'], value['endOffset']];
}

/**
 * The UTF-16 offset of an offset of a task. Label Studio counts code points: its editor takes texts apart into code points
 * (`[...text]` in web/libs/editor, tags/object/RichText/domManager.ts; pull requests 308 of label-studio-frontend and 6135) and its
 * Python converter slices by the same numbers. Before version 1.4 (2021) the editor counted UTF-16 units (issues 1008, 1347); such a
 * task is known by regions whose text is found at UTF-16 offsets and not at code points.
 */
export function offsetsOf(text: string, regions: readonly Region[], builder: ReportBuilder, line: number): (offset: number) => number {
  const toUtf16 = codePointsToUtf16(text);
  const same = (offset: number): number => offset;
  const old = regions.filter((region) => finds(text, region, same) && !finds(text, region, toUtf16));
  if (!old.length || regions.some((region) => finds(text, region, toUtf16) && !finds(text, region, same))) return toUtf16;
  builder.repair('utf-16-offsets', line, String(old[0]!.text));
  return same;
}

/** Whether a region's text stands where it says. Label Studio writes line ends in it as a backslash and an n. */
function finds(text: string, { start, end, text: own }: Region, toUtf16: (offset: number) => number): boolean {
  if (typeof own !== 'string' || !own || !isWhole(start) || !isWhole(end)) return false;
  const found = text.slice(toUtf16(start), toUtf16(end));
  return found === own || found.replace(/[\n\r]/g, '\\n') === own;
}
