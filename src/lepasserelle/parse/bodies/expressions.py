"""What an expression writes, uses and calls. Walks with a stack of its own, so that a sum of ten thousand terms is no deep
recursion.

Not here: statements (`lowering`) and which node types mean what (`tables`). A node type that no rule knows stands for its children.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from lepasserelle.model.body import UNITED, Call, Flows, Place, StatementFlag, Use, WriteFlag
from lepasserelle.parse.bodies import rules
from lepasserelle.parse.bodies.calls import called, invoke
from lepasserelle.parse.bodies.collecting import Context, Depth, Effects, Shared, Traits, makes
from lepasserelle.parse.bodies.names import Names
from lepasserelle.parse.bodies.nodes import first, last
from lepasserelle.parse.bodies.referring import assign_given, is_given, refer
from lepasserelle.parse.bodies.rules import BodyTable

if TYPE_CHECKING:
    from tree_sitter import Node

Children = Callable[["Node", Names], "Shared"]


class Expressions:
    """The walker of one body."""

    def __init__(
        self,
        table: BodyTable,
        data: bytes,
        names: Names,
        share: Callable[["Node"], Shared],
        depth: Depth,
        traits: Traits,
    ) -> None:
        self.table = table
        self.data = data
        self.names = names
        self.depth = depth
        self._share = share
        self.rules = table.expressions
        self._raising = table.raising
        self.fields_of = ""
        """Variable whose fields names from outside are."""
        self.hoists = False
        """Declarations belong to the whole body."""
        self.addressed: dict[str, None] = {}
        """Variables that can be changed under another name."""
        self.aliases: dict[str, dict[Place, None]] = {}
        """Variables that are another name of something → the parts of values they are, as far as those have a place."""
        self.traits = traits
        self.iterators: set[str] = set()
        """Variables that were given something that a test uses up."""
        self.bound: dict[str, None] = {}
        """Those that are another name of a variable."""
        self.declared: dict[str, tuple[int, bool]] = {}
        """Variables of C → how many steps lead from them to what their type names, and whether that is a number."""
        self.fields: dict[str, bool] = {}
        """Fields that were asked for → whether the file declares one of that name as a pointer."""
        self.casts: frozenset[str] | None = None
        """Names of what the file makes pointers of, once that was asked for."""
        self.lent: dict[str, dict[Place, None]] = {}
        """Those that are what a call gave → what the call was given."""
        self._acts: dict[type, Callable[[Any, Effects, Node, Context, list[tuple[Node, Context]]], None]] = {
            rules.Name: self._name,
            rules.Receiver: self._receiver,
            rules.Member: self._member,
            rules.Subscript: self._member,
            rules.Content: self._member,
            rules.Through: self._through,
            rules.Invoke: self._invoke,
            rules.Assign: self._assign,
            rules.Update: self._update,
            rules.Scalar: self._scalar,
            rules.Display: self._display,
            rules.Either: self._either,
            rules.Binary: self._binary,
            rules.Address: self._address,
            rules.Closure: self._closure,
            rules.Ignore: self._ignore,
            rules.SpecialExpression: self._special,
        }

    def text(self, node: "Node") -> str:
        """As written."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def walk(self, into: Effects, start: "Node", context: Context = Context()) -> None:  # noqa: B008 - immutable
        """Collect what evaluating `start` does."""
        if self.depth.is_great:
            self._skim(into, start, context)
            return
        self.depth.now += 1
        before = into.waiting
        stack = into.waiting = [(start, context)]
        known, raising, acts = self.rules, self._raising, self._acts
        while stack:
            node, context = stack.pop()
            kind = node.type
            if kind in raising:
                into.flags |= StatementFlag.CAN_RAISE
            rule = known.get(kind)
            if rule is not None:
                acts[type(rule)](rule, into, node, context, stack)
            elif node.child_count:
                stack += [(child, context) for child in reversed(node.named_children)]
        into.waiting = before
        self.depth.now -= 1

    def _skim(self, into: Effects, start: "Node", context: Context) -> None:
        """What lies too deep to be taken apart may do anything with every name in it."""
        number = len(into.calls)
        into.flags |= StatementFlag.CAN_RAISE | StatementFlag.OPAQUE
        into.calls.append(Call("?", start.start_point[0] + 1, ("",), context.call, context.argument, flows=context.flows))
        for name in self.names_in(start):
            place = self.named(name)
            into.use(place, context._replace(call=number, argument=0, flows=Flows.VALUE))
            into.write(place, WriteFlag.MAYBE)

    def names_in(self, start: "Node") -> list[str]:
        """Every name that stands in a node."""
        found: dict[str, None] = {}
        stack = [start]
        while stack:
            node = stack.pop()
            if isinstance(self.rules.get(node.type), rules.Name):
                found[self.text(node)] = None
            stack += node.named_children
        return list(found)

    def _step(
        self, into: Effects, node: "Node", rule: rules.ExpressionRule | None, steps: list[str], context: Context
    ) -> "Node | None":
        """What stands before the last step of a place, whose step is added; None when the node is no place."""
        if isinstance(rule, rules.Member):
            member, inner = node.child_by_field_name(rule.member), node.child_by_field_name(rule.object)
            if member is None or inner is None:
                return None
            name = self.text(member)
            steps.append("." + self.traits.united.get(name, name))
            return inner
        if isinstance(rule, rules.Subscript):
            inner = node.child_by_field_name(rule.object) if rule.object else first(node)
            steps.append(self._index(into, node, rule, inner, context))
            return inner
        if isinstance(rule, rules.Content) or (node.type in self.table.contents and self._is_content(node)):
            steps.append("[]")
            return node.child_by_field_name(self.table.contents.get(node.type, "")) or first(node)
        if isinstance(rule, rules.Through):
            into.flags |= rule.flags
            return node.child_by_field_name(rule.inner) if rule.inner else first(node)
        if isinstance(rule, rules.Invoke) and self.table.class_of and (given := self._classed(node)) is not None:
            steps.append(".__class__")
            return given
        return node.named_children[0] if rule is None and node.named_child_count == 1 else None

    def _classed(self, node: "Node") -> "Node | None":
        """`x` of `type(x)`."""
        callee, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if callee is None or arguments is None or arguments.named_child_count != 1 or self.text(callee) != self.table.class_of:
            return None
        return arguments.named_children[0] if self.table.class_of not in self.names.variables else None

    def act(self, rule: rules.ExpressionRule, into: Effects, node: "Node", context: Context) -> None:
        """Treat a node by a rule that its type alone does not tell."""
        stack: list[tuple[Node, Context]] = []
        self._acts[type(rule)](rule, into, node, context, stack)
        for inner, below in reversed(stack):
            self.walk(into, inner, below)

    # ── places ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def place(self, into: Effects, node: "Node", context: Context) -> Place:
        """The place that an expression names; indices and a base that is no place are walked."""
        steps: list[str] = []
        while True:
            rule = self.rules.get(node.type)
            if isinstance(rule, rules.Name):
                return (*self.named(self.text(node)), *reversed(steps))
            if isinstance(rule, rules.Receiver):
                return (rule.variable, *reversed(steps))
            inner = self._step(into, node, rule, steps, context)
            if inner is None:
                break
            if node.type in self._raising:
                into.flags |= StatementFlag.CAN_RAISE
            node = inner
        if into.waiting is not None:
            into.waiting.append((node, context))
        elif into.is_kept:
            self.walk(into, node, context)
        return ("", *reversed(steps))

    def _is_content(self, node: "Node") -> bool:
        """`*p`, of the types that also write `-x` and `&x`."""
        return bool(node.children) and node.children[0].type == "*"

    def named(self, name: str) -> Place:
        """The place that a name means: a variable, or a field of the receiver that is not written."""
        variable = self.names.resolve(name)
        if self.fields_of and variable not in self.names.variables and name.isidentifier():
            return (self.fields_of, "." + name)
        return (variable,)

    def _index(self, into: Effects, node: "Node", rule: rules.Subscript, inner: "Node | None", context: Context) -> str:
        if rule.index:
            indices = [child for child in node.children_by_field_name(rule.index) if child.is_named]
        else:
            indices = [child for child in node.named_children if inner is None or child.id != inner.id]
        while len(indices) == 1 and indices[0].type in {"bracketed_argument_list", "argument", "subscript_argument_list"}:
            indices = indices[0].named_children
        is_told = len(indices) == 1 and indices[0].type in self.table.literals and not _has_holes(indices[0])
        if is_told and not self.traits.has_views:
            return f"[{self.text(indices[0])}]"
        for index in indices:
            self.walk(into, index, context._replace(flows=Flows.NOT))
        return "[]"

    # ── targets ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def target(self, into: Effects, node: "Node", flags: int = 0, context: Context = Context(), renew: bool = False) -> None:  # noqa: B008
        """Collect what assigning to `node` does. With DECLARES in `flags` its names are new in the innermost block."""
        stack = [(node, flags)]
        while stack:
            node, flags = stack.pop()
            rule = self.rules.get(node.type)
            if node.type in self._raising:
                into.flags |= StatementFlag.CAN_RAISE
            if node.type in self.table.names or isinstance(rule, rules.Name):
                self._target_name(into, self.text(node), flags, renew)
            elif isinstance(rule, (rules.Member, rules.Subscript, rules.Content)) or node.type in self.table.contents:
                into.flags |= StatementFlag.CAN_RAISE
                place = self.place(into, node, context._replace(flows=Flows.NOT))
                if flags & WriteFlag.DELETES and place[-1][:1] == "[" and place[-1][1:-1].isdigit():
                    place = (*place[:-1], "[]")  # what stands behind it moves up
                is_shared = any(UNITED in step for step in place)  # what else has the place may be larger, and stay in part
                into.write(place, flags & ~WriteFlag.DECLARES | (WriteFlag.MAYBE if is_shared else 0))
                into.uses[Use(place[:-1], context.call, context.argument, Flows.NOT, is_base=True)] = None
            elif node.type in self.table.pattern_defaults:
                target, value = self.table.pattern_defaults[node.type]
                self._walk_field(into, node, value, context)
                stack += [(found, flags) for found in [node.child_by_field_name(target)] if found is not None]
            elif node.type in self.table.pattern_whole:
                field = self.table.pattern_whole[node.type]
                found = node.child_by_field_name(field) if field else last(node)
                stack += [(found, flags)] if found is not None else []
            elif node.type in self.table.pattern_constants:
                self.walk(into, node, context._replace(flows=Flows.NOT))
            elif node.type in self.table.pattern_values:
                field = self.table.pattern_values[node.type]
                found = node.child_by_field_name(field) or last(node)
                stack += [(found, flags | WriteFlag.ELEMENT)] if found is not None else []
            elif not isinstance(rule, rules.Ignore):
                stack += self._target_parts(into, node, flags, context)

    def _target_parts(self, into: Effects, node: "Node", flags: int, context: Context) -> list[tuple["Node", int]]:
        """What a target is taken apart into, or the arms of a choice, one of which is the target."""
        rule = self.rules.get(node.type)
        if isinstance(rule, rules.Either):
            test = node.child_by_field_name(rule.test) if rule.test else None
            if test is not None:
                self.walk(into, test, context._replace(flows=Flows.NOT))
            arms = [child for child in node.named_children if test is None or child.id != test.id]
            return [(child, flags | WriteFlag.MAYBE) for child in reversed(arms)]
        heads = {found.id for name in self.table.pattern_heads for found in [node.child_by_field_name(name)] if found}
        children = [child for child in node.named_children if child.id not in heads]
        part = flags | WriteFlag.ELEMENT if len(children) > 1 or "pattern" in node.type else flags
        return [(child, part) for child in reversed(children)]

    def _target_name(self, into: Effects, name: str, flags: int, renew: bool) -> None:
        names = self.names
        if flags & WriteFlag.DECLARES:
            variable = names.bind(name) if self.hoists else names.renew(name) if renew else names.declare(name)
        elif self.table.binds_by_assignment:
            variable = names.assign(name)
        else:
            into.write(self.named(name), flags)
            return
        into.write((variable,), flags)

    # ── rules ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _name(self, rule: object, into: Effects, node: "Node", context: Context, stack: object) -> None:  # noqa: ARG002
        into.use(self.named(self.text(node)), context)

    def _receiver(self, rule: rules.Receiver, into: Effects, node: object, context: Context, stack: object) -> None:  # noqa: ARG002
        into.use((rule.variable,), context)

    def _member(self, rule: object, into: Effects, node: "Node", context: Context, stack: object) -> None:  # noqa: ARG002
        if isinstance(rule, rules.Content) and not isinstance(self.rules.get(node.type), rules.Content):
            inner = node.child_by_field_name(rule.object)
            place = (*self.place(into, inner, context), "[]") if inner is not None else ("",)
        else:
            place = self.place(into, node, context._replace(flows=min(context.flows, Flows.VALUE)))
        if len(place) > 1:
            into.use(place, context)
            defaulting = self.traits.defaulting
            if defaulting and isinstance(rule, rules.Subscript) and place[-2].lstrip(".") in defaulting:
                into.write(place, WriteFlag.MAYBE)

    def _through(
        self, rule: rules.Through, into: Effects, node: "Node", context: Context, stack: list[tuple["Node", Context]]
    ) -> None:
        into.flags |= rule.flags
        inner = node.child_by_field_name(rule.inner) if rule.inner else first(node)
        if inner is not None:
            stack.append((inner, context))

    def _scalar(self, rule: object, into: object, node: "Node", context: Context, stack: list[tuple["Node", Context]]) -> None:  # noqa: ARG002
        below = context._replace(flows=Flows.NOT)
        stack += [(child, below) for child in reversed(node.named_children)]

    def _display(
        self, rule: rules.Display, into: Effects, node: "Node", context: Context, stack: list[tuple["Node", Context]]
    ) -> None:
        if not rule.is_fixed and not _is_taken_apart(node):
            makes(into, context)
        below = context._replace(flows=Flows.HELD if context.flows else Flows.NOT)
        stack += [(child, below) for child in reversed(node.named_children)]

    def _either(self, rule: rules.Either, _: object, node: "Node", context: Context, stack: list[tuple["Node", Context]]) -> None:
        certain = {found.id for name in rule.always for found in [node.child_by_field_name(name) if name else first(node)] if found}
        test = node.child_by_field_name(rule.test) if rule.test else None
        maybe = context._replace(maybe=True)
        for child in reversed(node.named_children):
            below = context if child.id in certain else maybe
            stack.append((child, below._replace(flows=Flows.NOT) if test is not None and child.id == test.id else below))

    def _binary(
        self, rule: rules.Binary, into: Effects, node: "Node", context: Context, stack: list[tuple["Node", Context]]
    ) -> None:
        if rule.streaming is not None:
            rule.streaming(self, into, node, context)
        left, right = node.child_by_field_name(rule.left), node.child_by_field_name(rule.right)
        operator = node.child_by_field_name(rule.operator)
        is_lazy = operator is not None and operator.type in rule.lazy
        below = context if is_lazy else context._replace(flows=Flows.NOT)
        moves = rule.moving(self, node) if rule.moving is not None and context.flows else (False, False)
        if right is not None:
            stack.append((right, below._replace(maybe=True) if is_lazy else context if moves[1] else below))
        if left is not None:
            stack.append((left, context if moves[0] else below))

    def _address(
        self, rule: rules.Address, into: Effects, node: "Node", context: Context, stack: list[tuple["Node", Context]]
    ) -> None:
        operand = node.child_by_field_name(rule.operand) if rule.operand else first(node)
        if operand is None:
            return
        if not rule.word or any(child.type == rule.word for child in node.children):
            place = self.place(Effects(is_kept=False), operand, context)
            if len(place) == 1 and place[0]:
                self.addressed[place[0]] = None
                into.write(place, WriteFlag.MAYBE)
            elif rule.is_part and place[0] and (place[-1][0] == "[" or context.call < 0):
                into.use(place[:-1], context)
        stack.append((operand, context))

    def _closure(self, rule: object, into: Effects, node: "Node", context: Context, stack: object) -> None:  # noqa: ARG002
        self.close_over(into, node)
        self.walk_defaults(into, node, context)

    def close_over(self, into: Effects, node: "Node") -> None:
        """A function or class defined in a statement shares variables with the body."""
        shared = self._share(node)
        into.captured.update(dict.fromkeys(shared.captured))
        into.rebound.update(dict.fromkeys(shared.rebound))

    def walk_defaults(self, into: Effects, node: "Node", context: Context) -> None:
        """Default values of a function's parameters are evaluated where it is made."""
        if not self.table.binds_by_assignment:
            return
        fields = self.table.functions.get(node.type)
        parameters = node.child_by_field_name(fields[0]) if fields is not None else None
        for parameter in parameters.named_children if parameters is not None else []:
            form = self.table.parameters.forms.get(parameter.type)
            if form is not None and form[1]:
                self._walk_field(into, parameter, form[1], context._replace(flows=Flows.HELD))

    def _ignore(self, rule: object, into: object, node: object, context: object, stack: object) -> None:
        pass

    def _special(self, rule: rules.SpecialExpression, into: Effects, node: "Node", context: Context, stack: object) -> None:  # noqa: ARG002
        rule.walk(self, into, node, context)

    def _assign(
        self, rule: rules.Assign, into: Effects, node: "Node", context: Context, stack: list[tuple["Node", Context]]
    ) -> None:
        lefts, right = node.children_by_field_name(rule.left), node.child_by_field_name(rule.right)
        left = lefts[0] if lefts else None
        operator = node.child_by_field_name(rule.operator) if rule.operator else None
        augmented = rule.augmented or (operator is not None and self.text(operator) not in {"=", ":="})
        is_lazy = operator is not None and self.text(operator)[:-1] in {"&&", "||", "??"}
        flags = (WriteFlag.MAYBE if context.maybe or is_lazy else 0) | (WriteFlag.DECLARES if rule.declares else 0)
        if left is not None and is_given(self, left):
            assign_given(self, into, left, right, context)
            return
        if right is not None:
            flows = Flows.HELD if augmented and context.flows else context.flows
            stack.append((right, context._replace(flows=flows)))
        if left is None or (right is None and not augmented and not rule.declares):
            return
        if augmented:
            self._augment(rule, into, node, left, context)
        if right is not None and self.table.iterators and self._is_iterator(right):
            self.iterators.add(self.text(left))
        if right is not None and (left.type in self.table.references or right.type in self.table.reference_values):
            refer(self, left, right, context, declares=left.type in self.table.references)
        for one in lefts:
            if one.is_named:
                self.target(into, one, flags | (WriteFlag.ELEMENT if _takes_apart(one) else 0), context)

    def _is_iterator(self, right: "Node") -> bool:
        callee = right.child_by_field_name("function")
        name = self.text(callee).rpartition(".")[2] if callee is not None else ""
        return right.type == "generator_expression" or name in self.table.iterators

    def _augment(self, rule: rules.Assign, into: Effects, node: "Node", left: "Node", context: Context) -> None:
        is_taken = context.flows and rule.is_moved is not None and rule.is_moved(self, node, left)
        flows = Flows.VALUE if self.table.augmented_mutates or is_taken else Flows.NOT
        place = self.place(Effects(is_kept=False), left, context)
        into.use(place, context._replace(flows=flows))
        if self.table.augmented_mutates:
            into.flags |= StatementFlag.CAN_RAISE
            into.write((*place, "[]"), WriteFlag.MAYBE)

    def _update(self, rule: rules.Update, into: Effects, node: "Node", context: Context, stack: object) -> None:  # noqa: ARG002
        operand = node.child_by_field_name(rule.operand) if rule.operand else first(node)
        if operand is None:
            return
        if is_given(self, operand):
            assign_given(self, into, operand, None, context)
            return
        is_taken = rule.is_moved is not None and context.flows and rule.is_moved(self, node, operand)
        place = self.place(Effects(is_kept=False), operand, context)
        into.use(place, context if is_taken else context._replace(flows=Flows.NOT))
        self.target(into, operand, WriteFlag.MAYBE if context.maybe else 0, context)

    def _invoke(
        self, rule: rules.Invoke, into: Effects, node: "Node", context: Context, stack: list[tuple["Node", Context]]
    ) -> None:
        stack += invoke(self, rule, into, node, context)

    def called(self, into: Effects, chain: str, node: "Node", context: Context, *, is_pure: bool) -> None:
        """Add a call that no rule describes; its arguments are uses that name it."""
        called(into, chain, node, context, is_pure=is_pure)

    def _walk_field(self, into: Effects, node: "Node", field: str, context: Context) -> None:
        for found in node.children_by_field_name(field):
            self.walk(into, found, context)


def _has_holes(node: "Node") -> bool:
    return any("interpolation" in child.type or "substitution" in child.type for child in node.named_children)


def _is_taken_apart(node: "Node") -> bool:
    """Whether nobody gets what is displayed, only what stands in it: `(a, b) = (b, a)`."""
    left = first(node.parent) if node.parent is not None else None
    return left is not None and left.id != node.id and _takes_apart(left)


def _takes_apart(left: "Node") -> bool:
    return "pattern" in left.type or (("list" in left.type or "tuple" in left.type) and left.named_child_count > 1)
