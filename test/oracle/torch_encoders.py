"""Tiny random BERT, DistilBERT and RoBERTa with what PyTorch makes of them.

    python test/oracle/torch_encoders.py        (versions: torch_reference.py)

Writes test/fixtures/encoders/<architecture>/:
  config.json, model.safetensors   a token classification model as transformers saves it (5 labels)
  reference.json                   see below
  gradients-<pooling>.safetensors  d loss / d parameter of batch 0 under our names, tables dense (first and sum: BERT only)
and test/fixtures/encoders/<variant>/ for reading published files: bert-f16, bert-bf16, bert-sharded,
bert-pretraining, distilbert-mlm, roberta-mlm (encoders with the heads and buffers that files on the hub hold, F16).

reference.json:
  labels, tokens, vocabulary
  batches: 4 × { size, tokens, inputIds, positionIds, tokenTypeIds, attentionBias, targets, weights: flat, as in TrainingBatch,
                 pooling: { first, mean, sum }: flat [size, tokens, tokens],
                 wordStarts: [size][words + 1] as in Window }
  logits: { first, mean, sum }: flat [size, tokens, labels] of batch 0
  losses: { first, mean, sum }: of batch 0
  training: { all: {...}, frozen: {...} }: 20 AdamW steps over the batches in turn, pooling mean,
            { frozenLayers, learningRate, headLearningRate, weightDecay, clipNorm, steps, losses }
"""
import json
import shutil
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from transformers import (
    BertConfig, BertForPreTraining, BertForTokenClassification, DistilBertConfig, DistilBertForMaskedLM,
    DistilBertForTokenClassification, RobertaConfig, RobertaForMaskedLM, RobertaForTokenClassification,
)

from torch_reference import PADDING_BIAS, Words, adamw_losses, forward, freeze_bottom, our_names

FIXTURES = Path(__file__).parent.parent / "fixtures" / "encoders"
VOCABULARY, HIDDEN, LAYERS, HEADS, INNER, LABELS, TOKENS, STEPS = 50, 32, 2, 4, 64, 5, 16, 20
LENGTHS = [16, 11, 6]
POOLINGS = ["first", "mean", "sum"]
SIZES = dict(vocab_size=VOCABULARY, num_labels=LABELS)
BERT_SIZES = dict(hidden_size=HIDDEN, num_hidden_layers=LAYERS, num_attention_heads=HEADS, intermediate_size=INNER, **SIZES)

ARCHITECTURES = {
    # class, config, (start, end, pad), first ordinary id, position of the first token
    "bert": (BertForTokenClassification, BertConfig(max_position_embeddings=20, **BERT_SIZES), (2, 3, 0), 5, 0),
    "distilbert": (
        DistilBertForTokenClassification,
        DistilBertConfig(dim=HIDDEN, n_layers=LAYERS, n_heads=HEADS, hidden_dim=INNER, max_position_embeddings=20, **SIZES),
        (2, 3, 0), 5, 0,
    ),
    "roberta": (
        RobertaForTokenClassification,
        RobertaConfig(max_position_embeddings=22, type_vocab_size=1, layer_norm_eps=1e-5, **BERT_SIZES),
        (0, 2, 1), 5, 2,
    ),
}


def flat(array):
    return [round(float(x), 9) if array.dtype.kind == "f" else int(x) for x in array.reshape(-1)]


def spread(model):
    """transformers starts norms at 1 and biases at 0; other values let a mistake show."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() == 1:
                parameter.add_(torch.randn_like(parameter) * 0.1)
            else:
                parameter.mul_(5)


def batch_json(words, targets, offset):
    size, tokens = words.input_ids.shape
    positions = np.full((size, tokens), offset)
    for row, length in enumerate(words.lengths):
        positions[row, :length] = offset + np.arange(length)
    return {
        "size": size, "tokens": tokens, "inputIds": flat(words.input_ids), "positionIds": flat(positions),
        "tokenTypeIds": [0] * (size * tokens), "attentionBias": flat((1.0 - words.attention_mask) * PADDING_BIAS),
        "targets": flat(targets), "weights": flat(words.weights()),
        "pooling": {kind: flat(words.pooling(kind)) for kind in POOLINGS}, "wordStarts": words.word_starts,
    }


def make(architecture):
    model_class, config, special, first_id, offset = ARCHITECTURES[architecture]
    torch.manual_seed(7)
    rng = np.random.default_rng(7)
    config.id2label = {i: label for i, label in enumerate(["O", "B-PER", "I-PER", "B-LOC", "I-LOC"])}
    config.label2id = {label: i for i, label in config.id2label.items()}
    model = model_class(config)
    spread(model)
    folder = FIXTURES / architecture
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    batches = []
    for _ in range(4):
        words = Words(rng, LENGTHS, TOKENS, VOCABULARY, special, first_id)
        targets = rng.dirichlet(np.full(LABELS, 0.5), (len(LENGTHS), TOKENS)).astype(np.float32)
        targets[words.weights() == 0] = 0
        batches.append((words, targets))
    reference = {
        "architecture": architecture, "labels": LABELS, "tokens": TOKENS, "vocabulary": VOCABULARY,
        "batches": [batch_json(words, targets, offset) for words, targets in batches], "logits": {}, "losses": {}, "training": {},
    }
    for pooling in POOLINGS:
        model.zero_grad()
        logits, loss = forward(model, *[batches[0][0], pooling, batches[0][1]])
        loss.backward()
        reference["logits"][pooling] = flat(logits.detach().numpy())
        reference["losses"][pooling] = loss.item()
        if pooling == "mean" or architecture == "bert":
            gradients = our_names(model, {n: p.grad for n, p in model.named_parameters()})
            save_file(gradients, folder / f"gradients-{pooling}.safetensors")
    for name, frozen in [("all", 0), ("frozen", 1)]:
        trained = model_class.from_pretrained(folder)
        if frozen:
            freeze_bottom(trained, frozen)
        losses = adamw_losses(trained, batches, "mean", STEPS, 1e-3, 1e-2)
        reference["training"][name] = {
            "frozenLayers": frozen, "learningRate": 1e-3, "headLearningRate": 1e-2, "weightDecay": 0.01, "clipNorm": 1.0,
            "steps": STEPS, "losses": losses,
        }
    (folder / "reference.json").write_text(json.dumps(reference, separators=(",", ":")) + "\n")
    return model


def save_variant(name, config, tensors, metadata={"format": "pt"}):
    folder = FIXTURES / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "config.json").write_text((FIXTURES / config / "config.json").read_text())
    save_file({n: t.contiguous() for n, t in tensors.items()}, folder / "model.safetensors", metadata=metadata)


def variants():
    bert = load_file(FIXTURES / "bert" / "model.safetensors")
    save_variant("bert-f16", "bert", {n: t.half() for n, t in bert.items()})
    save_variant("bert-bf16", "bert", {n: t.bfloat16() for n, t in bert.items()})

    sharded = FIXTURES / "bert-sharded"
    shutil.rmtree(sharded, ignore_errors=True)
    BertForTokenClassification.from_pretrained(FIXTURES / "bert", dtype=torch.float16).save_pretrained(sharded, max_shard_size="30KB")

    torch.manual_seed(8)
    config = ARCHITECTURES["bert"][1]
    tensors = {n: t.half() for n, t in BertForPreTraining(config).state_dict().items()}
    # The spelling of the first checkpoints, and the buffer they hold.
    tensors = {n.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): t.clone() for n, t in tensors.items()}
    tensors["bert.embeddings.position_ids"] = torch.arange(config.max_position_embeddings)[None]
    save_variant("bert-pretraining", "bert", tensors)
    for name, model_class, source in [("distilbert-mlm", DistilBertForMaskedLM, "distilbert"), ("roberta-mlm", RobertaForMaskedLM, "roberta")]:
        model = model_class(ARCHITECTURES[source][1])
        save_variant(name, source, {n: t.half().clone() for n, t in model.state_dict().items()})


if __name__ == "__main__":
    torch.set_num_threads(1)
    for architecture in ARCHITECTURES:
        make(architecture)
    variants()
