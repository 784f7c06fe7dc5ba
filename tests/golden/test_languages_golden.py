"""Real programs, one folder a language, and what must be read out of them.

`samples/<language>/<file>` is a program; `expected/<language>.json` maps its file name to what is expected:

- `definitions` [[qualified name, kind], …]: all of them, in source order, redefinitions repeated;
- `parents` {qualified: qualified}, `signature`, `documentation` {qualified: text}, `bases`, `decorators` {qualified: [chain]},
  `flags` {qualified: [flag]}, `receiver` {qualified: chain}, `complexity` {qualified: number}, `package` text;
- `imports` [[module, name, alias, level, [flag, …]], …]: all of them, in source order;
- `calls` [[scope, chain, arity], …], `reads`, `writes` [[scope, chain], …], `flows` [[kind, scope, target, source], …]:
  these must be there;
- `absent` {aspect: [same rows]}: these must not;
- `problems` number of syntax problems.

The scope of a file's own code is "". `python tests/golden/test_languages_golden.py LANGUAGE FILE` prints what the parser says
in this form, to be *read and corrected by hand*, never to be pasted unread.
"""

import json
import sys
from pathlib import Path

import pytest

from lepasserelle.model import FileFacts, FlowKind, ImportFlag, NodeFlag, NodeKind, Role
from lepasserelle.parse import LANGUAGES, parse

HERE = Path(__file__).parent
ASPECTS = ("definitions", "parents", "signature", "documentation", "imports", "calls", "bases", "reads", "writes")
CASES = [
    (expected.stem, name)
    for expected in sorted((HERE / "expected").glob("*.json"))
    for name in json.loads(expected.read_text("utf-8"))
]


def qualified(facts: FileFacts) -> list[str]:
    """The dotted name of every definition inside its file; the file itself is empty."""
    names = [""]
    for definition in facts.definitions[1:]:
        parent = names_of(facts, definition.parent)
        names.append(f"{parent}.{definition.name}" if parent else definition.name)
    return names


def names_of(facts: FileFacts, number: int) -> str:
    """The dotted name of one definition."""
    parts = []
    while number > 0:
        parts.append(facts.definitions[number].name)
        number = facts.definitions[number].parent
    return ".".join(reversed(parts))


def said(facts: FileFacts) -> dict[str, object]:
    """The facts in the form of an expectation."""
    names = qualified(facts)
    nodes = list(zip(names, facts.definitions, strict=True))
    rows = {
        role: [
            [names[r.scope], r.chain, r.arity] if role is Role.CALL else [names[r.scope], r.chain]
            for r in facts.references
            if r.role == role
        ]
        for role in Role
    }
    return {
        "package": facts.package,
        "definitions": [[name, NodeKind(d.kind).word] for name, d in nodes[1:]],
        "parents": {name: names[d.parent] for name, d in nodes[1:]},
        "signature": {name: d.signature for name, d in nodes if d.signature},
        "documentation": {name: d.documentation for name, d in nodes if d.documentation},
        "bases": {name: list(d.bases) for name, d in nodes if d.bases},
        "decorators": {name: list(d.decorators) for name, d in nodes if d.decorators},
        "flags": {name: [f.name.lower() for f in NodeFlag if d.flags & f] for name, d in nodes},
        "receiver": {name: d.receiver for name, d in nodes if d.receiver},
        "complexity": {name: d.complexity for name, d in nodes if d.complexity},
        "imports": [
            [i.module, i.name, i.alias, i.level, [f.name.lower() for f in ImportFlag if i.flags & f]] for i in facts.imports
        ],
        "calls": rows[Role.CALL],
        "reads": rows[Role.READ],
        "writes": rows[Role.WRITE],
        "flows": [[FlowKind(f.kind).name.lower(), names[f.scope], f.target, f.source] for f in facts.flows],
        "problems": len(facts.problems),
    }


@pytest.mark.parametrize(("language", "name"), CASES)
def test_a_program_says_what_a_reader_sees(language: str, name: str) -> None:
    """Every expectation written by hand for the sample holds."""
    expected = json.loads((HERE / "expected" / f"{language}.json").read_text("utf-8"))[name]
    told = said(parse((HERE / "samples" / language / name).read_bytes(), language))
    for aspect, wanted in expected.items():
        if aspect == "absent":
            for inner, rows in wanted.items():
                assert [row for row in rows if row in told[inner]] == [], f"{inner} that should not be there"
        elif isinstance(wanted, dict):
            assert {key: told[aspect].get(key) for key in wanted} == wanted, aspect
        elif aspect in ("definitions", "imports") or not isinstance(wanted, list):
            assert told[aspect] == wanted, aspect
        else:
            assert [row for row in wanted if row not in told[aspect]] == [], f"{aspect} that are missing"


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_each_claim_of_a_language_has_an_assertion(language: str) -> None:
    """A "yes" in docs/languages.md without an expectation in a golden sample is a boast."""
    held: set[str] = set()
    path = HERE / "expected" / f"{language}.json"
    for expected in json.loads(path.read_text("utf-8")).values() if path.exists() else ():
        held.update(aspect for aspect, wanted in expected.items() if wanted)
    claims = LANGUAGES[language].claims
    assert set(claims) == set(ASPECTS)
    assert set(claims.values()) <= {"yes", "no", "n.a."}
    assert [aspect for aspect in ASPECTS if claims[aspect] == "yes" and aspect not in held] == []


@pytest.mark.parametrize(("language", "name"), CASES)
def test_facts_are_well_formed(language: str, name: str) -> None:
    """Numbers point at what exists, spans nest, and definitions stand in source order."""
    facts = parse((HERE / "samples" / language / name).read_bytes(), language)
    definitions = facts.definitions
    assert (definitions[0].kind, definitions[0].parent, definitions[0].name) == (NodeKind.MODULE, -1, "")
    starts = [d.start_byte for d in definitions]
    assert starts == sorted(starts)
    for number, definition in enumerate(definitions[1:], 1):
        assert 0 <= definition.parent < len(definitions)
        assert definition.parent != number
        assert definition.name
        assert definition.start_byte <= definition.body_byte <= definition.end_byte
        assert 1 <= definition.start_line <= definition.end_line <= facts.line_count
    for record in (*facts.imports, *facts.references, *facts.flows):
        assert 0 <= record.scope < len(definitions)
        assert 1 <= record.line <= facts.line_count


if __name__ == "__main__":
    facts = parse((HERE / "samples" / sys.argv[1] / sys.argv[2]).read_bytes(), sys.argv[1])
    rows = [f'  "{key}": {json.dumps(value, ensure_ascii=False)}' for key, value in said(facts).items()]
    sys.stdout.write("{\n" + ",\n".join(rows) + "\n}\n")
