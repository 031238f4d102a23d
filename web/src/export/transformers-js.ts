import type { ModelFiles } from '../train/protocol.ts';

/** An exported folder as a page elsewhere would open it. */
export interface OtherTagger {
  /** Version of transformers.js. */
  version: string;
  /** A text that fits one window, its words one by one as in the card's example: tags by word, and the sub-tokens they are of, special ones included. */
  tag(words: readonly string[]): Promise<{ tags: string[]; ids: number[] }>;
  dispose(): Promise<void>;
}

/** Where the library is told that the folder lies. Nothing is ever fetched from there. */
const PLACE = '/exported/';
const NAME = 'tagger';

/**
 * Opens exported files by transformers.js, with its own tokenizer and its own idea of the model, all from memory: it asks no host, keeps nothing, and
 * runs no script from a blob. In a browser it uses the ONNX Runtime of the page, which must be ready (see the build's configuration). The library is
 * fetched here, on the first call. Throws whatever the library does, if it can't open the folder.
 */
export async function openByTransformersJs(files: ModelFiles): Promise<OtherTagger> {
  const { AutoModelForTokenClassification, AutoTokenizer, env, LogLevel, Tensor } = await import('@xenova/transformers');
  const answer = (address: string): Response | undefined => {
    const file = address.replace(`${PLACE}${NAME}/`, '');
    return Object.hasOwn(files, file) ? new Response(files[file] as Uint8Array<ArrayBuffer>) : undefined;
  };
  Object.assign(env, {
    allowRemoteModels: false,
    allowLocalModels: true,
    localModelPath: PLACE,
    remoteHost: PLACE,
    remotePathTemplate: '{model}/',
    useFS: false,
    useFSCache: false,
    useBrowserCache: false,
    // Otherwise it runs the runtime's script from a blob, which the page's policy forbids.
    useWasmCache: false,
    useCustomCache: true,
    customCache: { match: (address: string) => Promise.resolve(answer(address)), put: () => Promise.resolve() },
    fetch: () => Promise.resolve(new Response(null, { status: 404 })),
    logLevel: LogLevel.ERROR,
  });
  const tokenizer = await AutoTokenizer.from_pretrained(NAME);
  const model = await AutoModelForTokenClassification.from_pretrained(NAME, { dtype: 'fp32' });
  const labels = (model.config as unknown as { id2label: Record<string, string> }).id2label;
  const [start, end] = [0, -1].map((place) => tokenizer.encode('a').at(place)!);
  const int64 = (values: readonly number[]): InstanceType<typeof Tensor> => new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
  const pooled = (model.sessions as Record<string, { inputNames: readonly string[] }>)['model']!.inputNames.includes('word_starts');
  return {
    version: env.version,
    async tag(words) {
      const pieces = words.map((word) => {
        const ids = tokenizer.encode(word, { add_special_tokens: false });
        return ids.length > 0 ? ids : [tokenizer.unk_token_id];
      });
      let next = 1;
      const starts = pieces.map(({ length }) => (next += length) - length);
      const ids = [start!, ...pieces.flat(), end!];
      const inputs = { input_ids: int64(ids), attention_mask: int64(ids.map(() => 1)), token_type_ids: int64(ids.map(() => 0)), word_starts: int64(starts) };
      const { logits } = (await model(inputs)) as { logits: { data: Float32Array; dims: number[] } };
      const width = logits.dims[2]!;
      const tags = words.map((_, word) => {
        const row = pooled ? word : starts[word]!;
        const scores = logits.data.subarray(row * width, (row + 1) * width);
        return labels[scores.indexOf(Math.max(...scores))]!;
      });
      return { tags, ids };
    },
    dispose: async () => {
      await model.dispose();
    },
  };
}
