import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { importFile } from '../../web/src/dataset/formats/import.ts';
import type { Document, Suggestion } from '../../web/src/dataset/document.ts';
import { ensureChromium, noGpu } from '../chromium.ts';
import { measureHands } from './keystrokes.ts';
import { measureSize } from './size.ts';

/**
 * How quick hands are in the annotator, in real Chromium: `npm run test:hands`. Keystrokes an entity on the first 20
 * texts of CrossNER politics, without suggestions and with those of a tagger trained on the other 180; then the times of
 * keys, of opening and of label-all in a data set of 50,000 texts.
 */
const { values } = parseArgs({ options: { data: { type: 'string', default: '../shared/data/crossner-politics' }, url: { type: 'string' }, only: { type: 'string' } } });
const folder = 'test-results/hands';
/** So few that the tagger's suggestions are middling: F1 is about 0.6. */
const STEPS = 84;
mkdirSync(folder, { recursive: true });

async function texts(): Promise<{ documents: Document[]; suggested: Document[] } | null> {
  const file = `${values.data}/train.conll`;
  if (!existsSync(file)) {
    console.log(`SKIPPED: keystrokes. ${file} is not there; CrossNER (https://github.com/zliucr/CrossNER) in this form is needed, or --data <folder>.`);
    return null;
  }
  const sentences = readFileSync(file, 'utf8').trim().split(/\n\n+/);
  const parts = { first: `${folder}/first20.conll`, rest: `${folder}/rest.conll`, predicted: `${folder}/predicted.jsonl` };
  writeFileSync(parts.first, `${sentences.slice(0, 20).join('\n\n')}\n`);
  writeFileSync(parts.rest, `${sentences.slice(20).join('\n\n')}\n`);
  if (!existsSync(parts.predicted)) {
    console.log('Training a tagger on the other 180 texts (some minutes) …');
    tagsmith('train', '--train', parts.rest, '--test', parts.first, '--encoder', 'minilm-l6', '--steps', String(STEPS), '--batch', '16', '--lr', '1e-4', '--head-lr', '1e-3', '--seed', '1', '--device', 'cpu', '--out', `${folder}/model`);
    tagsmith('predict', '--model', `${folder}/model`, '--input', parts.first, '--out', parts.predicted);
  }
  const { documents } = await importFile('first20.conll', bytesOf(parts.first));
  const predicted = (await importFile('predicted.jsonl', bytesOf(parts.predicted))).documents;
  const suggested = documents.map((document, i) => ({ ...document, spans: [], suggestions: predicted[i]!.spans.map((span): Suggestion => ({ ...span, source: 'model', layer: 'tagger' })) }));
  return { documents, suggested };
}

async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(readFileSync(file));
}

function tagsmith(...args: string[]): void {
  const { status } = spawnSync(process.execPath, ['web/cli/main.ts', ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`tagsmith ${args[0]} ended with ${status}.`);
}

async function serve(): Promise<{ url: string; stop: () => void }> {
  if (values.url) return { url: values.url, stop: () => undefined };
  const port = 20_000 + (process.pid % 10_000);
  const server = spawn(process.execPath, ['proxy/main.ts'], { env: { ...process.env, PORT: String(port) }, stdio: ['ignore', 'ignore', 'inherit'] });
  const url = `http://localhost:${port}/`;
  for (let i = 0; i < 600; i++) {
    if (await fetch(`${url}healthz`).then(({ ok }) => ok, () => false)) return { url, stop: () => void server.kill('SIGTERM') };
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('The server did not start within five minutes.');
}

const { url, stop } = await serve();
const browser = await chromium.launch({ executablePath: ensureChromium(), args: noGpu });
let failed = 0;
const expect = (fact: string, holds: boolean): void => {
  if (!holds) failed++;
  console.log(`${holds ? '✓' : '✗'} ${fact}`);
};
try {
  if (values.only !== 'size') {
    const prepared = await texts();
    if (prepared) await measureHands(browser, url, prepared.documents, prepared.suggested, expect);
  }
  if (values.only !== 'keystrokes') await measureSize(browser, url, expect);
} finally {
  await browser.close();
  stop();
}
process.exitCode = failed > 0 ? 1 : 0;
