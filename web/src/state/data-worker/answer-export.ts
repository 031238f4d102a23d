import type { Document, Split } from '../../dataset/document.ts';
import { conllWriter, whyNotSpaces } from '../../dataset/formats/conll-writer.ts';
import type { Exported, FormatWriter } from '../../dataset/formats/format.ts';
import { holdAll, type Losses } from '../../dataset/formats/hold.ts';
import { writers } from '../../dataset/formats/writers.ts';
import { zip, type ZipFile } from '../../dataset/formats/zip.ts';
import type { Held } from './held.ts';
import type { ExportSettings, Loss, Written } from './protocol.ts';

type OnProgress = (done: number, of: number | null) => void;

/** Documents between two words on how far it is. */
const step = 1000;
/** Bytes of one part of a file in memory. */
const partBytes = 1 << 20;

const splitNames: readonly (Split | undefined)[] = ['train', 'dev', 'test', undefined];

async function writerOf({ format, conll }: ExportSettings): Promise<FormatWriter> {
  if (format === 'conll') return conllWriter(conll);
  const load = writers[format];
  if (!load) throw new Error(`There is no way to write ${format} yet.`);
  return load();
}

function chosen({ records }: Held, { positions }: ExportSettings): Document[] {
  const wanted = positions && new Set(positions);
  return records.flatMap(({ position, document }) => (!wanted || wanted.has(position) ? [document] : []));
}

/** What a format would leave out. */
export async function answerLosses(held: Held, settings: ExportSettings, onProgress: OnProgress): Promise<Loss> {
  const writer = await writerOf(settings);
  const documents = chosen(held, settings);
  const { language } = held.dataset;
  const losses: Losses = new Map();
  let done = 0;
  for (const _ of holdAll(documents, writer.holds, language, losses)) if (++done % step === 0) onProgress(done, documents.length);
  // A file that holds one split says which one by its name.
  if (settings.perSplit) losses.delete('split');
  const refusal = settings.format === 'conll' && settings.conll.separator === ' ' ? (whyNotSpaces({ documents, language }) ?? '') : '';
  return { documents: documents.length, losses: [...losses], refusal };
}

/** The file, or an archive with one a split. */
export async function answerFile(held: Held, settings: ExportSettings, onProgress: OnProgress): Promise<Written> {
  const writer = await writerOf(settings);
  const documents = chosen(held, settings);
  const { name, language, types, layers } = held.dataset;
  const exported = (own: readonly Document[]): Exported => ({ name, language, types, layers, documents: own });
  if (!settings.perSplit) return { blob: await toBlob(writer.write(exported(documents)), writer.mediaType, onProgress), ending: writer.ending };
  const files = splitNames.flatMap((split): ZipFile[] => {
    const own = documents.filter((document) => document.split === split);
    return own.length > 0 ? [{ name: `${split ?? 'rest'}.${writer.ending}`, parts: writer.write(exported(own)) }] : [];
  });
  return { blob: await toBlob(zip(files), 'application/zip', onProgress), ending: 'zip' };
}

async function toBlob(parts: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>, type: string, onProgress: OnProgress): Promise<Blob> {
  const encoder = new TextEncoder();
  const written: Blob[] = [];
  let [open, size, total]: [BlobPart[], number, number] = [[], 0, 0];
  const close = (): void => {
    written.push(new Blob(open));
    [open, size] = [[], 0];
    onProgress(total, null);
  };
  for await (const part of parts) {
    const bytes = (typeof part === 'string' ? encoder.encode(part) : part) as Uint8Array<ArrayBuffer>;
    open.push(bytes);
    size += bytes.length;
    total += bytes.length;
    if (size >= partBytes) close();
  }
  close();
  return new Blob(written, { type });
}
