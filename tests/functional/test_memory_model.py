"""Whatever is spilled, brought back, warmed, edited, indexed, deleted, damaged, in whatever order: answers are those of the model.

The model is a plain dictionary: content of the project → question → the answer of an index made anew for that content.
"""

import io
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from lepasserelle import LeIndex, MemoryConfig, WarmStrategy

Content = tuple[int, int]
"""The variant of each file."""

FILES = {
    "wheel.py": (
        '"""Wheels."""\n\n\ndef turn_wheel(speed):\n    """Turn the wheel at a speed."""\n    return speed * 2\n',
        '"""Wheels, newer."""\n\n\ndef turn_wheel(speed, size=1):\n    """Turn a wheel of some size."""\n'
        "    return limit(speed) * size\n\n\ndef limit(speed):\n    return min(speed, 9)\n",
    ),
    "machine.py": (
        'from wheel import turn_wheel\n\n\nclass Machine:\n    """It moves."""\n\n    def run(self):\n        speed = 3\n'
        "        return turn_wheel(speed)\n",
        'class Machine:\n    """It stands still."""\n\n    def run(self):\n        speed = 0\n        return speed\n',
    ),
}

QUESTIONS: dict[str, Callable[[LeIndex], object]] = {
    "search": lambda leindex: leindex.search("turn the wheel", 5),
    "words": lambda leindex: leindex.search("speed of the machine", 5, "lexical"),
    "meaning": lambda leindex: leindex.search("how fast does it move", 5, "semantic"),
    "symbol": lambda leindex: leindex.search("Machine", 5, "symbol"),
    "analyze": lambda leindex: leindex.analyze("what turns the wheel", 300),
    "symbols": lambda leindex: leindex.symbols("Machine"),
    "callers": lambda leindex: leindex.callers("turn_wheel"),
    "callees": lambda leindex: leindex.callees("Machine.run", "all"),
    "impact": lambda leindex: leindex.impact("turn_wheel"),
    "outline": lambda leindex: leindex.outline("machine.py"),
    "read": lambda leindex: leindex.read("wheel.py").text,
    "find text": lambda leindex: leindex.find_text("speed"),
    "slice": lambda leindex: leindex.slice("wheel.py", 6),
    "export": lambda leindex: exported(leindex),
    "status": lambda leindex: (leindex.status().files, leindex.status().symbols, leindex.status().edges),
}
SPILLS: dict[str, Callable[[LeIndex], object]] = {
    "pdg": lambda leindex: leindex.spill_pdg_cache(),
    "vectors": lambda leindex: leindex.spill_vector_cache(),
    "all": lambda leindex: leindex.spill_all_caches(),
    "cold": lambda leindex: leindex.spill_all_caches(cold=True),
    "check": lambda leindex: leindex.check_memory_and_spill(),
}
RELOADS: dict[str, Callable[[LeIndex], object]] = {
    "pdg": lambda leindex: leindex.reload_pdg_from_cache(),
    "vectors anew": lambda leindex: leindex.reload_vector_from_pdg(),
    **{strategy.value: lambda leindex, strategy=strategy: leindex.warm_caches(strategy) for strategy in WarmStrategy},
}
KINDS = ("graph", "vectors", "lexical", "text", "trigrams")
CONFIG = MemoryConfig(auto_spill=False)


def exported(leindex: LeIndex) -> str:
    """The call graph as text."""
    stream = io.StringIO()
    leindex.export_graph(stream)
    return stream.getvalue()


def write(project: Path, content: Content) -> None:
    """The files in these variants."""
    for (name, variants), which in zip(FILES.items(), content, strict=True):
        (project / name).write_text(variants[which], encoding="utf-8")


class Model:
    """Answers by content, and folders to begin from; made when first asked for."""

    def __init__(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="model"))
        self._answers: dict[Content, dict[str, Any]] = {}

    def folder(self, content: Content) -> Path:
        """An indexed project with this content, in which nothing has happened."""
        project = self.root / "".join(map(str, content))
        if content not in self._answers:
            project.mkdir()
            write(project, content)
            with LeIndex(project, CONFIG, workers=1, stale_check_ms=0) as leindex:
                leindex.index_project()
                self._answers[content] = {name: plain(ask(leindex)) for name, ask in QUESTIONS.items()}
        return project

    def answer(self, content: Content, question: str) -> object:
        """What must be answered."""
        self.folder(content)
        return self._answers[content][question]


def plain(answer: object) -> object:
    """An answer without the record classes."""
    return msgspec.to_builtins(answer, str_keys=True)


MODEL = Model()


class AnyOrder(RuleBasedStateMachine):
    """One index, used for long."""

    @initialize(content=st.tuples(st.integers(0, 1), st.integers(0, 1)))
    def begin(self, content: Content) -> None:
        """An index that was made by another process, so to say."""
        self.indexed = self.written = content
        self.root = Path(tempfile.mkdtemp(prefix="machine"))
        self.project = self.root / "project"
        shutil.copytree(MODEL.folder(content), self.project)
        self.open()

    def open(self) -> None:
        """With answers stored elsewhere than in the index."""
        config = MemoryConfig(auto_spill=False, cache_dir=self.root / "cache")
        self.leindex = LeIndex(self.project, config, workers=1, stale_check_ms=0)

    @rule(question=st.sampled_from(sorted(QUESTIONS)))
    def ask(self, question: str) -> None:
        """The answer is the model's, whatever happened before."""
        assert plain(QUESTIONS[question](self.leindex)) == MODEL.answer(self.indexed, question)

    @rule(which=st.sampled_from(sorted(SPILLS)))
    def spill(self, which: str) -> None:
        """Nothing of what was told to go is in memory."""
        SPILLS[which](self.leindex)
        caches = {cache.name: cache for cache in self.leindex.get_cache_stats().caches}
        gone = {"pdg": ["pdg"], "vectors": ["vectors"], "check": []}.get(which, ["pdg", "vectors", "analysis"])
        assert all(caches[name].resident_bytes == 0 for name in gone)

    @rule(which=st.sampled_from(sorted(RELOADS)))
    def bring_back(self, which: str) -> None:
        """What was told to come is readable without anything being brought back."""
        RELOADS[which](self.leindex)
        come = {"pdg": ["pdg"], "pdg_only": ["pdg"], "vectors anew": ["vectors"], "search_index_only": ["vectors"]}
        states = {cache.name: cache.state for cache in self.leindex.get_cache_stats().caches}
        assert all(states[name] == "hot" for name in come.get(which, ["pdg", "vectors"]))

    @rule(content=st.tuples(st.integers(0, 1), st.integers(0, 1)))
    def edit(self, content: Content) -> None:
        """The working tree moves on; answers are still those of what was indexed."""
        self.written = content
        write(self.project, content)

    @precondition(lambda self: self.written != self.indexed)
    @rule()
    def index(self) -> None:
        """Now they follow."""
        assert self.leindex.index_project().files == len(FILES)
        self.indexed = self.written

    @rule(kind=st.sampled_from(KINDS), how=st.sampled_from(["delete", "flip", "truncate"]), copies=st.booleans())
    def damage(self, kind: str, how: str, copies: bool) -> None:
        """A file of what is on disk only is lost or altered, and perhaps its compressed copy with it."""
        self.leindex.spill_all_caches()
        for file in (self.leindex.folder / "segments").glob(f"*-{kind}-*"):
            if copies or file.suffix == ".seg":
                harm(file, how)

    @rule()
    def open_again(self) -> None:
        """Another process, so to say."""
        self.leindex.close()
        self.open()

    @rule()
    def forget_stored_answers(self) -> None:
        """The store is only a cache."""
        self.leindex.clear_cache_store()

    @invariant()
    def figures_add_up(self) -> None:
        """What is held is what the caches hold; nothing is claimed between questions."""
        stats = self.leindex.get_cache_stats()
        hot = [cache for cache in stats.caches if cache.state == "hot"]
        assert stats.cache_bytes == sum(cache.resident_bytes for cache in hot)
        assert stats.spilled_entries >= sum(cache.state in {"warm", "cold", "frozen"} for cache in stats.caches)
        assert self.leindex.manager.statistics().reserved_bytes == 0

    def teardown(self) -> None:
        """Everything is there in the end, and right."""
        if hasattr(self, "leindex"):
            for question in ("search", "callers", "analyze", "export"):
                self.ask(question)
            self.leindex.close()
            shutil.rmtree(self.root)


def harm(file: Path, how: str) -> None:
    """Delete it, change a bit in its middle, or cut its end off."""
    if how == "delete":
        file.unlink()
    elif how == "truncate":
        with file.open("r+b") as stream:
            stream.truncate(file.stat().st_size // 2)
    else:
        with file.open("r+b") as stream:
            stream.seek(file.stat().st_size // 2)
            byte = stream.read(1)
            stream.seek(-1, 1)
            stream.write(bytes([byte[0] ^ 1]))


EXAMPLES = os.environ.get("LEPASSERELLE_MODEL_EXAMPLES")
"""More of them, and others each time."""

AnyOrder.TestCase.settings = settings(
    max_examples=int(EXAMPLES or 6),
    derandomize=not EXAMPLES,
    stateful_step_count=30,
    phases=(Phase.explicit, Phase.generate),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
test_answers_are_those_of_the_model_in_any_order = AnyOrder.TestCase
