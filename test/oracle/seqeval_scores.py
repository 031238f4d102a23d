"""Writes test/fixtures/seqeval-scores.json: random tag sequences in cases and seqeval's scores of each:
at least 1,000 sequences in default mode (every scheme) and 1,000 of BIO and IO in strict mode.

Versions: Python 3, seqeval 1.2.2, numpy 2. Run: python test/oracle/seqeval_scores.py
"""

import json
import random
import warnings
from importlib.metadata import version
from pathlib import Path

from seqeval.metrics import classification_report
from seqeval.scheme import IOB2

from tag_sequences import SCHEMES, TYPES, disturbed, names, pack, sentence

warnings.filterwarnings("ignore")
rng = random.Random(20)


def rounded(row: dict) -> list[float]:
    values = [float(f"{row[key]:.12g}") for key in ("precision", "recall", "f1-score")]
    return [int(value) if value == int(value) else value for value in values]


def scores(gold: list[list[str]], predicted: list[list[str]], **mode) -> dict | None:
    """None where there is no entity at all: seqeval's macro average is then undefined."""
    try:
        report = classification_report(gold, predicted, output_dict=True, **mode)
    except (ValueError, ZeroDivisionError):
        return None
    rows = {key: row for key, row in report.items() if not key.endswith(" avg")}
    if not rows:
        return None
    return {
        "averages": [rounded(report[f"{average} avg"]) for average in ("micro", "macro", "weighted")],
        "types": {key: [*rounded(row), int(row["support"])] for key, row in rows.items()},
    }


cases = []
sequences = {"default": 0, "strict": 0}
while min(sequences.values()) < 1000:
    scheme = rng.choice(["bio", "bio", "bio", "io", "bioes"])
    typeless = rng.random() < 0.1
    prefixes = SCHEMES[scheme]
    gold = [sentence(rng, prefixes, typeless) for _ in range(rng.randint(1, 4))]
    predicted = [disturbed(rng, tags, prefixes, typeless) for tags in gold]
    case = {"gold": pack(gold), "predicted": pack(predicted), "default": scores(names(gold), names(predicted))}
    sequences["default"] += len(gold)
    if scheme != "bioes":
        case["strict"] = scores(names(gold), names(predicted), mode="strict", scheme=IOB2)
        sequences["strict"] += len(gold)
    cases.append(case)

target = Path(__file__).parent.parent / "fixtures" / "seqeval-scores.json"
lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
target.write_text(f'{{"seqeval":"{version("seqeval")}","types":{json.dumps(TYPES)},"cases":[\n{lines}\n]}}\n')
print(len(cases), "cases,", sequences, "sequences,", target.stat().st_size, "bytes")
