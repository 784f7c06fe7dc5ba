"""Two weights that earn on the annotated set alone, asked where they were not tuned: `prose` and `older`.

`prose`: the packages of our own sets hold no prose, being wheels; their source distributions do, documentation beside the code. The
same questions are asked there. `older`: packages with versions side by side whose own entry says which one is meant: Twilio's
services import what they hand out from one of `v1`, `v2`, `v3`, the folders of discord-api-types from `v10`. Asked for by the words
of names that another version defines, too; drawn by a hash (as `known_items`).
"""

import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
import xxhash

import fetching
from lepasserelle.graph import Graph
from lepasserelle.query.weights import Weights
from retrieval.ablation import tried
from retrieval.checking import check
from retrieval.evidence import Evidence, gather, index_into, opened
from retrieval.known_items import words_of
from retrieval.processes import side_by_side
from retrieval.questions import Package
from retrieval.replay import Setting, gain
from retrieval.scoring import ENDING, Question
from tables import table

TWILIO: Final = ("twilio", "9.0.0")
SERVICES: Final = ("chat", "flex_api", "ip_messaging", "lookups", "numbers", "pricing", "studio")
"""Those that have more than one version."""
DISCORD: Final = ("discord-api-types", "0.38.57")
FOLDERS: Final = ("payloads", "rest")
EACH: Final = 8
"""Questions a file, at most."""
_LEAST_WORDS: Final = 2
_VERSION: Final = re.compile(r"v\d+")


class Tree(NamedTuple):
    """What is indexed and asked."""

    weight: str
    title: str
    folder: Path
    questions: Sequence[Question]
    """Empty: they are drawn from what the tree defines."""
    meant: Mapping[str, str]
    """Module below a version's folder → the version that is meant; `""` of all others."""


def trees(packages: Sequence[Package]) -> Iterator[Tree]:
    """All of them. `packages`: of our own sets."""
    for package in packages:
        if package.registry == "pypi" and package.package == package.root.lstrip("_"):
            yield _with_documentation(package)
    rest = fetching.source_distribution(*TWILIO) / f"twilio-{TWILIO[1]}" / "twilio" / "rest"
    for service in SERVICES:
        yield Tree("older", "Twilio", rest / service, (), handed_out((rest / service / "__init__.py").read_text(), service))
    for folder in FOLDERS:
        yield Tree("older", "discord-api-types", fetching.npm_package(*DISCORD) / folder, (), {"": "v10"})


def _with_documentation(package: Package) -> Tree:
    unpacked = fetching.source_distribution(package.package, package.version)
    folder = next(inner for inner in unpacked.iterdir() if inner.is_dir())
    front = next(front for front in (f"src/{package.root}", package.root) if (folder / front).is_dir())
    asked = [replace(one, targets=tuple(f"{front}/{target}" for target in one.targets)) for one in package.questions]
    return Tree("prose", "source distributions", folder, asked, {})


def handed_out(entry: str, service: str) -> dict[str, str]:
    """Module → the version that the service's entry takes it from."""
    found = re.findall(rf"from twilio\.rest\.{service}\.(v\d+)\.(\w+) import", entry)
    return {module: version for version, module in found}


def drawn(graph: Graph, meant: Mapping[str, str]) -> list[Question]:
    """A question for each of some definitions that several versions have."""
    found: list[Question] = []
    versions = _by_version(graph)
    for module, nodes_of in sorted(versions.items()):
        version = meant.get(module.partition("/")[0], meant.get("", ""))
        shared = {graph.name(node) for other, nodes in nodes_of.items() if other != version for node in nodes}
        names = sorted({graph.name(node) for node in nodes_of.get(version, ())} & shared, key=_hash_of)
        asked = [" ".join(words) for name in names if len(words := words_of(name)) >= _LEAST_WORDS]
        target = f"{version}/{module}.*"
        found += [Question("", "", "older", text, (target,)) for text in dict.fromkeys(asked[:EACH])]
    return found


def _by_version(graph: Graph) -> dict[str, dict[str, list[int]]]:
    """Module below a version's folder → version → its definitions, in all forms."""
    found: defaultdict[str, dict[str, list[int]]] = defaultdict(dict)
    for node in range(graph.definition_count):
        version, _, rest = graph.path(node).partition("/")
        module = ENDING.sub("", rest)
        if module != rest and _VERSION.fullmatch(version) and graph.parent(node) >= 0:
            found[module].setdefault(version, []).append(node)
    return found


def _hash_of(name: str) -> int:
    return xxhash.xxh3_64_intdigest(name.encode())


def report(packages: Sequence[Package]) -> str:
    """A row for each weight and where it is asked."""
    found: defaultdict[tuple[str, str], list[Evidence]] = defaultdict(list)
    for tree, evidence in side_by_side(asked, [*trees(packages)]):
        found[tree.weight, tree.title] += evidence
    rows = []
    for (weight, title), evidence in found.items():
        values = [getattr(Weights(), weight), *tried(weight, getattr(Weights(), weight)).values()]
        means = [_mean(evidence, Setting(msgspec.structs.replace(Weights(), **{weight: value}))) for value in values]
        rows.append([weight, title, str(len(evidence)), *(f"{mean:.4f}" for mean in means)])
    return table(["weight", "asked over", "questions", "as it is", "neutral", "half", "double"], rows)


def asked(tree: Tree) -> list[Evidence]:
    """What is known of each question about a tree."""
    with tempfile.TemporaryDirectory() as name:
        index = Path(name) / "index"
        index_into(tree.folder, index)
        with opened(index) as parts:
            questions = tree.questions or drawn(parts.graph, tree.meant)
            evidence = [gather(parts, question, Weights().window) for question in questions]
            check(parts, evidence)
            del parts
    return evidence


def _mean(evidence: Sequence[Evidence], setting: Setting) -> float:
    return sum(gain(one, setting) for one in evidence) / len(evidence)
