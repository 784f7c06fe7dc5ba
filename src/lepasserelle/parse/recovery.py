"""A syntax error costs the broken part: finds the lines in which a file is broken, so that the rest can be read without them.

The grammar's own error recovery lets one bracket swallow or adopt what follows. Indentation says what the author meant: each
outermost stretch of lines is parsed alone, between the heads and tails of what it stands in; one that fails is taken apart
further. Without the stretches that fail, the file parses; each of them is read by itself. No byte is changed and none moves: the
parser is told which lines to see (`included_ranges`). Bounded: `EFFORT` times the file's bytes are parsed, then it gives up.
"""

from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from tree_sitter import Parser, Range, Tree

from lepasserelle.parse.branches import hidden_lines
from lepasserelle.parse.captures import Part
from lepasserelle.parse.grammar import Grammar
from lepasserelle.parse.outline import Inside, Outline, Stretch
from lepasserelle.parse.problems import is_damaged
from lepasserelle.parse.trees import tree_of

EFFORT = 16
"""Bytes parsed at most, as a multiple of the file's."""

SMALL_BYTES = 50_000
"""A file of fewer counts as one of so many."""

STANDSTILLS = 8
"""Parses of one file that may get no further."""

RESERVE = 4
"""One part in so many of what may be parsed is left when outermost stretches are taken apart: to read the rest without them."""

RANGE_BYTES = 300
"""What a call of the parser costs beside its bytes, in bytes."""

TOGETHER = (1, 2, 4, 8)
"""Following stretches with which one that fails is tried again: a text of many lines, a decorator and its function."""

TRIED = 16
"""Stretches that are suspected one by one; when there are more, all of them are left out."""

DEPTH = 8
"""Levels of indentation that are taken apart."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A stretch that fails, and the heads and tails between which it stands."""

    stretch: Stretch
    before: tuple[Stretch, ...]
    after: tuple[Stretch, ...]


class _SpentError(Exception):
    """As many bytes are parsed as may be."""


def parts_of(grammar: Grammar, text: bytes, data: bytes) -> list[Part]:
    """The trees in which a damaged text is read: the first without its broken stretches, then one of each; none when that fails.

    `text` is what is parsed in place of `data`, which has the lines as they were written.
    """
    search = _Search(grammar, text, data)
    try:
        broken = search.broken()
        rest = search.without(broken)
        if rest is None or (not broken and search.is_damaged(rest)):
            return []  # where nothing is broken, lines that are not seen were all that was in the way, or it is not found
        return [Part(rest.root_node), *map(search.alone, broken)]
    except _SpentError:
        return []


class _Search:
    def __init__(self, grammar: Grammar, text: bytes, data: bytes) -> None:
        self._text = text
        self._errors = grammar.errors
        self._offside = grammar.spec.offside
        self._data = data
        self._outline = Outline(data, grammar.spec.unseen)
        self._hidden = self._outline.unseen
        """Lines that the parser does not see."""
        self._left = EFFORT * max(len(text), SMALL_BYTES)
        self._standstill = self._left // STANDSTILLS
        self._reserve = self._left // RESERVE
        self._kept = 0
        self._parser = Parser(grammar.language)
        opening = grammar.spec.opening.search(data) if grammar.spec.opening is not None else None
        self._opening = (Stretch(0, data.count(b"\n", 0, opening.end()) + 1),) if opening is not None else ()

    def is_damaged(self, tree: Tree) -> bool:
        """Whether something of what was parsed is not in its tree."""
        return is_damaged(tree.root_node, offside=self._offside)

    def broken(self) -> list[Broken]:
        """The stretches that are broken, in order."""
        first = self._opening[0].stop if self._opening else 0
        return self._blamed(self._failing(Stretch(first, self._outline.count), self._opening, (), 0))

    def without(self, broken: list[Broken]) -> Tree | None:
        """The tree of all other lines. Raises `_SpentError`."""
        kept, line = [], 0
        for each in broken:
            kept.append(Stretch(line, each.stretch.first))
            line = each.stretch.stop
        return self._parse((*kept, Stretch(line, self._outline.count)))

    def alone(self, broken: Broken) -> Part:
        """A broken stretch, read where it stands; nothing of it when the parser gets no further. Raises `_SpentError`."""
        stretches = (*broken.before, broken.stretch, *broken.after)
        tree = self._parse(stretches)
        if tree is None or self.is_damaged(tree):
            tree = self._by_first_branches(broken.stretch, stretches) or tree
        starts = self._outline.starts
        root = (tree or self._parser.parse(b"")).root_node
        return Part(root, starts[broken.stretch.first], starts[broken.stretch.stop])

    def _by_first_branches(self, stretch: Stretch, stretches: tuple[Stretch, ...]) -> Tree | None:
        """The same without the other branches of its conditions; None when that is no better, or too much to read."""
        directives = self._outline.unseen
        if bisect_left(directives, stretch.first) == bisect_left(directives, stretch.stop):
            return None
        self._hidden = self._other_branches
        try:
            tree = self._parse(stretches)
        except _SpentError:
            return None
        finally:
            self._hidden = directives
        return tree if tree is not None and not self.is_damaged(tree) else None

    @cached_property
    def _other_branches(self) -> list[int]:
        return hidden_lines(self._data, self._outline.starts, self._outline.unseen)

    def _failing(self, held: Stretch, before: tuple[Stretch, ...], after: tuple[Stretch, ...], depth: int) -> list[Broken]:
        """What of the members of a stretch fails; nothing when the stretch is no frame that members can be read in."""
        members = self._outline.members(held)
        frames = {frame.head.first: frame for frame in self._outline.frames(members)}
        found: list[Broken] = []
        failed: list[Stretch] = []
        place = failures = 0
        while place < len(members):
            frame = frames.get(members[place].first)
            if frame is not None:
                if not self._is_good((*before, Stretch(frame.head.first, frame.tail.stop), *after)):
                    found += self._failing(frame.held, (*before, frame.head), (frame.tail, *after), depth)
                while place < len(members) and members[place].first < frame.tail.stop:
                    place += 1
                continue
            good = self._good_members(members, place, before, after)
            if not good:
                failures += 1
                self._add(failed, members[place])
            place += good or 1
        if depth and failures == len(members) and not self._is_good((*before, *after)):
            return []
        found += self._taken_apart(failed, before, after, depth)
        return _ordered(found)

    def _taken_apart(
        self, failed: list[Stretch], before: tuple[Stretch, ...], after: tuple[Stretch, ...], depth: int
    ) -> list[Broken]:
        """What is broken in the stretches that fail. Neighbours of which none can be taken apart are tried as one: a text in a
        class may have lines that are indented less than the class.
        """
        found: list[Broken] = []
        for run in _runs(failed):
            parts = [self._within(stretch, before, after, depth) for stretch in run]
            if len(run) > 1 and all(part[0].stretch == stretch for part, stretch in zip(parts, run, strict=True)):
                whole = self._within(Stretch(run[0].first, run[-1].stop), before, after, depth)
                parts = parts if whole[0].stretch.first == run[0].first else [whole]
            found += [broken for part in parts for broken in part]
        return found

    def _good_members(self, members: list[Stretch], place: int, before: tuple[Stretch, ...], after: tuple[Stretch, ...]) -> int:
        """How many members from here on parse together; 0 when none do."""
        first = members[place].first
        for more in (0, *TOGETHER):
            if place + more < len(members) and self._is_good((*before, Stretch(first, members[place + more].stop), *after)):
                return more + 1
        return 0

    def _add(self, failed: list[Stretch], stretch: Stretch) -> None:
        """A decorator or an attribute fails with what it stands before."""
        if failed and failed[-1].stop == stretch.first and failed[-1].stop - failed[-1].first == 1:
            failed[-1] = Stretch(failed[-1].first, stretch.stop)
        else:
            failed.append(stretch)

    def _within(self, stretch: Stretch, before: tuple[Stretch, ...], after: tuple[Stretch, ...], depth: int) -> list[Broken]:
        inside = self._outline.inside(stretch) if depth < DEPTH else None
        if inside is not None:
            found = self._failing_inside(inside, before, after, depth)
            if found:
                return found
        return [Broken(stretch, before, after)]

    def _failing_inside(self, inside: Inside, before: tuple[Stretch, ...], after: tuple[Stretch, ...], depth: int) -> list[Broken]:
        """What of an outermost stretch's inside fails; nothing when that takes too long to find: it costs the stretch, not the
        file.
        """
        if depth:
            return self._failing(inside.held, (*before, inside.head), (inside.tail, *after), depth + 1)
        try:
            with self._sparing():
                return self._failing(inside.held, (*before, inside.head), (inside.tail, *after), depth + 1)
        except _SpentError:
            return []

    @contextmanager
    def _sparing(self) -> Iterator[None]:
        """Raise `_SpentError` as soon as no more than the reserve is left."""
        self._kept = self._reserve
        try:
            yield
        finally:
            self._kept = 0

    def _blamed(self, failing: list[Broken]) -> list[Broken]:
        """Those whose absence helps most, one after the other: the head of a namespace whose members are not indented fails alone,
        and so does a line of a long text; neither is broken.
        """
        groups = [[each] for each in failing] if len(failing) <= TRIED else _neighbours(failing)
        if not 1 < len(groups) <= TRIED:
            return failing
        try:
            with self._sparing():
                return self._most_helpful(failing, groups)
        except _SpentError:
            return failing

    def _most_helpful(self, failing: list[Broken], groups: list[list[Broken]]) -> list[Broken]:
        blamed: list[Broken] = []
        damage = self._damage(self.without([]))
        while damage and groups:
            best = min((self._damage(self.without(_ordered(blamed + group))), place) for place, group in enumerate(groups))
            if best[0] >= damage:
                break
            damage = best[0]
            blamed = _ordered(blamed + groups.pop(best[1]))
        return failing if damage and self._damage(self.without(failing)) < damage else blamed

    def _damage(self, tree: Tree | None) -> int:
        if tree is None:
            return 2 * len(self._text)
        if not self.is_damaged(tree):
            return 0
        captured = self._errors.captures(tree.root_node)
        spans = sum(node.end_byte - node.start_byte for node in captured.get("error", ()))
        return spans + 8 * len(captured.get("missing", ())) + 1

    def _is_good(self, stretches: tuple[Stretch, ...]) -> bool:
        tree = self._parse(stretches)
        return tree is not None and not self.is_damaged(tree)

    def _parse(self, stretches: tuple[Stretch, ...]) -> Tree | None:
        starts = self._outline.starts
        ranges = []
        for stretch in stretches:
            for first, stop in self._seen(stretch):
                start, end = starts[first], starts[stop]
                self._left -= end - start + RANGE_BYTES
                ranges.append(Range((first, 0), (stop, 0), start, end))
        if self._left < self._kept:
            raise _SpentError
        self._parser.included_ranges = ranges
        tree = tree_of(self._parser, self._text)
        if tree is None:
            self._left -= self._standstill
        return tree

    def _seen(self, stretch: Stretch) -> Iterator[Stretch]:
        unseen = self._hidden
        line = stretch.first
        for hidden in unseen[bisect_left(unseen, line) : bisect_left(unseen, stretch.stop)]:
            if line < hidden:
                yield Stretch(line, hidden)
            line = hidden + 1
        if line < stretch.stop:
            yield Stretch(line, stretch.stop)


def _runs(stretches: list[Stretch]) -> list[list[Stretch]]:
    """Neighbours together."""
    runs: list[list[Stretch]] = []
    for stretch in stretches:
        if runs and runs[-1][-1].stop == stretch.first:
            runs[-1].append(stretch)
        else:
            runs.append([stretch])
    return runs


def _neighbours(broken: list[Broken]) -> list[list[Broken]]:
    by_stretch = {each.stretch: each for each in broken}
    return [[by_stretch[stretch] for stretch in run] for run in _runs(list(by_stretch))]


def _ordered(broken: list[Broken]) -> list[Broken]:
    return sorted(broken, key=lambda each: each.stretch)
