"""Writes test/fixtures/stratification.json: random multi-label data, and how well the iterative stratification of the package
iterative-stratification (an implementation of Sechidis et al. 2011) shares it out: the mean distance of each label's share in each
split from the share wanted, and of the splits' sizes, over ten seeds; and the same of a split by lot.

Versions: Python 3, iterative-stratification 0.1.9, numpy 2. Run: python test/oracle/stratification.py
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy
from iterstrat.ml_stratifiers import IterativeStratification

LETTERS = "abcdefghijkl"
SEEDS = 10
rng = numpy.random.RandomState(23)


def distances(labels: numpy.ndarray, folds: numpy.ndarray, shares: numpy.ndarray) -> tuple[float, float]:
    got = numpy.array([labels[folds == fold].sum(axis=0) / labels.sum(axis=0) for fold in range(len(shares))])
    sizes = numpy.array([(folds == fold).mean() for fold in range(len(shares))])
    return float(numpy.abs(got - shares[:, None]).mean()), float(numpy.abs(sizes - shares).mean())


def mean(values: list[tuple[float, float]]) -> list[float]:
    return [round(value, 6) for value in numpy.mean(values, axis=0)]


cases = []
for rows, columns, shares in [
    (60, 3, [0.8, 0.1, 0.1]), (100, 6, [0.8, 0.1, 0.1]), (200, 12, [0.8, 0.1, 0.1]), (300, 9, [0.6, 0.2, 0.2]),
    (400, 12, [0.5, 0.25, 0.25]), (500, 6, [0.9, 0.05, 0.05]), (150, 4, [0.7, 0.15, 0.15]), (800, 12, [0.8, 0.1, 0.1]),
]:  # fmt: skip
    shares = numpy.array(shares)
    # From frequent labels to rare ones, as entity types are; a fifth of the rows has none.
    rates = 0.5 * 0.7 ** numpy.arange(columns)
    labels = (rng.rand(rows, columns) < rates) & (rng.rand(rows, 1) < 0.8)
    labels[0] = True
    stratified, by_lot = [], []
    for seed in range(SEEDS):
        state = numpy.random.RandomState(seed)
        order = state.permutation(rows)
        shuffled = labels[order]
        stratified.append(distances(shuffled, IterativeStratification(shuffled, shares, state), shares))
        cuts = numpy.round(numpy.cumsum(shares) * rows).astype(int)
        by_lot.append(distances(shuffled, numpy.searchsorted(cuts, numpy.arange(rows), side="right"), shares))
    cases.append(
        {
            "shares": shares.tolist(),
            "labels": "|".join("".join(LETTERS[i] for i in numpy.flatnonzero(row)) for row in labels),
            "stratified": mean(stratified),
            "byLot": mean(by_lot),
        }
    )

target = Path(__file__).parent.parent / "fixtures" / "stratification.json"
lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
target.write_text(f'{{"iterative-stratification":"{version("iterative-stratification")}","seeds":{SEEDS},"cases":[\n{lines}\n]}}\n')
print([(case["stratified"], case["byLot"]) for case in cases], target.stat().st_size, "bytes")
