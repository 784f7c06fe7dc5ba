"""What do `go.mod` and `go.work` say about where imports lead?

By the grammar of Go's modules reference: lines of directives, or blocks of them in parentheses, with `//` comments. Only what
imports need is read: `module`, `use`, and `replace` by a local folder. Invariant: a damaged file says nothing wrong; what is not
understood, or leads out of the project, is passed over.
"""

import re
from collections.abc import Iterator
from typing import Final

from lepasserelle.files.documents import inside
from lepasserelle.model.import_maps import GoModule, GoWork

MODULE_FILE: Final = "go.mod"
WORK_FILE: Final = "go.work"
_TOKEN: Final = re.compile(r'"([^"\n]*)"|`([^`\n]*)`|(=>|[()]|[^\s()"`]+)')

Directive = tuple[str, list[str]]
"""(word, what follows it on the line)."""


def read_module(folder: str, text: str) -> GoModule | None:
    """What a `go.mod` in this folder says; None where it names no module."""
    directives = list(_directives(text))
    path = next((words[0] for verb, words in directives if verb == "module" and words), "")
    return GoModule(folder, path, _replaced(folder, directives)) if path else None


def read_work(folder: str, text: str) -> GoWork:
    """What a `go.work` in this folder says."""
    directives = list(_directives(text))
    uses = [inside(folder, words[0]) for verb, words in directives if verb == "use" and words]
    return GoWork(folder, tuple(use for use in uses if use is not None), _replaced(folder, directives))


def _replaced(folder: str, directives: list[Directive]) -> dict[str, str]:
    """Modules by path, of whatever version, that are taken from a local folder."""
    found = {}
    for verb, words in directives:
        if verb != "replace" or "=>" not in words[1:-1]:
            continue
        target = words[words.index("=>") + 1]
        if target in {".", ".."} or target.startswith(("./", "../")):
            local = inside(folder, target)
            if local is not None:
                found[words[0]] = local
    return found


def _directives(text: str) -> Iterator[Directive]:
    block = ""
    for line in text.splitlines():
        words = ["".join(match) for match in _TOKEN.findall(_without_comment(line))]
        if words == [")"]:
            block = ""
        elif words[1:] == ["("]:
            block = words[0]
        elif words and block:
            yield block, words
        elif words:
            yield words[0], words[1:]


def _without_comment(line: str) -> str:
    """`//` begins a comment where a word could begin; within one (`https://`) it does not."""
    return re.split(r"(?:^|(?<=[\s()]))//", line, maxsplit=1)[0]
