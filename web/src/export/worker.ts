import { openWasmEngine } from '../engine/wasm.ts';
import { loadWasmPackage, threadsHere } from '../engine/wasm-package.ts';
import { openWebModel } from '../engine/web-model.ts';
import { describeFailure } from '../train/failure.ts';
import { TrainingError } from '../train/training-error.ts';
import { checkExport } from './check.ts';
import { compareModels } from './compare.ts';
import { exportTagger, packTagger } from './export-tagger.ts';
import { importTaggerZip } from './import-zip.ts';
import type { ExportCommand, ExportEvent } from './protocol.ts';
import { PushError, pushArchive } from './push.ts';
import { readTaggerFiles } from './tagger-parts.ts';
import { openByTransformersJs } from './transformers-js.ts';

/** Makes and reads archives of taggers beside the page; one command, and the page throws the worker away. */
const post = (event: ExportEvent): void => self.postMessage(event);

self.addEventListener('message', ({ data }: MessageEvent<ExportCommand>) => {
  const work = data.type === 'export' ? pack(data) : data.type === 'import' ? unpack(data) : push(data);
  work.then(post, (error: unknown) => post({ type: 'failed', ...describeFailure(error) }));
});

async function pack({ files: given, dataset, check: texts, int8 }: Extract<ExportCommand, { type: 'export' }>): Promise<ExportEvent> {
  post({ type: 'stage', stage: 'models' });
  const scored = int8?.scored ?? [];
  const { files, comparison } = await exportTagger(given, {
    int8: int8 !== null,
    dataset: dataset ?? undefined,
    ...(scored.length > 0
      ? {
          compare: (own, parts) => {
            post({ type: 'stage', stage: 'bytes' });
            return compareModels(own, parts, scored, openWebModel);
          },
        }
      : {}),
  });
  post({ type: 'stage', stage: 'check' });
  const check = await checkExport(files, await readTaggerFiles(files, 'the exported tagger'), texts, {
    engine: await openWasmEngine(),
    open: openWebModel,
    async openElsewhere(own) {
      await loadWasmPackage(threadsHere());
      return openByTransformersJs(own);
    },
  });
  const elsewhere = 'failure' in check.elsewhere ? 0 : check.elsewhere.different;
  if (check.different + elsewhere > 0) {
    throw new TrainingError(
      `The exported model${check.different > 0 ? '' : ', opened by transformers.js,'} gives ${check.different || elsewhere} of ${check.words} words another tag than the tagger does, so it is not handed out.`,
      'Train once more with the same settings and export that. If it happens again, it is a defect of this program.',
    );
  }
  post({ type: 'stage', stage: 'archive' });
  const parts: BlobPart[] = [];
  for await (const part of packTagger(files)) parts.push(part as Uint8Array<ArrayBuffer>);
  return { type: 'exported', archive: new Blob(parts, { type: 'application/zip' }), files: Object.entries(files).map(([name, { length }]) => ({ name, bytes: length })), check, comparison };
}

async function unpack({ archive, name }: Extract<ExportCommand, { type: 'import' }>): Promise<ExportEvent> {
  post({ type: 'stage', stage: 'reading' });
  const files = await importTaggerZip(archive, name);
  const { labels, configJson } = await readTaggerFiles(files, name);
  return { type: 'imported', files, labels, encoder: encoderName(files, configJson) };
}

async function push({ archive, order }: Extract<ExportCommand, { type: 'push' }>): Promise<ExportEvent> {
  post({ type: 'stage', stage: 'pushing' });
  try {
    const address = await pushArchive(new Uint8Array(await archive.arrayBuffer()), order, (share) => post({ type: 'sent', share }));
    return { type: 'pushed', address };
  } catch (error) {
    if (error instanceof PushError && error.exists) return { type: 'exists' };
    throw error;
  }
}

/** What it was made from, as its own files say. */
function encoderName(files: Record<string, Uint8Array>, configJson: Record<string, unknown>): string {
  try {
    const { encoder } = JSON.parse(new TextDecoder().decode(files['tagsmith.json'])) as { encoder?: unknown };
    if (typeof encoder === 'string') return encoder;
  } catch {
    // It was not made here.
  }
  const named = configJson._name_or_path;
  return typeof named === 'string' && named !== '' ? named : String(configJson.model_type);
}
