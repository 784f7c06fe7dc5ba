"""What the encoder of the package costs: bytes, opening, definitions a second and core, and whether it is the same twice."""

import hashlib
import statistics
import time
from functools import partial
from pathlib import Path
from typing import Final

from lepasserelle import vectors
from lepasserelle.model import Sections
from lepasserelle.parse import parse
from lepasserelle.terms import TermFile, collect, query_terms
from lepasserelle.vectors import Vectors, words
from tables import table

_ROUNDS: Final = 5
_MOST_BYTES: Final = 12_000_000
_QUESTIONS: Final = ("where are sessions validated", "split a list into pages", "QuerySet.filter", "how is a form field cleaned")


def report(folder: Path, language: str, suffix: str) -> str:
    """A table over the sources of a folder. Processor seconds of this process."""
    sources = [(path, path.read_bytes()) for path in sorted(folder.rglob(f"*{suffix}"))]
    parsed = [(path.relative_to(folder).as_posix(), data, parse(data, language)) for path, data in sources]
    nodes = sum(len(facts.definitions) for _, _, facts in parsed)
    cutting, encoding, digests = [], [], set()
    built: Sections = {}
    for _ in range(_ROUNDS):
        start = time.process_time()
        files, first = [], 0
        for path, data, facts in parsed:
            files.append(TermFile(path, first, len(facts.definitions), collect(data, facts)))
            first += len(facts.definitions)
        cut = time.process_time()
        built = vectors.build(partial(iter, files))
        encoding.append(time.process_time() - cut)
        cutting.append(cut - start)
        digests.add(hashlib.sha256(built["vectors"].tobytes()).hexdigest())
    both = [a + b for a, b in zip(cutting, encoding, strict=True)]
    size_bytes = words.PATH.stat().st_size
    rows = [
        ["shipped", f"{size_bytes:,} bytes of at most {_MOST_BYTES:,}"],
        ["opened, verified to the last byte", f"{_opening_ms():.2f} ms"],
        ["words to vectors", f"{nodes / statistics.median(encoding):,.0f} definitions/s"],
        ["sources to vectors, cutting into terms included", f"{nodes / statistics.median(both):,.0f} definitions/s"],
        ["a question", f"{_question_ms(Vectors(built)):.3f} ms"],
        [f"{_ROUNDS} runs", "the same bytes" if len(digests) == 1 else f"{len(digests)} different results"],
    ]
    head = f"## The encoder, over {nodes:,} definitions of {len(parsed)} files; processor time of one core, median of {_ROUNDS}"
    return f"{head}\n\n{table(['what', 'figure'], rows)}"


def _opening_ms() -> float:
    spent = []
    for _ in range(_ROUNDS):
        start = time.process_time()
        words.Words(words.PATH)
        spent.append((time.process_time() - start) * 1000)
    return statistics.median(spent)


def _question_ms(index: Vectors) -> float:
    asked = [query_terms(text) for text in _QUESTIONS]
    spent = []
    for _ in range(20):
        for terms in asked:
            start = time.process_time()
            index.encode_question(terms)
            spent.append((time.process_time() - start) * 1000)
    return statistics.median(spent)
