"""Checks what people ask of the graph before anything is opened: paths inside the project, bounds. Pure."""

from pathlib import Path, PurePosixPath
from typing import Final

from lepasserelle.errors import QueryError
from lepasserelle.leindex.words import check_flags
from lepasserelle.model.slices import SliceQuestion

MOST_DEPTH: Final = 20
MOST_FUNCTIONS: Final = 10_000


def slice_question(
    project: Path,
    path: str,
    line: int,
    variable: str,
    forward: bool,
    across_calls: bool,
    assume_pure: bool,
    depth: int,
    most_functions: int,
) -> SliceQuestion:
    """The question in the form in which it is answered and kept. Raises `QueryError`."""
    check_flags(forward=forward, across_calls=across_calls, assume_pure=assume_pure)
    in_range("line", line, 1, 1 << 31)
    in_range("depth", depth, 0, MOST_DEPTH)
    in_range("most_functions", most_functions, 1, MOST_FUNCTIONS)
    direction = "forward" if forward else "backward"
    return SliceQuestion(inside(project, path), line, variable.strip(), direction, across_calls, assume_pure, depth, most_functions)


def inside(project: Path, path: str) -> str:
    """A path as the index names it: relative to the project, with forward slashes. Raises `QueryError` for one outside."""
    given = Path(path)
    if given.is_absolute():
        try:
            given = given.relative_to(project)
        except ValueError:
            raise QueryError(f"{path} is not inside the project {project}") from None
    parts: list[str] = []
    for part in PurePosixPath(given.as_posix()).parts:
        if part == "..":
            if not parts:
                raise QueryError(f"{path} is not inside the project {project}")
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def in_range(name: str, value: object, least: int, most: int) -> None:
    """Raise `QueryError` unless `value` is a whole number from `least` to `most`."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if not is_number or not least <= value <= most:  # type: ignore[operator]
        raise QueryError(f"{name} is {value!r}; it must be a whole number from {least} to {most}")
