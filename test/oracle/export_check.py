"""Exported taggers by transformers, tokenizers and ONNX Runtime in Python, held against what Tagsmith makes of the same words.

    python test/oracle/export_check.py make <folder> <train.conll>     encoders of four shapes, and a folder of transformers' own trainer
    python test/oracle/export_check.py check <tagger> <texts.json>     prints one JSON object
    (npm run test:export runs both)

Versions the README's figures were made with: Python 3.11.7, transformers 5.23.0, torch 2.15.0 (CPU), tokenizers 0.23.3, onnxruntime 1.31.1.

make:  <folder>/{bert-cased,bert-uncased,distilbert,roberta}: random encoders of 2 layers with tokenizers trained on the corpus. As some published
       ones they hold config.json, model.safetensors and tokenizer.json alone. <folder>/trainer: what Trainer.save_model leaves of a token classification.
check: texts.json holds [{words, tags, logits}], logits by word as Tagsmith computes them.
"""
import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch

SPECIAL = {"wordpiece": ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], "bpe": ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]}


def sentences(file):
    for block in Path(file).read_text("utf-8").split("\n\n"):
        rows = [line.split("\t") if "\t" in line else line.split(" ") for line in block.splitlines() if line]
        if rows:
            yield [row[0] for row in rows], [row[-1] for row in rows]


def tokenizer(kind, corpus, lowercase):
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

    special = SPECIAL[kind]
    if kind == "wordpiece":
        made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
        made.normalizer = normalizers.BertNormalizer(lowercase=lowercase)
        made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        trainer = trainers.WordPieceTrainer(vocab_size=1500, special_tokens=special, show_progress=False)
    else:
        made = Tokenizer(models.BPE())
        made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        made.decoder = decoders.ByteLevel()
        trainer = trainers.BpeTrainer(vocab_size=1500, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    made.train_from_iterator([" ".join(words) for words, _ in corpus], trainer)
    start, end = (special[2], special[3]) if kind == "wordpiece" else (special[0], special[2])
    pairs = [(token, made.token_to_id(token)) for token in (start, end)]
    made.post_processor = (
        processors.TemplateProcessing(single=f"{start} $A {end}", special_tokens=pairs) if kind == "wordpiece" else processors.RobertaProcessing(pairs[1], pairs[0], add_prefix_space=False)
    )
    return made


def make(folder, train):
    from transformers import BertConfig, BertModel, DistilBertConfig, DistilBertModel, RobertaConfig, RobertaModel

    corpus = list(sentences(train))
    folder = Path(folder)
    bert = dict(hidden_size=96, num_hidden_layers=2, num_attention_heads=4, intermediate_size=192)
    shapes = {
        "bert-cased": (BertModel, BertConfig, bert, "wordpiece", False),
        "bert-uncased": (BertModel, BertConfig, bert, "wordpiece", True),
        "distilbert": (DistilBertModel, DistilBertConfig, dict(dim=96, n_layers=2, n_heads=4, hidden_dim=192), "wordpiece", False),
        "roberta": (RobertaModel, RobertaConfig, dict(bert, max_position_embeddings=514, type_vocab_size=1, layer_norm_eps=1e-5), "bpe", False),
    }
    for name, (model, config, sizes, kind, lowercase) in shapes.items():
        torch.manual_seed(5)
        made = tokenizer(kind, corpus, lowercase)
        model(config(vocab_size=made.get_vocab_size(), **sizes)).save_pretrained(folder / name)
        made.save(str(folder / name / "tokenizer.json"))
    trainer_folder(folder, corpus)


def trainer_folder(folder, corpus):
    """A cased BERT that transformers' own trainer has fine-tuned and saved."""
    from transformers import AutoModelForTokenClassification, DataCollatorForTokenClassification, PreTrainedTokenizerFast, Trainer, TrainingArguments

    labels = sorted({tag for _, tags in corpus for tag in tags}, key=lambda tag: (tag != "O", tag[2:], tag))
    fast = PreTrainedTokenizerFast(tokenizer_file=str(folder / "bert-cased" / "tokenizer.json"), pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]", model_max_length=128)
    rows = []
    for words, tags in corpus:
        encoded = fast(words, is_split_into_words=True, truncation=True)
        ids = encoded.word_ids()
        encoded["labels"] = [-100 if word is None or (at > 0 and ids[at - 1] == word) else labels.index(tags[word]) for at, word in enumerate(ids)]
        rows.append(dict(encoded))
    names = dict(enumerate(labels))
    model = AutoModelForTokenClassification.from_pretrained(folder / "bert-cased", id2label=names, label2id={label: index for index, label in names.items()})
    with tempfile.TemporaryDirectory() as scratch:
        settings = TrainingArguments(scratch, max_steps=60, per_device_train_batch_size=16, learning_rate=1e-3, report_to=[], use_cpu=True, seed=1, disable_tqdm=True)
        trainer = Trainer(model=model, args=settings, train_dataset=rows, data_collator=DataCollatorForTokenClassification(fast), processing_class=fast)
        trainer.train()
        trainer.save_model(str(folder / "trainer"))


def differences(expected, found):
    """Words whose tag differs."""
    return sum(a != b for text, tags in zip(expected, found, strict=True) for a, b in zip(text["tags"], tags, strict=True))


def by_transformers(folder, texts):
    from transformers import AutoModelForTokenClassification, AutoTokenizer

    own = AutoTokenizer.from_pretrained(folder)
    assert own.is_fast
    model = AutoModelForTokenClassification.from_pretrained(folder).eval()
    tags, largest = [], 0.0
    for text in texts:
        encoded = own(text["words"], is_split_into_words=True, return_tensors="pt")
        ids = encoded.word_ids()
        with torch.no_grad():
            logits = model(**encoded).logits[0].numpy()
        logits = logits[[ids.index(word) for word in range(len(text["words"]))]]
        largest = max(largest, float(np.abs(logits - np.array(text["logits"], dtype=np.float32)).max()))
        tags.append([model.config.id2label[int(best)] for best in logits.argmax(-1)])
    return {"tokenizer": type(own).__name__, "logits": largest, "different": differences(texts, tags)}


def code_blocks(folder, language):
    card = (Path(folder) / "README.md").read_text("utf-8")
    return [part.split("\n```")[0] for part in card.split(f"```{language}\n")[1:]]


def loader(folder, model):
    """The program beside the weights, or that of the card, with one of the models."""
    file = Path(folder) / "load_tagger.py"
    source = file.read_text("utf-8") if file.exists() else next(block for block in code_blocks(folder, "python") if "onnxruntime" in block)
    spec = importlib.util.spec_from_loader("loader", loader=None)
    module = importlib.util.module_from_spec(spec)
    module.__file__ = str(file)
    exec(source.replace("model.onnx", model), module.__dict__)
    return module


def by_onnxruntime(folder, texts, model):
    tag = loader(folder, model).tag
    return {"different": differences(texts, [tag(text["words"]) for text in texts])}


def snippets(folder):
    """Python of the card, run as a reader would; gives what each printed."""
    printed = []
    for block in code_blocks(folder, "python"):
        if "Path(__file__)" in block:
            continue
        ended = subprocess.run([sys.executable, "-c", block], cwd=folder, capture_output=True, text=True)
        printed.append(ended.stdout if ended.returncode == 0 else ended.stderr[-2000:])
    return printed


def check(folder, file):
    texts = json.loads(Path(file).read_text("utf-8"))
    pooled = (Path(folder) / "load_tagger.py").exists()
    result = {"words": sum(len(text["words"]) for text in texts), "entityWords": sum(tag != "O" for text in texts for tag in text["tags"])}
    result["transformers"] = None if pooled else by_transformers(folder, texts)
    result["onnxruntime"] = by_onnxruntime(folder, texts, "model.onnx")
    result["int8"] = by_onnxruntime(folder, texts, "model_quantized.onnx") if (Path(folder) / "onnx" / "model_quantized.onnx").exists() else None
    result["snippets"] = snippets(folder)
    print(json.dumps(result))


if __name__ == "__main__":
    torch.set_num_threads(2)
    {"make": make, "check": check}[sys.argv[1]](*sys.argv[2:])
