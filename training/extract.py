"""From archives to pairs of (what documentation says first, the code that it stands on), as bags of sub-terms.

One shard a package, so that a run that was stopped goes on. Our own parser reads every language, so that what the encoder learns is
cut as it will be asked. Refuses what `policy` refuses. Not training. Invariant: a shard depends on its archive alone.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec

from lepasserelle.model import NodeKind
from lepasserelle.parse import parse
from lepasserelle.terms import STOP_WORDS, WHOLE, Field, collect, family, path_terms, subterms
from training.archives import Archive, read_archive
from training.licences import is_permissive
from training.names import is_refused_package
from training.policy import copied_folders, has_foreign_head, is_refused_path

LANGUAGE_OF = {
    f".{suffix}": language
    for language, suffixes in {
        "python": "py",
        "javascript": "js mjs cjs",
        "typescript": "ts mts",
        "java": "java",
        "go": "go",
        "rust": "rs",
        "c": "c h",
        "cpp": "cc cpp hpp hh",
        "c_sharp": "cs",
        "ruby": "rb",
        "php": "php",
        "kotlin": "kt",
        "swift": "swift",
        "scala": "scala",
        "lua": "lua",
        "elixir": "ex",
        "haskell": "hs",
        "bash": "sh bash",
        "zig": "zig",
    }.items()
    for suffix in suffixes.split()
}
_BUDGET_BYTES = 1_500_000
"""Of source a package: no package should be most of what is known."""
_SCARCE = frozenset({"kotlin", "scala", "c_sharp", "elixir", "swift", "lua"})
"""Languages of which few packages are to be had: their files count a third."""
_SMALL_BYTES = 2_000
_MAX_PAIRS = 5_000
_MIN_QUERY_TERMS = 3
_MAX_QUERY_TERMS = 24
_MAX_CODE_TERMS = 64
_MAX_REST_TERMS = 32
_BODY = int(Field.BODY)
_DOCUMENTATION = int(Field.DOCUMENTATION)
_SKIPPED_KINDS = frozenset({NodeKind.LAMBDA, NodeKind.SECTION, NodeKind.EXTERNAL, NodeKind.VARIABLE})
_MARKUP = re.compile(r"https?://\S+|</?[a-zA-Z][^>]*>|:[a-z]+:|[`*{}]|@\w+\b|\\[a-z]+\b")
_BREAK = re.compile(
    r"\n\s*\n|\n\s*(?:@|:param|:return|\\param|\\return|Args:|Parameters|Returns|Raises|Example|-{3,}|={3,}|>>>|```)|(?<=[a-z)])[.!?](?:\s|$)"
)
_MARKS = {
    "python": b'"""',
    "go": b"\n//",
    "rust": b"///",
    "swift": b"///",
    "c_sharp": b"///",
    "ruby": b"\n  #",
    "lua": b"---",
    "elixir": b"@doc",
    "haskell": b"-- |",
    "bash": b"\n# ",
    "zig": b"///",
}
_MARK = b"/**"


class Pair(msgspec.Struct, frozen=True, array_like=True):
    """One definition. Terms are families of words."""

    language: str
    query: list[str]
    """Of the first sentence of its documentation."""
    rest: list[str]
    """Of what follows in the documentation."""
    code: list[tuple[str, int, int]]
    """(term, field, count) of name, signature, body, scope and path."""


class Shard(msgspec.Struct, frozen=True):
    """What one package gave."""

    registry: str
    package: str
    version: str
    licence: str
    refused: str
    """Why nothing was taken; empty when it was."""
    pairs: list[Pair]


def extract(archive: Archive) -> Shard:
    """The pairs of a package."""
    refused = ""
    if is_refused_package(archive.name):
        refused = "is judged on"
    elif not is_permissive(archive.licence):
        refused = "licence"
    pairs = [] if refused else list(_pairs(archive))
    return Shard(archive.registry, archive.name, archive.version, archive.licence, refused, pairs)


def _pairs(archive: Archive) -> Iterator[Pair]:
    seen: set[tuple[str, ...]] = set()
    given = taken_bytes = 0
    for path, data, language in _best_documented(archive):
        taken_bytes += len(data) // 3 if language in _SCARCE else len(data)
        for pair in file_pairs(data, language, _inner(path)):
            key = (*pair.query, "=", *(term for term, field, _ in pair.code if field == Field.NAME))
            if key not in seen:
                seen.add(key)
                given += 1
                yield pair
        if given >= _MAX_PAIRS or taken_bytes > _BUDGET_BYTES:
            return


def _best_documented(archive: Archive) -> list[tuple[str, bytes, str]]:
    """(path, content, language) of the files that may be learned from, those first that have most documentation for their size."""
    found = []
    copies = copied_folders(path for path, _ in archive.files)
    for path, data in archive.files:
        language = LANGUAGE_OF.get("." + path.rpartition(".")[2])
        if language is None or path.lower().startswith(copies) or is_refused_path(path) or has_foreign_head(data):
            continue
        density = data.count(_MARKS.get(language, _MARK)) / (len(data) + _SMALL_BYTES)
        if density:
            found.append((density, path, data, language))
    found.sort(key=lambda row: -row[0])
    return [row[1:] for row in found]


def _inner(path: str) -> str:
    """The path inside of a package: without what the archive puts before it."""
    parts = [
        part
        for part in path.split("/")
        if part not in {".", "usr", "share", "src", "lib", "package", "gocode", "cargo", "registry"}
    ]
    return "/".join(parts[-4:])


def file_pairs(data: bytes, language: str, path: str) -> Iterator[Pair]:
    """The pairs of one file."""
    facts = parse(data, language)
    terms = collect(data, facts)
    rows = terms.rows()
    roots = ["" if word.startswith(WHOLE) else family(word) for word in terms.vocabulary]
    on_path = [family(term) for term in path_terms(path) if not term.startswith(WHOLE)]
    bounds = rows["definition"].searchsorted(range(len(facts.definitions) + 1))
    for number, definition in enumerate(facts.definitions):
        if number == 0 or definition.kind in _SKIPPED_KINDS or not definition.documentation:
            continue
        query, rest = _said(definition.documentation)
        if len(query) < _MIN_QUERY_TERMS:
            continue
        own = rows[bounds[number] : bounds[number + 1]]
        found = [
            (roots[term], field, count)
            for term, field, count in zip(own["term"].tolist(), own["field"].tolist(), own["count"].tolist(), strict=True)
            if field != _DOCUMENTATION and roots[term]
        ]
        code = _shortened(found) + [(term, int(Field.PATH), 1) for term in on_path]
        if len(code) > 1:
            yield Pair(language, query, rest, code)


def _shortened(rows: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """At most so many rows: all of name, signature and scope, then what stands most often in the body."""
    heads = [row for row in rows if row[1] != _BODY]
    body = sorted((row for row in rows if row[1] == _BODY), key=lambda row: (-row[2], row[0]))
    return (heads + body)[:_MAX_CODE_TERMS]


def _said(documentation: str) -> tuple[list[str], list[str]]:
    """(terms of the first sentence, terms of the rest)."""
    text = _MARKUP.sub(" ", documentation)
    cut = _BREAK.search(text.lstrip("/*!#- \n"))
    first, rest = (text, "") if cut is None else (text.lstrip("/*!#- \n")[: cut.start()], text.lstrip("/*!#- \n")[cut.end() :])
    return _families(first)[:_MAX_QUERY_TERMS], _families(rest)[:_MAX_REST_TERMS]


def _families(text: str) -> list[str]:
    words = [word for word in subterms(text) if not word.startswith(WHOLE) and word not in STOP_WORDS and word.isascii()]
    return list(dict.fromkeys(family(word) for word in words))


def extract_all(source: Path, target: Path) -> None:
    """A shard for every archive below `source` that has none yet."""
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.rglob("*")):
        shard_path = target / f"{path.name}.msgpack"
        if path.suffix not in {".whl", ".tgz", ".deb", ".dsc"} or shard_path.exists():
            continue
        shard = extract(read_archive(path, frozenset(LANGUAGE_OF)))
        partial = shard_path.with_suffix(".partial")
        partial.write_bytes(msgspec.msgpack.encode(shard))
        partial.rename(shard_path)
        languages = ", ".join(f"{name} {count}" for name, count in Counter(pair.language for pair in shard.pairs).most_common())
        sys.stdout.write(f"{path.name}: {shard.refused or languages or 'nothing documented'}\n")
