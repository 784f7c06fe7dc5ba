"""Types of nodes by number: what the table of a grammar says of each node is what the binding says."""

from pathlib import Path

import pytest

from lepasserelle.model import FlowKind
from lepasserelle.parse import LANGUAGES, parse
from lepasserelle.parse.grammar import grammar
from lepasserelle.parse.kinds import kinds_of

SAMPLES = Path(__file__).parents[2] / "golden" / "samples"


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_the_number_of_a_type_says_its_name(language: str) -> None:
    """Every node of a sample, and of one cut off in the middle, has the type that its number stands for."""
    parser = grammar(language).parser
    kinds = kinds_of(language)
    seen = set()
    for path in sorted((SAMPLES / language).glob("*")):
        data = path.read_bytes()
        for text in (data, data[: len(data) // 2] + b"\n)]}( \x00"):
            nodes = [parser.parse(text).root_node]
            while nodes:
                node = nodes.pop()
                assert kinds[node.kind_id] == node.type
                seen.add(node.type)
                nodes.extend(node.children)
    assert "ERROR" in seen
    assert len(seen) > 20


def test_only_a_list_of_exports_that_stands_in_the_module_exports() -> None:
    """`__all__` at the top says what is exported; in a function, a class or behind a condition it says nothing."""
    inner = "if x:\n    __all__ = ['c']\ndef f():\n    __all__ = ['d']\nclass C:\n    __all__ += ('e',)\n"
    text = f"__all__ = ['a']\n__all__ += ['b']\n{inner}"
    facts = parse(text.encode(), "python")
    assert [flow.source for flow in facts.flows if flow.kind == FlowKind.EXPORT] == ["a", "b"]


@pytest.mark.parametrize(
    "written", ["all = ['a']", "__all__ = 'a'", "__all__ = other = ['a']", "(__all__ := ['a'])", "x.__all__ = ['a']"]
)
def test_other_assignments_export_nothing(written: str) -> None:
    """A list or a tuple of texts under that very name, and nothing else."""
    facts = parse(f"{written}  # __all__\n".encode(), "python")
    assert [flow for flow in facts.flows if flow.kind == FlowKind.EXPORT] == []


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_empty_files_of_a_language_share_their_facts(language: str) -> None:
    """What is remembered of empty files is a module of no bytes, each time that it is asked for."""
    facts = parse(b"", language)
    assert facts is parse(b"", language)
    assert (len(facts.definitions), facts.definitions[0].end_byte, facts.references, facts.line_count) == (1, 0, (), 0)
