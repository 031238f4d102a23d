import { browserText as text } from '../../texts/browser.ts';
import type { BrowserFacts } from './facts.ts';
import type { Finding } from './judge.ts';

/** The findings as plain text, for whoever asks for help: no address, no name of a data set, no amount of what is stored. */
export function report(facts: BrowserFacts, findings: readonly Finding[], about: { version: string; at: number }): string {
  const { gpu } = facts;
  const lines = [
    text.report.title(about.version, about.at),
    text.report.browser(facts.browser, facts.platform),
    text.report.machine(facts.cores, facts.memory),
    ...(typeof gpu === 'object' ? [text.report.gpu(gpu)] : []),
    '',
    ...findings.map(({ title, answer, meaning }) => `${title}: ${text.answers[answer]}. ${meaning}`),
  ];
  return `${lines.join('\n')}\n`;
}
