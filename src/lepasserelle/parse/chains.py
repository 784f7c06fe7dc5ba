"""Expressions to chains: the one string that means the same in every language (see `lepasserelle.model.facts`).

Nodes are followed down their left spine by the tables of the spec, iteratively, and every step is remembered by its span, so
that a call chain of 100 000 links is walked once. The positions of all names that a chain used up are kept: they are
no reads of their own.
"""

import re
from functools import lru_cache

from tree_sitter import Node

from lepasserelle.parse.kinds import kinds_of
from lepasserelle.parse.spec import LanguageSpec
from lepasserelle.parse.steps import CALL, CONVERTED, FIRST, MEMBER, METHOD, SUBSCRIPT, THROUGH, Step, child_at, last_at, steps_of

LIMIT = 200
"""Characters of the longest chain."""

_ROOT = re.compile(r"`[^`]*`|<\w+>|[^.()\[\]]+|\?")
_BOUNDARY = re.compile(r"[.(\[]")
_ARGUMENTS = re.compile(r"<[^<>]*>|\[[^\[\]]*\]")
_SEPARATORS = re.compile(r"\s*(?:::|->|\\|\?\.|&\.|/)\s*")
_WORD = re.compile(r"\w")
_NAME = re.compile(r"[^\W\d][\w$'!?@]*(?:\.[^\W\d][\w$'!?@]*)*")


REMEMBERED = 20_000
"""Plain texts remembered between the files of one language: the same names come again in every file."""

_LONGEST_REMEMBERED = 128
"""Only texts of fewer bytes are looked up and remembered."""

_CLOSING = frozenset(b')]}"')
"""What calls, subscripts and texts end in, and no plain text: they need no look at what they hold."""

Plain = tuple[str, tuple[int, ...] | None]
"""Chain of a plain text, and where its second and later names begin; None for one name that may be a literal all the same: only the
node's type tells `true` the value from `true` the name."""

_PLAIN: dict[str, dict[bytes, Plain]] = {}
"""Language → text of a plain member expression → what it is; depends on nothing else."""

_LITERALS: dict[str, dict[int, str]] = {}
"""Language → number of a type of literals → its chain."""


def shorten(chain: str) -> str:
    """A chain of at most `LIMIT` characters: a longer one keeps its end behind `?`."""
    if len(chain) <= LIMIT:
        return chain
    boundary = _BOUNDARY.search(chain, len(chain) - LIMIT + 1)
    return "?" + chain[boundary.start() :] if boundary else "?"


@lru_cache(maxsize=16_384)
def root_of(chain: str) -> str:
    """The root of a chain: everything before its first `.`, `()` or `[]`."""
    head = chain.partition(".")[0]
    if head.isidentifier():
        return head
    found = _ROOT.match(chain)
    return found.group() if found else chain


class Chains:
    """Lowers the nodes of one file. Roots are as written; receivers that depend on the scope are put in by `Scopes`."""

    __slots__ = ("_data", "_kinds", "_literals", "_memo", "_plain", "_spec", "_steps", "consumed", "lambdas")

    def __init__(self, spec: LanguageSpec, data: bytes) -> None:
        self._spec = spec
        self._data = data
        self._memo: dict[tuple[int, int], str] = {}
        self._kinds = kinds_of(spec.name)
        self._literals = _literals_of(spec)
        self._steps = steps_of(spec)
        self._plain = _PLAIN.setdefault(spec.name, {})
        if len(self._plain) > REMEMBERED:
            self._plain.clear()
        self.consumed: set[int] = set()
        """Start bytes of the names that belong to a chain, a definition or a binding."""
        self.lambdas: dict[tuple[int, int], str] = {}
        """Span of an anonymous function → its name; filled once they are numbered."""

    def name(self, node: Node) -> str:
        """Simple name of a node: its text, quotes removed."""
        text = self._data[node.start_byte : node.end_byte].decode("utf-8", "replace")
        if len(text) > 1 and text[0] in "\"'`" and text[-1] == text[0]:
            text = text[1:-1]
        if text.isidentifier():
            return text
        if len(text) > 1 and text[0] == ":" and (text[1] in '_"[' or text[1].isalnum()):
            text = text[1:]
        if self._spec.name_tail is not None:
            text = self._spec.name_tail.sub("", text)
        if self._spec.name_joint is not None:
            text = self._spec.name_joint.sub(".", text)
        return " ".join((text.replace("::", ".") if _WORD.search(text) else text).split())[:LIMIT]

    def chain(self, node: Node) -> str:
        """The chain of an expression; `?` where the tables do not follow it."""
        start, end = node.start_byte, node.end_byte
        held = self._plain.get(self._data[start:end]) if end - start < _LONGEST_REMEMBERED else None
        if held is None:
            held = self._unseen_plain(start, end)
            if held is None:
                number = node.kind_id
                return self._walk(node, start, end) if number in self._steps else self._root(node, self._kinds[number])
        chain, offsets = held
        consumed = self.consumed
        consumed.add(start)
        if offsets is None:
            return self._literals.get(node.kind_id, chain)
        for offset in offsets:
            consumed.add(start + offset)
        return chain

    def _unseen_plain(self, start: int, end: int) -> Plain | None:
        """What a text is that is not remembered, if it is plain."""
        data = self._data
        if start == end or data[end - 1] in _CLOSING:
            return None
        plain = self._spec.plain.fullmatch(data, start, end)
        return self._new_plain(plain.group()) if plain is not None else None

    def _new_plain(self, text: bytes) -> Plain:
        chain = text.decode("ascii")
        offsets = []
        place = chain.find(".") + 1
        root = chain[: place - 1] if place else chain
        while place:
            offsets.append(place)
            place = chain.find(".", place) + 1
        receiver = self._spec.receivers.get(root)
        if receiver is not None:
            chain = receiver + chain[len(root) :]
        words = self._spec.literal_words
        may_be_literal = not offsets and (not words or root in words)
        held = shorten(chain), None if may_be_literal else tuple(offsets)
        if len(text) < _LONGEST_REMEMBERED:
            self._plain[text] = held
        return held

    def _walk(self, node: Node, start: int, end: int) -> str:
        """The chain of a node that is gone through and whose text is not plain."""
        spine: list[tuple[tuple[int, int], str]] = []
        memo, steps = self._memo, self._steps
        current: Node | None = node
        chain = "?"
        while current is not None:
            if spine:
                start, end = current.start_byte, current.end_byte
                plain = self._plain.get(self._data[start:end]) if end - start < _LONGEST_REMEMBERED else None
                if plain is not None or (plain := self._unseen_plain(start, end)) is not None:
                    chain = self._used(current, start, plain)
                    break
            span = (start, end)
            held = memo.get(span)
            if held is not None:
                chain = held
                break
            taken = steps.get(current.kind_id)
            step = self._step(current, taken) if taken is not None else None
            if step is not None and self._spec.only_named and self._data.endswith(self._spec.only_named, start, end):
                step = step[0], step[1].removesuffix("()")
            if step is None:
                chain = memo[span] = self._root(current, self._kinds[current.kind_id])
                break
            current, suffix = step
            spine.append((span, suffix))
        while spine:
            span, suffix = spine.pop()
            if suffix:
                chain = self._joined(chain, suffix)
            memo[span] = chain
        return chain

    def _used(self, node: Node, start: int, held: Plain) -> str:
        chain, offsets = held
        self.consumed.add(start)
        if offsets is None:
            return self._literals.get(node.kind_id, chain)
        self.consumed.update([start + offset for offset in offsets])
        return chain

    def _joined(self, chain: str, suffix: str) -> str:
        if self._spec.curried and suffix == "()" and chain.endswith("()"):
            return chain
        joined = chain + suffix
        receiver = self._spec.receivers.get(joined)
        if receiver is not None:
            return receiver
        return joined if len(joined) <= LIMIT else shorten(joined)

    def _step(self, node: Node, step: Step) -> tuple[Node | None, str] | None:
        """One step down the spine: (next node, suffix), or None when the node is a root."""
        what, field, name_field, kind = step
        if what == CALL:
            return self._call(node, kind, child_at(node, field))
        if what == SUBSCRIPT:
            return child_at(node, field), "[]"
        if what == THROUGH:
            return child_at(node, field), ""
        if what == CONVERTED:
            return child_at(node, field), "[]" if self._is_table(node, kind) else ""
        if what == METHOD:
            return self._method(node, *self._spec.methods[kind])
        spec = self._spec
        name = last_at(node, name_field)
        if name is None:
            return (node.child_by_field_id(field) if field > FIRST else None), ""
        self._consume_names(name)
        owner = child_at(node, field)
        if (kind in spec.rooted) if owner is None else (kind in spec.roots and owner.type == spec.own_module):
            return None
        if owner is None or owner.id == name.id:
            return name, ""
        word = self._member_name(name)
        if word[0] == "$":
            word = word[1:] if kind in spec.sigil_members else "?"
        return owner, "." + word

    def _is_table(self, node: Node, kind: str) -> bool:
        """Whether a type with an argument stands where it may be a table with a subscript, and the argument is no type for sure."""
        around, argument = node.parent, node
        while argument.named_children and not argument.type.startswith("qualified"):
            argument = argument.named_children[-1]
        text = self._data[argument.start_byte : argument.end_byte].decode("utf-8", "replace")
        return around is not None and around.type == self._spec.applied[kind] and text not in self._spec.plain_types

    def _call(self, node: Node, kind: str, called: Node | None) -> tuple[Node | None, str] | None:
        spec = self._spec
        if spec.casts and (given := self._cast_to(called)) is not None:
            return given, "()"
        if spec.continued and called is not None and self.continues(node, called):
            return called, ""
        if spec.names_parent is not None and not spec.names_parent(node, self._data):
            return None
        return called, "[]" if spec.bracket_calls and kind in spec.bracket_calls and self._data[node.end_byte - 1] == 93 else "()"

    def _cast_to(self, called: Node | None) -> Node | None:
        """The type that a call gives which is a cast."""
        if called is None or called.type != "template_function":
            return None
        name, arguments = called.child_by_field_name("name"), called.child_by_field_name("arguments")
        if name is None or arguments is None or not arguments.named_children or name.text is None:
            return None
        return arguments.named_children[0] if name.text.decode() in self._spec.casts else None

    def _method(self, node: Node, object_field: str, name_field: str) -> tuple[Node | None, str] | None:
        if name_field:
            name, receiver = node.child_by_field_name(name_field), node.child_by_field_name(object_field)
        else:
            receiver, name = (*[child for child in node.named_children if not child.is_extra], None, None)[:2]
            if name is not None and name.type in self._spec.signs:
                return None
        if name is None or receiver is None:
            return (name or receiver, "()") if name is not None or receiver is not None else None
        self.consumed.add(name.start_byte)
        word = self._member_name(name)
        if word[0] == "$":
            word = "?"
        if receiver.type in self._spec.instantiations.get(word, ()):
            return receiver, "()"
        return receiver, f".{word}()"

    def continues(self, call: Node, callee: Node) -> bool:
        """Whether a call only adds arguments to the call that is its callee."""
        last = self._spec.continued.get(call.type)
        return last is not None and callee.type == call.type and (not last or call.named_children[-1].type == last)

    def _consume_names(self, name: Node | None) -> None:
        """The names of a member that is qualified itself (`b::c` of `a::b::c`) are used up together."""
        while name is not None:
            self.consumed.add(name.start_byte)
            step = self._steps.get(name.kind_id)
            name = name.child_by_field_id(step[2]) if step is not None and step[0] == MEMBER and step[2] > FIRST else None

    def _member_name(self, node: Node) -> str:
        text = self._data[node.start_byte : node.end_byte].decode("utf-8", "replace")
        if text.isidentifier():
            return text
        if node.type in self._spec.names:
            return "".join(text.split()) or "?"
        return _dotted(text) or "?"

    def bare(self, node: Node) -> Node:
        """A declared name without what stands around it (`x` of `*x[3]`)."""
        declarators = self._spec.declarators
        while node.type in declarators and (inner := _child(node, declarators[node.type])) is not None:
            node = inner
        return node

    def declared(self, node: Node) -> tuple[str, str, int]:
        """What a declarator declares: simple name, chain of the type before it (`A` of `*A::f(int)`), first byte of the name."""
        receiver, _, name = self.chain(node).rpartition(".")
        leaf = node
        for _ in range(64):
            member = self._spec.members.get(leaf.type)
            inner = leaf.child_by_field_name(member[1]) if member else None
            if inner is None and leaf.type in self._spec.transparent:
                inner = _child(leaf, self._spec.transparent[leaf.type])
            if inner is None:
                break
            leaf = inner
        return self.name(leaf) if name == "?" or leaf.type in self._spec.names else name, receiver, leaf.start_byte

    def _root(self, node: Node, kind: str) -> str:
        spec = self._spec
        start, end = node.start_byte, node.end_byte
        literal = spec.literals.get(kind)
        if literal is not None:
            return literal
        receiver = spec.receivers.get(kind)
        if receiver is not None:
            self.consumed.add(start)
            return receiver
        if kind in spec.roots:
            self.consumed.update((start, *[child.start_byte for child in node.named_children]))
            return shorten(spec.roots[kind](node, self._data))
        if kind in spec.rooted:
            named = _last(node, spec.members[kind][1])
            return shorten("::" + self.chain(named)) if named is not None else "?"
        if kind in spec.qualified:
            written = _dotted(self._data[start : min(end, start + LIMIT)].decode("utf-8", "replace"))
            if self._data[start] == 92 and written:
                return shorten("<global>." + written)
            return shorten(written.removeprefix("namespace.") or "?")
        if kind in spec.names:
            self.consumed.add(start)
            text = self._data[start:end].decode("utf-8", "replace")
            return spec.receivers.get(text) or shorten(text) or "?"
        return self.lambdas.get((start, end), "?")

    def type_chain(self, node: Node) -> str:
        """The chain of a type: arguments dropped, wrappers such as `Optional` seen through, a quoted type read as a type."""
        spec = self._spec
        current = node
        for _ in range(64):
            kind = current.type
            if kind in spec.arrays:
                element = _child(current, spec.arrays[kind])
                inner_chain = self.type_chain_of_base(element) if element is not None else "?"
                return inner_chain if inner_chain == "?" else inner_chain + "[]"
            if kind in spec.unions:
                only = self._only_member(current)
                if only is None:
                    return "?"
                current = only
            elif kind in spec.generics:
                base = _child(current, spec.generics[kind])
                if base is None:
                    return "?"
                argument = self._wrapped(base, current)
                if argument is None and base.type not in spec.generics:
                    return self.type_chain_of_base(base)
                current = argument or base
            elif kind in spec.transparent and (inner := _child(current, spec.transparent[kind])) is not None:
                current = inner
            else:
                break
        return self.type_chain_of_base(current)

    def value_type(self, node: Node) -> str:
        """The type of a declared value: `type_chain`, and for what holds values of another type `container{type}`."""
        spec = self._spec
        if not spec.sequence_types and not spec.containers:
            return self.type_chain(node)
        opened: list[str] = []
        current, qualified = node, ""
        for _ in range(64):
            kind = current.type
            held, container, around, qualified = None, "", qualified, ""
            if kind in spec.sequence_types:
                held = _child(current, spec.sequence_types[kind])
            elif kind in spec.generics or kind in spec.qualified:
                held, container = self._argument(current)
            elif kind in spec.members:
                held = current.child_by_field_name(spec.members[kind][1])
                base = _child(held, spec.generics[held.type]) if held is not None and held.type in spec.generics else None
                if base is None or self.chain(base) not in {*spec.type_wrappers, *spec.containers}:
                    break
                qualified = self.chain(current)
            elif kind in spec.transparent:
                held = _child(current, spec.transparent[kind])
            if held is None:
                break
            if container or kind in spec.sequence_types:
                opened.append(around or container)
            current = held
        chain = self.type_chain(current)
        while opened and chain in {"?", "<none>"}:
            chain = opened.pop() or "?"
        return "".join(f"{container}{{" for container in opened) + chain + "}" * len(opened)

    def _argument(self, node: Node) -> tuple[Node | None, str]:
        """(the argument of a type that is what it holds or wraps, the type's own chain where it holds it)."""
        if node.type in self._spec.generics:
            base = _child(node, self._spec.generics[node.type])
        else:
            children = node.named_children
            base = children[0] if len(children) == 2 and children[1].type == "type_arguments" else None
        if base is None:
            return None, ""
        held, container = self._held(base, node)
        return held or self._wrapped(base, node), container

    def _held(self, base: Node, generic: Node) -> tuple[Node | None, str]:
        """(the argument of a generic type that is what it holds, the type's own chain)."""
        chain = self.chain(base)
        place = self._spec.containers.get(chain.rpartition(".")[2])
        if place is None:
            return None, ""
        lists = [child for child in generic.named_children if child.start_byte >= base.end_byte]
        arguments = [child for child in lists[0].named_children if not child.is_extra] if lists else []
        arguments = [argument for argument in arguments if argument.type != "lifetime"]
        return (arguments[place], chain) if place < len(arguments) else (None, "")

    def type_chain_of_base(self, node: Node) -> str:
        """The chain of a type without arguments."""
        literal = self._spec.literals.get(node.type)
        if literal == "<none>":
            return literal
        if literal == "<str>":
            return _dotted(self.name(node)) or "?"
        if literal is not None:
            return "?"
        chain = self.chain(node)
        if chain != "?":
            return chain.removesuffix("[]")
        text = self._data[node.start_byte : min(node.end_byte, node.start_byte + LIMIT)].decode("utf-8", "replace")
        if self._spec.strip_type is not None:
            text = self._spec.strip_type.sub("", text)
        return _dotted(text) or "?"

    def _wrapped(self, base: Node, generic: Node) -> Node | None:
        """The first argument of a generic type that only wraps it."""
        wrappers = self._spec.type_wrappers
        if not wrappers or self.chain(base).rpartition(".")[2] not in wrappers:
            return None
        for child in generic.named_children:
            if child.start_byte >= base.end_byte:
                spec = self._spec
                kind = child.type
                if kind in spec.names or kind in spec.generics or kind in spec.members or not child.named_children:
                    return child
                return child.named_children[0]
        return None

    def _only_member(self, union: Node) -> Node | None:
        members: list[Node] = []
        stack = [union]
        while stack and len(members) < 2:
            node = stack.pop()
            if node.type in self._spec.unions:
                stack.extend(node.named_children)
            elif (
                not node.is_extra
                and self._data[node.start_byte : node.end_byte].decode("utf-8", "replace") not in self._spec.empty_types
            ):
                members.append(node)
        return members[0] if len(members) == 1 else None


def _literals_of(spec: LanguageSpec) -> dict[int, str]:
    held = _LITERALS.get(spec.name)
    if held is None:
        kinds = kinds_of(spec.name)
        held = _LITERALS[spec.name] = {at: spec.literals[kind] for at, kind in kinds.items() if kind in spec.literals}
    return held


def _child(node: Node, field: str) -> Node | None:
    if field:
        return node.child_by_field_name(field)
    for child in node.named_children:
        if not child.is_extra:
            return child
    return None


def _last(node: Node, field: str) -> Node | None:
    if field:
        return node.child_by_field_name(field)
    for child in reversed(node.named_children):
        if not child.is_extra:
            return child
    return None


def _dotted(text: str) -> str:
    """Text of a qualified name in dots: separators unified, type arguments and marks dropped; empty when it is no name."""
    for _ in range(8):
        text, count = _ARGUMENTS.subn("", text)
        if not count:
            break
    text = _SEPARATORS.sub(".", text.strip()).strip(" .*&?!")
    return text if _NAME.fullmatch(text) else ""
