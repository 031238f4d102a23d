const MILLION = 1_000_000;
const DEEP = 100_000;

const json = (value: unknown): string => `${JSON.stringify(value)}\n`;
const lines = (count: number, line: (i: number) => string): string => Array.from({ length: count }, (_, i) => line(i)).join('\n');
/** JSON with a value that is nested deeply at the place of "HERE". */
const deep = (frame: unknown, open: string, close: string): string => json(frame).replace('"HERE"', open.repeat(DEEP) + close.repeat(DEEP));

const webanno = (rows: string, header = '#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.Entity|value\n\n\n#Text=Ana left Oslo\n'): string => header + rows;

/**
 * Files of text that do harm where a reader is careless: recursion over deep nesting, patterns that backtrack over a million
 * characters, counts and offsets that something is allocated for, a list searched once an entry. By name, its ending with it.
 */
export const hostileTexts: Record<string, () => string> = {
  'open brackets.json': () => '['.repeat(MILLION),
  'open braces.jsonl': () => '{"a":'.repeat(DEEP),
  'deep arrays.json': () => '['.repeat(DEEP) + ']'.repeat(DEEP),
  'deep spans.jsonl': () => deep({ text: 'Ana left', spans: ['HERE'] }, '[', ']'),
  'deep labels.jsonl': () => deep({ text: 'Ana left', spans: [{ start: 0, end: 3, label: 'HERE' }] }, '{"a":', '}').replaceAll('{"a":}', '{}'),
  'deep metadata.jsonl': () => deep({ text: 'Ana left', meta: 'HERE', spans: [] }, '[', ']'),
  'deep label of doccano.jsonl': () => deep({ text: 'Ana left', label: [[0, 3, 'HERE']] }, '[', ']'),
  'deep tokens.jsonl': () => deep({ tokens: ['HERE'], ner_tags: ['O'] }, '[', ']'),
  'deep tags.jsonl': () => deep({ tokens: ['a'], ner_tags: ['HERE'] }, '[', ']'),
  'deep ner of gliner.json': () => `[${deep({ tokenized_text: ['a'], ner: ['HERE'] }, '[', ']')}]`,
  'deep result of label studio.json': () => `[${deep({ data: { text: 'a' }, annotations: [{ result: ['HERE'] }] }, '[', ']')}]`,
  'deep value of label studio.json': () => `[${deep({ data: { text: 'a' }, annotations: [{ result: [{ from_name: 'label', to_name: 'text', type: 'labels', value: 'HERE' }] }] }, '[', ']')}]`,
  'deep features.json': () => deep({ features: { ner_tags: 'HERE' } }, '[', ']'),
  'a task of label studio with 50,000 predictions.json': () => json([{ data: { text: 'Ana' }, predictions: Array.from({ length: DEEP / 2 }, (_, i) => ({ model_version: `m${i}`, result: [{ from_name: 'label', to_name: 'text', type: 'labels', value: { start: 0, end: 3, labels: ['x'] } }] })) }]),
  'spans, 100,000 in one text.jsonl': () => json({ text: 'a '.repeat(DEEP), spans: Array.from({ length: DEEP }, (_, i) => ({ start: i % 1000, end: (i % 1000) + 1 + (i % 77), label: `t${i % 5000}` })) }),
  'the same span 100,000 times.jsonl': () => json({ text: 'Ana', spans: Array.from({ length: DEEP }, () => [0, 3, 'x']) }),
  'wrong spans, 100,000.jsonl': () => json({ text: 'Ana', spans: Array.from({ length: DEEP }, (_, i) => ({ start: i, end: -i, label: '' })) }),
  'numbers out of range.jsonl': () => '{"text":"Ana","spans":[{"start":-0,"end":1e999,"label":"x"},{"start":1e15,"end":9007199254740993,"label":"x"},{"start":0.1,"end":3,"label":"x"},{"start":"0","end":"3","label":"x"}]}\n',
  'numbers of tokens out of range.json': () => json([{ tokenized_text: ['Ana', 'left'], ner: [[0, 1e9, 'x'], [-1, 0, 'x'], [1e15, 1e16, 'x'], [1, 0, 'x'], [0.5, 1, 'x']] }]),
  'class labels out of range.json': () => json({ features: { ner_tags: { feature: { names: ['O', 'B-x'] } } } }) + json({ tokens: ['a', 'b'], ner_tags: [1e9, -1] }),
  'keys of objects.jsonl': () => '{"__proto__":{"text":"a"},"constructor":1,"text":"Ana","spans":[{"start":0,"end":3,"label":"__proto__","__proto__":{"score":1}},{"start":0,"end":3,"label":"constructor"}],"suggestions":[{"start":0,"end":3,"label":"toString","layer":"__proto__"}]}\n',
  'half a character.jsonl': () => '{"text":"\\ud83d","spans":[{"start":0,"end":1,"label":"\\ude00"}]}\n{"text":"a\\ud83d\\ud83d\\ude00","spans":[{"start":2,"end":3,"label":"x"}]}\n',
  'strings that do not end.jsonl': () => `{"text":"${'a\\"'.repeat(MILLION / 2)}`,
  'emoji that are no JSON.jsonl': () => `{"text":${'😂'.repeat(DEEP)}\n`,
  'one quote.csv': () => `text,label\n"${'a,b\n'.repeat(MILLION)}`,
  'quotes.csv': () => `text,label\n${'"'.repeat(MILLION)},x\n`,
  'commas.csv': () => `text,label\n${','.repeat(MILLION)}\n`,
  'columns.csv': () => `${lines(DEEP, (i) => `c${i}`).replaceAll('\n', ',')}\na,b\n`,
  'spans of a table.csv': () => `text,start,end,label\n${lines(DEEP, (i) => `Ana left Oslo,${i % 20},${i * 7919},x`)}\n`,
  'quotes.tsv': () => `text\tlabel\n${'"a"\t'.repeat(MILLION / 4)}\n`,
  'spaces.conll': () => `Ana O\n${' '.repeat(MILLION)}x\n`,
  'spaces and a letter.txt': () => `${`${' '.repeat(MILLION)}x`.repeat(3)}\n`,
  'tabs.conll': () => `Ana\tO\n${'\t'.repeat(MILLION)}\n`,
  'columns.conll': () => `${'a '.repeat(MILLION / 2)}O\n`,
  'tags.conll': () => lines(DEEP, (i) => `a\tB-t${i}`),
  'one token.conll': () => `${'a'.repeat(10 * MILLION)}\tO\n`,
  'one sentence of 200,000 tokens.conll': () => lines(2 * DEEP, (i) => `a${i}\t${i % 3 ? 'I' : 'B'}-x`),
  'hashes.conll': () => `${'#'.repeat(MILLION)}\n`,
  'comment and spaces.conll': () => `# ${' '.repeat(MILLION)}=\na O\n`,
  'blank lines.conll': () => `a\tO\n${'\n'.repeat(MILLION)}b\tO\n`,
  'carriage returns.txt': () => '\r'.repeat(MILLION) + 'a' + '\r'.repeat(MILLION),
  'marks.conll': () => '-DOCSTART- -X- O O\n'.repeat(DEEP),
  'combining marks.txt': () => `a${'\u0301'.repeat(MILLION)}\n`,
  'joiners.txt': () => `${'👩\u200d'.repeat(DEEP)}\n`,
  'parentheses.txt': () => `${'('.repeat(MILLION)}\n`,
  'offsets out of range.tsv': () => webanno('1-1\t0-99999999999\tAna\tx[99999999999]\n1-999999999\t-5--1\tleft\t*\n999999999-1\t9-13\tOslo\tx[0]\n'),
  'a unit as wide as it can say.tsv': () => webanno(`1-1\t0-3\tAna\t${'x[1]|'.repeat(MILLION / 5)}x\n`),
  'layers.tsv': () => webanno('1-1\t0-3\tAna\t_\n', `#FORMAT=WebAnno TSV 3.3\n${lines(DEEP, (i) => `#T_SP=a.b.C${i}|v`)}\n\n\n#Text=Ana\n`),
  'features.tsv': () => webanno(`1-1\t0-3\tAna${'\t_'.repeat(DEEP)}\n`, `#FORMAT=WebAnno TSV 3.3\n#T_SP=a.b.C${'|v'.repeat(DEEP)}\n\n\n#Text=Ana\n`),
  'text of a million.tsv': () => webanno('1-1\t0-3\tAna\t_\n', `#FORMAT=WebAnno TSV 3.3\n#T_SP=a.B|v\n\n\n#Text=${'\\n'.repeat(MILLION / 2)}\n`),
  'escapes.tsv': () => webanno(`1-1\t0-3\tAna\t${'\\'.repeat(MILLION - 1)}\n`),
  'header alone.tsv': () => '#FORMAT=WebAnno TSV 3.3\n',
  'a rising stack.tsv': () => webanno(lines(30_000, (i) => `1-${i + 1}\t${i * 2}-${i * 2 + 1}\ta\tx[${i + 1}]|y[1]`), `#FORMAT=WebAnno TSV 3.3\n#T_SP=a.B|v\n\n\n#Text=${'a '.repeat(30_000)}\n`),
};

/** Annotations of brat for the text "Ana left Oslo": a pair of files, packed by whoever uses them. */
export const hostileAnnotations: Record<string, () => string> = {
  'offsets out of range': () => 'T1\tx 0 99999999999\tAna\nT2\tx -5 3\tAna\nT3\tx 1e3 2e3\tAna\nT4\tx 3 0\t\nT5\tx 99999999999999999999 999999999999999999999\tx\n',
  'a span of 100,000 parts': () => `T1\tx ${lines(DEEP, (i) => `${i % 5} ${(i % 5) + 1}`).replaceAll('\n', ';')}\tAna\n`,
  '100,000 notes to one span': () => `T1\tx 0 3\tAna\n${lines(DEEP, (i) => `#${i}\tAnnotatorNotes T1\tnote`)}\n`,
  'the same number 200,000 times': () => lines(2 * DEEP, () => 'T1\tx 0 3\tAna'),
  'notes to spans that are not there': () => lines(DEEP, (i) => `#${i}\tAnnotatorNotes T${i}\tnote`),
  'a line of spaces': () => `T1\tx${' '.repeat(MILLION)}0 3\tAna\n`,
  'a line of tabs': () => `T1${'\t'.repeat(MILLION)}\n`,
  'relations in a circle': () => lines(DEEP, (i) => `R${i}\tx Arg1:T${i} Arg2:R${(i + 1) % DEEP}`),
  'letters for numbers': () => 'T\tx 0 3\tAna\nTT1\tx 0 3\tAna\nT1 x 0 3 Ana\n#\n#1\nA1\nE1\tx:T1\n*\tEquiv T1 T2\nN1\tReference T1 Wikipedia:1\tAna\n',
};
