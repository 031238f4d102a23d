import { areTooFew, tellsOf, type ComparedAnnotator, type ComparedAnnotators, type Tells } from '../src/evaluate/compare-annotators.ts';
import type { Interval } from '../src/evaluate/score.ts';
import { cheapest, type WayMeasure } from '../src/llm/annotate/way-measure.ts';
import { ways, type Way, type WayName } from '../src/llm/annotate/ways.ts';
import { dollars } from './llm-progress.ts';
import { percent } from './percent.ts';
import { table } from './table.ts';

/** What a comparison was made with. */
interface Made {
  model: string;
  kind: string;
  source: string;
  atOnce: number;
  seed: number;
  types: readonly string[];
}

interface WayRow extends Omit<WayMeasure, 'found'>, ComparedAnnotator {
  /** With these `annotate` asks so. */
  flags: string;
  dollarsPerThousand: number | null;
  /** For a thousand texts, with so many requests at once as in this run. */
  secondsPerThousand: number;
  tells: Tells | null;
}

/** A comparison as it is printed and written. */
export interface WaysReport extends Made {
  texts: number;
  entities: number;
  /** So few that no difference means anything. */
  tooFew: boolean;
  cheapest: WayName | null;
  /** The one with the highest F1; null where several have it. */
  best: WayName | null;
  ways: WayRow[];
}

export function waysReport(measures: readonly WayMeasure[], compared: ComparedAnnotators, made: Made): WaysReport {
  const { texts, entities, annotators } = compared;
  const rows = measures.map(({ found: _, ...measure }, i): WayRow => {
    const score = annotators[i]!;
    return {
      ...measure, flags: flagsOf(ways[measure.way]), ...score, tells: score.difference && tellsOf(score.difference),
      dollarsPerThousand: measure.dollars === null ? null : (1000 * measure.dollars) / texts,
      secondsPerThousand: measure.milliseconds / texts / made.atOnce,
    };
  });
  return { ...made, texts, entities, tooFew: areTooFew(compared), cheapest: cheapest(measures)?.way ?? null, best: highestOf(rows), ways: rows };
}

export function describeWays({ texts, entities, tooFew, types, model, source, atOnce, cheapest: least, best, ways: rows }: WaysReport): string {
  const count = (n: number): string => n.toLocaleString('en');
  const costs = rows.map(({ way, requests, tokens, dollars: cost, dollarsPerThousand, secondsPerThousand }) => [
    way, count(requests), tokens ? count(tokens.prompt) : '–', tokens ? count(tokens.completion) : '–', cost === null ? '–' : dollars(cost), dollarsPerThousand === null ? '–' : dollars(dollarsPerThousand), count(Math.ceil(secondsPerThousand)), way === least ? 'cheapest' : '',
  ]);
  const scores = rows.map(({ way, precision, recall, f1, difference, tells, answers, reasons, marked, rejected }) => [
    way, percent(precision.share), percent(recall.share), `${percent(f1.value)} ${interval(f1)}`, difference ? `${percent(difference.value)} ${interval(difference)} ${TELLS[tells!]}` : '', shareOf(sum(reasons), answers), shareOf(sum(rejected), marked), way === best ? 'highest F1' : '',
  ]);
  return [
    `${count(texts)} texts with ${count(entities)} entities of ${types.join(', ')}, asked of ${model} at ${source}:`,
    '',
    table(['', 'requests', 'tokens in', 'tokens out', 'cost', '1,000 texts', `seconds for 1,000, ${atOnce} at once`, ''], costs),
    '',
    table(['', 'precision', 'recall', 'F1', 'against the first', 'replies not read', 'marks not used', ''], scores),
    '',
    ...rows.flatMap(explain),
    'In brackets 95 % intervals over texts, in points of F1. A way that asks what another one asked too shows what it costs alone.',
    ...(tooFew ? [`${count(texts)} texts with ${count(entities)} entities are too few: a difference between ways means nothing yet, whatever its interval. Label more, or give more with --texts.`] : []),
    ...(rows.some(({ tells }) => tells === 'open') ? ['“open”: the interval holds 0, so chance alone may have made the difference. Four times the texts halve an interval.'] : []),
    '',
    'The same with annotate:',
    table(['', ''], rows.map(({ way, flags }) => [way, flags || '(no flag)'])).trimStart(),
  ].join('\n');
}

/** Reasons behind a way's numbers, where there are any. */
function explain({ way, reasons, failures, rejected, verdicts }: WayRow): string[] {
  const list = (counts: object): string => Object.entries(counts).map(([reason, number]) => `${reason} (${number})`).join(', ');
  const parts = [
    ...(sum(reasons) > 0 ? [`replies that say nothing: ${list(reasons)}`] : []),
    ...(sum(rejected) > 0 ? [`marked and not used: ${list(rejected)}`] : []),
    ...(sum(failures) > 0 ? [`requests without a reply, whose texts count as without a mark: ${list(failures)}; the same command asks for them again`] : []),
    ...(verdicts ? [`of the spans asked about again ${verdicts.confirmed} were confirmed, ${verdicts.denied} denied, ${verdicts.undecided} undecided and kept`] : []),
  ];
  return parts.length > 0 ? [`${way}: ${parts.join('; ')}.`] : [];
}

const TELLS: Record<Tells, string> = { better: 'better', worse: 'worse', same: 'the same', open: 'open' };

/** Flags of `annotate` that ask so. */
function flagsOf({ typesTogether, textsTogether, kind, reasons, verify }: Way): string {
  return [kind === 'json' && '--form json', typesTogether && '--types-together', textsTogether > 1 && `--texts-together ${textsTogether}`, reasons && '--reasons', verify && '--verify'].filter(Boolean).join(' ');
}

function highestOf(rows: readonly WayRow[]): WayName | null {
  const [first, second] = rows.toSorted((a, b) => b.f1.value - a.f1.value);
  return first && second && first.f1.value > second.f1.value ? first.way : null;
}

const interval = ({ low, high }: Interval): string => `[${percent(low)}, ${percent(high)}]`;
const shareOf = (part: number, whole: number): string => (whole > 0 ? `${percent(part / whole)} %` : '–');
const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((total, number) => total + number, 0);
