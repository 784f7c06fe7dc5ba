"""Headers that include each other in a circle: names are found through them, and what an inclusion names is looked up once."""

from collections import Counter

import pytest

from lepasserelle.graph import LinkFile, link
from lepasserelle.graph.modules import ModuleTable
from lepasserelle.parse import parse

HEADERS = 6
CALLERS = 5


def texts() -> dict[str, bytes]:
    """Each header includes all others; each source includes one and calls what stands somewhere behind it, and what nobody has."""
    others = {number: [one for one in range(HEADERS) if one != number] for number in range(HEADERS)}
    found = {
        f"h{number}.h": "".join(f'#include "h{one}.h"\n' for one in others[number]) + f"int work_{number}(void) {{ return 0; }}\n"
        for number in range(HEADERS)
    }
    for number in range(CALLERS):
        calls = "".join(f"work_{one}(); nowhere_{number}_{one}(); " for one in range(HEADERS))
        found[f"main{number}.c"] = f'#include "h{number}.h"\nint main{number}(void) {{ {calls}return 0; }}\n'
    return {path: text.encode() for path, text in found.items()}


def test_what_an_inclusion_names_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many names are looked for through a circle of inclusions: a tree of C took three times as long otherwise."""
    asked: Counter[tuple[str, int]] = Counter()
    plain = ModuleTable.include

    def counted(self: ModuleTable, text: str, importer: int, *, system: bool) -> tuple[int, ...]:
        asked[text, importer] += 1
        return plain(self, text, importer, system=system)

    monkeypatch.setattr(ModuleTable, "include", counted)
    files = [LinkFile(path, path, "c", 0, parse(data, "c")) for path, data in sorted(texts().items())]
    sections = link(lambda: iter(files))
    assert len(asked) == HEADERS * (HEADERS - 1) + CALLERS
    assert max(asked.values()) <= 2  # once more by names, after the flow of values has forgotten what it found
    assert len(sections["out_target"]) > CALLERS * HEADERS
