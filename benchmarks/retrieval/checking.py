"""Is a replay what the product answers? Asserted where figures are made, since every figure of the weights rests on it.

Every question with the weights as they ship, list by list; and a part of all other settings, gain by gain.
"""

from collections.abc import Mapping, Sequence
from itertools import islice

from lepasserelle.model import NodeKind
from lepasserelle.query import Searcher
from lepasserelle.query.weights import KIND_WEIGHTS
from retrieval import asking
from retrieval.constants import Constant
from retrieval.evidence import Evidence, Parts
from retrieval.replay import Setting, gain, replay
from retrieval.scoring import DEPTH

Place = tuple[str, str]
"""(Path, qualified name)."""


def check(parts: Parts, evidence: Sequence[Evidence]) -> None:
    """Raises `AssertionError` where a replay is not what a search answers: every hit, and every place that is folded under it."""
    searcher = Searcher(*parts.of_searcher())
    for one in evidence:
        hits = searcher.search(one.question.text, DEPTH)
        asked = [[(hit.path, hit.symbol), *((place.path or hit.path, place.symbol) for place in hit.also)] for hit in hits]
        replayed = [_places(parts, one, first, further) for first, further in replay(one, Setting()).items()]
        if asked != replayed:
            raise AssertionError(f"{one.question.text!r} gives {asked} and {replayed} when replayed")


def _places(parts: Parts, one: Evidence, first: int, further: Sequence[int]) -> list[Place]:
    table, builds = parts.ground.columns, parts.ground.builds
    nodes = [int(one.nodes[at]) for at in (first, *further)]
    elsewhere = builds.elsewhere(nodes[0], parts.ground.open_mask) if builds else []
    return [(table.file_path(int(table.files[node])), table.qualified_name(node)) for node in dict.fromkeys([*nodes, *elsewhere])]


def check_settings(
    parts: Parts, evidence: Mapping[float, Mapping[str, Sequence[Evidence]]], settings: Sequence[Setting], first: int, step: int
) -> None:
    """Raises `AssertionError` where one of every `step` settings, from the `first` on, gives a question another gain when it is
    replayed than when it is asked. `evidence`: by share of windows and set.
    """
    for setting in islice(settings, first % step, None, step):
        for questions in evidence[setting.weights.window].values():
            asked = asked_with(parts, questions, setting)
            replayed = [gain(one, setting) for one in questions]
            if asked != replayed:
                raise AssertionError(f"{setting} gives {asked} and {replayed} when replayed")


def asked_with(parts: Parts, questions: Sequence[Evidence], setting: Setting) -> list[float]:
    """The gain of each question when it is asked with these weights and kinds."""
    moved = [(kind, value) for kind, value in setting.kinds.items() if value != KIND_WEIGHTS[kind]]
    if moved:
        kind, value = moved[0]
        rest = Setting(setting.weights, {**setting.kinds, kind: KIND_WEIGHTS[kind]})
        with Constant("query.rank", "_KINDS", None, at=[*NodeKind].index(kind)).set_to(value):
            return asked_with(parts, questions, rest)
    return asking.asked(parts, {"": [one.question for one in questions]}, setting.weights)[""]
