"""Haskell's imports, the arity of curried calls, and what counts as a clause."""

import re

from tree_sitter import Node

from lepasserelle.parse.spec import BoundName

_DIRECTIVE = re.compile(
    rb"^#[ \t]*(?:if|ifdef|ifndef|elif|else|endif|include|define|undef|error|warning|line)\b(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE
)
_APPLYING = frozenset({b"$", b".", b"<$>", b"<$!>", b"$!", b"=<<", b">=>", b"<=<", b">>=", b"&", b"<&>"})
_CLAUSES = frozenset({"signature", "function", "bind"})


def without_directives(data: bytes) -> bytes:
    """The file with the lines of the C preprocessor blanked.

    So both branches of an `#if` are read; the grammar drops the second one.
    """
    if b"\n#" not in data and not data.startswith(b"#"):
        return data
    return _DIRECTIVE.sub(lambda found: re.sub(rb"[^\n]", b" ", found.group()), data)


def haskell_imports(node: Node, data: bytes) -> list[BoundName]:
    """`import A` binds all names of A, `import A (f)` f, `qualified` and `as` the qualifier.

    What `hiding` leaves out is not told apart.
    """
    module = _text(node.child_by_field_name("module"), data)
    alias = _text(node.child_by_field_name("alias"), data)
    words = {child.type for child in node.children}
    names = node.child_by_field_name("names")
    bound = []
    if "qualified" in words or alias:
        bound.append(BoundName(module, "", alias or module))
    if "qualified" in words:
        return bound
    if names is None or "hiding" in words:
        return [*bound, BoundName(module, "*", "")]
    return bound + [BoundName(module, name, name) for child in names.named_children for name in _names(child, data)]


def _names(entry: Node, data: bytes) -> list[str]:
    """`f`, `(<+>)`, `Type`, `Type (..)`, `Type (A, b)`: a type and the members that are named."""
    found = []
    for child in entry.named_children:
        if child.type == "children":
            found += [_text(member, data).strip("()") for member in child.named_children if member.type != "all_names"]
        elif not child.is_extra:
            found.append(_text(child, data).strip("()"))
    return found


def haskell_arity(call: Node) -> int:
    """An operator has two arguments; what `f $ x`, `f . g` and sections call is given a number that they do not tell.

    Applications are counted by `@applied`.
    """
    if call.type != "infix":
        return -1
    return -1 if any(child.type == "operator" and child.text in _APPLYING for child in call.children) else 2


def operator_name(node: Node, data: bytes) -> str:
    """An operator in backticks, which no dot or bracket in it can be taken for a part of a chain; `M.<+>` likewise."""
    if node.type != "qualified":
        return f"`{_text(node, data)}`"
    name = node.child_by_field_name("id")
    written = _text(node, data)
    if name is None or not name.type.endswith("operator"):
        return written
    text = _text(name, data)
    return f"{written.removesuffix(text)}`{text}`"


def haskell_clause(node: Node) -> str:
    """Signatures and equations of one name are clauses of one function."""
    return "equation" if node.type in _CLAUSES else ""


def _text(node: Node | None, data: bytes) -> str:
    return "".join(data[node.start_byte : node.end_byte].decode("utf-8", "replace").split()) if node is not None else ""
