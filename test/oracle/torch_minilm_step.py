"""One training step of MiniLM-L6 at 8 x 64 tokens in PyTorch, dropout off, and the losses of twenty AdamW steps.

    python test/oracle/torch_minilm_step.py <folder of all-MiniLM-L6-v2> [--full gradients.safetensors] [--time]
    (versions: torch_reference.py)

Writes test/fixtures/minilm-step/reference.json and head.safetensors (head.weight, head.bias). All gradients would be
91 MB, so each is kept as its norm and a sketch: 16 sums of its elements with random signs. For the difference d of two
gradients the mean of the 16 squared differences of their sketches estimates |d|^2 (its standard deviation is 35 %).
Sign k of element i of a tensor is + if bit k of lowbias32(i) is 0 (wasm-models/nn/dropout-mask.ts: mix), i counted in
the flat tensor under our names. --full writes the gradients themselves, for the exact check.

reference.json:
  labels, tokens, pooling, share
  batches: 4 x { inputIds: flat [8, 64], lengths: [8], wordStarts: [8][words + 1],
                 first, second: flat, a label for each word of each window in turn }
           target of a word: `share` on its first label and the rest on its second
  loss, gradients: { name: { norm, sketch: [16] } } of batch 0; globalNorm
  training: { learningRate, headLearningRate, weightDecay, clipNorm, steps, losses }, over the batches in turn
"""
import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForTokenClassification

from torch_reference import Words, adamw_losses, forward, our_names

FOLDER = Path(__file__).parent.parent / "fixtures" / "minilm-step"
LABELS, TOKENS, STEPS, SHARE, POOLING = 19, 64, 20, 0.75, "first"
LENGTHS = [64, 64, 61, 57, 50, 43, 33, 12]


def mix(x):
    x = x.astype(np.uint32)
    x = (x ^ (x >> np.uint32(16))) * np.uint32(0x7FEB352D)
    x = (x ^ (x >> np.uint32(15))) * np.uint32(0x846CA68B)
    return x ^ (x >> np.uint32(16))


def sketch(gradient):
    values = gradient.numpy().reshape(-1).astype(np.float64)
    where = np.flatnonzero(values)
    bits = mix(where.astype(np.uint32))
    return [float(np.where((bits >> np.uint32(k)) & np.uint32(1), -1.0, 1.0) @ values[where]) for k in range(16)]


def make_batch(rng):
    words = Words(rng, LENGTHS, TOKENS, 30522, (101, 102, 0), 1000)
    counts = [len(starts) - 1 for starts in words.word_starts]
    first, second = rng.integers(0, LABELS, (2, sum(counts)))
    targets = np.zeros((len(LENGTHS), TOKENS, LABELS), dtype=np.float32)
    slots = [(row, word) for row, count in enumerate(counts) for word in range(count)]
    for (row, word), a, b in zip(slots, first, second):
        targets[row, word, a] += SHARE
        targets[row, word, b] += 1 - SHARE
    described = {
        "inputIds": words.input_ids.reshape(-1).tolist(), "lengths": LENGTHS, "wordStarts": words.word_starts,
        "first": first.tolist(), "second": second.tolist(),
    }
    return (words, targets), described


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("--full")
    parser.add_argument("--time", action="store_true", help="print the median time of forward and backward in ms")
    arguments = parser.parse_args()
    torch.set_num_threads(2)
    torch.manual_seed(3)
    rng = np.random.default_rng(3)
    config = AutoConfig.from_pretrained(arguments.model, num_labels=LABELS)
    model = AutoModelForTokenClassification.from_pretrained(arguments.model, config=config, dtype=torch.float32)
    with torch.no_grad():
        model.classifier.weight.copy_(torch.randn(LABELS, config.hidden_size) * 0.05)
        model.classifier.bias.copy_(torch.randn(LABELS) * 0.05)
    batches, described = zip(*[make_batch(rng) for _ in range(4)])
    words, targets = batches[0]

    if arguments.time:
        times = []
        for _ in range(12):
            start = time.perf_counter()
            forward(model, words, POOLING, targets)[1].backward()
            times.append(1000 * (time.perf_counter() - start))
        print(f"forward + backward, 8 x 64: median {np.median(times[2:]):.0f} ms")
        return

    FOLDER.mkdir(parents=True, exist_ok=True)
    save_file({"head.weight": model.classifier.weight.data.clone(), "head.bias": model.classifier.bias.data.clone()}, FOLDER / "head.safetensors")
    _, loss = forward(model, words, POOLING, targets)
    loss.backward()
    gradients = our_names(model, {n: p.grad for n, p in model.named_parameters()})
    if arguments.full:
        save_file(gradients, arguments.full)
    summary = {name: {"norm": float(g.double().norm()), "sketch": sketch(g)} for name, g in gradients.items()}
    losses = adamw_losses(model, batches, POOLING, STEPS, 1e-4, 1e-3)
    reference = {
        "labels": LABELS, "tokens": TOKENS, "pooling": POOLING, "share": SHARE, "batches": described, "loss": loss.item(),
        "globalNorm": float(np.sqrt(sum(s["norm"] ** 2 for s in summary.values()))), "gradients": summary,
        "training": {
            "learningRate": 1e-4, "headLearningRate": 1e-3, "weightDecay": 0.01, "clipNorm": 1.0, "steps": STEPS, "losses": losses,
        },
    }
    (FOLDER / "reference.json").write_text(json.dumps(reference, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
