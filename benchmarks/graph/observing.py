"""A pytest plugin that writes down which functions of one package entered which. Standard library only; loaded with `-p observing`.

`OBSERVED_PACKAGE` is the package's folder, `OBSERVED_RESULT` the file to write. One record an edge: caller and callee as (path,
first line, name), and whether it was implicit: the instruction that the caller stands at is no call, or the callee is a special
method other than a constructor or `__call__`, or a generator, which begins where it is consumed and not where it is called.
Comprehension frames are their scope. Left out by rule, and counted: finalisers, generators that go on, the code of modules and
classes, what is entered from frames outside the package (thread entry and signal handlers among them). A function ran completely
when each line of its own code did.
"""

import dis
import json
import os
import sys
import types
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = os.environ.get("OBSERVED_PACKAGE", "") + os.sep
_FOLDED = {"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"}
_GENERATES = 0x20 | 0x80 | 0x200
_PLAIN = {"__init__", "__new__", "__call__", "__init_subclass__"}

Tracer = Callable[[types.FrameType, str, Any], Any]

edges: dict[tuple[types.CodeType, types.CodeType], bool] = {}
left_out: Counter[str] = Counter()
entered: set[types.CodeType] = set()
_starts: dict[types.CodeType, int] = {}
_calls: dict[tuple[types.CodeType, int], bool] = {}
_left: dict[types.CodeType, set[int]] = {}
"""Code → lines of it that did not run yet."""


def _start(code: types.CodeType) -> int:
    if code not in _starts:
        _starts[code] = next((i.offset for i in dis.get_instructions(code) if i.opname == "RESUME"), 0)
    return _starts[code]


def _is_call(code: types.CodeType, offset: int) -> bool:
    key = (code, offset)
    if key not in _calls:
        names = {i.offset: i.opname for i in dis.get_instructions(code)}
        _calls[key] = "CALL" in names.get(offset, "CALL")
    return _calls[key]


def note(frame: types.FrameType, event: str, _argument: object) -> None:
    """The profiler."""
    if event != "call":
        return
    code = frame.f_code
    if not code.co_filename.startswith(ROOT) or code.co_name in _FOLDED:
        return
    if not code.co_flags & 1:
        left_out["code of modules and classes"] += 1
        return
    if code.co_name == "__del__":
        left_out["finalisers"] += 1
        return
    if code.co_flags & _GENERATES and frame.f_lasti > _start(code):
        left_out["generators that go on"] += 1
        return
    entered.add(code)
    back = frame.f_back
    while back is not None and back.f_code.co_name in _FOLDED and back.f_code.co_filename.startswith(ROOT):
        back = back.f_back
    if back is None or not back.f_code.co_filename.startswith(ROOT):
        left_out["entered from outside the package"] += 1
        return
    name = code.co_name
    special = bool(code.co_flags & _GENERATES) or (name[:2] == "__" and name[-2:] == "__" and name not in _PLAIN)
    implicit = special or not _is_call(back.f_code, back.f_lasti)
    key = (back.f_code, code)
    edges[key] = edges.get(key, True) and implicit


def trace(frame: types.FrameType, _event: str, _argument: object) -> Tracer | None:
    """The tracer: follows the lines of functions of which some did not run."""
    code = frame.f_code
    if not code.co_filename.startswith(ROOT) or not code.co_flags & 1:
        return None
    if code not in _left:
        _left[code] = {line for _, _, line in code.co_lines() if line is not None} - {code.co_firstlineno}
    return _follow if _left[code] else None


def _follow(frame: types.FrameType, _event: str, _argument: object) -> Tracer:
    _left[frame.f_code].discard(frame.f_lineno)
    return _follow


def _place(code: types.CodeType) -> list[object]:
    name = "<module>" if code.co_name == "<module>" else code.co_name
    return [code.co_filename.removeprefix(ROOT), code.co_firstlineno, name]


def pytest_configure() -> None:
    """Begin."""
    sys.setprofile(note)
    sys.settrace(trace)


def pytest_unconfigure() -> None:
    """Write what was seen."""
    sys.setprofile(None)
    sys.settrace(None)
    rows = [[_place(caller), _place(callee), implicit] for (caller, callee), implicit in edges.items()]
    document = {
        "edges": sorted(rows, key=repr),
        "left_out": dict(sorted(left_out.items())),
        "entered": sorted(map(_place, entered), key=repr),
        "completed": sorted([_place(code) for code, left in _left.items() if not left and code.co_name not in _FOLDED], key=repr),
    }
    Path(os.environ["OBSERVED_RESULT"]).write_text(json.dumps(document), encoding="utf-8")
