"""The caches of one open index and their memory manager, joined: who is registered, what is pinned, what a person can have spilled.

Not here: the policy (`memory`), and how damage is mended (`current`: whoever asks through it gets a mended generation). Invariant:
whatever reads a cache does so within `use`, so that it is there first and does not go meanwhile.
"""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from lepasserelle.errors import (
    BudgetExceededError,
    CacheError,
    LeIndexError,
    NothingToReloadError,
    NotIndexedError,
    StoreFullError,
    UnknownCacheError,
)
from lepasserelle.leindex import bodies
from lepasserelle.leindex.caches import SegmentCache
from lepasserelle.leindex.current import CurrentGeneration
from lepasserelle.leindex.foresight import Foresight, answer_key
from lepasserelle.leindex.generation import CACHES, PDG, VECTORS, OpenGeneration
from lepasserelle.leindex.needs import Need, usual
from lepasserelle.leindex.tiering import copies_for, store_for
from lepasserelle.memory import AnalysisCache, CacheState, Codec, MemoryConfig, MemoryManager, Outcome, SpillReport, WarmStrategy
from lepasserelle.memory.analysis import Stayed
from lepasserelle.memory.entries import CacheCounts
from lepasserelle.memory.store import CacheStore
from lepasserelle.model import Analysis, CacheFigures, CacheStats, Warmed, WarmReport
from lepasserelle.model.slices import Slice
from lepasserelle.storage.access_log import AccessLog

if TYPE_CHECKING:
    from lepasserelle.leindex.texts import KeptTexts

ANALYSIS: Final = "analysis"
ANALYSIS_SHARE: Final = 4
"""Answers may take such a part of what all caches may hold."""

ANSWERS: Final = "analyze"
"""Kind of the entries."""

_WAY: Final = 2
"""How analyses are put together: raised when a question of the same index gets another answer, so that none of before is given."""

SLICES: Final = "slices"
"""Kind of the entries that are slices."""

Asked = tuple[str, int, str | None, str | None, str | None]
"""Question, budget, and the filters: language, kind, path."""


def _packed(answer: Analysis) -> bytes:
    return msgspec.msgpack.encode(answer)


def _unpacked(packed: bytes) -> Analysis:
    return _decoder().decode(packed)


@lru_cache(maxsize=1)
def _decoder() -> "msgspec.msgpack.Decoder[Analysis]":
    """Made when the first answer is read: taking the record apart costs as much as importing all of this package."""
    return msgspec.msgpack.Decoder(Analysis)


def _packed_slice(found: Slice) -> bytes:
    from lepasserelle.leindex.slice_form import pack

    return pack(found)


def _unpacked_slice(packed: bytes) -> Slice:
    from lepasserelle.leindex.slice_form import unpack

    return unpack(packed)


_ANALYSES: Final = Codec(_packed, _unpacked)
_BODIES: Final = Codec(bodies.pack, bodies.unpack)
_SLICES: Final = Codec(_packed_slice, _unpacked_slice)

_UNPACKED: Final = 4
"""An answer takes at most about so much more in memory than in the store, where it is compressed."""

TEXTS_SHARE: Final = 4
"""Texts that stay unpacked may take such a part of what all caches may hold, and half of the room there is."""

_LEAST_TEXTS_BYTES: Final = 64 * 1024
"""Less is not worth a claim."""

_LOOSE_BYTES: Final = 512 * 1024
"""Room that warming answers leaves below the low mark: the heap around them grows by pages, 0.1 MB more than they take."""

_ORDERS: Final = {
    WarmStrategy.ALL: (PDG, VECTORS),
    WarmStrategy.PDG_ONLY: (PDG,),
    WarmStrategy.SEARCH_INDEX_ONLY: (VECTORS,),
}


def reload_times_ms(segments: Mapping[str, SegmentCache]) -> dict[str, float]:
    """What bringing each cache back is taken to cost."""
    return {name: cache.reload_cost().time_ms for name, cache in segments.items()}


class Keeper:
    """Memory management of one `LeIndex`. Raises `LimitTooLowError` when a limit leaves no room to work in."""

    def __init__(self, project: Path, folder: Path, config: MemoryConfig | None, current: CurrentGeneration) -> None:
        self.manager = MemoryManager(config)
        self.manager.check_floor()
        config = self.manager.config
        self.store = store_for(project, folder, config)
        if not isinstance(self.store, CacheStore):
            self.manager.add_chore(self.store.settle)
        self.copies = copies_for(folder, config, self.store)
        if self.copies is not None:
            self.manager.add_chore(self.copies.settle)
        self.log = AccessLog(folder, is_on=config.access_log)
        self.manager.add_chore(self.log.flush)
        self.analysis = AnalysisCache(config.max_cache_bytes // ANALYSIS_SHARE, self.store, ANALYSIS)
        self._answers_kind = self.analysis.register(ANSWERS, _ANALYSES)
        self._bodies_kind = self.analysis.register(bodies.KIND, _BODIES)
        self._slices_kind = self.analysis.register(SLICES, _SLICES)
        self._current = current
        self.foresight = Foresight(project, self.log)
        watch = self.foresight.period if config.predict_blocks else None
        self._segments = {name: SegmentCache(name, current, watch) for name in CACHES}
        for cache in self._segments.values():
            self.manager.register(cache)
        self.manager.register(self.analysis, exclusive=False)
        self.manager.add_chore(partial(self.foresight.catch_up, partial(reload_times_ms, self._segments)))
        self.manager.start()
        current.opened = self.manager.start  # what is opened after `close` is looked after as before

    def close(self) -> None:
        """End the monitor, write down what was used, and let go of the store."""
        with ExitStack() as closing:
            closing.callback(self.store.close)
            if self.copies is not None:
                closing.callback(self.copies.close)
            closing.callback(self.log.flush)
            for cache in self._segments.values():
                closing.callback(cache.end_period)
            closing.callback(self.manager.stop)

    @contextmanager
    def use(
        self, names: Sequence[str], generation: OpenGeneration, need: Need | None = None, answer: bytes | None = None
    ) -> Iterator[None]:
        """Have these caches there, and staying, and what the question may take claimed, within the block. `need` None: what a
        question of these caches usually may; `answer`: the key under which its answer is kept.

        Pinned in the order of `CACHES` always, so that two readers never wait for each other; claimed last, so that room is not
        made by what is about to be read. Raises `BudgetExceededError`, and what bringing a cache back raises.
        """
        generation.expect(only_lines=need is not None and need.is_for_lines)
        with ExitStack() as stack:
            for name in CACHES:
                if name in names:
                    self.log.note(name)
                    stack.enter_context(self.manager.use(name))
                    generation.check(name)
            need = usual(VECTORS in names, PDG in names) if need is None else need
            self.foresight.asked(need.tag, names, answer)
            size_bytes = need.asked_of(generation)
            if size_bytes:
                stack.enter_context(self.manager.reserve(size_bytes, need.tag))
            if need.is_for_lines:
                stack.enter_context(self._keeping_texts(generation.texts()))
            yield

    @contextmanager
    def _keeping_texts(self, texts: "KeptTexts") -> Iterator[None]:
        """Have what is unpacked within the block stay, as far as there is room: claimed before, and measured after the block."""
        with ExitStack() as claims:

            def grant(wanted_bytes: int) -> int:
                allowed_bytes = self.manager.config.max_cache_bytes // TEXTS_SHARE - texts.held_bytes
                granted_bytes = min(wanted_bytes, allowed_bytes, self.manager.room_bytes() // 2)
                if granted_bytes < _LEAST_TEXTS_BYTES:
                    return 0
                try:
                    claims.enter_context(self.manager.reserve(granted_bytes, "texts", timeout_s=0))
                except BudgetExceededError:
                    return 0
                return granted_bytes

            with texts.growing(grant):
                yield

    def forget_before(self, generation: int) -> None:
        """Drop the answers of earlier generations, which nobody asks for any more."""
        self.analysis.drop_before(generation)
        self.store.collect({generation})
        if self.copies is not None:
            self.copies.settle()

    def answered(self, generation: OpenGeneration, asked: Asked, need: Need, compute: Callable[[], Analysis]) -> Analysis:
        """The analysis of a question, computed by one thread when nobody has it. Named by what the generation holds, so that an
        index that was deleted and made anew under the same number is never taken for the former one.
        """
        key = generation.fingerprint + hashlib.blake2b(msgspec.msgpack.encode((_WAY, *asked)), digest_size=32).digest()

        self.log.note(ANSWERS, key)
        was_kept = True

        def made() -> Analysis:
            nonlocal was_kept
            was_kept = False
            with self.use((PDG, VECTORS), generation, need, key):
                return compute()

        found: Analysis = self.analysis.mapping(self._answers_kind, generation.number).compute(key, made)
        if was_kept:
            self.foresight.asked(need.tag, (), key)
        return found

    def bodies(self, generation: OpenGeneration) -> bodies.GenerationBodies:
        """The bodies of a generation, kept as answers are. The caller pins graph and search index."""
        kept = self.analysis.mapping(self._bodies_kind, generation.number)
        return bodies.GenerationBodies(generation, kept.compute, self.manager.reserve)

    def sliced(self, generation: OpenGeneration, asked: tuple[object, ...], compute: Callable[[], Slice]) -> Slice:
        """A slice, computed by one thread when nobody has it; as `answered`."""
        key = generation.fingerprint + hashlib.blake2b(msgspec.msgpack.encode(asked), digest_size=32).digest()

        def made() -> Slice:
            with self.use((PDG, VECTORS), generation):
                return compute()

        found: Slice = self.analysis.mapping(self._slices_kind, generation.number).compute(key, made)
        return found

    # ── going ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def let_go(self, name: str, *, cold: bool = False) -> SpillReport:
        """Have one cache go. `cold`: and its files out of the system's memory, also when this process has not opened them yet. The
        state in the report is the one that `stats` tells; its error says also how many answers stay when others went, and why.
        Raises `UnknownCacheError`.
        """
        if name not in (*CACHES, ANALYSIS):  # a tuple: what was given may have no hash
            raise UnknownCacheError(name, (*CACHES, ANALYSIS))
        with self.manager.typed("spilling"):
            if cold:
                with suppress(NothingToReloadError):
                    self.require_index(name)
            report = self.manager.spill(name, cold=cold)
            with suppress(LeIndexError), self._current.newest():  # opened as it is: nothing is mended for the sake of a spill
                pass
            stayed = self._stayed(report)
            error = report.error if stayed is None else stayed.told
            return msgspec.structs.replace(report, state=self._look(name), error=error)

    def _stayed(self, report: SpillReport) -> Stayed | None:
        """The answers that a spill of which this is the report had to leave, though others went."""
        return self.analysis.stayed if report.name == ANALYSIS and report.outcome is Outcome.SPILLED else None

    def _look(self, name: str) -> CacheState:
        """Where a cache is now, measured: of graph and search index by their pages, of answers by what the store lists."""
        if name != ANALYSIS:
            return self._segments[name].look()
        self.analysis.resting = CacheState.COLD if self.store.statistics().total.entries else CacheState.ABSENT
        return self.analysis.state

    def spill(self, name: str, *, cold: bool = False) -> int:
        """As `let_go`; bytes that this process gave back, measured. 0: it held nothing, or is being read all the time.

        Raises `CacheError` when it could not go (`StoreFullError` for want of room in the store), or some of it: what did not is
        usable then as before.
        """
        report = self.let_go(name, cold=cold)
        stayed = self._stayed(report)
        if report.outcome is not Outcome.FAILED and stayed is None:
            return report.given_back_bytes
        failure = self.manager.failure(name) if stayed is None else stayed.error
        if isinstance(failure, StoreFullError):
            raise failure
        what = "and stays in memory" if stayed is None else "whole"
        raise CacheError(f"the {name} cache could not be spilled {what}: {report.error}")

    # ── coming back ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def reload(self, name: str) -> bool:
        """Bring one cache back; False when it is there. What is damaged is mended first. Raises `NothingToReloadError`."""
        try:
            with self.manager.typed("reloading"):
                return self._current.ask(lambda _: self.manager.reload(name))
        except NotIndexedError:
            raise NothingToReloadError(name) from None

    def warm(self, strategy: WarmStrategy) -> WarmReport:
        """Load caches ahead of need, as far as the low mark leaves room. Raises `NothingToReloadError`, `CacheError` for a strategy
        that there is none of; its word does as well.
        """
        try:
            strategy = WarmStrategy(strategy)
        except ValueError:
            words = ", ".join(one.value for one in WarmStrategy)
            raise CacheError(f"no warming strategy {strategy!r}; they are {words}") from None
        match strategy:
            case WarmStrategy.RECENT_FIRST:
                warmed = self._warm_recent()
            case WarmStrategy.PREDICTED:
                warmed = self._warm_predicted()
            case _:
                warmed = self._warm_all(_ORDERS[strategy])
        return WarmReport(strategy.value, tuple(warmed), sum(one.size_bytes for one in warmed))

    def _warm_recent(self) -> list[Warmed]:
        """Graph and search index in the order of their last use, by whatever process; then the answers asked for last, as many as
        fit. What was never used comes last.
        """
        uses = self.log.recent()
        used_s = {use.kind: use.at_s for use in uses if use.kind in CACHES}
        warmed = self._warm_all(sorted(CACHES, key=lambda name: -used_s.get(name, 0.0)))
        keys = [use.item for use in uses if use.kind == ANSWERS]
        return [*warmed, self._warm_answers(keys)] if keys else warmed

    def _warm_predicted(self) -> list[Warmed]:
        """What is worth it by its chance of being touched next, the most worth a byte first; as `_warm_recent` while too little
        is known.
        """
        from lepasserelle.memory.trial import PRICE, chosen

        self.require_index(PDG)
        costs = self._reload_ms()
        chances = self.foresight.chances(costs)
        if chances is None:
            return self._warm_recent()
        sizes = {name: cache.file_bytes() for name, cache in self._segments.items()}
        wanted = chosen(chances, costs, sizes, sum(sizes.values()))
        warmed = [self._warm_planned(name) for name in wanted]
        warmed += [
            Warmed(name, "already there" if cache.state is CacheState.HOT else "left out: not expected next")
            for name, cache in self._segments.items()
            if name not in wanted
        ]
        likely = sorted((item for item, chance in chances.items() if chance > PRICE), key=lambda item: -chances[item])
        keys = [key for key in map(answer_key, likely) if key is not None]
        return [*warmed, self._warm_answers(keys)] if keys else warmed

    def _reload_ms(self) -> dict[str, float]:
        """What bringing each cache back is taken to cost."""
        return reload_times_ms(self._segments)

    def _warm_planned(self, name: str) -> Warmed:
        """One cache, by blocks when they are learned."""
        cache, generation = self._segments[name], self._current.peek()
        if not self.manager.config.predict_blocks or generation is None or cache.state is CacheState.HOT:
            return self._warm(name)
        sizes = generation.blocks(name)
        blocks = self.foresight.blocks(name, sizes, self.manager.room_bytes())
        cache.planned = blocks
        return self._warm(name, sum(sizes.get(block, 0) for block in blocks))

    def _warm_answers(self, keys: Sequence[bytes]) -> Warmed:
        """Bring these answers from the store, the first ones first, until half of what answers may take is taken."""
        began_s, before_bytes = time.perf_counter(), self.analysis.resident_bytes()
        epoch, fingerprint = self._current.ask(lambda generation: (generation.number, generation.fingerprint))
        most_bytes = min(self.analysis.bound_bytes // 2, before_bytes + max(0, self.manager.room_bytes() - _LOOSE_BYTES))
        held = {name.key for name in self.analysis.names() if (name.kind, name.epoch) == (ANSWERS, epoch)}
        stored = {
            key: self.store.stored_bytes(ANSWERS, key, epoch) for key in keys if key.startswith(fingerprint) and key not in held
        }
        outcome = "already there" if held.intersection(keys) else "left out: none of the answers asked for before is stored"
        for key, size_bytes in stored.items():
            if size_bytes is None:
                continue
            if self.analysis.resident_bytes() + size_bytes * _UNPACKED > most_bytes:
                obstacle = self.manager.obstacle(size_bytes * _UNPACKED + _LOOSE_BYTES) or "half of what answers may take"
                outcome = outcome if outcome == "loaded" else f"left out: it would pass {obstacle}"
                break
            if self.analysis.get(self._answers_kind, key, epoch) is not None:
                outcome = "loaded"
        loaded_bytes = self.analysis.resident_bytes() - before_bytes
        return Warmed(ANALYSIS, outcome, max(0, loaded_bytes), (time.perf_counter() - began_s) * 1000.0)

    def _warm_all(self, names: Sequence[str]) -> list[Warmed]:
        """In this order; and once more what was lost again, since mending a damaged one opens everything anew."""
        warmed = [self._warm(name) for name in names]
        return [
            one if one.outcome.startswith("left out") or self._segments[one.name].state is CacheState.HOT else self._warm(one.name)
            for one in warmed
        ]

    def _warm(self, name: str, size_bytes: int | None = None) -> Warmed:
        """`size_bytes`: what it brings in, when that is not all of its files."""
        cache = self._segments[name]
        self.require_index(name)
        if cache.state is CacheState.HOT:
            return Warmed(name, "already there")
        obstacle = self.manager.obstacle(cache.file_bytes() if size_bytes is None else size_bytes)
        if obstacle is not None:
            return Warmed(name, f"left out: it would pass {obstacle}")
        began_s = time.perf_counter()
        self.reload(name)
        return Warmed(name, "loaded", cache.resident_bytes(), (time.perf_counter() - began_s) * 1000.0)

    def require_index(self, name: str) -> None:
        """Open the current generation, so that states and sizes are those of now. Raises `NothingToReloadError`."""
        try:
            self._current.ask(lambda generation: generation.number)
        except NotIndexedError:
            raise NothingToReloadError(name) from None

    # ── figures ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def stats(self) -> CacheStats:
        """What is in memory, what is not, and what happened to it since it was opened."""
        with suppress(NothingToReloadError):
            self.require_index(PDG)
        states = {name: self._look(name) for name in (*CACHES, ANALYSIS)}
        told = {cache.name: cache for cache in self.manager.statistics().caches}
        figures = []
        for name, cache in self._segments.items():
            counts = told[name].counts
            figures.append(
                CacheFigures(
                    name=name,
                    state=states[name].value,
                    entries=0 if states[name] is CacheState.ABSENT else 1,
                    resident_bytes=cache.resident_bytes(),
                    resident_file_bytes=told[name].file_rss_bytes,
                    file_bytes=cache.file_bytes(),
                    system_file_bytes=cache.system_bytes(),
                    hits=counts.hits,
                    misses=counts.misses,
                    reloads=counts.reloads,
                    last_reload_ms=counts.last_reload_ms,
                    longest_reload_ms=counts.longest_reload_ms,
                    spills=counts.spills,
                    given_back_bytes=counts.given_back_bytes,
                )
            )
        stored = self.store.statistics().total
        hot = [one for one in figures if one.state == CacheState.HOT.value]
        away = [one for one in figures if one.state not in {CacheState.HOT.value, CacheState.ABSENT.value}]
        return CacheStats(
            cache_entries=len(hot) + len(self.analysis),
            cache_bytes=sum(one.resident_bytes for one in hot) + self.analysis.resident_bytes(),
            spilled_entries=len(away) + stored.entries,
            spilled_bytes=sum(one.file_bytes for one in away) + stored.bytes,
            caches=(*figures, self._answers(stored.bytes, told[ANALYSIS].counts)),
            prediction=self.foresight.prediction(self._reload_ms()),
        )

    def _answers(self, stored_bytes: int, spilled: CacheCounts) -> CacheFigures:
        """What a spill gave back is what was measured of it, as for the others, not what was moved to the store."""
        counts = self.analysis.counts
        return CacheFigures(
            name=ANALYSIS,
            state=self.analysis.state.value,
            entries=len(self.analysis),
            resident_bytes=self.analysis.resident_bytes(),
            resident_file_bytes=0,
            file_bytes=stored_bytes,
            system_file_bytes=None,
            hits=counts.hits + self.analysis.shared,
            misses=counts.misses,
            reloads=counts.store_hits,
            last_reload_ms=counts.last_reload_ms,
            longest_reload_ms=counts.longest_reload_ms,
            spills=spilled.spills,
            given_back_bytes=spilled.given_back_bytes,
        )
