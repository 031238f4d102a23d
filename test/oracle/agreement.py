"""Writes test/fixtures/agreement.json: random tags of two annotators in cases, and how far they agree: entity scores by seqeval
(with types and without), Cohen's kappa of the words' types by scikit-learn.

Versions: Python 3, seqeval 1.2.2, scikit-learn 1.9.1, numpy 2. Run: python test/oracle/agreement.py
"""

import json
import math
import random
import warnings
from importlib.metadata import version
from pathlib import Path

from seqeval.metrics import f1_score, precision_score, recall_score
from seqeval.metrics.sequence_labeling import get_entities
from sklearn.metrics import cohen_kappa_score

from tag_sequences import SCHEMES, TYPES, disturbed, name, names, pack, sentence

warnings.filterwarnings("ignore")
rng = random.Random(22)


def number(value: float) -> float | None:
    if math.isnan(value):
        return None
    value = float(f"{value:.12g}")
    return int(value) if value == int(value) else value


def scores(first: list[list[str]], second: list[list[str]]) -> list[float]:
    return [number(score(first, second)) for score in (precision_score, recall_score, f1_score)]


def without_types(sentences: list[list[str]]) -> list[list[str]]:
    """The same entities as well-formed BIO of one type."""
    result = []
    for tags in sentences:
        plain = ["O"] * len(tags)
        for _, first, last in get_entities(tags):
            plain[first : last + 1] = ["B-x"] + ["I-x"] * (last - first)
        result.append(plain)
    return result


def types(sentences: list[list[tuple[str, int]]]) -> list[str]:
    return [name(tag).split("-", 1)[1] if tag[0] != "O" else "O" for tags in sentences for tag in tags]


def kappa(first: list, second: list) -> float | None:
    return number(cohen_kappa_score(first, second)) if first else None


cases = []
for _ in range(150):
    prefixes = SCHEMES["bio"]
    first = [sentence(rng, prefixes, False) for _ in range(rng.randint(1, 8))]
    second = [disturbed(rng, tags, prefixes, False) for tags in first]
    a, b = types(first), types(second)
    labelled = [(x, y) for x, y in zip(a, b) if (x, y) != ("O", "O")]
    cases.append(
        {
            "gold": pack(first),
            "predicted": pack(second),
            "exact": scores(names(first), names(second)),
            "boundary": scores(without_types(names(first)), without_types(names(second))),
            "kappa": kappa(a, b),
            "kappaOfLabelled": kappa([x for x, _ in labelled], [y for _, y in labelled]),
            "types": {kind: kappa([x == kind for x in a], [y == kind for y in b]) for kind in sorted(set(a + b) - {"O"})},
        }
    )

target = Path(__file__).parent.parent / "fixtures" / "agreement.json"
lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
versions = f'"seqeval":"{version("seqeval")}","scikit-learn":"{version("scikit-learn")}"'
target.write_text(f'{{{versions},"types":{json.dumps(TYPES)},"cases":[\n{lines}\n]}}\n')
print(len(cases), "cases,", target.stat().st_size, "bytes")
