import type { Pooling } from '../../../wasm-models/models/config.ts';

/** A program of some twenty lines in Python that tags words with ONNX Runtime, for the folder it lies in. */
export function pythonLoader(pooling: Pooling): string {
  const [given, row] = pooling === 'first' ? ['', 'position'] : [', "word_starts": list(firsts.values())', 'row'];
  return `# Tags words with ONNX Runtime: pip install onnxruntime tokenizers
import json, sys
from pathlib import Path
import numpy as np
import onnxruntime
from tokenizers import Tokenizer

folder = Path(__file__).parent
labels = json.loads((folder / "config.json").read_text("utf-8"))["id2label"]
tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
session = onnxruntime.InferenceSession(str(folder / "onnx" / "model.onnx"))

def tag(words):
    encoding = tokenizer.encode(words, is_pretokenized=True)
    firsts = {}  # word -> its first sub-token
    for position, word in enumerate(encoding.word_ids):
        if word is not None:
            firsts.setdefault(word, position)
    inputs = {"input_ids": encoding.ids, "attention_mask": encoding.attention_mask, "token_type_ids": encoding.type_ids${given}}
    feeds = {each.name: np.array([inputs[each.name]], dtype=np.int64) for each in session.get_inputs()}
    best = session.run(["logits"], feeds)[0][0].argmax(-1)
    found = {word: labels[str(best[${row}])] for row, (word, position) in enumerate(firsts.items())}
    return [found.get(word, "O") for word in range(len(words))]

if __name__ == "__main__":
    for word, label in zip(sys.argv[1:], tag(sys.argv[1:])):
        print(word, label)
`;
}
