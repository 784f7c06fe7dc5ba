"""Operators stand in chains in backticks; what only holds one is a name as any other."""

import pytest

from lepasserelle.graph.chains import MEMBER, NAME, Chains
from lepasserelle.graph.strings import Interner


@pytest.mark.parametrize(
    ("text", "end", "name", "before"),
    [
        ("`<+>`", NAME, "<+>", ""),
        ("M.`.:`", MEMBER, ".:", "M"),
        ("a.b().`[]`", MEMBER, "[]", "a.b()"),
        ("`", NAME, "`", ""),
        ("Kernel.`", MEMBER, "`", "Kernel"),
        ("a`b`", NAME, "a`b`", ""),
        ("``", NAME, "", ""),
    ],
)
def test_a_chain_is_taken_apart_at_its_last_name(text: str, end: int, name: str, before: str) -> None:
    """Whatever a file holds, taking its chains apart raises nothing."""
    strings = Interner()
    chains = Chains(strings)
    found_end, prefix, found_name, _ = chains.parts[chains[text]]
    assert (found_end, strings.texts[found_name]) == (end, name)
    assert end == NAME or chains.texts[prefix] == before


def test_a_method_that_is_called_as_a_backtick_links() -> None:
    """Ruby names the method behind a command in backticks so."""
    from lepasserelle.graph import Graph, LinkFile, link
    from lepasserelle.parse import parse

    text = b'class A\n  def `(command)\n    run(command)\n  end\n  def go\n    Kernel.`("ls")\n    self.send(:`, 1)\n  end\nend\n'
    graph = Graph(link(lambda: iter([LinkFile("a.rb", "a", "ruby", 0, parse(text, "ruby"))])))
    assert graph.find("A.go")
