"""Movements of values: parameters, assignments, declarations, returns, exports; and with them which names a scope binds.

Runs before references are read, because what is local decides which of those are kept.
"""

from bisect import bisect_right
from operator import itemgetter

from tree_sitter import Node

from lepasserelle.model import FlowKind, NodeFlag, NodeKind
from lepasserelle.parse import closures, literals
from lepasserelle.parse.blocks import Blocks
from lepasserelle.parse.captures import Buckets, Captured
from lepasserelle.parse.chains import Chains
from lepasserelle.parse.draft import IS_CALLABLE, IS_TYPE, Draft
from lepasserelle.parse.kinds import kinds_of
from lepasserelle.parse.scopes import Scopes
from lepasserelle.parse.spec import LanguageSpec

_SUFFIXES = (
    ("assign.source", ""),
    ("assign.each", "[]"),
    ("assign.context", ".__enter__()"),
    ("assign.async_context", ".__aenter__()"),
    ("assign.instance", "()"),
)


DraftFlow = tuple[int, int, Draft, str, str]
"""A flow whose scope is still a draft: first byte, kind, scope, target, source."""

Target = tuple[int, int, str, Draft, bool]
"""A place that is assigned to: first byte, end, chain, scope, and whether it is silent: a definition or a declaration, where the
name is used up and nothing is written that was there before."""

_PARAMETER, _ASSIGN, _DECLARE, _RETURN = int(FlowKind.PARAMETER), int(FlowKind.ASSIGN), int(FlowKind.DECLARE), int(FlowKind.RETURN)
_ARGUMENT = int(FlowKind.ARGUMENT)
_UNNAMED = frozenset({"?", ""})
_METHODS = frozenset({NodeKind.METHOD, NodeKind.CONSTRUCTOR})
_STATIC, _CLASS_METHOD = int(NodeFlag.STATIC), int(NodeFlag.CLASS_METHOD)


class Flows:
    """Collects the flows of one file. `targets` are the places written to, for the references."""

    def __init__(
        self, spec: LanguageSpec, values: Chains, places: Chains, scopes: Scopes, drafts: list[Draft], blocks: Blocks
    ) -> None:
        self._spec = spec
        self._kinds = kinds_of(spec.name)
        self.values = self._values = values
        self._places = places
        self._scopes = scopes
        self._defined = {draft.name_end for draft in drafts if IS_CALLABLE[draft.kind] or IS_TYPE[draft.kind]}
        self._code = scopes.code
        self._drafts = drafts
        self._blocks = blocks
        self._written_at: dict[int, int] = {}
        """Number of a flow → where its source stands, of the flows that a renamed local may concern."""
        self._functions = [draft for draft in drafts if draft.callable]
        self._makes_fields = spec.instance_field is not None and r"\." not in spec.instance_field.pattern
        """Whether a plain name may be a field (Ruby's `@x`); else only members are."""
        self._clauses: dict[int, int] = {}
        """Owner → which of its clauses names the parameters; those of the others are assigned."""
        self._plain: dict[tuple[int, str], bool] = {}
        """Parameters, by scope and name → whether their type says that they hold no function."""
        self._compound = spec.patterns | spec.pattern_defaults.keys()
        self._literals = frozenset(spec.literals.values())
        self._given: set[tuple[int, str]] = set()
        """Parameters, by scope and name, of which it is known what they are given."""
        self.parameters: list[DraftFlow] = []
        self.found: list[DraftFlow] = []
        """All flows but parameters; `finish` puts the receivers in."""
        self.targets: list[Target] = []
        self.stems: list[tuple[Target, int, int]] = []
        """Targets that are member expressions, with the span of the whole statement: fields may come of them."""

    def collect(self, buckets: Buckets) -> None:
        """Read all flows; afterwards every draft knows its receiver and the names it binds."""
        self._names_of_outer_scopes(buckets)
        if self._spec.unnamed_parameter:
            self._give_closures(buckets)
        self._parameters(buckets)
        if self._spec.type_bounds:
            self._type_parameters(buckets)
        for node in buckets.nodes("type.variable"):
            self._type_variable(node)
        for captured in buckets.by_role["declare.name"]:
            self._declare(captured)
        for captured in buckets.by_role["assign.target"]:
            self._assign(captured)
        for captured in buckets.by_role["literal"]:
            self._literal(captured)
        for captured in buckets.by_role["put"]:
            self._put(captured)
        for fields in buckets.nodes("declare.places"):
            types = fields.children_by_field_name("type")
            for place, node in enumerate(types):
                self._add(node.start_byte, _DECLARE, self._code.at(node.start_byte), str(place), self._values.value_type(node))

    def finish(self, buckets: Buckets) -> list[DraftFlow]:
        """Returns and exports, which need the receivers; then all flows in source order with receivers put in."""
        for node in buckets.nodes("return"):
            self._return(node)
        for node in buckets.nodes("return.type"):
            owner = self._scopes.function_at(node.start_byte)
            if owner.callable:
                self._add(node.start_byte, _RETURN, owner, "<type>", self._values.value_type(node))
        for node in buckets.nodes("metaclass"):
            self._add(
                node.start_byte,
                _DECLARE,
                self._scopes.definition_at(node.start_byte),
                "<metaclass>",
                self._values.chain(node),
            )
        for captured in buckets.by_role["export.name"]:
            self._export(captured, self._values.name(captured["export.name"][0]))
        for captured in buckets.by_role["export.default"]:
            self._export(captured, "default")
        for draft in self._drafts:
            if draft.alias and draft.parent is not None:
                self._add(draft.start, _DECLARE, draft.parent, draft.name, "")
                self._add(draft.start, _ASSIGN, draft.parent, draft.name, draft.alias)
        self._receive()
        found = self.parameters + self.found
        found.sort(key=itemgetter(0))
        return found

    def _receive(self) -> None:
        if self._blocks.names:
            renamed = self._blocks.renamed
            for index, (position, kind, scope, target, source) in enumerate(self.found):
                if kind != _DECLARE:
                    target = target and renamed(target, scope, position)
                    source = renamed(source, scope, self._written_at.get(index, position))
                    self.found[index] = (position, kind, scope, target, source)
        received, receivers = self._scopes.received, tuple(self._scopes.receivers)
        for index, (position, kind, scope, target, source) in enumerate(self.found):
            if target.startswith(receivers) or source.startswith(receivers):
                if source and source[0] not in "?<":
                    source = received(source, scope)
                self.found[index] = (position, kind, scope, received(target, scope), source)

    def _add(self, position: int, kind: int, scope: Draft, target: str, source: str) -> None:
        self.found.append((position, kind, scope, target, source))

    def _names_of_outer_scopes(self, buckets: Buckets) -> None:
        for role, kind in (("global", int(FlowKind.GLOBAL)), ("nonlocal", int(FlowKind.NONLOCAL))):
            for node in buckets.nodes(role):
                scope = self._scopes.code_at(node.start_byte)
                name = self._places.chain(node)
                scope.global_names.add(name)
                self._add(node.start_byte, kind, scope, name, "")

    def _type_parameters(self, buckets: Buckets) -> None:
        """A type parameter is each of its bounds, else something unknown, in what it stands on and in the members of a block."""
        spans = sorted({(node.start_byte, node.end_byte) for node in buckets.nodes("extension")})
        found: dict[tuple[int, str], list[str]] = {}
        for captured in buckets.by_role["type.parameter"]:
            node = captured["type.parameter"][0]
            bounds = found.setdefault((node.start_byte, self._values.name(node)), [])
            bounds += [self._values.type_chain(bound) for bound in captured.get("type.bound", ())]
        for (position, name), bounds in found.items():
            owner = self._scopes.definition_at(position)
            owners = [owner]
            if owner.kind is NodeKind.MODULE:
                around = [span for span in spans if span[0] <= position < span[1]]
                owners = [
                    draft for draft in self._drafts if draft.callable and around and around[-1][0] <= draft.start < around[-1][1]
                ]
            for each in owners:
                self._add(position, _DECLARE, each, name, "")
                for bound in bounds or ["?"]:
                    self._add(position, _ASSIGN, each, name, bound)

    def _give_closures(self, buckets: Buckets) -> None:
        for position, scope, name, source in closures.collect(self._spec, buckets, self._scopes, self._values):
            self._given.add((id(scope), name))
            self._add(position, _ASSIGN, scope, name, source)

    def _parameters(self, buckets: Buckets) -> None:
        found: list[tuple[int, bool, int, Node, Node | None]] = []
        for captured in buckets.by_role["parameter.name"]:
            types = captured.get("parameter.type")
            for name in captured["parameter.name"]:
                found.append((name.start_byte, types is None, len(found), name, types[0] if types else None))
        found.sort()
        last = -1
        foreign = {captured["parameter.none"][0].start_byte for captured in buckets.by_role["parameter.none"]}
        function_at = self._scopes.function_at
        for position, _, _, name, type_node in found:
            if position == last or position in foreign:
                continue
            last = position
            owner = function_at(position)
            if owner.callable:
                self._parameter(owner, position, name, type_node)

    def _parameter(self, owner: Draft, position: int, name: Node, type_node: Node | None) -> None:
        source = self._values.value_type(type_node) if type_node is not None and not self._is_function(name) else ""
        kind, flows = _PARAMETER, self.parameters
        if owner.clause_starts:
            clause = bisect_right(owner.clause_starts, position)
            first = self._clauses.setdefault(id(owner), clause)
            if clause != first:
                kind, source, flows = _ASSIGN, "?", self.found
        spec = self._spec
        constants, variadic = spec.pattern_constants, spec.variadic
        is_whole = not spec.declarators and self._kinds[name.kind_id] not in self._compound
        for leaf in (name,) if is_whole else self._leaves(name):
            target = self._places.chain(leaf)
            if target[:1] in _UNNAMED or target in self._literals or (constants and leaf.type in constants):
                target = "_"
            if not owner.bound and not owner.receiver_text and spec.first_parameter_is_receiver:
                self._receiver(owner, target)
            owner.bound.add(target)
            if variadic and name.parent is not None and name.parent.type in variadic:
                source = f"...{{{source}}}"
            if spec.function_values:
                self._plain[id(owner), target] = source in spec.plain_types
            if source or not self._given or (id(owner), target) not in self._given:
                flows.append((position, kind, owner, target, source if source and leaf == self._places.bare(name) else ""))

    def _is_function(self, declarator: Node) -> bool:
        """Whether a declarator declares a pointer to a function."""
        spec = self._spec
        node: Node | None = declarator if spec.function_declarators else None
        while node is not None and node.type in spec.declarators:
            if node.type in spec.function_declarators:
                return True
            field = spec.declarators[node.type]
            node = node.child_by_field_name(field) if field else next(iter(node.named_children), None)
        return False

    def _receiver(self, owner: Draft, name: str) -> None:
        if owner.kind not in _METHODS or owner.flags & _STATIC:
            return
        owner.receiver_text = name
        owner.receiver_root = "<class>" if owner.flags & _CLASS_METHOD else "<self>"

    def _type_variable(self, node: Node) -> None:
        """A parameter that stands for a type hides what the scopes around call by its name: of a class, in its methods."""
        owner, name = self._scopes.definition_at(node.start_byte), self._values.name(node)
        for scope in [owner] if owner.callable else [each for each in self._functions if each.parent is owner]:
            if name not in scope.bound:
                scope.bound.add(name)
                self._add(node.start_byte, _ASSIGN, scope, name, "?")

    def _leaves(self, target: Node) -> list[Node]:
        if not self._spec.declarators and self._kinds[target.kind_id] not in self._compound:
            return [target]
        return [leaf for leaf, _ in self._taken_apart(target)]

    def _taken_apart(self, target: Node) -> list[tuple[Node, str | None]]:
        """The names and members in a destructuring target, in order, each with the members of the source that it takes
        (None: not followed); the target itself when it is no pattern.
        """
        spec = self._spec
        patterns = self._spec.patterns
        target = self._places.bare(target)
        if target.type not in self._compound:
            return [(target, "")]
        leaves: list[tuple[Node, str | None]] = []
        stack: list[tuple[Node, str | None]] = [(target, "")]
        while stack:
            node, path = stack.pop()
            kind = node.type
            if kind in patterns:
                heads = [node.child_by_field_name(field) for field in spec.pattern_heads]
                parts = [child for child in node.named_children if child not in heads]
                stack.extend((child, self._inner_path(child, path)) for child in reversed(parts))
            elif kind in spec.pattern_defaults:
                assigned = node.child_by_field_name(spec.pattern_defaults[kind])
                if assigned is not None:
                    stack.append((assigned, path))
            elif kind in spec.pattern_keys:
                self._by_key(node, path, stack, leaves)
            elif not node.is_extra and kind not in spec.literals and kind not in spec.pattern_constants:
                leaves.append((node, path))
        return leaves

    def _inner_path(self, child: Node, path: str | None) -> str | None:
        spec = self._spec
        return path if child.type in spec.pattern_keys or child.type in spec.pattern_defaults else None

    def _by_key(
        self, node: Node, path: str | None, stack: list[tuple[Node, str | None]], leaves: list[tuple[Node, str | None]]
    ) -> None:
        key_field, target_field = self._spec.pattern_keys[node.type]
        key = node.child_by_field_name(key_field) if key_field else node
        target = node.child_by_field_name(target_field) if target_field else None
        name = self._values.name(key) if key is not None else ""
        taken = f"{path}.{name}" if path is not None and name.isidentifier() else None
        if target is not None:
            stack.append((target, taken))
        else:
            leaves.append((node, taken))

    def _declare(self, captured: Captured) -> None:
        types = captured.get("declare.type")
        source = self._values.value_type(types[0]) if types else ""
        for name in captured["declare.name"]:
            source = "" if self._is_function(name) else source
            for leaf in self._leaves(name):
                if leaf.end_byte in self._defined:
                    continue
                target = self._target(leaf, leaf, silent="." not in self._places.chain(leaf))
                if target is not None:
                    target = self._in_block(target, leaf, captured)
                    if source in self._spec.plain_types:
                        self._plain[id(target[3]), target[2]] = True
                    self._move(target, _DECLARE, source)
        value = next((captured[key][0] for key, _ in _SUFFIXES if key in captured), None)
        if value is not None:
            for branch in self._branches(value):
                source = self._source(captured) if branch is value else self._values.chain(branch)
                self._assign_to(captured["declare.name"][0], source, branch, declared=True)

    def _in_block(self, target: Target, leaf: Node, captured: Captured) -> Target:
        """The declared target under the name that it has in its block."""
        position, end, chain, scope, silent = target
        if not self._blocks.is_on or not scope.callable or not chain.isidentifier():
            return target
        within = captured.get("declare.within")
        renamed = self._blocks.declare(scope, chain, leaf, within[0] if within else None)
        return target if renamed == chain else (position, end, renamed, scope, silent)

    def _assign(self, captured: Captured) -> None:
        values = captured.get("assign.source")
        spec, kinds = self._spec, self._kinds
        if values and spec.choices and values[0].type in spec.choices:
            for branch in self._branches(values[0]):
                self._assign_to(captured["assign.target"][0], self._values.chain(branch), branch)
            return
        if values:
            last = values[0]
            source = self._values.chain(last)
        else:
            source = self._source(captured)
            last = next((captured[key][0] for key, _ in _SUFFIXES if key in captured), captured["assign.target"][0])
        for target in captured["assign.target"]:
            if values and kinds[last.kind_id] in spec.sequences and kinds[target.kind_id] in spec.patterns:
                self._assign_items(target, last)
            else:
                self._assign_to(target, source, last)

    def _assign_items(self, target: Node, values: Node) -> None:
        """A pattern and a literal of as many items: each target gets its item."""
        targets, items = target.named_children, values.named_children
        starred = any(item.type in self._spec.spread for item in items)
        if starred or len(targets) != len(items) or any(inner.type in self._spec.patterns for inner in targets):
            self._assign_to(target, "?", values)
            return
        for inner, item in zip(targets, items, strict=True):
            self._assign_to(inner, self._values.chain(item), inner)

    def _assign_to(self, node: Node, source: str, last: Node, *, declared: bool = False) -> None:
        if self._spec.declarators:
            node = self._places.bare(node)
        if self._kinds[node.kind_id] not in self._spec.patterns:
            if node.end_byte in self._defined:
                self._target(node, node, silent=True)
            else:
                target = self._target(node, last, known=declared)
                if target is not None:
                    self._move(target, _ASSIGN, source, last.start_byte if self._blocks.is_on else -1)
            return
        for leaf, taken in self._taken_apart(node):
            target = self._target(leaf, leaf, known=declared)
            if target is not None:
                self._move(target, _ASSIGN, "?" if taken is None or source == "?" else source + taken, last.start_byte)

    def _literal(self, captured: Captured) -> None:
        for value, target in literals.stores(self._spec, self._values, captured):
            source = self._values.chain(value)
            if source[:1] != "?" and (source[:1] != "<" or source.startswith("<lambda")):
                position = value.start_byte
                self._written_at[len(self.found)] = position
                self._add(captured["literal"][0].start_byte, _ASSIGN, self._scopes.code_at(position), target, source)

    def _put(self, captured: Captured) -> None:
        """A call that puts something into a container: what may be a function moves into what that holds."""
        container = self._values.chain(captured["put.into"][0])
        for value in captured["put"] if container[:1] not in {"?", "<"} or container.startswith("<self>.") else ():
            source = self._put_source(value)
            if source[:1] != "?" and (source[:1] != "<" or source.startswith(("<lambda", "<self>."))):
                position = value.start_byte
                self._written_at[len(self.found)] = position
                self._add(position, _ASSIGN, self._scopes.code_at(position), f"{container}[]", source)

    def _put_source(self, value: Node) -> str:
        if value.type in self._spec.spread and value.named_children:
            held = self._values.chain(value.named_children[0])
            return held if held[-1:] in {")", "?", ">"} else held + "[]"
        return self._values.chain(value) if value.type in self._spec.function_values else "?"

    def arguments(self, callee: str, scope: Draft, nodes: list[Node]) -> list[DraftFlow]:
        """Moves of the arguments of one call that may be functions."""
        found = []
        for place, node in enumerate(nodes):
            if node.type not in self._spec.function_values:
                continue
            source = self._blocks.renamed(self._values.chain(node), scope, node.start_byte)
            if source[:1] == "?" or (source[:1] == "<" and not source.startswith("<lambda")):
                continue
            if source in scope.bound and scope.callable and self._plain.get((id(scope), source), False):
                continue
            found.append((node.start_byte, _ARGUMENT, scope, f"{callee}#{place}", self._scopes.received(source, scope)))
        return found

    def _source(self, captured: Captured) -> str:
        for key, suffix in _SUFFIXES:
            nodes = captured.get(key)
            if nodes:
                chain = self._values.chain(nodes[0])
                if not suffix or chain == "?":
                    return chain
                return "?" if chain.startswith("<") and suffix == "()" else chain + suffix
        return "?"

    def _target(self, node: Node, last: Node, *, known: bool = False, silent: bool = False) -> Target | None:
        chain = self._places.chain(node)
        if chain[:1] == "?":
            return None
        if chain[-1:] == ")":
            chain = chain.removesuffix("()")
        position, end = node.start_byte, node.end_byte
        target = (position, end, chain, self._code.owners[bisect_right(self._code.positions, position) - 1], silent)
        if not known:
            self.targets.append(target)
            if silent and "." in chain:
                return target
            if self._makes_fields or "." in chain:
                self.stems.append((target, position, max(last.end_byte, end)))
        return target

    def _move(self, target: Target, kind: int, source: str, at: int = -1) -> None:
        """The value moves to the target, whose scope binds the name that it is."""
        position, _, chain, scope, _ = target
        if at >= 0 and self._blocks.is_on:
            self._written_at[len(self.found)] = at
        self.found.append((position, kind, scope, chain, source))
        if chain == scope.receiver_text and kind == _ASSIGN and self._spec.first_parameter_is_receiver:
            scope.receiver_text = scope.receiver_root = ""  # bound anew: a parameter like any other
        if chain in scope.bound or "." in chain or (kind == _ASSIGN and not self._spec.assignment_binds):
            return
        outer = self._spec.never_local
        if outer is not None and outer.fullmatch(chain):
            return
        if chain not in scope.global_names and "[" not in chain:
            scope.bound.add(chain)

    def _return(self, node: Node) -> None:
        scope = self._scopes.callable_at(node.start_byte)
        if scope.callable:
            for branch in self._branches(node):
                self._add(branch.start_byte, _RETURN, scope, "", self._values.chain(branch))

    def _branches(self, node: Node) -> list[Node]:
        """The expressions one of which an expression gives; itself, when it is no choice."""
        fields = self._spec.choices.get(node.type)
        if fields is None:
            return [node]
        return [branch for field in fields if (branch := node.child_by_field_name(field)) is not None]

    def _export(self, captured: Captured, name: str) -> None:
        node = (captured.get("export.name") or captured["export.default"])[0]
        sources = captured.get("export.source")
        source = self._values.chain(sources[0]) if sources else name
        self._add(node.start_byte, int(FlowKind.EXPORT), self._scopes.code_at(node.start_byte), name, source)
