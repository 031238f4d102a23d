import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareWays as verb } from '../../web/cli/compare-ways.ts';
import { annotate } from '../../web/cli/annotate.ts';
import { Call, FailedRun, UsageError, type Verb } from '../../web/cli/verb.ts';
import { goldOf } from '../../web/src/llm/simulated/gold.ts';
import { usualSimulation } from '../../web/src/llm/simulated/settings.ts';
import { labelledTexts } from '../simulated-llm/labelled-texts.ts';
import { SimulatedServer } from '../simulated-llm/server.ts';
import { jsonOf, tagsmith } from './command.ts';

let folder: string;
let server: SimulatedServer;
const at = (name: string): string => path.join(folder, name);
const texts = labelledTexts(60);
const types = ['person', 'place'];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tagsmith-ways-'));
  const line = ({ text, spans }: (typeof texts)[number]): string => JSON.stringify({ text, spans: spans.map(({ start, end, type }) => ({ start, end, label: type })) });
  await writeFile(at('labelled.jsonl'), `${texts.map(line).join('\n')}\n`);
  await writeFile(at('types.json'), JSON.stringify(types.map((name) => ({ name, definition: `A ${name}.` }))));
  // It denies all that is wrong, and nothing that is right.
  server = await SimulatedServer.start({ gold: goldOf(texts), settings: { ...usualSimulation, verification: { yes: 1, no: 1 } } });
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

const asking = (): string[] => ['--types', at('types.json'), '--k', '3', '--llm', server.url, '--model', 'simulated-annotator', '--prices', '1,2'];
const argsOf = (out: string, ...more: string[]): string[] => ['--labelled', at('labelled.jsonl'), ...asking(), '--out', at(out), ...more];
const run = async (args: string[], of: Verb = verb): ReturnType<Verb['run']> => of.run(new Call(of, args), { progress: () => undefined, note: () => undefined });
// eslint-disable-next-line @typescript-eslint/no-explicit-any
const jsonFrom = async (args: string[], of?: Verb): Promise<any> => JSON.parse(JSON.stringify((await run(args, of)).json)) as unknown;

describe('compare-ways', () => {
  it('says of each way what it costs, how good it is and how annotate is told to ask so; the second time nothing is asked', async () => {
    const first = jsonOf(await tagsmith(['compare-ways', ...argsOf('a.json', '--json')]));
    const asked = server.attempts.length;
    expect(first).toMatchObject({ texts: 20, tooFew: false, cheapest: 'five-texts-all-types', best: 'verify', types });
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    const rows = first.ways as any[];
    expect(rows.map(({ way, flags }) => [way, flags])).toEqual([['single', ''], ['all-types', '--types-together'], ['five-texts', '--texts-together 5'], ['five-texts-all-types', '--types-together --texts-together 5'], ['json', '--form json --types-together'], ['reasons', '--reasons'], ['verify', '--verify']]);
    const [single, all, , , json, , verify] = rows;
    expect(rows.slice(0, 5).map(({ requests }) => requests as number)).toEqual([40, 20, 8, 4, 20]);
    // A simulated annotator answers the same however it is asked; what it costs is another matter.
    expect(all.f1).toEqual(single.f1);
    expect(json).toMatchObject({ f1: single.f1, tells: 'same' });
    expect(single.dollars).toBeCloseTo((single.tokens.prompt + 2 * single.tokens.completion) / 1e6, 12);
    expect(single.dollarsPerThousand).toBeCloseTo(50 * single.dollars, 12);
    expect(verify).toMatchObject({ precision: { share: 1 }, recall: single.recall, tells: 'better' });
    expect(verify.verdicts.confirmed + verify.verdicts.denied).toBe(verify.requests - 40);
    expect(JSON.parse(await readFile(at('a.json'), 'utf8'))).toMatchObject({ texts: 20, cheapest: 'five-texts-all-types' });
    expect(server.mostAnswered).toBe(1);

    const again = await jsonFrom(argsOf('a.json'));
    expect(server.attempts).toHaveLength(asked);
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    expect(again.ways.map((row: any) => [row.paid, row.dollars])).toEqual(rows.map(({ dollars }) => [0, dollars]));
    expect(await jsonFrom(argsOf('a.json', '--estimate'))).toMatchObject({ requests: 0, dollars: 0 });
  });

  it('asks the ways that are named, and the reference with them', async () => {
    const { text } = await run(argsOf('b.json', '--ways', 'all-types', '--texts', '5'));
    expect(text).toMatch(/^single +10 .*\n^all-types +5 .*cheapest$/m);
    expect(text).toContain('are too few: a difference between ways means nothing yet');
    expect(text).not.toContain('five-texts');
  });

  it.each<[string, string[], string]>([
    ['a way that there is not', ['--ways', 'shouting'], '--ways shouting: expected some of single, all-types'],
    ['prices that are none', ['--prices', 'cheap'], '--prices cheap: expected dollars for a million tokens in and out'],
    ['types that nothing is labelled with', ['--types', 'other.json'], 'No text of'],
  ])('says what is wrong: %s', async (_what, change, message) => {
    await writeFile(at('other.json'), JSON.stringify([{ name: 'animal' }]));
    const error: unknown = await run([...argsOf('c.json'), ...change.map((value) => (value.endsWith('.json') ? at(value) : value))]).catch((thrown: unknown) => thrown);
    expect(error).toSatisfy((thrown) => thrown instanceof UsageError || thrown instanceof FailedRun);
    expect((error as Error).message).toContain(message);
  });
});

describe('annotate --verify', () => {
  it('asks about each span again, drops those that are denied, tells of all, and pays nothing twice', async () => {
    const args = ['--input', at('labelled.jsonl'), ...asking(), '--out', at('v.jsonl'), '--types-together'];
    const plain = await jsonFrom(args, annotate);
    const verified = await jsonFrom([...args, '--verify'], annotate);
    const { confirmed, denied, undecided } = verified.verification;
    expect(plain.verification).toBeUndefined();
    expect(denied).toBeGreaterThan(3);
    expect(undecided).toBe(0);
    expect([confirmed + denied, confirmed]).toEqual([plain.spans, verified.spans]);
    expect(verified).toMatchObject({ requests: 60, asked: 0, spentBefore: plain.spend, verification: { asked: plain.spans } });
    expect(verified.notes).toContain(`Asked again, ${confirmed} spans were confirmed and ${denied} denied and dropped.`);
    const written = (await readFile(at('v.jsonl'), 'utf8')).trim().split('\n').map((line) => (JSON.parse(line) as { spans: { start: number; end: number; label: string }[] }).spans);
    const gold = texts.map(({ spans }) => spans.map(({ start, end, type }) => `${start} ${end} ${type}`));
    expect(written.flat()).toHaveLength(confirmed);
    for (const [place, spans] of written.entries()) for (const { start, end, label } of spans) expect(gold[place]).toContain(`${start} ${end} ${label}`);
    expect(await jsonFrom([...args, '--verify'], annotate)).toMatchObject({ spend: 0, verification: { asked: 0, confirmed, denied } });
  });
});
