import { numbers } from './numbers.ts';

const { count, bytes, percent, score } = numbers('en');
const many = (n: number, one: string, more = `${one}s`) => `${count(n)} ${n === 1 ? one : more}`;

/** Words of the Export page. */
export const enExport = {
  title: 'Take it home',
  lead: 'A tagger leaves this browser as a ZIP archive that transformers, ONNX Runtime and transformers.js load, and that can be brought back here and trained on.',
  empty: 'Here you take a tagger out of this browser, as files that other programs load. There is none yet.',
  emptyAction: 'Train one',
  which: 'Tagger',
  option: (name: string, date: string) => `${name} · ${date}`,
  contents: {
    title: 'What is in it',
    folder: 'A Hugging Face folder: config.json with the labels, model.safetensors, the tokenizer, and a card that says what it was made from and how good it is.',
    onnx: 'onnx/model.onnx, the same tagger for ONNX Runtime and transformers.js.',
    loader: 'load_tagger.py, twenty lines of Python that tag words.',
  },
  pooled: (pooling: string) =>
    `A word of this tagger is the ${pooling} of its sub-tokens. AutoModelForTokenClassification loads the folder without complaint and gives other results: use load_tagger.py or the ONNX model.`,
  int8: 'Add a model a quarter of the size (weights as bytes)',
  int8Note: (texts: number) => (texts > 0 ? `What that costs is measured on ${many(texts, 'scored text')}.` : 'What that costs can’t be measured: this tagger has no scored texts here.'),
  make: 'Make the archive',
  stop: 'Stop',
  stages: {
    models: 'Building the ONNX model',
    bytes: 'Measuring what weights as bytes cost',
    check: 'Checking that it tags as the tagger does',
    archive: 'Packing',
    reading: 'Reading the archive',
  },
  failedTitle: 'No archive was made',
  made: {
    title: 'The archive is ready',
    checked: (texts: number, words: number) => `Checked: the exported model, run as other programs run it, gives all ${many(words, 'word')} of ${many(texts, 'text')} the tags that the tagger gives.`,
    elsewhere: (version: string, texts: number, words: number) => `transformers.js ${version}, which opens the folder by itself, gives the same tags on ${many(texts, 'text')}, ${many(words, 'word')}.`,
    splitOtherwise: (texts: number) => `It splits ${many(texts, 'text')} into other sub-tokens than the tagger was trained with, and may tag ${texts === 1 ? 'it' : 'them'} otherwise; transformers in Python does not.`,
    unasked: (why: string) => `transformers.js could not be asked: ${why}`,
    bytes: (f32: number, int8: number, before: number, after: number, same: number) =>
      `As bytes: ${bytes(int8)} instead of ${bytes(f32)}, F1 ${score(after)} instead of ${score(before)}; ${percent(same)} of the words have the same tag.`,
    loses: 'That is more than one point: take onnx/model.onnx where scores matter.',
    save: (size: number) => `Save (${bytes(size)})`,
    file: 'File',
    size: 'Size',
  },
  use: {
    title: 'Use it',
    note: 'Unpack the archive, then:',
    kinds: { transformers: 'Python, transformers', onnxruntime: 'Python, ONNX Runtime', js: 'transformers.js' },
    where: {
      transformers: 'pip install transformers torch. Run this in the folder.',
      onnxruntime: 'pip install onnxruntime tokenizers. Run this in the folder; it is load_tagger.py where a word is more than its first sub-token.',
      js: 'npm install @huggingface/transformers. Run this beside the folder, called tagger.',
    },
    copy: 'Copy',
    copied: 'Copied.',
    notCopied: 'The browser refuses the clipboard. Select the text and copy it by hand.',
  },
  taggers: {
    title: 'Taggers in this browser',
    name: 'Name',
    encoder: 'Encoder',
    types: 'Finds',
    f1: 'F1',
    size: 'Size',
    made: 'Made',
    actions: 'Actions',
    rename: (name: string) => `Rename ${name}`,
    renameSave: 'Save',
    remove: (name: string) => `Delete ${name}`,
    removed: (name: string) => `${name} is deleted; its scores stay.`,
    undo: 'Undo',
    tryIt: 'Try',
    trainOn: 'Train on',
    notScored: '–',
  },
  bring: {
    title: 'Bring a tagger back',
    note: 'A ZIP that was made here, or a packed folder of a token classification model as transformers saves it.',
    pick: 'choose a file',
    done: (name: string, types: number) => `${name} is in this browser: it finds ${many(types, 'type')}.`,
    failedTitle: 'The archive was not taken',
    noWorkspace: 'Open or make a workspace first: a tagger belongs to one.',
  },
};
