"""Scopes of ECMAScript for value code: blocks, functions, modules, and the variables they hold. Knows no grammar.

A variable is a key of its own, so that `x` of a block and `x` around it are two. Within its function order is followed (static
single assignment); a function inside sees whatever the variable ever holds, and so does everybody once a function inside assigns
it.
"""

from lepasserelle.parse import value_ops as op
from lepasserelle.parse.draft import Draft
from lepasserelle.parse.value_code import Environment, Rows


class Variable:
    """One declared name. `phi`: all it ever holds, made when somebody asks."""

    __slots__ = ("code", "key", "phi", "shared", "terms")

    def __init__(self, key: str, code: "Code", *, shared: bool) -> None:
        self.key = key
        self.code = code
        self.shared = shared
        self.phi = 0
        self.terms: list[int] = []

    def all(self, rows: Rows) -> int:
        """The term of everything that it holds at some time."""
        if not self.phi:
            self.phi = rows.phi_of(self.terms)
        return self.phi

    def bind(self, rows: Rows, term: int) -> None:
        """It holds the term at some time."""
        if term and term not in self.terms:
            self.terms.append(term)
            if self.phi:
                rows.add(op.JOIN, self.phi, term)


class Block:
    """Names that a block, function or module declares."""

    __slots__ = ("code", "names", "parent")

    def __init__(self, code: "Code", parent: "Block | None") -> None:
        self.code = code
        self.parent = parent
        self.names: dict[str, Variable] = {}

    def find(self, name: str) -> Variable | None:
        """The variable that a name means here, None for one of nobody in the file."""
        block: Block | None = self
        while block is not None:
            found = block.names.get(name)
            if found is not None:
                return found
            block = block.parent
        return None


class Code:
    """The code of one function, class body or module while it is walked. `environment` is None where it cannot be reached."""

    __slots__ = ("around", "breaks", "continues", "draft", "environment", "paths", "receiver", "thrown")

    def __init__(self, draft: Draft, around: "Code | None") -> None:
        self.draft = draft
        self.around = around
        self.environment: Environment | None = {}
        self.paths: dict[tuple[int, int], int] = {}
        """(term, word) → what was just read or put there."""
        self.breaks: list[list[Environment]] = []
        self.continues: list[list[Environment]] = []
        self.receiver = 0
        """What `this` is."""
        self.thrown: list[list[int]] = []
        """Terms thrown in each `try` around."""
