"""What stands in a case depends on the subject of its switch, in every language that has one."""

import pytest

from lepasserelle.graph.statements.dependence import Dependences
from lepasserelle.graph.statements.slicing import backward, forward_from
from lepasserelle.parse.bodies import lower

SWITCHES = {
    "python": "match x:\n    case 1:\n        r = 5\n    case _:\n        r = 7\nprint(r)\n",
    "javascript": "switch (x) {\n  case 1:\n    r = 5;\n    break;\n  default:\n    r = 7;\n}\nshow(r);\n",
    "java": "class A { void f(int x) {\nswitch (x) {\ncase 1: r = 5;\ncase 2: r += 6; break;\ndefault: r = 7;\n}\nshow(r);\n} }\n",
    "go": "func f(x int) {\nswitch x {\ncase 1:\nr = 5\nfallthrough\ncase 2:\nr += 6\ndefault:\nr = 7\n}\nshow(r)\n}\n",
    "rust": "fn f(x: i32) {\nmatch x {\n1 => { r = 5; }\n_ => { r = 7; }\n}\nshow(r);\n}\n",
    "c": "void f(int x) {\nswitch (x) {\ncase 1: r = 5;\ncase 2: r += 6; break;\ndefault: r = 7;\n}\nshow(r);\n}\n",
    "c_sharp": "class C { void F(int x) {\nswitch (x) {\ncase 1: r = 5; break;\ndefault: r = 7; break;\n}\nShow(r);\n} }\n",
}


def dependences(language: str) -> tuple[Dependences, bytes]:
    """Of the function that holds the switch."""
    text = SWITCHES[language].encode()
    start, end, class_start = 0, len(text), -1
    if text.startswith(b"class"):
        start, end, class_start = text.index(b"{") + 2, text.rindex(b"}") - 1, 0
    body = lower(text, language, start, end, class_start) if language not in {"python", "javascript"} else lower(text, language)
    assert body is not None
    return Dependences(body), text


@pytest.mark.parametrize("language", SWITCHES)
def test_what_cases_assign_depends_on_the_subject(language: str) -> None:
    """Forward from the head of the switch every assignment and what reads it; back from there the head."""
    found, text = dependences(language)
    heads = [text[one.start_byte : one.end_byte] for one in found.body.statements]
    subject = next(number for number, head in enumerate(heads) if head.startswith((b"match", b"switch")))
    assigned = {number for number, head in enumerate(heads) if head.startswith(b"r ")}
    last = next(number for number, head in enumerate(heads) if head.lower().startswith((b"print", b"show")))
    assert len(assigned) >= 2
    assert assigned | {last} <= forward_from(found, [subject], None)
    assert subject in backward(found, [last])


def test_a_switch_without_subject_is_reached_by_its_tests_alone() -> None:
    """Nothing that it reads decides: only the case whose test reads a value."""
    text = b"func f(x int, y int) {\ny = x\nswitch {\ncase x > 1:\nr = 5\n}\nshow(r)\n}\n"
    body = lower(text, "go", 0, len(text))
    assert body is not None
    found = Dependences(body)
    heads = [text[one.start_byte : one.end_byte] for one in body.statements]
    assert forward_from(found, [heads.index(b"y = x")], None) == {heads.index(b"y = x")}
