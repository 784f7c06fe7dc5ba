"""What the flow of values through one program said, kept for the next linking, where it is said again if no file of the program
changed. Decides nothing about values.

A flow reads the facts of its family's files and the order, never the size, of the numbers that definitions and strings have
(`value_cells`). Definitions keep their order when files do; of strings only those that can be values are ever put in order, and
others that were met in between may have changed that. So it is kept too, as a digest (`order_of`).
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import msgspec
from xxhash import xxh3_128

from lepasserelle.graph.survey import Survey
from lepasserelle.graph.value_outcome import Outcome
from lepasserelle.graph.value_program import Program

_PLACES: Final = 256
"""Places in a sequence, from either end, that are looked for among strings: the flow makes constants of them."""


class Flowed(msgspec.Struct, frozen=True, array_like=True):
    """One flow, in the numbers of the linking that solved it."""

    bases: list[int]
    """First definition of each file, and the number of all."""
    references: list[int]
    """First reference of each file, and the number of all."""
    order: bytes
    outcome: bytes
    """Packed and compressed (`apart`)."""
    left: bytes
    """What it left of each row (`value_left`), where that was asked for."""


def order_of(survey: Survey, program: Program) -> bytes:
    """A digest of the strings that can be values of a program, in the order of their numbers. Before the program is closed."""
    strings, texts = survey.strings, survey.strings.texts
    numbers = program.words().tolist()
    made = {strings[text] for number in numbers if (text := "s" + texts[number]) in strings}  # what `__getattr__` is given
    made |= {strings[text] for place in range(-_PLACES, _PLACES) if (text := f"i{place}") in strings}
    numbers += made.difference(numbers)
    numbers.sort()
    digest = xxh3_128()
    for number in numbers:
        text = texts[number].encode("utf-8", "surrogatepass")
        digest.update(b"%d " % len(text))
        digest.update(text)
    return digest.digest()


def starts_of(survey: Survey) -> tuple[list[int], list[int]]:
    """First definition and first reference of each file, and the number of all."""
    references = [row.references.start for row in survey.files]
    return [*survey.bases_of_files, len(survey.kind)], [*references, len(survey.reference_line)]


def renumbered(outcome: Outcome, flowed: Flowed, survey: Survey) -> Outcome:
    """The same in the numbers of now. The files that it speaks of have as many definitions and references as they had."""
    bases, references = starts_of(survey)
    node, reference = moving(flowed.bases, bases), moving(flowed.references, references)

    def there(targets: Iterable[int]) -> tuple[int, ...]:
        return tuple([node(target) for target in targets])

    return Outcome(
        {reference(number): there(targets) for number, targets in outcome.by_reference.items()},
        {
            node(base): [(node(scope), line, there(targets), reason) for scope, line, targets, reason in places]
            for base, places in outcome.implied.items()
        },
        set(map(reference, outcome.full)),
        set(map(reference, outcome.typed)),
        set(map(node, outcome.made)),
        set(map(reference, outcome.settled)),
        set(map(reference, outcome.lost)),
        outcome.cut_short,
        outcome.shared,
        {reference(number): there(classes) for number, classes in outcome.makes.items()},
        {node(method): there(below) for method, below in outcome.overridden.items()},
        {reference(number): there(methods) for number, methods in outcome.declared.items()},
        {reference(number): there(targets) for number, targets in outcome.inherited.items()},
        {reference(number): there(targets) for number, targets in outcome.candidates.items()},
    )


def moving(before: Sequence[int], after: Sequence[int]) -> Callable[[int], int]:
    """By number before its number now; what is no number of a file (something outside) stays."""
    last = before[-1]
    moves = [there - here for here, there in zip(before, after, strict=True)]
    if not any(moves):
        return int

    def moved(number: int) -> int:
        return number + moves[bisect_right(before, number) - 1] if number < last else number

    return moved
