"""Times training steps of a BERT-shaped tagger in PyTorch: `tagsmith bench table` asks, a JSON object a line, and reads the answers.

First line in: {"encoder": EncoderConfig, "labels": number, "threads": number}; out: {"version": "torch 2.…"}
Every other line in: {"batch", "tokens", "steps"}; out: {"forwardBackwardMs", "optimizerMs"} (medians, after two steps that warm up)
Random weights, the whole word table, dropout on, AdamW and a clip to a global norm of 1. Needs torch and transformers.
"""
import json
import statistics
import sys
import time

import torch
from transformers import BertConfig, BertForTokenClassification

WARM_UP = 2


def model_of(encoder, labels):
    return BertForTokenClassification(BertConfig(
        vocab_size=encoder["vocabularySize"], hidden_size=encoder["hiddenSize"], num_hidden_layers=encoder["layers"],
        num_attention_heads=encoder["heads"], intermediate_size=encoder["intermediateSize"], max_position_embeddings=encoder["maxPositions"],
        type_vocab_size=max(1, encoder["tokenTypes"]), layer_norm_eps=encoder["layerNormEpsilon"], hidden_dropout_prob=encoder["hiddenDropout"],
        attention_probs_dropout_prob=encoder["attentionDropout"], num_labels=labels,
    )).train()


def measure(model, optimizer, vocabulary, labels, batch, tokens, steps):
    ids = torch.randint(0, vocabulary, (batch, tokens))
    mask = torch.ones_like(ids)
    targets = torch.randint(0, labels, (batch, tokens))
    passes, updates = [], []
    for _ in range(WARM_UP + steps):
        began = time.perf_counter()
        model(input_ids=ids, attention_mask=mask, labels=targets).loss.backward()
        passed = time.perf_counter()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        updates.append(1000 * (time.perf_counter() - passed))
        passes.append(1000 * (passed - began))
    return {"forwardBackwardMs": statistics.median(passes[WARM_UP:]), "optimizerMs": statistics.median(updates[WARM_UP:])}


def main():
    settings = json.loads(sys.stdin.readline())
    torch.set_num_threads(settings["threads"])
    torch.manual_seed(1)
    encoder, labels = settings["encoder"], settings["labels"]
    model = model_of(encoder, labels)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.01)
    print(json.dumps({"version": f"torch {torch.__version__}"}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(measure(model, optimizer, encoder["vocabularySize"], labels, **order)), flush=True)


if __name__ == "__main__":
    main()
