"""ECMAScript's declarations for value code: which names a block, a function or a module has before any of its code runs."""

from collections.abc import Iterable

from tree_sitter import Node

from lepasserelle.parse.value_ecmascript import EcmaExpressions
from lepasserelle.parse.value_scopes import Block

_FUNCTIONS = frozenset(
    {"function_declaration", "generator_function_declaration", "function_expression", "generator_function", "arrow_function",
     "method_definition", "class_body"}
)  # fmt: skip
_WITHOUT_VARS = frozenset({
    "call_expression", "member_expression", "assignment_expression", "binary_expression", "object", "array", "string", "identifier",
    "ternary_expression", "unary_expression", "return_statement", "lexical_declaration", "template_string", "comment",
})  # fmt: skip
"""What holds no `var` of the function around, as long as it is read without an error."""
_AROUND = frozenset({"export_statement", "ambient_declaration"})
_HOISTED = frozenset({"function_declaration", "generator_function_declaration"})
_DECLARES = _HOISTED | {"class_declaration", "abstract_class_declaration", "enum_declaration", "function_signature"}


class EcmaDeclarations(EcmaExpressions):
    """Declares names; functions are bound where their block begins."""

    def hoist(self, node: Node) -> None:
        """A function statement: bound where its block begins."""
        raise NotImplementedError

    def declare_all(self, block: Block, statements: Iterable[Node]) -> None:
        """Names that statements of a block declare in it; functions are bound at once."""
        kinds = self.kinds
        functions: list[Node] = []
        signatures: list[Node] = []
        for child in statements:
            statement = _declared_by(child) if kinds[child.kind_id] in _AROUND else child
            kind = kinds[statement.kind_id]
            if kind == "lexical_declaration":
                for part in statement.named_children:
                    if part.type == "variable_declarator":
                        self.declare_pattern(block, part.child_by_field_id(self.fields["name"]))
            elif kind in _DECLARES:
                name = statement.child_by_field_id(self.fields["name"])
                if name is not None:
                    self.declare(block, self.text(name))
                (functions if kind in _HOISTED else signatures).append(statement)
            elif kind in ("internal_module", "module", "expression_statement"):
                self.declare_module(block, statement)
        outer, self.block = self.block, block
        for statement in (*[each for each in signatures if each.type == "function_signature"], *functions):
            self.hoist(statement)
        self.block = outer

    def declare_module(self, block: Block, statement: Node) -> None:
        """A namespace of TypeScript."""
        if statement.type == "expression_statement":
            if statement.named_child_count != 1 or statement.named_children[0].type != "internal_module":
                return
            statement = statement.named_children[0]
        name = statement.child_by_field_id(self.fields["name"])
        if name is not None and name.type in ("identifier", "nested_identifier"):
            self.declare(block, self.text(name).partition(".")[0])

    def declare_vars(self, block: Block, body: Node) -> None:
        """Names that `var` declares anywhere in a function."""
        if self.data.find(b"var", body.start_byte, body.end_byte) < 0:
            return
        stack, kinds = [body], self.kinds
        while stack:
            node = stack.pop()
            found = kinds[node.kind_id]
            if found == "variable_declaration":
                for part in node.named_children:
                    if part.type == "variable_declarator":
                        self.declare_pattern(block, part.child_by_field_id(self.fields["name"]))
            elif found == "for_in_statement":
                word = node.child_by_field_id(self.fields["kind"])
                if word is not None and word.type == "var":
                    self.declare_pattern(block, node.child_by_field_id(self.fields["left"]))
            for child in node.named_children:
                kind = kinds[child.kind_id]
                if kind not in _FUNCTIONS and (kind not in _WITHOUT_VARS or child.has_error):
                    stack.append(child)


def _declared_by(child: Node) -> Node:
    """The declaration in an export or an ambient one."""
    inner = child.child_by_field_name("declaration")
    return inner or next((part for part in child.named_children if part.type in _DECLARES), child)
