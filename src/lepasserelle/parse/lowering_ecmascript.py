"""ECMAScript's import forms, which no table can say: clauses, re-exports, `require` with destructuring, dynamic `import()`."""

from tree_sitter import Node

from lepasserelle.model import ImportFlag
from lepasserelle.parse.spec import BoundName


def ecmascript_imports(node: Node, data: bytes) -> list[BoundName]:
    """What an import or re-export statement, a `require` or an `import()` binds."""
    if node.type == "import_statement":
        return _statement(node, data)
    if node.type == "export_statement":
        return _reexport(node, data)
    if node.type == "variable_declarator":
        return _declarator(node, data)
    module = _argument(node, data)
    return [BoundName(module)] if module else []


def _text(node: Node | None, data: bytes) -> str:
    if node is None:
        return ""
    text = data[node.start_byte : node.end_byte].decode("utf-8", "replace")
    return text[1:-1] if len(text) > 1 and text[0] in "\"'`" else text


def _statement(node: Node, data: bytes) -> list[BoundName]:
    flags = _type_only(node)
    clause = next((child for child in node.named_children if child.type in ("import_clause", "import_require_clause")), None)
    if clause is not None and clause.type == "import_require_clause":
        module = _text(clause.child_by_field_name("source"), data)
        return [BoundName(module, "", _text(clause.named_children[0], data), flags=flags)]
    module = _text(node.child_by_field_name("source"), data)
    if clause is None:
        return [BoundName(module, flags=flags)]
    bound = []
    for child in clause.named_children:
        if child.type == "identifier":
            bound.append(BoundName(module, "default", _text(child, data), flags=flags))
        elif child.type == "namespace_import":
            bound.append(BoundName(module, "", _text(child.named_children[0], data), flags=flags))
        elif child.type == "named_imports":
            bound += [_specifier(part, module, flags, data) for part in child.named_children if part.type == "import_specifier"]
    return bound


def _type_only(node: Node) -> int:
    return ImportFlag.TYPE_ONLY if any(child.type in ("type", "typeof") for child in node.children) else 0


def _specifier(node: Node, module: str, flags: int, data: bytes) -> BoundName:
    alias = _text(node.child_by_field_name("alias"), data)
    name = _text(node.child_by_field_name("name"), data)
    if not name and any(child.type == "default" for child in node.children):
        name = "default"
    return BoundName(module, name, alias or name, flags=flags | _type_only(node))


def _reexport(node: Node, data: bytes) -> list[BoundName]:
    module = _text(node.child_by_field_name("source"), data)
    flags = ImportFlag.REEXPORT | _type_only(node)
    for child in node.named_children:
        if child.type == "namespace_export":
            return [BoundName(module, "", _text(child.named_children[0], data), flags=flags)]
        if child.type == "export_clause":
            return [_specifier(part, module, flags, data) for part in child.named_children if part.type == "export_specifier"]
    return [BoundName(module, "*", "", flags=flags)]


def _argument(call: Node, data: bytes) -> str:
    arguments = call.child_by_field_name("arguments")
    first = arguments.named_children[0] if arguments is not None and arguments.named_child_count else None
    if first is None or first.type not in ("string", "template_string") or b"${" in data[first.start_byte : first.end_byte]:
        return ""
    return _text(first, data)


def _declarator(node: Node, data: bytes) -> list[BoundName]:
    value = node.child_by_field_name("value")
    target = node.child_by_field_name("name")
    member = ""
    if value is not None and value.type == "member_expression":
        member = _text(value.child_by_field_name("property"), data)
        value = value.child_by_field_name("object")
    if value is not None and value.type == "await_expression":
        value = value.named_children[0]
    module = _argument(value, data) if value is not None else ""
    if not module or target is None:
        return []
    if target.type == "identifier":
        return [BoundName(module, member, _text(target, data))]
    if target.type != "object_pattern" or member:
        return [BoundName(module, member)]
    return [bound for part in target.named_children if (bound := _destructured(part, module, data)) is not None] or [
        BoundName(module)
    ]


def _destructured(part: Node, module: str, data: bytes) -> BoundName | None:
    if part.type == "object_assignment_pattern":
        inner = part.child_by_field_name("left")
        if inner is None:
            return None
        part = inner
    if part.type == "shorthand_property_identifier_pattern":
        return BoundName(module, _text(part, data), _text(part, data))
    if part.type != "pair_pattern":
        return None
    key, value = part.child_by_field_name("key"), part.child_by_field_name("value")
    if value is not None and value.type == "identifier":
        return BoundName(module, _text(key, data), _text(value, data))
    return None
