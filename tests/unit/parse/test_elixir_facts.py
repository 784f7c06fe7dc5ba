"""What is peculiar to Elixir: clauses, attributes, pipes and directives."""

from lepasserelle.model import NodeFlag, NodeKind
from lepasserelle.parse import parse


def test_clauses_of_one_arity_are_one_definition() -> None:
    """A head without body gives the signature; another arity is another function."""
    text = (
        b'defmodule M do\n  @doc "D"\n  def f(a, b \\\\ 1)\n  def f(0, _), do: 0\n'
        b"  def f(a, b) when a > b, do: b\n  def f(a), do: a\nend"
    )
    facts = parse(text, "elixir")
    assert [(d.name, d.signature, d.documentation) for d in facts.definitions[2:]] == [
        ("f", "def f(a, b \\\\ 1)", "D"),
        ("f", "def f(a)", ""),
    ]
    assert (facts.definitions[2].start_line, facts.definitions[2].end_line) == (2, 5)


def test_a_pipe_gives_the_first_argument() -> None:
    """`&f/1` names a function without calling it."""
    facts = parse(b"defmodule M do\n  def f(x), do: x |> A.g(1) |> h()\n  def k, do: each(&B.j/1)\nend", "elixir")
    assert [(r.role, r.chain, r.arity) for r in facts.references] == [(0, "A.g", 2), (0, "h", 1), (0, "each", 1), (1, "B.j", -1)]


def test_private_forms_are_not_exported() -> None:
    """`defp` and `defmacrop`."""
    facts = parse(b"defmodule M do\n  def a, do: 1\n  defp b, do: 1\n  defmacrop c, do: 1\nend", "elixir")
    assert [d.flags & NodeFlag.EXPORTED for d in facts.definitions[2:]] == [1, 0, 0]


def test_directives_bind_aliases() -> None:
    """Groups, `as:` and `only:`; `use` is a base as well."""
    facts = parse(b"defmodule M do\n  alias A.{B, C}\n  alias D.E, as: F\n  import G, only: [h: 1]\n  use I\nend", "elixir")
    assert [(i.module, i.name, i.alias) for i in facts.imports] == [
        ("A.B", "", "B"),
        ("A.C", "", "C"),
        ("D.E", "", "F"),
        ("G", "h", "h"),
        ("I", "*", ""),
    ]
    assert facts.definitions[1].bases == ("I",)


def test_an_implementation_is_named_by_protocol_and_type() -> None:
    """As Elixir names the module that it makes."""
    facts = parse(b"defimpl Size, for: Map do\n  def size(m), do: 1\nend", "elixir")
    assert (facts.definitions[1].name, NodeKind(facts.definitions[1].kind), facts.definitions[1].bases) == (
        "Size.Map",
        NodeKind.CLASS,
        ("Size",),
    )
