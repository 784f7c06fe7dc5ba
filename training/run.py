"""The whole recipe: fetch, extract, learn, judge, write the table.

    python training/run.py FOLDER [--table FILE] [--from TABLE] [--keep TABLE]

FOLDER takes about 2 GB. Steps that were done are not done again. Without `--table` the table is written beside the shards, and the
shipped one stays. With `--from` learning goes on from an earlier table: its words keep their directions where nothing is learned
of them, and what its packages taught need not be there. With `--keep` the words of a table stay as they are, and only the buckets
for letters of other words are learned.
"""

import argparse
import sys
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from training.evaluate import by_language, mean_reciprocal_ranks
from training.extract import extract_all
from training.fetch import fetch_all, fetch_judged
from training.judged import said_by
from training.letters import RARE_PAIRS, Letters, as_encoded, learned_buckets
from training.pairs import Floats, Pairs, gather, read_shards
from training.quantise import read, to_unit, write
from training.together import together
from training.train import CONTINUED, Recipe, between, grown, initial, train


def main() -> None:
    """Run it."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--table", type=Path)
    arguments.add_argument("--from", type=Path, dest="start")
    arguments.add_argument("--keep", type=Path)
    given = arguments.parse_args()
    shards = given.folder / "shards"
    fetch_all(given.folder / "archives")
    extract_all(given.folder / "archives", shards)
    fetch_judged(given.folder / "judged")
    said = said_by(given.folder / "judged", given.folder / "judged.keys")
    words, table = read(given.keep) if given.keep else _words(shards, said, given.start)
    buckets = _buckets(shards, said, words, to_unit(table))
    size_bytes = write(given.table or given.folder / "words.table", words, table, buckets=buckets)
    sys.stdout.write(f"{size_bytes} bytes\n")


def _words(shards: Path, said: Collection[int], earlier: Path | None) -> tuple[tuple[str, ...], Floats]:
    """The words and what was learned of them, from the beginning or from an earlier table."""
    words, directions = read(earlier) if earlier else ((), None)
    pairs = gather(read_shards(shards), words, said=said)
    recipe = Recipe() if directions is None else CONTINUED
    start = initial(pairs, recipe) if directions is None else grown(pairs, words, directions)
    sys.stdout.write(f"{len(pairs)} pairs, {len(pairs.vocabulary)} words, {len(pairs.package_names)} packages\n")
    _tell("before", mean_reciprocal_ranks(pairs, start))
    table = learned(pairs, recipe, start)
    _tell("after", mean_reciprocal_ranks(pairs, table))
    for language, (questions, ranks) in by_language(pairs, table).items():
        _tell(f"{language}, {questions} questions", ranks)
    return pairs.vocabulary, table


def _buckets(shards: Path, said: Collection[int], words: Sequence[str], table: Floats) -> Floats:
    """What is learned of the letters of words that are too rare for the table."""
    pairs = gather(read_shards(shards), words, least=(RARE_PAIRS, 1), said=said)
    sys.stdout.write(f"{len(pairs.vocabulary) - len(words)} rare words\n")
    buckets = learned_buckets(pairs, words, table, Letters())
    for when, held in (("without letters", buckets[:0]), ("with letters", buckets)):
        _tell(when, mean_reciprocal_ranks(pairs, as_encoded(pairs.vocabulary, words, table, held)))
    return buckets


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
