"""Python's import statements, which no table can say: relative levels, aliases, and `import a.b` that binds `a`."""

from tree_sitter import Node

from lepasserelle.parse.spec import BoundName


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
