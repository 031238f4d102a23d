import type { Document } from '../../document.ts';
import type { Reader, ReaderContext } from '../reader.ts';
import { ImportError, shorten } from '../report.ts';
import { unescape, unescapeJava } from './escape.ts';
import { WEBANNO_FORMAT } from './format.ts';
import { readLayers, shortName } from './layers.ts';
import type { Layers } from './layers.ts';
import { SentenceBuilder } from './sentence.ts';
import type { Line } from './sentence.ts';

/** WebAnno TSV 3 (INCEpTION user guide, "WebAnno TSV 3.3 File format"). Each sentence becomes a document, its tokens the words. */
export class WebannoReader implements Reader {
  private readonly context: ReaderContext;
  private readonly sentences: SentenceBuilder;
  private declarations: string[] = [];
  private layers: Layers | null = null;
  private unescapeText = unescape;
  private texts: string[] = [];
  private rows: Line[] = [];
  private first = 0;
  private characters = 0;

  constructor(context: ReaderContext) {
    this.context = context;
    this.sentences = new SentenceBuilder(context);
    context.builder.report.layout = 'WebAnno TSV';
  }

  read(line: string, number: number, documents: Document[]): void {
    if (!line.trim()) return this.finish(documents);
    if (line.startsWith('#')) return this.readMark(line, number, documents);
    this.readRow(line, number);
  }

  end(documents: Document[]): void {
    this.finish(documents);
  }

  private readMark(line: string, number: number, documents: Document[]): void {
    const { builder } = this.context;
    if (this.rows.length) this.finish(documents);
    if (line.startsWith('#Text=')) {
      this.layers ??= this.readHeader(number);
      if (!this.texts.length) this.first = number;
      const text = this.unescapeText(line.slice('#Text='.length));
      this.texts.push(text);
      this.count(text.length + 1);
    } else if (/^#T_(?:SP|CH|RL)=/.test(line) && !this.layers) this.declarations.push(line);
    else if (line.startsWith('#FORMAT=')) this.readFormat(line);
    else if (!line.startsWith('#Sentence.id=')) builder.repair('comment', number, line);
  }

  private readFormat(line: string): void {
    const { report } = this.context.builder;
    const [, major, minor] = WEBANNO_FORMAT.exec(line) ?? [];
    if (major !== '3') throw new ImportError(`${report.file} is "${shorten(line.slice('#FORMAT='.length))}"; WebAnno TSV 3.0 to 3.3 are read. Export it again as "WebAnno TSV v3.3".`, report);
    this.unescapeText = Number(minor) < 2 ? unescapeJava : unescape;
    report.layout = `WebAnno TSV ${major}.${minor!}`;
  }

  private readHeader(number: number): Layers {
    const { builder } = this.context;
    const layers = readLayers(this.declarations);
    for (const name of layers.skipped) builder.repair('other-annotation', number, name);
    builder.report.layout += layers.spans.length ? `, spans of ${layers.spans.map(shortName).join(', ')}` : ', without spans';
    return layers;
  }

  private readRow(line: string, number: number): void {
    const { builder } = this.context;
    const fields = line.split('\t');
    const unit = /^\d+-\d+(\.\d+)?$/.exec(fields[0]!);
    const [, start, end] = /^(\d{1,10})-(\d{1,10})$/.exec(fields[1] ?? '') ?? [];
    if (!unit || start === undefined || fields.length < 3) {
      return builder.problem(number, `Neither a token (number, offsets and text, with tabs between them: "1-1", "0-4", "Oslo") nor a line that begins with "#": ${shorten(line)}`);
    }
    if (!this.layers || !this.texts.length) return builder.problem(number, `A token without a #Text= line before it: ${shorten(line)}`);
    if (fields.length < 3 + this.layers.columns) {
      return builder.problem(number, `${fields.length} columns; the lines #T_… of the file declare ${3 + this.layers.columns}: ${shorten(line)}`);
    }
    this.rows.push({ number, isPart: unit[1] !== undefined, start: Number(start), end: Number(end), text: this.unescapeText(fields[2]!), cells: fields.slice(3) });
    this.count(1);
  }

  /** Lines count too: a sentence of a few characters could have any number of them. */
  private count(characters: number): void {
    const { limits, builder } = this.context;
    this.characters += characters;
    if (this.characters > 2 * limits.characters) {
      throw new ImportError(`The sentence that begins on line ${this.first} of ${builder.report.file} has more than ${limits.characters} characters: a blank line must stand after each sentence.`, builder.report);
    }
  }

  private finish(documents: Document[]): void {
    if (!this.texts.length) return;
    const document = this.sentences.build(this.texts.join('\n'), this.rows, this.layers!.spans, this.first);
    if (document) documents.push(document);
    this.texts = [];
    this.rows = [];
    this.characters = 0;
  }
}
