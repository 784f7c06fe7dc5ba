"""Questions that are names: for a definition that is known, how people write its name when they remember it nearly.

Made by rule from what a package defines, drawn by a hash of the qualified name (known items: Azzopardi, de Rijke and Balog, 2007).
The three other sets are sentences, so they say nothing of the weights that names have. Only packages of our own sets are drawn
from: the ranking was not tuned on them.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

import xxhash

from lepasserelle.graph import Graph
from lepasserelle.model import NodeFlag, NodeKind
from retrieval.scoring import Question

EACH: Final = 8
"""Questions of each form a package, at most."""
_LEAST_LETTERS: Final = 4
_TYPES: Final = {NodeKind.CLASS: "class", NodeKind.INTERFACE: "interface", NodeKind.STRUCT: "struct", NodeKind.ENUM: "enum"}
_ROUTINES: Final = {NodeKind.FUNCTION: "function", NodeKind.METHOD: "method"}
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
"""Of a name. Cut here and not by the product's own rules, which are on trial."""
_ASIDE: Final = int(NodeFlag.TEST) | int(NodeFlag.SECONDARY)
_BUILT: Final = frozenset({"cjs"})
"""Folders of what a bundler made: what no other form of the module defines is its way of exporting, which nobody asks for."""


class Item(NamedTuple):
    """A definition, by what its name can be made of."""

    name: str
    owner: str
    """Name of what it belongs to, or nothing."""
    kind: NodeKind
    path: str


Form = Callable[[Item], str]
"""The question, or nothing where the form does not apply."""


def _lower_case(item: Item) -> str:
    """`querySelector` as `queryselector`."""
    return item.name.lower() if item.name.lower() != item.name else ""


def _other_convention(item: Item) -> str:
    """`query_selector` as `querySelector`, and the other way round."""
    words = words_of(item.name)
    if len(words) < 2 or item.kind in _TYPES:
        return ""
    if "_" in item.name.strip("_"):
        return words[0] + "".join(word.title() for word in words[1:])
    return "_".join(words)


def _with_owner(item: Item) -> str:
    """`Session.commit` as `session commit`."""
    return " ".join(words_of(item.owner) + words_of(item.name)) if item.owner and item.kind is NodeKind.METHOD else ""


def _quoted(item: Item) -> str:
    """A sentence about it."""
    return f"what is done by `{item.name}`"


def _of_a_kind(item: Item) -> str:
    """`Session` as `class session`."""
    word = _TYPES.get(item.kind) or _ROUTINES.get(item.kind)
    return f"{word} {' '.join(words_of(item.name))}" if word else ""


def _with_file(item: Item) -> str:
    """`total` as `total in shop/cart.py`."""
    return f"{' '.join(words_of(item.name))} in {item.path}"


SHARED: Final = "bare, and shared"
"""A public definition of a module by its name alone, which members or private definitions have, too."""

FORMS: Final[dict[str, Form]] = {
    "in lower case": _lower_case,
    "in another convention": _other_convention,
    "with its owner": _with_owner,
    "quoted in a sentence": _quoted,
    "with its kind": _of_a_kind,
    "with its file": _with_file,
}


def known_items(graph: Graph, package: str) -> list[Question]:
    """The questions over one index; the category is the form."""
    drawn = sorted(_definitions(graph), key=lambda node: xxhash.xxh3_64_intdigest(graph.qualified_name(node).encode()))
    files = _files_by_name(graph)
    found: list[Question] = []
    for form, made in FORMS.items():
        asked: set[str] = set()
        for node in drawn:
            parent = graph.parent(node)
            name = graph.name(node)
            text = made(Item(name, graph.name(parent) if parent >= 0 else "", NodeKind(graph.kinds[node]), graph.path(node)))
            # Known by its file: one that several files define cannot be told by its name.
            if not text or text in asked or len(files["".join(words_of(name))]) > 1:
                continue
            asked.add(text)
            found.append(Question(package, "", form, text, (graph.path(node),), graph.qualified_name(node), True))
            if len(asked) == EACH:
                break
    places = {node: at for at, node in enumerate(drawn)}
    shared = sorted((places[node], node) for node in _written_bare(graph) if node in places)
    for _, node in shared[: 2 * EACH]:
        found.append(Question(package, "", SHARED, graph.name(node), (graph.path(node),), graph.qualified_name(node), True))
    return found


def _written_bare(graph: Graph) -> list[int]:
    """What is public and in no other definition, the only such one of its name, of which there are others."""
    named: defaultdict[str, list[int]] = defaultdict(list)
    for node in range(graph.definition_count):
        if NodeKind(graph.kinds[node]) in _TYPES.keys() | _ROUTINES.keys():
            named[graph.name(node)].append(node)
    found = []
    for nodes in named.values():
        offered = [node for node in nodes if _is_offered(graph, node)]
        if len(nodes) > 1 and len(offered) == 1:
            found += offered
    return found


def _is_offered(graph: Graph, node: int) -> bool:
    is_public = graph.flag_bits[node] & int(NodeFlag.EXPORTED) != 0
    return bool(is_public) and graph.parent(node) == graph.first_node(int(graph.files[node]))


def _definitions(graph: Graph) -> Iterator[int]:
    wanted = _TYPES.keys() | _ROUTINES.keys()
    for node in range(graph.definition_count):
        kind = NodeKind(graph.kinds[node])
        is_told = kind in wanted and not graph.flag_bits[node] & _ASIDE
        if (
            is_told
            and sum(map(len, words_of(graph.name(node)))) >= _LEAST_LETTERS
            and _BUILT.isdisjoint(graph.path(node).split("/"))
        ):
            yield node


def _files_by_name(graph: Graph) -> defaultdict[str, set[int]]:
    """Name without its signs and cases → the files that define it as a type or routine."""
    files: defaultdict[str, set[int]] = defaultdict(set)
    for node in range(graph.definition_count):
        if NodeKind(graph.kinds[node]) in _TYPES.keys() | _ROUTINES.keys():
            files["".join(words_of(graph.name(node)))].add(int(graph.files[node]))
    return files


def words_of(name: str) -> list[str]:
    """The words that a name is made of, without capitals."""
    return [word.lower() for word in _WORD.findall(name)]
