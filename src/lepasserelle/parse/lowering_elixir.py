"""Elixir's directives as imports, the arity of calls with pipes and blocks, and which heads are clauses of one function."""

from tree_sitter import Node

from lepasserelle.model import ImportFlag
from lepasserelle.parse.spec import BoundName, Token

_CLAUSES = frozenset({"def", "defp", "defmacro", "defmacrop"})


def elixir_imports(node: Node, data: bytes) -> list[BoundName]:
    """`alias A.B` binds B, `alias A.{B, C}` both, `as:` another name; `import` every name or those of `only:`.

    `use` brings in what the module's `__using__` holds; `require` binds nothing.
    """
    word = _text(node.child_by_field_name("target"), data)
    arguments = next((child for child in node.named_children if child.type == "arguments"), None)
    if arguments is None or not arguments.named_children:
        return []
    modules = _modules(arguments.named_children[0], data)
    options = _options(arguments, data)
    if word == "alias":
        given = options.get("as")
        return [BoundName(module, "", _text(given, data) if given is not None else module.rpartition(".")[2]) for module in modules]
    if word == "import":
        only = _only(options.get("only"), data)
        names = [(name, name) for name in only] or [("*", "")]
        return [BoundName(module, name, alias) for module in modules for name, alias in names]
    if word == "use":
        return [BoundName(module, "*", "", flags=int(ImportFlag.INCLUDE)) for module in modules]
    given = options.get("as")
    return [BoundName(module, "", _text(given, data)) for module in modules]


def _modules(node: Node, data: bytes) -> list[str]:
    if node.type == "dot":
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if right is not None and right.type == "tuple":
            return [f"{_text(left, data)}.{_text(child, data)}" for child in right.named_children if child.type == "alias"]
    return [_text(node, data)] if node.type in ("alias", "atom", "dot") else []


def _options(arguments: Node, data: bytes) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for keywords in arguments.named_children:
        if keywords.type == "keywords":
            for pair in keywords.named_children:
                key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
                if value is not None:
                    found[_text(key, data).strip(": ")] = value
    return found


def _only(value: Node | None, data: bytes) -> list[str]:
    if value is None or value.type != "list":
        return []
    pairs = [pair for keywords in value.named_children for pair in keywords.named_children if pair.type == "pair"]
    names = [_text(pair.child_by_field_name("key"), data).strip(": ") for pair in pairs]
    return list(dict.fromkeys(names))


def elixir_arity(call: Node) -> int:
    """Arguments as the callee counts them: keywords are one, a `do` block is one more; what a pipe gives is added by `@piped`."""
    if call.type != "call":
        return 0 if call.type == "binary_operator" else -1
    count = 0
    for child in call.named_children:
        if child.type == "arguments":
            count += sum(not argument.is_extra for argument in child.named_children)
        elif child.type == "do_block":
            count += 1
    return count


def elixir_clause(node: Node) -> str:
    """Word and arity of a `def`: heads of one name that share both are clauses of one function."""
    target = node.child_by_field_name("target")
    word = _word(target)
    if node.type != "call" or word not in _CLAUSES:
        return ""
    arguments = next((child for child in node.named_children if child.type == "arguments"), None)
    head = arguments.named_children[0] if arguments is not None and arguments.named_children else None
    if head is not None and head.type == "binary_operator" and any(child.type == "when" for child in head.children):
        head = head.child_by_field_name("left")
    if head is None or head.type != "call":
        return f"{word}/{2 if head is not None and head.type == 'binary_operator' else 0}"
    given = next((child for child in head.named_children if child.type == "arguments"), None)
    return f"{word}/{sum(not child.is_extra for child in given.named_children) if given is not None else 0}"


def delegated(keywords: Node, data: bytes) -> list[Token]:
    """The function that a `defdelegate` calls: of the module behind `to:`, under the name behind `as:` or its own."""
    arguments = keywords.parent
    head = arguments.named_children[0] if arguments is not None else None
    options = _options(arguments, data) if arguments is not None else {}
    target = options.get("to")
    if head is None or target is None or target.type not in {"alias", "atom"}:
        return []
    given = next((child for child in head.named_children if child.type == "arguments"), None) if head.type == "call" else None
    arity = sum(not child.is_extra for child in given.named_children) if given is not None else 0
    name = _text(options.get("as"), data).lstrip(":") or _text(head.child_by_field_name("target") or head, data)
    return [Token(target.start_byte, target.end_byte, True, f"{_text(target, data)}.{name}", arity)]


def _word(node: Node | None) -> str:
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""


def _text(node: Node | None, data: bytes) -> str:
    return "".join(data[node.start_byte : node.end_byte].decode("utf-8", "replace").split()) if node is not None else ""
