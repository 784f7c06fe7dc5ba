"""The whole recipe: fetch, extract, learn, judge, write the table.

    python training/run.py FOLDER [--table FILE] [--from TABLE]

FOLDER takes about 2 GB. Steps that were done are not done again. Without `--table` the table is written beside the shards, and the
shipped one stays. With `--from` learning goes on from an earlier table: its words keep their directions where nothing is learned
of them, and what its packages taught need not be there.
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from training.evaluate import by_language, mean_reciprocal_ranks
from training.extract import extract_all
from training.fetch import fetch_all
from training.pairs import Floats, Pairs, gather, read_shards
from training.quantise import read, write
from training.together import together
from training.train import CONTINUED, Recipe, between, grown, initial, train


def main() -> None:
    """Run it."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--table", type=Path)
    arguments.add_argument("--from", type=Path, dest="start")
    given = arguments.parse_args()
    shards = given.folder / "shards"
    fetch_all(given.folder / "archives")
    extract_all(given.folder / "archives", shards)
    words, directions = read(given.start) if given.start else ((), None)
    pairs = gather(read_shards(shards), words)
    recipe = Recipe() if directions is None else CONTINUED
    start = initial(pairs, recipe) if directions is None else grown(pairs, words, directions)
    sys.stdout.write(f"{len(pairs)} pairs, {len(pairs.vocabulary)} words, {len(pairs.package_names)} packages\n")
    _tell("before", mean_reciprocal_ranks(pairs, start))
    table = learned(pairs, recipe, start)
    _tell("after", mean_reciprocal_ranks(pairs, table))
    for language, (questions, ranks) in by_language(pairs, table).items():
        _tell(f"{language}, {questions} questions", ranks)
    size_bytes = write(given.table or given.folder / "words.table", pairs.vocabulary, table)
    sys.stdout.write(f"{size_bytes} bytes\n")


def learned(pairs: Pairs, recipe: Recipe, start: Floats) -> Floats:
    """What all runs of a recipe learn: the first from `start`, each further one from a beginning of its own."""
    tables = [between(start, train(pairs, recipe, start=start), recipe.share)]
    for run in range(1, recipe.runs):
        another = replace(recipe, seed=recipe.seed + run)
        tables.append(train(pairs, another, start=initial(pairs, another)))
    return together(tables)


def _tell(when: str, ranks: tuple[float, float]) -> None:
    sys.stdout.write(f"{when}: mean reciprocal rank {ranks[0]:.4f}, without shared words {ranks[1]:.4f}\n")


if __name__ == "__main__":
    main()
