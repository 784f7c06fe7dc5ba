"""Is `estimate_tokens` an upper bound? Against real tokenizers, for every definition of real packages and of the golden samples.

    python benchmarks/tokens/run.py

A snippet is the source of one definition, as `analyze` shows it. The tokenizers: `cl100k_base` and `o200k_base`, whose vocabularies
the npm package `js-tiktoken` holds, and the one of `@anthropic-ai/tokenizer`; all run by PyPI's `tiktoken`, which downloads nothing
that way. Writes RESULTS.md, and the exact counts for the golden samples, against which the tests hold the estimator.
"""

import base64
import json
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

sys.path.insert(0, str(Path(__file__).parents[1]))

import corpora
import fetching
from lepasserelle.parse import parse
from lepasserelle.query import estimate_tokens
from tables import machine, table

HERE = Path(__file__).parent
SAMPLES = HERE.parents[1] / "tests" / "golden" / "samples"
COUNTS = SAMPLES.parent / "token_counts.json"
TIKTOKEN = "0.14.0"
JS_TIKTOKEN = ("js-tiktoken", "1.0.21")
ANTHROPIC = ("@anthropic-ai/tokenizer", "0.0.4")
LARGEST_BYTES = 1 << 16
"""A longer definition is no part of an answer."""
MOST = 3_000
"""Snippets of one package, drawn with a fixed seed."""


class Tokenizer(Protocol):
    """What is asked of a real one."""

    def encode_ordinary(self, text: str) -> list[int]:
        """Token numbers."""


class Measured(NamedTuple):
    """One snippet."""

    estimate: int
    counts: tuple[int, ...]
    """By tokenizer."""


def tokenizers() -> dict[str, Tokenizer]:
    """By name, built from vocabularies that packages ship."""
    ranks = corpora.npm_tree(*JS_TIKTOKEN) / "dist" / "ranks"
    claude = json.loads((corpora.npm_tree(*ANTHROPIC) / "claude.json").read_text("utf-8"))
    return {
        "cl100k_base": encoding("cl100k_base", exported(ranks / "cl100k_base.js")),
        "o200k_base": encoding("o200k_base", exported(ranks / "o200k_base.js")),
        "@anthropic-ai/tokenizer": encoding("claude", claude),
    }


def exported(script: Path) -> Mapping[str, Any]:
    """The one object that an ECMAScript module exports."""
    text = script.read_text("utf-8")
    found: Mapping[str, Any] = json.loads(text[text.index("{") : text.rindex("}") + 1])
    return found


def encoding(name: str, described: Mapping[str, Any]) -> Tokenizer:
    """`bpe_ranks` has lines of a mark, the number of the first token, and tokens in base64."""
    tiktoken = _tiktoken()
    ranks: dict[bytes, int] = {}
    for line in described["bpe_ranks"].split("\n"):
        words = line.split(" ")
        ranks |= {base64.b64decode(word): int(words[1]) + place for place, word in enumerate(words[2:])}
    made: Tokenizer = tiktoken.Encoding(name, pat_str=described["pat_str"], mergeable_ranks=ranks, special_tokens={})
    return made


def _tiktoken() -> Any:  # noqa: ANN401 - it is not installed where types are checked
    folder = fetching.CACHE / f"tiktoken-{TIKTOKEN}"
    if not folder.exists():
        command = [sys.executable, "-m", "pip", "install", "-q", "--target", str(folder), f"tiktoken=={TIKTOKEN}"]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    sys.path.insert(1, str(folder))
    import tiktoken  # type: ignore[import-not-found, unused-ignore]

    return tiktoken


def packages() -> dict[str, tuple[str, list[Path]]]:
    """Name → language and files."""
    django, sqlalchemy = corpora.wheel_tree(*corpora.DJANGO), corpora.wheel_tree(*corpora.SQLALCHEMY)
    zod = [path for path in sorted(corpora.npm_tree(*corpora.ZOD).rglob("*.ts")) if not path.name.endswith(".d.ts")]
    axios = [path for path in sorted(corpora.npm_tree("axios", "1.21.1").rglob("*.js")) if "/dist/" not in str(path)]
    return {
        "Django": ("python", sorted(django.rglob("*.py"))),
        "SQLAlchemy": ("python", sorted(sqlalchemy.rglob("*.py"))),
        "zod": ("typescript", zod),
        "axios": ("javascript", axios),
        "ra-ui-materialui": ("tsx", sorted(corpora.npm_tree("ra-ui-materialui", "5.15.4").rglob("*.tsx"))),
    }


def snippets(path: Path, language: str) -> Iterator[str]:
    """The source of every definition of a file that could stand in an answer."""
    data = path.read_bytes()
    for definition in parse(data, language).definitions:
        text = data[definition.start_byte : definition.end_byte].decode("utf-8", "replace").rstrip()
        if text and definition.end_byte - definition.start_byte <= LARGEST_BYTES:
            yield text


def measured(texts: Sequence[str], known: Mapping[str, Tokenizer]) -> list[Measured]:
    """Estimate and counts of each."""
    return [Measured(estimate_tokens(text), tuple(len(one.encode_ordinary(text)) for one in known.values())) for text in texts]


def row(name: str, found: Sequence[Measured], tokenizers_known: int) -> list[str]:
    """Share of upper bounds and median of estimate/count, for each tokenizer and for the largest count of all."""
    cells = [name, str(len(found))]
    for which in range(tokenizers_known):
        held = sum(one.estimate >= one.counts[which] for one in found)
        ratios = sorted(one.estimate / one.counts[which] for one in found)
        cells.append(f"{held / len(found):.1%} · {ratios[len(ratios) // 2]:.2f}")
    held = sum(one.estimate >= max(one.counts) for one in found)
    large = [one for one in found if max(one.counts) >= 100]
    worst = min((one.estimate / max(one.counts) for one in large), default=None)
    return [*cells, f"{held / len(found):.1%}", "–" if worst is None else f"{worst:.2f}"]


def golden() -> dict[str, list[str]]:
    """Snippets of the samples in the repository, by language and file."""
    files = sorted(path for path in SAMPLES.glob("*/*") if path.is_file())
    return {f"{path.parent.name}/{path.name}": list(snippets(path, path.parent.name)) for path in files}


def main() -> None:
    """Measure, and write both files."""
    known = tokenizers()
    draw = random.Random(1)
    rows, everything = [], []
    for name, (language, paths) in packages().items():
        texts = [text for path in paths for text in snippets(path, language)]
        found = measured(texts if len(texts) <= MOST else draw.sample(texts, MOST), known)
        everything += found
        rows.append(row(name, found, len(known)))
    samples = {name: measured(texts, known) for name, texts in golden().items()}
    of_samples = [one for found in samples.values() for one in found]
    everything += of_samples
    rows += [row(f"golden samples, {len(samples)} files", of_samples, len(known)), row("**all**", everything, len(known))]
    COUNTS.write_text(
        json.dumps({"tokenizers": list(known), "files": {name: [one.counts for one in found] for name, found in samples.items()}})
    )
    head = ["package", "snippets", *known, "all three", "least of 100 tokens and more"]
    (HERE / "RESULTS.md").write_text(TEXT.format(machine=machine(), table=table(head, rows)), encoding="utf-8")
    print(table(head, rows))


TEXT = """# The token estimator against real tokenizers

{machine} Written by `make bench-tokens`.

For each tokenizer: share of snippets for which the estimate is an upper bound · median of estimate / count. *All three*: the
share for which it bounds the largest of the three counts. *Least*: the smallest estimate / count among snippets of 100 tokens and
more. A snippet is the source of one definition; at most 3000 are drawn from a package. Target: an upper bound for 95 % of snippets.

{table}
"""

if __name__ == "__main__":
    main()
