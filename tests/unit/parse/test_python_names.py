"""Python's query leaves out names that are no reads for sure; the oracle captures all of them and must give the same facts."""

import random
from dataclasses import replace
from pathlib import Path

import pytest
from tree_sitter import Query, QueryCursor

from lepasserelle.parse import parse
from lepasserelle.parse.captures import roles_of
from lepasserelle.parse.grammar import MAX_DEPTH, Grammar, grammar, query_text
from lepasserelle.parse.reading import read

ROOT = Path(__file__).parents[3]
PROGRAMS = [
    ROOT / "tests/golden/samples/python/ledger.py",
    *sorted((ROOT / "src/lepasserelle/parse").glob("[c-f]*.py")),
]
FORMS = b"""
import a.b as c, d
from .e import (f as g, h)
match x:
    case A.B | C(k=D.E, l=m) | {"n": o, **p} | [q, *r]: pass
    case s if t: pass
type U[V: W, *X] = list[V]
def y(z, /, a1=b1, *c1: d1, e1: f1 = g1, **h1) -> i1: global j1; nonlocal k1; del l1, m1.n1
for o1, (p1, *q1) in r1: s1 += t1
with u1 as v1, w1() as (x1, y1): return 1, *z1
print(*a2, **b2, c2=d2, e2=(f2 := g2)); lambda h2, i2=j2, *k2: l2; [m2 for n2 in o2 if p2]
except* Q2 as r2: yield s2, *t2; assert u2, v2; raise W2 from x2; await y2; exec z2 in a3
b3: c3.d3[e3] = f3[g3:h3]; i3 = j3 = k3, ; f"{l3!r:{m3}}"
"""


@pytest.fixture(scope="module")
def all_names() -> Grammar:
    """Python's grammar with a query that captures every name."""
    held = grammar("python")
    text = (
        query_text(held.spec)
        + "\n(identifier) @identifier\n(keyword_argument name: (identifier) @skip) (keyword_pattern (identifier) @skip)"
    )
    query = Query(held.language, text)
    cursor = QueryCursor(query)
    cursor.set_max_start_depth(MAX_DEPTH)
    return replace(held, cursor=cursor, roles=roles_of(query, text.encode()))


def damaged(text: bytes, chance: random.Random) -> bytes:
    """The text with a few pieces removed, doubled or put in."""
    data = bytearray(text)
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(len(data))
        if chance.random() < 0.5:
            del data[place : place + chance.randint(1, 12)]
        else:
            data[place:place] = chance.choice(
                [b"(", b")", b"\n", b".", b"=", b"*", b"lambda x: x", b"import ", b"def ", b", ", b"[", b":"]
            )
    return bytes(data)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.name)
def test_names_left_out_are_no_reads(program: Path, all_names: Grammar) -> None:
    """Whole programs say the same with and without the names that are left out."""
    data = program.read_bytes()
    assert read(grammar("python"), data) == read(all_names, data)


def test_names_left_out_are_no_reads_in_damaged_text(all_names: Grammar) -> None:
    """Neither does text say anything else that the grammar does not understand."""
    chance = random.Random(20)
    for base in (FORMS, PROGRAMS[0].read_bytes()[:4_000]):
        for _ in range(150):
            data = damaged(base, chance)
            assert read(grammar("python"), data) == read(all_names, data), data


def test_names_are_compared_in_one_form() -> None:
    """A ligature, a mathematical letter and the sign for micro name what their plain letters name, as in the language."""
    text = "class ℌ(Bﬁ):\n    def mµ(self): return self.xµ\ndef ﬁnd(): return H().mμ()\nfind()\nfrom ﬁle import ﬂow as ﬂ\n"
    facts = parse(text.encode(), "python")
    assert [d.name for d in facts.definitions[1:]] == ["H", "mμ", "find"]
    assert facts.definitions[1].bases == ("Bfi",)
    assert {r.chain for r in facts.references} >= {"<self>.xμ", "H().mμ", "find"}
    assert [(i.module, i.name, i.alias) for i in facts.imports] == [("file", "flow", "fl")]
    assert facts.definitions[3].signature == "def ﬁnd()"
