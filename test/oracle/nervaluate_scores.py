"""Writes test/fixtures/nervaluate-scores.json: 1,000 random tag sequences in cases and nervaluate's results of each.

Versions: Python 3, nervaluate 1.2.1. Run: python test/oracle/nervaluate_scores.py
"""

import json
import random
from importlib.metadata import version
from pathlib import Path

from nervaluate import Evaluator

from tag_sequences import SCHEMES, TYPES, disturbed, names, pack, sentence

rng = random.Random(21)


def number(value: float) -> float:
    value = float(f"{value:.12g}")
    return int(value) if value == int(value) else value


def packed(by_strategy: dict) -> list[list[float]]:
    """Strict, exact, partial, type; of each: correct, incorrect, partial, missed, spurious, precision, recall, F1."""
    return [
        [r.correct, r.incorrect, r.partial, r.missed, r.spurious, number(r.precision), number(r.recall), number(r.f1)]
        for r in (by_strategy[key] for key in ("strict", "exact", "partial", "ent_type"))
    ]


cases = []
sequences = 0
while sequences < 1000:
    # nervaluate reads the first letter as a prefix whatever it is, and refuses others than B and I where an entity begins.
    prefixes = SCHEMES[rng.choice(["bio", "io"])]
    gold = [sentence(rng, prefixes, False) for _ in range(min(rng.randint(1, 6), 1000 - sequences))]
    predicted = [disturbed(rng, tags, prefixes, False) for tags in gold]
    sequences += len(gold)
    results = Evaluator(names(gold), names(predicted), tags=TYPES[1:], loader="list").evaluate()
    cases.append(
        {
            "gold": pack(gold),
            "predicted": pack(predicted),
            "overall": packed(results["overall"]),
            "types": {key: packed(results["entities"][key]) for key in sorted(results["entities"])},
        }
    )

target = Path(__file__).parent.parent / "fixtures" / "nervaluate-scores.json"
lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
target.write_text(f'{{"nervaluate":"{version("nervaluate")}","types":{json.dumps(TYPES)},"cases":[\n{lines}\n]}}\n')
print(len(cases), "cases,", sequences, "sequences,", target.stat().st_size, "bytes")
