"""What the PyTorch oracles share: batches in the shape of our TrainingBatch, our parameter names, the loss and the optimizer.

Versions the fixtures were made with: Python 3.11.7, torch 2.13.0 (CPU), transformers 5.23.0, safetensors 0.8.0, tokenizers 0.23.3, numpy 2.4.6.
"""
import re

import numpy as np
import torch

PADDING_BIAS = -1e9


class Words:
    """Windows with random words of 1 to 3 sub-tokens, between two special tokens, padded to one length."""

    def __init__(self, rng, lengths, tokens, vocabulary, special, first_id):
        start, end, pad = special
        self.tokens = tokens
        self.lengths = lengths
        self.input_ids = np.full((len(lengths), tokens), pad, dtype=np.int64)
        self.attention_mask = np.zeros((len(lengths), tokens), dtype=np.int64)
        self.word_starts = []  # as in our Window: [words + 1] positions
        for row, length in enumerate(lengths):
            self.input_ids[row, :length] = rng.integers(first_id, vocabulary, length)
            self.input_ids[row, 0] = start
            self.input_ids[row, length - 1] = end
            self.attention_mask[row, :length] = 1
            starts = [1]
            while starts[-1] < length - 1:
                starts.append(min(length - 1, starts[-1] + int(rng.choice([1, 1, 2, 3]))))
            self.word_starts.append(starts)

    def pooling(self, kind):
        """[size, tokens, tokens]: weight of each token (last axis) in each word slot."""
        matrix = np.zeros((len(self.lengths), self.tokens, self.tokens), dtype=np.float32)
        for row, starts in enumerate(self.word_starts):
            for word, (begin, end) in enumerate(zip(starts, starts[1:])):
                if kind == "first":
                    matrix[row, word, begin] = 1
                else:
                    matrix[row, word, begin:end] = 1 / (end - begin) if kind == "mean" else 1
        return matrix

    def weights(self):
        """[size, tokens]: 1 / words for each word slot that holds a word."""
        total = sum(len(starts) - 1 for starts in self.word_starts)
        weights = np.zeros((len(self.lengths), self.tokens), dtype=np.float32)
        for row, starts in enumerate(self.word_starts):
            weights[row, : len(starts) - 1] = 1 / total
        return weights


def encoder_of(model):
    return getattr(model, model.base_model_prefix)


def forward(model, words, pooling, targets):
    """Logits by word slot and the soft-target cross-entropy, dropout off."""
    model.eval()
    hidden = encoder_of(model)(
        input_ids=torch.tensor(words.input_ids), attention_mask=torch.tensor(words.attention_mask)
    ).last_hidden_state
    logits = model.classifier(torch.tensor(words.pooling(pooling)) @ hidden)
    token_losses = -(torch.tensor(targets) * torch.log_softmax(logits, dim=-1)).sum(-1)
    return logits, (token_losses * torch.tensor(words.weights())).sum()


BERT_PARTS = {
    "attention.self.query": "q", "attention.self.key": "k", "attention.self.value": "v",
    "attention.output.dense": "attention.output", "attention.output.LayerNorm": "attention.norm",
    "intermediate.dense": "feed_forward.up", "output.dense": "feed_forward.down", "output.LayerNorm": "feed_forward.norm",
}
DISTILBERT_PARTS = {
    "attention.q_lin": "q", "attention.k_lin": "k", "attention.v_lin": "v",
    "attention.out_lin": "attention.output", "sa_layer_norm": "attention.norm",
    "ffn.lin1": "feed_forward.up", "ffn.lin2": "feed_forward.down", "output_layer_norm": "feed_forward.norm",
}


def our_names(model, tensors):
    """{published name: tensor} under our names; query, key and value stacked."""
    prefix = model.base_model_prefix + "."
    stacked, ours = {}, {}
    for name, tensor in tensors.items():
        tensor = tensor.detach()
        if name.startswith("classifier."):
            ours["head." + name.split(".")[1]] = tensor
            continue
        name = name[len(prefix):]
        layer = re.match(r"(?:encoder|transformer)\.layer\.(\d+)\.(.*)\.(weight|bias)$", name)
        if layer is None:
            name = name.replace("LayerNorm", "norm").replace("_embeddings.", ".")
            ours[name] = tensor
            continue
        index, part, kind = layer.groups()
        part = {**BERT_PARTS, **DISTILBERT_PARTS}[part]
        if part in "qkv":
            stacked.setdefault(f"encoder.layer.{index}.attention.qkv.{kind}", {})[part] = tensor
        else:
            ours[f"encoder.layer.{index}.{part}.{kind}"] = tensor
    for name, parts in stacked.items():
        ours[name] = torch.cat([parts["q"], parts["k"], parts["v"]])
    return {name: tensor.contiguous() for name, tensor in sorted(ours.items())}


def adamw_losses(model, batches, pooling, steps, lr, head_lr):
    """Losses before each of `steps` AdamW updates: decay 0.01 on every parameter, clip 1.0, linear schedule with a tenth of warm-up."""
    head = [p for n, p in model.named_parameters() if n.startswith("classifier.")]
    rest = [p for n, p in model.named_parameters() if p.requires_grad and not n.startswith("classifier.")]
    optimizer = torch.optim.AdamW([{"params": rest, "lr": lr}, {"params": head, "lr": head_lr}], weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: min(1, (s + 1) / max(1, steps * 0.1)) * max(0.0, 1 - s / steps))
    losses = []
    for step in range(steps):
        words, targets = batches[step % len(batches)]
        optimizer.zero_grad()
        _, loss = forward(model, words, pooling, targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_([p for p in model.parameters() if p.requires_grad], 1.0)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    return losses


def freeze_bottom(model, layers):
    """Embeddings and the bottom layers stay as they are."""
    encoder = encoder_of(model)
    blocks = (encoder.transformer if hasattr(encoder, "transformer") else encoder.encoder).layer
    for part in [encoder.embeddings, *list(blocks)[:layers]]:
        for parameter in part.parameters():
            parameter.requires_grad_(False)
