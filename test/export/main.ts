import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { readDocuments } from '../../web/cli/documents.ts';
import { importTaggerZip } from '../../web/src/export/import-zip.ts';
import { tagHere } from './own-tags.ts';

/**
 * Exported taggers in other programs, on texts they have not seen: `npm run test:export`, some ten minutes. Trains a small tagger on encoders of four
 * shapes, on one that pools words, and on a folder of transformers' own trainer; exports each; and holds every tag by transformers, ONNX Runtime
 * and transformers.js against ours. Needs a Python with the packages that test/oracle/export_check.py names (`--python`), npm for an empty
 * folder, and data with train.conll and test.conll (`--data`). `--tagger <folder>` adds a trained tagger.
 */
const { values } = parseArgs({
  options: { python: { type: 'string', default: 'python3' }, data: { type: 'string', default: '../shared/data/crossner-politics' }, texts: { type: 'string', default: '200' }, tagger: { type: 'string', multiple: true, default: [] } },
});
const execute = promisify(execFile);
const run = (program: string, args: string[], cwd?: string): Promise<{ stdout: string }> => execute(program, args, { maxBuffer: 1 << 28, ...(cwd ? { cwd } : {}) });
const tagsmith = (...args: string[]): Promise<{ stdout: string }> => run(process.execPath, ['web/cli/main.ts', ...args, '--json']);
const oracle = path.resolve('test/oracle/export_check.py');
const folder = mkdtempSync(path.join(tmpdir(), 'tagsmith-export-'));
const [train, test] = ['train', 'test'].map((split) => path.join(values.data, `${split}.conll`)) as [string, string];
if (!existsSync(train)) throw new Error(`There is no ${train}: give --data a folder with train.conll and test.conll.`);

/** transformers.js as npm installs it for anybody; the install script of its runtime would fetch CUDA files. */
async function installJavaScript(): Promise<string> {
  const place = path.join(folder, 'javascript');
  mkdirSync(place);
  await run('npm', ['init', '-y'], place);
  await execute('npm', ['install', '@huggingface/transformers'], { cwd: place, env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' } });
  cpSync('test/export/in-javascript.mjs', path.join(place, 'in-javascript.mjs'));
  return place;
}

interface Checked {
  words: number;
  entityWords: number;
  transformers: { tokenizer: string; logits: number; different: number } | null;
  onnxruntime: { different: number };
  int8: { different: number };
  snippets: string[];
  javascript: { version: string; different: number };
}

/** Exports a tagger, unpacks it as anybody would, and compares. */
async function check(name: string, model: string, javascript: string): Promise<Checked> {
  const archive = path.join(folder, `${name}.zip`);
  await tagsmith('export', '--model', model, '--out', archive, '--int8', '--data', 'a corpus');
  const place = path.join(folder, `${name}-unpacked`);
  const bytes = new Uint8Array(readFileSync(archive));
  for (const [file, content] of Object.entries(unzipSync(bytes))) {
    mkdirSync(path.dirname(path.join(place, 'tagger', file)), { recursive: true });
    writeFileSync(path.join(place, 'tagger', file), content);
  }
  const texts = await tagHere(await importTaggerZip(bytes, `${name}.zip`), (await readDocuments(test)).documents, Number(values.texts));
  if (texts.length !== Number(values.texts)) throw new Error(`${test} holds ${texts.length} texts that fit a window, ${values.texts} are needed.`);
  const file = path.join(place, 'texts.json');
  writeFileSync(file, JSON.stringify(texts));
  const python = await run(values.python, [oracle, 'check', path.join(place, 'tagger'), file]);
  const js = await run(process.execPath, ['in-javascript.mjs', place, file, 'fp32'], javascript);
  const found = lastLine<Omit<Checked, 'javascript'>>(python.stdout);
  found.snippets.push((await runSnippet(place, javascript)).stdout);
  return { ...found, javascript: lastLine(js.stdout) };
}

const lastLine = <T>(printed: string): T => JSON.parse(printed.trim().split('\n').at(-1)!) as T;

/** JavaScript of the card, as a reader would run it. */
async function runSnippet(place: string, javascript: string): Promise<{ stdout: string }> {
  const card = readFileSync(path.join(place, 'tagger', 'README.md'), 'utf8');
  const file = path.join(javascript, 'snippet.mjs');
  writeFileSync(file, /```js\n([^]*?)```/.exec(card)![1]!);
  return run(process.execPath, [file], place);
}

try {
  const javascript = await installJavaScript();
  await run(values.python, [oracle, 'make', folder, train]);
  const shapes = ['bert-cased', 'bert-uncased', 'distilbert', 'roberta'];
  const trained = async (name: string, encoder: string, ...more: string[]): Promise<[string, string]> => {
    const out = path.join(folder, `${name}-model`);
    await tagsmith('train', '--train', train, '--encoder', encoder, '--steps', '150', '--lr', '1e-3', '--head-lr', '2e-3', '--out', out, ...more);
    return [name, out];
  };
  const taggers: [string, string][] = [['trainer, as saved', path.join(folder, 'trainer')]];
  for (const shape of shapes) taggers.push(await trained(shape, path.join(folder, shape)));
  taggers.push(await trained('bert-uncased, mean', path.join(folder, 'bert-uncased'), '--pooling', 'mean'));
  taggers.push(await trained('roberta, sum', path.join(folder, 'roberta'), '--pooling', 'sum'));
  taggers.push(await trained('trainer, trained on', path.join(folder, 'trainer')));
  for (const tagger of values.tagger) taggers.push([path.basename(tagger), tagger]);

  let failed = 0;
  console.log(`| tagger | words, of them in entities | transformers: other tags, largest difference of logits | ONNX Runtime: other tags | transformers.js: other tags | int8: other tags |\n| --- | --- | --- | --- | --- | --- |`);
  for (const [name, model] of taggers) {
    const { words, entityWords, transformers, onnxruntime, int8, snippets, javascript: js } = await check(name, model, javascript);
    const python = transformers ? `${transformers.different}, ${transformers.logits.toExponential(1)} (${transformers.tokenizer})` : 'not for it';
    console.log(`| ${name} | ${words}, ${entityWords} | ${python} | ${onnxruntime.different} | ${js.different} (${js.version}) | ${int8.different} |`);
    const wrong = [transformers && transformers.different > 0, transformers && transformers.logits > 1e-4, onnxruntime.different > 0, js.different > 0, entityWords === 0, snippets.length === 0, snippets.some((printed) => !printed.includes('O') || printed.includes('Error'))];
    if (wrong.some(Boolean)) {
      failed++;
      console.log(`${name}: not as it should be; its card's snippets printed ${JSON.stringify(snippets)}`);
    }
  }
  console.log(`\n${taggers.length - failed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
