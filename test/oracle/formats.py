"""Writes test/fixtures/formats/read-by.json: what Python libraries read from the files in test/fixtures/formats/written, which
our writers wrote of data-set.json (`node test/formats/main.ts --write`). And test/fixtures/formats/made: files that these libraries
write themselves, with made.json for the documents that are in them.

Fails where a library finds another text, another place or another string than data-set.json has. Each library that is installed
has its turn and its part of both JSON files; the others keep what was there. They do not go together in one environment:

  python -m venv a && a/bin/pip install spacy==3.8.18 label-studio-sdk==2.1.2 datasets==5.2.0 pandas
  python -m venv b && b/bin/pip install doccano==1.8.4 'numpy<2' 'marshmallow<4' 'dj-database-url<2'
  python -m venv c && c/bin/pip install gliner==0.2.29
  for each: python test/oracle/formats.py

Versions as above on Python 3.11; read-by.json names them too. doccano is itself: a project in a database of its own (SQLite), with
the import and the export that its web page starts.
"""

import csv
import io
import json
import os
import sys
import tempfile
import zipfile
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", HF_DATASETS_CACHE=tempfile.mkdtemp(), TOKENIZERS_PARALLELISM="false")

FIXTURES = Path(__file__).parent.parent / "fixtures" / "formats"
WRITTEN = FIXTURES / "written"
MADE = FIXTURES / "made"
MADE.mkdir(exist_ok=True)
DATA = json.loads((FIXTURES / "data-set.json").read_text("utf-8"))


def code_points(text: str, utf16: int) -> int:
    return len(text.encode("utf-16-le")[: 2 * utf16].decode("utf-16-le"))


def expected(document: dict, spans: str = "spans") -> list:
    text = document["text"]
    return sorted([code_points(text, span["start"]), code_points(text, span["end"]), span["type"]] for span in document.get(spans, []))


def check(name: str, documents: list) -> list:
    """Every document is there with its text and its spans, and a library's own string of a span is the one at its place."""
    assert len(documents) == len(DATA["documents"]), (name, len(documents))
    for (text, spans), document in zip(documents, DATA["documents"]):
        assert text == document["text"], (name, text, document["text"])
        assert sorted(span[:3] for span in spans) == expected(document), (name, text, spans)
        for start, end, _, *string in spans:
            assert string in ([], [text[start:end]]), (name, text, start, end, string)
    return plain(documents)


def plain(documents: list) -> list:
    return [[text, sorted(list(span[:3]) for span in spans)] for text, spans in documents]


def of_tags(tokens: list, tags: list) -> list:
    """Text and spans of BIO tags over tokens joined by one space: the plainest reading there is."""
    spans, offset = [], 0
    for token, tag in zip(tokens, tags, strict=True):
        if tag.startswith("B-"):
            spans.append([offset, offset + len(token), tag[2:]])
        elif tag.startswith("I-"):
            spans[-1][1] = offset + len(token)
            assert spans[-1][2] == tag[2:]
        offset += len(token) + 1
    return [" ".join(tokens), spans]


def content(path: Path) -> str:
    """As it is: Python would make LF of every line end."""
    return path.read_bytes().decode("utf-8")


def lines(path: Path) -> list:
    return [json.loads(line) for line in content(path).split("\n") if line]


def write(name: str, content: str) -> None:
    path = MADE / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content, "utf-8", newline="")


def jsonl(rows: list) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def flat(document: dict) -> list:
    """The longest spans that do not overlap, the earlier of two."""
    kept = []
    for start, end, label in sorted(expected(document), key=lambda span: (span[0] - span[1], span[0])):
        if all(end <= other[0] or start >= other[1] for other in kept):
            kept.append([start, end, label])
    return sorted(kept)


def python():
    """The json and csv modules, and zipfile."""
    read = {}
    for name, delimiter in (("csv.csv", ","), ("tsv.tsv", "\t")):
        rows = list(csv.DictReader(io.StringIO(content(WRITTEN / name), newline=""), delimiter=delimiter))
        spans = [[[span["start"], span["end"], span["label"]] for span in json.loads(row["spans"] or "[]")] for row in rows]
        read[name] = check(name, [[row["text"], found] for row, found in zip(rows, spans)])
    rows = [block.split("\n") for block in content(WRITTEN / "conll.conll").split("\n\n") if block]
    read["conll.conll"] = plain(of_tags(*zip(*(line.split("\t") for line in block))) for block in rows)
    with zipfile.ZipFile(WRITTEN / "brat.zip") as archive:
        assert archive.testzip() is None
        names = sorted((name for name in archive.namelist() if name.endswith(".txt")), key=lambda name: name.split("/")[-1])
        documents = []
        for name in names:
            text = archive.read(name).decode("utf-8")
            marks = [line.split("\t") for line in archive.read(name[:-3] + "ann").decode("utf-8").split("\n") if line.startswith("T")]
            spans = []
            for _, place, string in marks:
                label, offsets = place.split(" ", 1)
                # Parts of a span that goes over lines, from the first to the last; brat's own reader wants their texts with a space between.
                parts = [[int(offset) for offset in part.split(" ")] for part in offsets.split(";")]
                assert string == " ".join(text[start:end] for start, end in parts), (name, string)
                spans.append([parts[0][0], parts[-1][1], label])
            documents.append([text, spans])
        read["brat.zip"] = plain(documents)
    return {"python": f"{sys.version_info.major}.{sys.version_info.minor}"}, read, {}


def spacy():
    import spacy as library
    from spacy.tokens import Doc, DocBin
    from spacy.training import biluo_tags_to_offsets, offsets_to_biluo_tags

    nlp = library.blank("xx")
    docs = []
    for item in lines(WRITTEN / "jsonl.jsonl"):
        text, tokens = item["text"], item.get("tokens")
        own = tokens and Doc(nlp.vocab, words=[t["text"] for t in tokens], spaces=[t["ws"] for t in tokens])
        # Without tokens of the file a character is a token, so that spans may begin and end anywhere.
        doc = own if own and own.text == text else Doc(nlp.vocab, words=list(text), spaces=[False] * len(text))
        for token, span in ((t, doc[t["id"]]) for t in tokens or [] if doc is own):
            assert span.idx == token["start"] and span.text == token["text"]
        spans = [doc.char_span(span["start"], span["end"], label=span["label"]) for span in item["spans"]]
        assert None not in spans, item
        doc.spans["sc"] = spans
        docs.append(doc)
    stored = DocBin(store_user_data=True, docs=docs).to_bytes()
    docs = list(DocBin().from_bytes(stored).get_docs(nlp.vocab))
    read = {"jsonl.jsonl": check("jsonl", [[d.text, [[s.start_char, s.end_char, s.label_, s.text] for s in d.spans["sc"]]] for d in docs])}

    made, rows = {}, {"spacy-doc.jsonl": [], "spacy-training.jsonl": []}
    conll = ""
    for document in DATA["documents"]:
        doc = nlp.make_doc(document["text"])
        found = [doc.char_span(start, end, label=label) for start, end, label in flat(document)]
        doc.set_ents([span for span in found if span])
        rows["spacy-doc.jsonl"].append(doc.to_json())
        tags = offsets_to_biluo_tags(doc, [(e.start_char, e.end_char, e.label_) for e in doc.ents])
        rows["spacy-training.jsonl"].append([doc.text, {"entities": biluo_tags_to_offsets(doc, tags)}])
        entities = [[e.start_char, e.end_char, e.label_] for e in doc.ents]
        for name in rows:
            made.setdefault(name, []).append([doc.text, entities])
        if not any(token.is_space for token in doc):
            conll += "".join(f"{token.text}\t{tag}\n" for token, tag in zip(doc, tags)) + "\n"
            bio = [tag.replace("U-", "B-").replace("L-", "I-") for tag in tags]
            made.setdefault("spacy-biluo.conll", []).append(of_tags([token.text for token in doc], bio))
    for name, values in rows.items():
        write(name, jsonl(values))
    write("spacy-biluo.conll", conll)
    return {"spacy": version("spacy")}, read, made


def label_studio():
    from label_studio_sdk.converter import Converter
    from label_studio_sdk.label_interface import LabelInterface

    labels = "".join(f'<Label value="{entity["name"]}"/>' for entity in DATA["types"])
    config = f'<View><Labels name="label" toName="text">{labels}</Labels><Text name="text" value="$text"/></View>'
    interface = LabelInterface(config)
    tasks = json.loads((WRITTEN / "label-studio.json").read_text("utf-8"))
    documents, layers = [], []
    for task in tasks:
        assert interface.validate_task({"data": task["data"]})
        for annotation in task["annotations"]:
            assert interface._validate_object(annotation, return_errors=True) == [], annotation
        for prediction in task["predictions"]:
            assert interface.validate_prediction(prediction, return_errors=True) == [], prediction
        values = [[r["value"] for a in task[kind] for r in a["result"]] for kind in ("annotations", "predictions")]
        spans = [[[v["start"], v["end"], v["labels"][0], v["text"]] for v in found] for found in values]
        documents.append([task["data"]["text"], spans[0]])
        layers.append([task["data"]["text"], spans[1]])
    read = {"label-studio.json": check("label-studio", documents)}
    for (_, spans), document in zip(layers, DATA["documents"]):
        assert sorted(span[:3] for span in spans) == expected(document, "suggestions"), spans

    made = {}
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        converter = Converter(config, str(folder))

        def convert(form: str, name: str, source: list, target: str) -> str:
            (folder / f"{form}.json").write_text(json.dumps(source, ensure_ascii=False), "utf-8")
            converter.convert(str(folder / f"{form}.json"), str(folder / form), form, is_dir=False)
            text = next((folder / form).glob(name)).read_bytes().decode("utf-8")
            write(target, text)
            return text

        convert("JSON", "*.json", tasks, "label-studio.json")
        convert("JSON_MIN", "*.json", tasks, "label-studio-min.json")
        convert("CSV", "*.csv", tasks, "label-studio.csv")
        convert("TSV", "*", tasks, "label-studio.tsv")
        for name in ("label-studio.json", "label-studio-min.json", "label-studio.csv", "label-studio.tsv"):
            made[name] = plain(documents)
        simple = []
        for task, document in zip(tasks, DATA["documents"]):
            kept = flat(document)
            for annotation in task["annotations"]:
                annotation["result"] = [r for r in annotation["result"] if [r["value"]["start"], r["value"]["end"], r["value"]["labels"][0]] in kept]
            # Its CoNLL has spaces between columns, which U+2028 and white space inside tokens do not survive.
            if "\n" not in document["text"] and '"' not in document["text"]:
                simple.append(task)
        conll = convert("CONLL2003", "*.conll", simple, "label-studio.conll")
        blocks = [block.split("\n") for block in conll.removeprefix("-DOCSTART- -X- O\n").split("\n\n") if block]
        rows = [[(line.split(" ", 1)[0], line.rsplit(" ", 1)[1]) if line.count(" ") == 3 else (line.rsplit(" -X- _ ", 1)) for line in block] for block in blocks]
        made["label-studio.conll"] = [of_tags(*zip(*block)) for block in rows]
    return {"label-studio-sdk": version("label-studio-sdk")}, read, made


def datasets():
    from datasets import ClassLabel, Dataset, Features, Value, load_dataset

    try:
        from datasets import List
    except ImportError:
        from datasets import Sequence as List

    read = {}
    rows = load_dataset("json", data_files=str(WRITTEN / "jsonl.jsonl"), split="train")
    read["jsonl.jsonl"] = check("jsonl", [[row["text"], [[s["start"], s["end"], s["label"]] for s in row["spans"]]] for row in rows])
    rows = load_dataset("json", data_files=str(WRITTEN / "hugging-face.jsonl"), split="train")
    read["hugging-face.jsonl"] = plain(of_tags(row["tokens"], row["ner_tags"]) for row in rows)
    rows = load_dataset("json", data_files=str(WRITTEN / "gliner.json"), split="train")
    assert len(rows) == len(DATA["documents"])
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(WRITTEN / "parquet.zip") as archive:
            archive.extractall(folder)
        # The folder as a repository of the hub: the card in its README.md says which file is which split.
        repository = load_dataset(folder)
        documents = []
        for split, rows in repository.items():
            names = rows.features["ner_tags"].feature.names
            assert names[0] == "O" and rows.features["ner_tags"].feature == ClassLabel(names=names)
            documents += [of_tags(row["tokens"], [names[tag] for tag in row["ner_tags"]]) for row in rows]
            alone = load_dataset("parquet", data_files=str(Path(folder, "data", f"{'all' if split == 'unassigned' else split}.parquet")), split="train")
            assert alone.features["ner_tags"].feature.names == names, alone.features
            assert alone["tokens"][:] == rows["tokens"][:]
        read["parquet.zip"] = plain(documents)
        splits = {split: len(rows) for split, rows in repository.items()}
        assert splits == {"train": 4, "validation": 2, "test": 2, "unassigned": 2}, splits

    source = lines(WRITTEN / "hugging-face.jsonl")
    tokens, tags = [row["tokens"] for row in source], [row["ner_tags"] for row in source]
    names = ["O", *sorted({tag for row in tags for tag in row} - {"O"})]
    features = Features({"tokens": List(Value("string")), "ner_tags": List(ClassLabel(names=names))})
    numbered = Dataset.from_dict({"tokens": tokens, "ner_tags": [[names.index(tag) for tag in row] for row in tags]}, features=features)
    numbered.to_parquet(MADE / "datasets.parquet")
    (MADE / "datasets-numbers").mkdir(exist_ok=True)
    numbered.to_json(MADE / "datasets-numbers" / "train.jsonl", force_ascii=False)
    numbered.info.write_to_directory(str(MADE / "datasets-numbers"))
    Dataset.from_dict({"tokens": tokens, "ner_tags": tags}).to_json(MADE / "datasets.jsonl")
    everything = [of_tags(*pair) for pair in zip(tokens, tags)]
    made = {name: everything for name in ("datasets.parquet", "datasets-numbers", "datasets.jsonl")}
    return {name: version(name) for name in ("datasets", "pyarrow")}, read, made


def gliner():
    from types import SimpleNamespace

    from gliner.data_processing.processor import UniEncoderSpanProcessor, UniEncoderTokenProcessor

    config = SimpleNamespace(max_width=60, max_len=500, words_splitter_type="whitespace", represent_spans=False)
    tokenizer = SimpleNamespace(unk_token="[UNK]", pad_token="[PAD]")
    items = json.loads((WRITTEN / "gliner.json").read_text("utf-8"))
    types = sorted({entity[2] for item in items for entity in item["ner"]})
    documents = []
    spans = UniEncoderSpanProcessor(config, tokenizer, None)
    batch = spans.collate_raw_batch(items, entity_types=types)
    batch["classes_to_id"] = [{name: i + 1 for i, name in enumerate(types)}] * len(items)
    labels = spans.create_labels(batch)
    for i, item in enumerate(items):
        words, offsets, offset = item["tokenized_text"], [], 0
        assert list(batch["tokens"][i]) == words
        for word in words:
            offsets.append((offset, offset + len(word)))
            offset += len(word) + 1
        found = [[offsets[batch["span_idx"][i][at][0]][0], offsets[batch["span_idx"][i][at][1]][1], types[kind]] for at, kind in labels[i].nonzero().tolist()]
        documents.append([" ".join(words), found])
    tokens = UniEncoderTokenProcessor(config, tokenizer, None)
    batch = tokens.collate_raw_batch(items, entity_types=types)
    batch["classes_to_id"] = [{name: i + 1 for i, name in enumerate(types)}] * len(items)
    marks = tokens.create_labels(batch)
    for i, item in enumerate(items):
        for first, last, label in item["ner"]:
            assert marks[i, first, types.index(label), 0] == 1 and marks[i, last, types.index(label), 1] == 1
    return {"gliner": version("gliner")}, {"gliner.json": plain(documents)}, {}


def doccano():
    packages = Path(find_spec("backend").origin).parent
    sys.path.insert(0, str(packages))
    work = Path(tempfile.mkdtemp())
    os.chdir(work)
    os.environ.update(DJANGO_SETTINGS_MODULE="config.settings.development", DATABASE_URL=f"sqlite:///{work}/doccano.db")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from data_export.celery_tasks import export_dataset
    from data_import.datasets import load_dataset
    from data_import.pipeline.catalog import create_file_format
    from data_import.pipeline.readers import FileName
    from django.contrib.auth import get_user_model
    from examples.models import Example
    from projects.models import ProjectType, SequenceLabelingProject

    user = get_user_model().objects.create_user(username="annotator")

    def imported(name: str, form: str):
        project = SequenceLabelingProject.objects.create(
            name=name, project_type=ProjectType.SEQUENCE_LABELING, allow_overlapping=True, collaborative_annotation=True, created_by=user
        )
        path = str(WRITTEN / name)
        data = load_dataset("SequenceLabeling", create_file_format(form), [FileName(path, name, name)], project, encoding="utf-8", scheme="IOB2")
        data.save(user, batch_size=100)
        assert data.errors == [], data.errors
        examples = Example.objects.filter(project=project).order_by("id")
        return project, [[e.text, [[s.start_offset, s.end_offset, s.label.text] for s in e.spans.all()]] for e in examples]

    project, documents = imported("doccano.jsonl", "JSONL")
    read = {"doccano.jsonl": check("doccano", documents)}
    read["conll.conll"] = plain(imported("conll.conll", "CoNLL")[1])
    with zipfile.ZipFile(export_dataset(project.id, "JSONL")) as archive:
        write("doccano.jsonl", archive.read("all.jsonl").decode("utf-8"))
    return {"doccano": version("doccano")}, read, {"doccano.jsonl": plain(documents)}


def merge(path: Path, key: str, value: dict) -> None:
    stored = json.loads(path.read_text("utf-8")) if path.exists() else {}
    stored[key] = value
    parts = []
    for name, part in sorted(stored.items()):
        inner = ",\n".join(f"  {json.dumps(file)}: {json.dumps(content, ensure_ascii=False)}" for file, content in part.items())
        parts.append(f"{json.dumps(name)}: {{\n{inner}\n}}")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", "utf-8")


for reader, package in ((python, "json"), (spacy, "spacy"), (label_studio, "label_studio_sdk"), (datasets, "datasets"), (gliner, "gliner"), (doccano, "backend")):
    if not find_spec(package):
        print(f"{reader.__name__}: not installed here")
        continue
    versions, found, own = reader()
    merge(FIXTURES / "read-by.json", reader.__name__, {"versions": versions, **found})
    if own:
        merge(FIXTURES / "made.json", reader.__name__, own)
    print(reader.__name__, versions, {name: sum(len(spans) for _, spans in documents) for name, documents in {**found, **own}.items()})
