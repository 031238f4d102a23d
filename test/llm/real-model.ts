import { spawn } from 'node:child_process';
import { createReadStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { openProxy } from '../../proxy/open.ts';
import { providerKinds } from '../../proxy/chat/providers.ts';
import { listen } from '../../proxy/server.ts';
import { SOLO_ACCOUNT } from '../../proxy/solo.ts';
import { importFile } from '../../web/src/dataset/formats/import.ts';
import { fork } from '../../web/src/dataset/random.ts';
import { readWith, type ReadReply } from './read-replies.ts';
import { startLlama } from '../clients/llama.ts';
import { configOf, provider } from '../proxy/proxy-under-test.ts';

/**
 * A real small model (Gemma 3, 270 M) annotates 100 texts of WNUT-17 for two types behind the proxy: `npm run test:real-model`. It is too small to
 * be good at it and fails as models do; what counts is whether the report of its answers is true. Twenty answers are written to a file to be read.
 */
const TEXTS = 100;
const TO_READ = 20;
const folder = path.resolve('test-results/real-model');
const source = '../shared/data/wnut17/dev.conll';
if (!existsSync(source)) {
  console.log(`SKIPPED: ${source} is not there; WNUT-17 (https://github.com/leondz/emerging_entities_17) in this form is needed.`);
  process.exit(0);
}
mkdirSync(folder, { recursive: true });
const { documents } = await importFile('dev.conll', createReadStream(source));
const usable = fork(1, 'real model').shuffle(documents.filter(({ text }) => text.length < 200));
const file = (name: string): string => path.join(folder, name);
writeFileSync(file('texts.jsonl'), usable.slice(0, TEXTS).map(({ text }) => `${JSON.stringify({ text, spans: [] })}\n`).join(''));
const examples = usable.slice(TEXTS).filter(({ spans, text }) => text.length < 120 && spans.some(({ type }) => ['person', 'location'].includes(type)));
writeFileSync(file('examples.jsonl'), examples.map(({ text, spans }) => `${JSON.stringify({ text, spans: spans.map(({ start, end, type }) => ({ start: [...text.slice(0, start)].length, end: [...text.slice(0, end)].length, label: type })) })}\n`).join(''));
writeFileSync(file('types.json'), JSON.stringify([{ name: 'person', definition: 'The name of a human being, real or invented.' }, { name: 'location', definition: 'The name of a place: a country, a city, a street, a landmark.' }]));

const llama = await startLlama();
const terms = { input: 0.1, output: 0.2, context: 1024, maxOutput: 512 };
const config = configOf([provider(llama.url, { kind: providerKinds.compatible, key: null, models: { 'gemma-3-270m': terms }, concurrency: 1 })], { logLevel: 'silent' }, { maxTokens: terms.maxOutput });
const proxy = await openProxy(config, { app: new Map(), encoders: { list: () => Promise.resolve([]) } });
const server = await listen(proxy.app, { host: '127.0.0.1', port: 0 });
try {
  const flags = { input: file('texts.jsonl'), types: file('types.json'), examples: file('examples.jsonl'), k: '4', llm: `${server.address}v1`, model: 'gemma-3-270m', out: file('annotated.jsonl'), 'at-once': '2' };
  const report = await tagsmith('annotate', ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]), '--json');
  const { spent, unresolved } = await proxy.books.account(SOLO_ACCOUNT);
  const replies = readWith(readFileSync(file('annotated.jsonl.replies.jsonl'), 'utf8'));
  const copied = replies.filter((reply) => reply.outcome === 'copied').length;
  console.log(JSON.stringify({ ...report, copied, booked: { requests: spent.requests, unresolved: unresolved.requests } }, null, 1));
  writeFileSync(file('to-read.md'), fork(1, 'to read').shuffle(replies).slice(0, TO_READ).map(shown).join('\n'));
  console.log(`${TO_READ} answers to read: ${file('to-read.md')}`);
} finally {
  llama.stop();
  await server.close();
  await proxy.close();
}

function tagsmith(...args: string[]): Promise<object> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['web/cli/main.ts', ...args], { env: { ...process.env, TAGSMITH_LLM_KEY: proxy.soloToken! }, stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (chunk) => (out += String(chunk)));
    child.on('exit', (code) => (code === 0 ? resolve(JSON.parse(out) as object) : reject(new Error(`tagsmith ended with ${code}.`))));
  });
}

function shown({ type, text, reply, outcome, spans, rejected }: ReadReply, index: number): string {
  const found = spans.map(({ start, end }) => text.slice(start, end)).join(' | ') || 'none';
  return `## ${index + 1}. ${type}: ${outcome}\n\ntext:  ${text}\nreply: ${reply}\nspans: ${found}\nnot used: ${rejected.map(({ piece, why }) => `“${piece}” (${why})`).join(', ') || 'none'}\n`;
}
