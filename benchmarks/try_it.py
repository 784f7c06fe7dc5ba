"""What `make try` does once the package is installed: index Django as its wheel has it, ask three questions, show what it cost.

Every question has a known right answer; the run fails unless each one is among the first three places.
"""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from corpora import DJANGO, wheel_tree

HOME = Path(sys.prefix)
LEINDEX = HOME / "bin" / "leindex"
PLACES = 3


@dataclass(frozen=True, slots=True)
class Question:
    """One question: the words of the command line, and the symbols of which one must be in the first places."""

    kind: str
    words: tuple[str, ...]
    expected: frozenset[str]


QUESTIONS = (
    Question("a symbol", ("search", "QuerySet.bulk_create"), frozenset({"django.db.models.query.QuerySet.bulk_create"})),
    Question(
        "a behaviour in words",
        ("search", "check that a raw password matches the stored hash"),
        frozenset({"django.contrib.auth.hashers.check_password", "django.contrib.auth.hashers.verify_password"}),
    ),
    Question("who calls it", ("callers", "get_object_or_404"), frozenset({"django.contrib.flatpages.views.flatpage"})),
)


def leindex(*words: str) -> str:
    """Run the command and return what it printed; its errors end this run."""
    done = subprocess.run([str(LEINDEX), *words], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"leindex {' '.join(words)} failed: {done.stderr or done.stdout}")
    return done.stdout


def first_symbols(question: Question, project: Path) -> list[str]:
    """The symbols in the first places of the answer."""
    answer = json.loads(leindex(*question.words, "--project", str(project), "--json"))
    names = [hit["symbol"] for hit in answer["hits"]] if "hits" in answer else [edge["source"] for edge in answer["edges"]]
    return list(dict.fromkeys(names))[:PLACES]


def main() -> None:
    """Fetch, index, ask, report."""
    start = time.perf_counter()
    project = wheel_tree(*DJANGO, cache=HOME / "real-code")
    fetched = time.perf_counter()
    print(f"$ leindex index {project.name}", flush=True)
    print(leindex("index", str(project)))
    missed = 0
    for question in QUESTIONS:
        words = " ".join(f'"{word}"' if " " in word else word for word in question.words)
        print(f"── {question.kind}\n$ leindex {words}\n{leindex(*question.words, '--project', str(project))[:1500].rstrip()}\n")
        names = first_symbols(question, project)
        found = bool(question.expected & set(names))
        missed += not found
        print(f"{'right' if found else 'WRONG'}: the first {PLACES} places are {', '.join(names)}\n", flush=True)
    print(f"── what it costs\n$ leindex status\n{leindex('status', '--project', str(project))}")
    download, rest = fetched - start, time.perf_counter() - fetched
    print(f"{len(QUESTIONS) - missed} of {len(QUESTIONS)} questions answered; download {download:.0f} s, the rest {rest:.0f} s")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
