"""What no table can say of Python: relative levels and aliases of imports, `import a.b` that binds `a`, `__all__`, what `super`
means, and how a file is parsed that has more comments in a row than the grammar bears.
"""

import re
from typing import Final

from tree_sitter import Node

from lepasserelle.parse.captures import Captured
from lepasserelle.parse.spec import BoundName

_MANY: Final = 256
_COMMENTS: Final = re.compile(rb"^(?:[ \t]*#[^\n]*\n){%d,}" % _MANY, re.MULTILINE)
_SEEN: Final = re.compile(rb"[^\r\n]")


def without_long_comments(data: bytes) -> bytes:
    """The file with so many lines of comments in a row blanked.

    Before each comment behind an indented block the grammar looks through all that follow, to see where the block ends: 4 000 took
    1.2 s, 8 000 4.9 s. Lines that close a text, which they may stand in, are left as they are.
    """
    if data.count(b"#") < _MANY:
        return data
    return _COMMENTS.sub(lambda found: found.group() if _ends_text(found.group()) else _SEEN.sub(b" ", found.group()), data)


def _ends_text(lines: bytes) -> bool:
    return b'"""' in lines or b"'''" in lines


def python_imports(node: Node, data: bytes) -> list[BoundName]:
    """What an `import` or `from … import` statement binds."""
    if node.type == "import_statement":
        return [_module(name, data) for name in node.children_by_field_name("name")]
    module, level = _origin(node, data)
    names = node.children_by_field_name("name")
    if not names:
        wildcard = any(child.type == "wildcard_import" for child in node.named_children)
        return [BoundName(module, "*", "", level)] if wildcard else []
    return [_member(name, module, level, data) for name in names]


def python_exports(root: Node, data: bytes) -> list[Captured]:
    """The texts in lists and tuples that the file calls `__all__`, or adds to it."""
    if b"__all__" not in data:
        return []
    found = []
    for statement in root.children if not root.is_error else ():
        for inner in statement.named_children if statement.type == "expression_statement" else ():
            names = _listed(inner, data) if inner.type in ("assignment", "augmented_assignment") else []
            found += [{"export.name": [name], "export.top": [statement]} for name in names]
    return found


def _listed(assignment: Node, data: bytes) -> list[Node]:
    """The texts that an assignment to `__all__` lists."""
    left, right = assignment.child_by_field_name("left"), assignment.child_by_field_name("right")
    if left is None or left.type != "identifier" or data[left.start_byte : left.end_byte] != b"__all__":
        return []
    return [name for name in right.named_children if name.type == "string"] if right and right.type in ("list", "tuple") else []


def _text(node: Node | None, data: bytes) -> str:
    if node is None:
        return ""
    return "".join(data[node.start_byte : node.end_byte].decode("utf-8", "replace").split())


def _module(node: Node, data: bytes) -> BoundName:
    if node.type == "aliased_import":
        return BoundName(_text(node.child_by_field_name("name"), data), "", _text(node.child_by_field_name("alias"), data))
    module = _text(node, data)
    return BoundName(module, "", module.partition(".")[0])


def _origin(node: Node, data: bytes) -> tuple[str, int]:
    if node.type == "future_import_statement":
        return "__future__", 0
    text = _text(node.child_by_field_name("module_name"), data)
    module = text.lstrip(".")
    return module, len(text) - len(module)


def _member(node: Node, module: str, level: int, data: bytes) -> BoundName:
    if node.type == "aliased_import":
        name = _text(node.child_by_field_name("name"), data)
        return BoundName(module, name, _text(node.child_by_field_name("alias"), data), level)
    name = _text(node, data)
    return BoundName(module, name, name, level)


def is_parent_call(call: Node, data: bytes) -> bool:
    """Whether a call that may be `super(…)` looks for members behind the innermost class: `super()`, or `super(C, self)` with
    that class and the first parameter of its method. Other calls are told True: the rule does not concern them.
    """
    if not data.startswith(b"super", call.start_byte):
        return True
    callee = call.child_by_field_name("function")
    if callee is None or callee.end_byte - callee.start_byte != 5 or data[callee.start_byte : callee.end_byte] != b"super":
        return True
    arguments = call.child_by_field_name("arguments")
    given = [_text(child, data) for child in arguments.named_children if not child.is_extra] if arguments is not None else []
    if not given:
        return True
    method, around = None, call.parent
    while around is not None and around.type != "class_definition":
        method = around if around.type == "function_definition" else method
        around = around.parent
    if around is None or method is None or len(given) != 2:
        return False
    parameters = method.child_by_field_name("parameters")
    first = parameters.named_children[0] if parameters is not None and parameters.named_child_count else None
    receiver = _text(first, data).partition(":")[0] if first is not None else ""
    return given[0] in {_text(around.child_by_field_name("name"), data), "__class__"} and given[1] == receiver
