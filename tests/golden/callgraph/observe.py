"""Runs small programs under `sys.setprofile` and prints which of their functions entered which. Standard library only.

One process a program. Names are those of the adjacency export. A comprehension's frame counts as its scope; the code of modules
and class bodies is a caller and no callee; accessors (properties) are no callees; what a frame outside the program enters is told
apart as `through`, with the nearest frame of the program around it. A generator that goes on is not entered anew.
"""

import ast
import json
import os
import sys
import types
from pathlib import Path

_ACCESSORS = {"property", "cached_property", "setter"}
_FOLDED = {"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"}


class Names:
    """Code objects of one program by their place, and the names of their definitions."""

    def __init__(self, folder: Path) -> None:
        self.names: dict[tuple[str, int, int, str], tuple[str, bool]] = {}
        for path in sorted(folder.rglob("*.py")):
            module = path.relative_to(folder).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__")
            source = path.read_text(encoding="utf-8")
            classes = {(node.name, _first_line(node)) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)}
            accessors = {_first_line(node) for node in ast.walk(ast.parse(source)) if _is_accessor(node)}
            self._add(compile(source, str(path), "exec"), module, False, (classes, accessors))

    def _add(self, code: types.CodeType, name: str, callee: bool, told: tuple[set[tuple[str, int]], set[int]]) -> None:
        self.names[_key(code)] = (name, callee)
        self._inner(code, name, told, [0])

    def _inner(self, code: types.CodeType, name: str, told: tuple[set[tuple[str, int]], set[int]], count: list[int]) -> None:
        inner = [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
        for each in sorted(inner, key=_place):
            if each.co_name in _FOLDED:
                self.names[_key(each)] = (name, False)
                self._inner(each, name, told, count)
                continue
            own = each.co_name
            if own == "<lambda>":
                count[0] += 1
                own = f"<lambda{count[0]}>"
            is_code = (own, each.co_firstlineno) in told[0] or each.co_firstlineno in told[1]
            self._add(each, f"{name}.{own}", not is_code, told)

    def of(self, code: types.CodeType) -> tuple[str, bool] | None:
        """(name, whether entering it is a call), None for code of others."""
        return self.names.get(_key(code))


def _first_line(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return min([node.lineno, *[decorator.lineno for decorator in node.decorator_list]])


def _is_accessor(node: ast.AST) -> bool:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    return any(ast.unparse(decorator).rpartition(".")[2] in _ACCESSORS for decorator in node.decorator_list)


def _place(code: types.CodeType) -> tuple[int, int]:
    columns = [start for _, _, start, end in code.co_positions() if start is not None and start != end]
    return code.co_firstlineno, min(columns, default=0)


def _key(code: types.CodeType) -> tuple[str, int, int, str]:
    return (code.co_filename, *_place(code), code.co_name)


def observe(folder: Path) -> dict[str, list[list[str]]]:
    """The calls of one program, which runs here and now."""
    names = Names(folder)
    direct: set[tuple[str, str]] = set()
    through: set[tuple[str, str]] = set()
    entered: list[types.FrameType] = []

    def note(frame: types.FrameType, event: str, _argument: object) -> None:
        if event != "call":
            return
        callee = names.of(frame.f_code)
        if callee is None or not callee[1] or any(frame is known for known in entered):
            return
        if frame.f_code.co_flags & (0x20 | 0x80 | 0x200):
            entered.append(frame)
        back, found = frame.f_back, direct
        while back is not None:
            caller = names.of(back.f_code)
            if caller is not None:
                found.add((caller[0], callee[0]))
                return
            back, found = back.f_back, through

    sys.argv = ["main.py"]
    sys.path.insert(0, str(folder))
    sys.dont_write_bytecode = True
    path = folder / "main.py"
    module = types.ModuleType("main")
    sys.modules["main"] = module
    module.__file__ = str(path)
    code = compile(path.read_text(encoding="utf-8"), str(path), "exec")
    sys.setprofile(note)
    try:
        exec(code, module.__dict__)
    finally:
        sys.setprofile(None)
    return {"direct": sorted(map(list, direct)), "through": sorted(map(list, through))}


def main() -> int:
    """Arguments: folders of programs. One JSON object: folder → what it did."""
    found = {}
    for folder in sys.argv[1:]:
        readable, writable = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(readable)
            with os.fdopen(writable, "w") as stream:
                json.dump(observe(Path(folder)), stream)
            os._exit(0)
        os.close(writable)
        with os.fdopen(readable) as stream:
            found[folder] = json.loads(stream.read() or "null")
        os.waitpid(child, 0)
    json.dump(found, sys.stdout)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
