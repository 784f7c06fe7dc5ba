"""Runs small ECMAScript programs under node and tells which of their functions entered which.

Each function gets a mark at its entry, which looks at the stack (`observe.cjs`): the frame below is the caller, told apart as
`through` where built-ins stand in between. A callback that runs from the loop was entered by who handed it over (`then`,
`setTimeout`). Names are those of the adjacency export: only which text is which definition is taken from the parser. Types of
TypeScript are blanked, so that places stay; what needs more than that to become JavaScript (`enum`, `namespace`, parameter
properties, decorators, elements, imports without a suffix) does not run.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tree_sitter import Node

from lepasserelle.model import NodeFlag, NodeKind
from lepasserelle.parse import parse
from lepasserelle.parse.grammar import grammar

LANGUAGES = {".js": "javascript", ".mjs": "javascript", ".cjs": "javascript", ".ts": "typescript", ".tsx": "tsx"}
_MODULE = re.compile(rb"^(?:import\b(?!\s*\()|export\b)", re.MULTILINE)
_WITHOUT_JAVASCRIPT = re.compile(
    rb"^\s*(?:export\s+)?(?:const\s+)?(?:enum|namespace)\s|^\s*@|constructor\([^)]*\b(?:private|public|protected|readonly)\s|</",
    re.MULTILINE,
)
_WITHOUT_SUFFIX = re.compile(rb"""from ['"]\.[^'"]*(?<!\.js)['"]""")
_FUNCTIONS = frozenset(
    """function_declaration function_expression generator_function generator_function_declaration arrow_function
    method_definition""".split()  # noqa: SIM905
)
_TYPES = frozenset(
    """type_annotation type_parameters type_arguments interface_declaration type_alias_declaration function_signature
    abstract_method_signature method_signature implements_clause accessibility_modifier override_modifier ambient_declaration
    asserts_annotation type_predicate_annotation""".split()  # noqa: SIM905
)
Insertion = tuple[int, bytes]


class Program:
    """One program's files, as they are written for node, and what their places mean."""

    def __init__(self, folder: Path, root: Path, number: int) -> None:
        self.main = ""
        self.runs = True
        self.files: dict[str, File] = {}
        for path in sorted(path for path in folder.rglob("*") if path.suffix in LANGUAGES):
            relative = path.relative_to(folder)
            data = path.read_bytes()
            typed = path.suffix in (".ts", ".tsx")
            self.runs &= not typed or (_WITHOUT_JAVASCRIPT.search(data) or _WITHOUT_SUFFIX.search(data)) is None
            target = f"{number}/{relative.with_suffix('.js' if typed else path.suffix).as_posix()}"
            file = File(relative.with_suffix("").as_posix().replace("/", "."), data, LANGUAGES[path.suffix], target)
            self.files[target] = file
            place = root / target
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(file.text)
            if relative.stem == "main":
                self.main = target
                kind = "module" if _MODULE.search(data) else "commonjs"
                (root / str(number) / "package.json").write_text(json.dumps({"type": kind}), encoding="utf-8")
        for path in folder.rglob("*.json"):
            if path.name != "expected.json":
                shutil.copy(path, root / str(number) / path.name)


class File:
    """One file: its definitions, and its text with a mark in each function."""

    def __init__(self, module: str, data: bytes, language: str, target: str) -> None:
        self.module, self.data = module, data
        self.definitions = parse(data, language).definitions
        root = grammar(language).parser.parse(data).root_node
        self.insertions: list[Insertion] = []
        text = bytearray(data)
        heads: dict[int, int] = {}
        stack = [root]
        while stack:
            node = stack.pop()
            if _is_type(node):
                _blank(text, *_span_of_type(node))
            else:
                self._mark(node, heads, target)
                stack.extend(node.children)
        self.heads = heads
        self.insertions.sort()
        parts, at = [], 0
        for position, inserted in self.insertions:
            parts += [bytes(text[at:position]), inserted]
            at = position
        self.text = b"".join([*parts, bytes(text[at:])])
        self.starts = [0, *[found.end() for found in re.finditer(rb"\n", self.text)]]

    def _mark(self, node: Node, heads: dict[int, int], target: str) -> None:
        body = node.child_by_field_name("body")
        if node.type not in _FUNCTIONS or body is None:
            return
        number = next((n for n, each in enumerate(self.definitions) if each.body_byte == body.start_byte), -1)
        if number < 0:
            return
        parameters = node.child_by_field_name("parameters")
        heads[number] = parameters.start_byte if parameters is not None else body.start_byte
        if self.definitions[number].flags & NodeFlag.ACCESSOR:
            return
        call = f"__enter({json.dumps(target)},{number})".encode()
        given = parameters.named_children if parameters is not None else []
        is_generator = node.type.startswith("generator") or any(child.type == "*" for child in node.children)
        if is_generator and not any(b"..." in self.data[each.start_byte : each.end_byte] for each in given):
            end = parameters.end_byte - 1 if parameters is not None else body.start_byte
            self.insertions.append((end, b", __mark = " + call if given else b"__mark = " + call))
        elif body.type == "statement_block":
            self.insertions.append((body.start_byte + 1, call + b";"))
        else:
            self.insertions += [(body.start_byte, b"(" + call + b","), (body.end_byte, b")")]

    def name(self, number: int) -> str:
        """Qualified name of a definition."""
        parts: list[str] = []
        while number > 0:
            parts.append(self.definitions[number].name)
            number = self.definitions[number].parent
        return ".".join([self.module, *reversed(parts)])

    def scope(self, line: int, column: int) -> str:
        """The definition whose code stands at a place of the marked text."""
        marked = self.starts[line - 1] + column - 1
        position = marked
        shift = 0
        for at, inserted in self.insertions:
            if at + shift >= marked:
                break
            shift += len(inserted)
            position = max(at, marked - shift)
        best, width = 0, len(self.data) + 1
        for number, each in enumerate(self.definitions[1:], 1):
            start = self.heads.get(number, each.body_byte)
            has_code = number in self.heads or each.kind == NodeKind.CLASS
            if has_code and start <= position < each.end_byte and each.end_byte - start < width:
                best, width = number, each.end_byte - start
        return self.name(best)


def _is_type(node: Node) -> bool:
    kind, parent = node.type, node.parent
    if kind == "import_statement" and any(child.type == "type" for child in node.children):
        return True
    if kind == "export_statement" and any(child.type in _TYPES for child in node.children):
        return True
    if kind in _TYPES or (kind in ("abstract", "declare", "readonly", "override") and not node.is_named):
        return True
    if kind == "property_signature" or (kind == "?" and parent is not None and parent.type == "optional_parameter"):
        return True
    return kind in ("as", "satisfies", "!") and parent is not None and parent.type in _CASTS and not node.is_named


_CASTS = ("as_expression", "satisfies_expression", "non_null_expression", "public_field_definition")


def _span_of_type(node: Node) -> tuple[int, int]:
    parent = node.parent
    if node.type in ("as", "satisfies") and parent is not None:
        return node.start_byte, parent.end_byte
    return node.start_byte, node.end_byte


def _blank(text: bytearray, start: int, end: int) -> None:
    for at in range(start, end):
        if text[at] not in b"\r\n":
            text[at] = 0x20


def observe(folders: list[Path], node: str) -> dict[Path, tuple[set[tuple[str, str]], set[tuple[str, str]]] | None]:
    """(direct calls, calls through built-ins) of each program; None for those that do not run."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name).resolve()
        programs = {folder: Program(folder, root, number) for number, folder in enumerate(folders)}
        files = {target: file for program in programs.values() for target, file in program.files.items()}
        job = {"root": str(root), "programs": [program.main for program in programs.values() if program.runs]}
        command = [node, str(Path(__file__).with_name("observe.cjs"))]
        done = subprocess.run(command, input=json.dumps(job), capture_output=True, text=True, check=True)
    if done.stderr:
        sys.stderr.write(done.stderr)
    found: dict[Path, tuple[set[tuple[str, str]], set[tuple[str, str]]] | None] = {}
    by_number = {str(number): folder for number, folder in enumerate(folders)}
    for folder, program in programs.items():
        found[folder] = (set(), set()) if program.runs else None
    for target, number, through, place, line, column in json.loads(done.stdout):
        edge = files[place].scope(line, column), files[target].name(number)
        kinds = found[by_number[target.partition("/")[0]]]
        assert kinds is not None
        kinds[through].add(edge)
    return found


if __name__ == "__main__":
    for at, kinds in observe([Path(each) for each in sys.argv[1:]], shutil.which("node") or "node").items():
        shown = kinds and {"direct": sorted(kinds[0]), "through": sorted(kinds[1])}
        sys.stdout.write(f"{at} {json.dumps(shown)}\n")
