"""Random tag sequences for the oracles of scores, and how the fixtures write them.

A tag is two characters, prefix and number of its type (0: no type): "B1I1O0" is B-person, I-person, O. Sentences are joined by "|".
"""

import random

TYPES = ["", "person", "creative-work", "Z"]

# Prefixes a sequence is drawn from, in proportion. Nothing keeps I- after B-: most sequences are malformed.
SCHEMES = {
    "bio": "OOOBBII",
    "io": "OOII",
    "bioes": "OOOBBIIEES",
}


def sentence(rng: random.Random, prefixes: str, typeless: bool) -> list[tuple[str, int]]:
    length = rng.choice([0, 1, 2, 3, 5, 8, 13, 20])
    tags = []
    for _ in range(length):
        if tags and tags[-1][0] != "O" and rng.random() < 0.4:
            tags.append(("I", tags[-1][1]))  # goes on, so that long entities occur
            continue
        prefix = rng.choice(prefixes)
        tags.append((prefix, 0 if prefix == "O" else rng.randint(0 if typeless else 1, 3)))
    return tags


def disturbed(rng: random.Random, gold: list[tuple[str, int]], prefixes: str, typeless: bool) -> list[tuple[str, int]]:
    """A prediction that is right in most places, so that scores are not all near 0."""
    rate = rng.choice([0.0, 0.1, 0.3, 1.0])
    low = 0 if typeless else 1
    tags = []
    for tag in gold:
        if rng.random() < rate:
            prefix = rng.choice(prefixes)
            tag = (prefix, 0 if prefix == "O" else rng.randint(low, 3))
        tags.append(tag)
    return tags


def name(tag: tuple[str, int]) -> str:
    prefix, kind = tag
    return prefix if prefix == "O" or kind == 0 else f"{prefix}-{TYPES[kind]}"


def names(sentences: list[list[tuple[str, int]]]) -> list[list[str]]:
    return [[name(tag) for tag in tags] for tags in sentences]


def pack(sentences: list[list[tuple[str, int]]]) -> str:
    return "|".join("".join(f"{prefix}{kind}" for prefix, kind in tags) for tags in sentences)
