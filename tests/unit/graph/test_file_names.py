"""Files by their paths."""

import os
from random import Random

from lepasserelle.files.records import path_from_os
from lepasserelle.graph.file_names import file_named
from lepasserelle.graph.strings import encode

LETTERS = ["a", "z", "~", "\xe9", "\u0416", "\ue000", "\uffee", "\U0001d49c", "\udce9", "\udc80", "\\x"]
"""Letters above and below the code points that stand for bytes which are no UTF-8."""


class _Paths:
    def __init__(self, paths: list[str]) -> None:
        self.paths = [encode(path) for path in paths]
        self.file_count = len(paths)

    def path_bytes(self, file: int) -> bytes:
        return self.paths[file]


def test_every_file_is_found_whatever_its_name() -> None:
    """Names that are no UTF-8 are written out in an index, whose order is that of its bytes; as the system gives them, they are
    nobody's, and no other file is taken for them.
    """
    random = Random(7)
    for _ in range(60):
        told = {"".join(random.choices(LETTERS, k=random.randint(1, 3))) for _ in range(30)}
        kept = sorted({path_from_os(name) for name in told}, key=os.fsencode)
        paths = _Paths(kept)
        assert [file_named(paths, path) for path in kept] == list(range(len(kept)))
        for name in told - set(kept):
            assert file_named(paths, name) == -1
            assert kept[file_named(paths, path_from_os(name))] == path_from_os(name)
        assert file_named(paths, "caf\ud800") == -1


def test_a_byte_that_is_no_letter_is_not_taken_for_a_question_mark() -> None:
    """What cannot be encoded is replaced when strings are kept; a path that is asked for must not become another one."""
    assert file_named(_Paths(["caf?.py"]), "caf\udce9.py") == -1
