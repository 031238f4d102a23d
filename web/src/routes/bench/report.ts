import type { Entry } from '../../state/bench.svelte.ts';
import { encoderShapes } from '../../train/bench/encoders.ts';
import { markdownTable } from '../../train/bench/markdown-table.ts';
import { LABELS } from '../../train/bench/random-tagger.ts';
import type { BenchRow } from '../../train/bench/rows.ts';
import { benchText as text } from '../../texts/bench.ts';
import { figuresOn, type Cell } from './columns.ts';
import { finding, halfRatios, ownRatios, ratios } from './finding.ts';

/** What was measured, where and when. */
export interface BenchResult {
  version: string;
  /** Milliseconds since 1970. */
  at: number;
  browser: string;
  platform: string;
  gpu: { name: string; software: boolean } | null;
  /** "8 processor cores, about 4 GB of memory". */
  machine: string;
  /** Whether the page may use threads. */
  isolated: boolean;
  /** Whether another tab computed meanwhile. */
  disturbed: boolean;
  entries: readonly Pick<Entry, 'row' | 'device' | 'outcome'>[];
}

export const nameOf = ({ encoder, batch, tokens }: BenchRow): string => text.size(text.encoders[encoder], batch, tokens);

/** Where it was measured, a fact a line. */
export function aboutLines({ gpu, machine, isolated, browser, platform, entries }: BenchResult): string[] {
  const half = entries.some(({ device }) => device === 'webgpu-half');
  return [gpu ? text.about.gpu(gpu.name, gpu.software) : text.about.noGpu, text.about.cpu(machine, isolated), text.about.browser(browser, platform), text.about.setting(LABELS, half)];
}

/** Why a row has no figures; null where it has or will have. */
export function problemOf({ outcome }: Pick<Entry, 'outcome'>): string | null {
  if (outcome.state === 'stopped') return text.stopped;
  if (outcome.state === 'silent') return text.silent;
  return outcome.state === 'failed' ? [outcome.message || text.crashed, outcome.advice].filter(Boolean).join(' ') : null;
}

/** A text to paste where people talk: the figures of the page's table in Markdown. */
export function reportMarkdown(result: BenchResult): string {
  const figures = figuresOn(result.entries);
  const measured = result.entries.flatMap(({ row, device, outcome }) => {
    if (outcome.state !== 'measured') return [];
    const { measurement } = outcome;
    return [[nameOf(row), text.devices[device], ...figures.map(({ cell }) => print(cell(measurement, row.batch * row.tokens)))]];
  });
  const found = ratios(result.entries);
  const headline = finding(found);
  const problems = result.entries.flatMap((entry) => {
    const problem = problemOf(entry);
    return problem === null ? [] : [`- ${nameOf(entry.row)}, ${text.devices[entry.device]}: ${problem}`];
  });
  const { row, device, ...others } = text.columns;
  const parts = [
    [`**${text.about.program(result.version, result.at)}**${headline ? `: ${headline}.` : ''}`],
    aboutLines(result).map((line) => `- ${line}`),
    measured.length > 0 ? markdownTable([row, device, ...figures.map(({ column }) => others[column])], measured) : [],
    [...found.map(({ row, times }) => text.sentence(nameOf(row), times)), ...ownRatios(result.entries).map(({ row, times }) => text.ownSentence(nameOf(row), times)), ...halfRatios(result.entries).map(({ row, times }) => text.halfSentence(nameOf(row), times))].map((line) => `- ${line}`),
    problems,
    result.disturbed ? [text.disturbed] : [],
  ];
  return `${parts.filter((lines) => lines.length > 0).map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** The same for programs, with every figure as it was measured. */
export function reportJson({ at, entries, version, ...where }: BenchResult): string {
  const rows = entries.map(({ row, device, outcome }) => {
    const { layers, hiddenSize } = encoderShapes[row.encoder];
    return { ...row, layers, hiddenSize, device, ...(outcome.state === 'measured' ? { measurement: outcome.measurement } : { problem: problemOf({ outcome }) }) };
  });
  return `${JSON.stringify({ tagsmith: version, date: new Date(at).toISOString(), ...where, labels: LABELS, rows }, null, 2)}\n`;
}

const print = ({ value, more }: Cell): string => (more === undefined ? value : `${value} (${more})`);
