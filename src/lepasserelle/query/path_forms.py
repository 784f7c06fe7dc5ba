r"""The paths that a question holds, as people, editors, compilers, stack traces and links write them.

Not a look into the project: what is read here may name nothing (`path_index` says what it names). Invariant: pure; one pass over a
text that `understand` has bounded, and none over one without `/`, `\`, `.` and `:1`.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple
from urllib.parse import unquote

MOST_PATHS: Final = 32
"""Of a text; one that holds more is a pasted one."""

_NEAR: Final = 80
"""Characters beside a path that are looked at."""

_HINT: Final = re.compile(r"[/\\.]|:\d")
_LINE: Final = r"\d{1,9}"
_TAIL: Final = rf"""(?:
    ::(?P<member>\w[\w:.]*)                                                     # tests/test_cart.py::TestCart::test_total
  | :(?:line\ )?(?P<colon>{_LINE})(?!\w)                                        # x:12, x:12:5, x:12-20, x:line 12
  | (?:\?[^\s\#"'<>]*)?\#(?:lines-|[Ln])?(?P<hash>{_LINE})(?!\w|\.)             # x#L12, x#L12-L20, x?plain=1#L12, x#lines-12:20
  | \#(?:lines-|[Ln])(?P<columns>{_LINE})C                                      # x#L12C3-L20C5
  | \?[^\s\#"'<>]*=[^\s\#"'<>]*                                                 # x?plain=1
  | \((?P<round>{_LINE})(?:,\s?\d+)*\)                                          # x(12), x(12,5)
)?"""
_FRONT: Final = r"(?P<front>(?<!\w)[A-Za-z]:(?=[\\/])|[A-Za-z][\w+.-]*:/{2,3}(?:[^\s/\"'()]*:\d+(?=/))?)?"
_PATH: Final = re.compile(rf"{_FRONT}(?P<path>(?:\([\w-]+\)(?=[/\\])|[^\s\"'`“”<>|*,;:()\#?])+){_TAIL}", re.VERBOSE)
_SPACED: Final = re.compile(rf"{_FRONT}(?P<path>[^\"`“”<>|*,;:\#?]*[^\s\"`“”<>|*,;:\#?(]){_TAIL}", re.VERBOSE)
_QUOTED: Final = re.compile(r"\"([^\"]+)\"|`([^`]+)`|“([^”]+)”|'([^']+)'")
_LINE_AFTER: Final = re.compile(rf"[\"'`”)\]]*,?\s*(?:at |on |in )?lines?\s+({_LINE})\b", re.IGNORECASE)
_LINE_BEFORE: Final = re.compile(
    rf"\blines?\s+({_LINE})(?:\s*(?:-|to)\s*\d+)?\s+(?:of|in)\s+(?:the )?(?:file )?\W?\Z", re.IGNORECASE
)
_CALLEE: Final = re.compile(r"(?:\w+\.)+[\w$<>]+(?=\(\Z)")
_SUFFIX: Final = re.compile(r"[^.].*\.(\w{1,10})")
_REVISION: Final = re.compile(r"/(?:-/)?(?:blob|tree|raw|blame|edit|src/(?:branch|tag|commit))/[^/]+/")
_AROUND: Final = frozenset({"file", "path", "folder", "directory", "the"})
"""Words beside a path that do not make it a sentence."""
_SUFFIX_WORDS: Final = (
    "py pyi pyx js mjs cjs jsx ts mts cts tsx java go rs c h cc cpp cxx hpp hh cs rb php phtml sh bash zsh fish ps1 bat kt kts "
    "swift scala sc lua ex exs erl hs zig dart r jl pl pm m mm vue svelte astro sql proto graphql gradle cmake tf nix el clj "
    "cljs fs fsx vb ml mli md toml yaml yml json jsonc txt rst css scss less html htm xml ini cfg conf"
)
_SUFFIXES: Final = frozenset(_SUFFIX_WORDS.split())
"""Of what is taken for a file where no folder stands before it and other words stand beside it."""


class AskedPath(NamedTuple):
    """One reading of a path in a text."""

    parts: tuple[str, ...]
    """Folders and file, outermost first."""
    line: int = 0
    """1-based; 0: none is given."""
    member: str = ""
    """What of the file is meant, in dots."""
    is_open: bool = False
    """What stands in front may lie above the project: an absolute path, an address, a package."""
    is_folder: bool = False
    """It ends with a slash."""
    is_all: bool = False
    """The text is nothing else."""
    is_spaced: bool = False
    """Whether it is a path, and not words with one among them, is known only when all of it is found."""


def paths_in(text: str) -> Iterator[tuple[AskedPath, ...]]:
    """For each place of a text where a path may stand its readings, likeliest first."""
    if _HINT.search(text) is None:
        return
    count = 0
    for found, start, end in _places(text):
        if _HINT.search(found[0]) is None:
            continue
        readings = tuple(
            _readings(found, text[max(0, start - _NEAR) : start], _line_around(text, start, end), _is_all(text, start, end))
        )
        if readings:
            yield readings
            count += 1
            if count == MOST_PATHS:
                return


def _is_all(text: str, start: int, end: int) -> bool:
    if len(text) - (end - start) > _NEAR:
        return False
    return _AROUND.issuperset(re.findall(r"\w+", f"{text[:start]} {text[end:]}".lower()))


def _places(text: str) -> Iterator[tuple[re.Match[str], int, int]]:
    """(Match, where it begins and ends): all of the text and what is quoted, when there are spaces in it, then what has none."""
    stretches = [(0, len(text))]
    stretches += [(quoted.start() + 1, quoted.end() - 1) for quoted in _QUOTED.finditer(text)]
    for start, end in stretches:
        spaced = _SPACED.fullmatch(text, start, end) if " " in text[start:end] else None
        if spaced is not None:
            yield spaced, start, end
    for found in _PATH.finditer(text):
        yield found, *found.span()


def _line_around(text: str, start: int, end: int) -> int:
    """`"x", line 12`, `x on line 12`, `line 12 of x`."""
    found = _LINE_AFTER.match(text, end) or _LINE_BEFORE.search(text[max(0, start - _NEAR) : start])
    return int(found[1]) if found else 0


def _readings(found: re.Match[str], before: str, line: int, is_all: bool) -> Iterator[AskedPath]:
    line = int(found["colon"] or found["hash"] or found["columns"] or found["round"] or line)
    member = (found["member"] or "").replace("::", ".").strip(".:")
    front = found["front"] or ""
    has_tail = found.end() > found.end("path")
    path = _written(found["path"], has_tail).replace("\\", "/")
    if front.startswith("http"):
        path = unquote(path)
        revision = _REVISION.search(path)
        if revision is not None:
            yield from _read(path[revision.end() :], line, member, True, is_all)
    elif front:
        path = unquote(path) if len(front) > 2 else path
    elif (callee := _CALLEE.search(before)) is not None and "/" not in path:
        yield from _read("/".join((*callee[0].split(".")[:-2], path)), line, member, True, is_all)
    yield from _read(path, line, member, bool(front), is_all, has_tail)
    if path.startswith("@"):
        yield from _read(path[1:], line, member, False, is_all)


def _written(path: str, has_tail: bool) -> str:
    """Without the marks of the sentence around it."""
    if not has_tail:
        path = path.rstrip("!…")
        path = path if path.endswith("..") else path.removesuffix(".")
    while path[:1] in "[{" and path and path.count(path[0]) > path.count("]" if path[0] == "[" else "}"):
        path = path[1:]
    while path[-1:] in "]}" and path and path.count(path[-1]) > path.count("[" if path[-1] == "]" else "{"):
        path = path[:-1]
    return path


def _read(path: str, line: int, member: str, is_open: bool, is_all: bool, has_tail: bool = False) -> Iterator[AskedPath]:
    parts = tuple(part for part in path.split("/") if part not in ("", ".", "..", "~"))
    if not parts:
        return
    is_folder = path.endswith("/")
    if len(parts) == 1 and not (is_folder or is_open or has_tail or path.startswith(("/", "./"))):
        suffix = _SUFFIX.fullmatch(parts[0])
        if suffix is None or not (is_all or suffix[1].lower() in _SUFFIXES):
            return
    yield AskedPath(parts, line, member, is_open or path.startswith(("/", "~")), is_folder, is_all, " " in path)
