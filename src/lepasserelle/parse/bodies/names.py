"""Which variable a name means at a place of a body: scopes of blocks, hiding, and names from outside. Knows no syntax.

Invariant: equal results are one variable of the body, different ones are different variables.
"""


class Names:
    """The scopes of one body while it is lowered."""

    def __init__(self, is_file: bool = False) -> None:
        self._is_file = is_file
        self._blocks: list[dict[str, str]] = [{}]
        self._taken: set[str] = set()
        self.outer: dict[str, str] = {}
        """Names of other bodies that this one uses → the variable that stands for each here."""
        self.elsewhere: set[str] = set()
        """Names that the body says are not its own (`global`, `nonlocal`)."""
        self.globals: set[str] = set()
        """Those of them that are the file's."""
        self.variables: dict[str, None] = {}

    def enter(self) -> None:
        """Begin a block."""
        self._blocks.append({})

    def leave(self) -> None:
        """End it."""
        self._blocks.pop()

    def resolve(self, name: str) -> str:
        """The variable that a name means here; one that no block declares is from outside."""
        for block in reversed(self._blocks):
            if name in block:
                return block[name]
        if name not in self.outer:
            self.outer[name] = self._fresh(name)
        return self.outer[name]

    def of_file(self, name: str) -> str:
        """The variable of the file with that name, whatever the name means here."""
        if self._is_file:
            return self.bind(name)
        self.globals.add(name)
        if name not in self.outer:
            self.outer[name] = self._fresh(name)
        return self.outer[name]

    def declare(self, name: str) -> str:
        """Make a variable of the innermost block; the same one when the block has it already."""
        block = self._blocks[-1]
        if name not in block:
            if len(self._blocks) == 1:
                return self.bind(name)
            block[name] = self._fresh(name)
            self.variables[block[name]] = None
        return block[name]

    def renew(self, name: str) -> str:
        """Make a new variable of the innermost block, also when it has one of that name."""
        self._blocks[-1][name] = self._fresh(name)
        self.variables[self._blocks[-1][name]] = None
        return self._blocks[-1][name]

    def bind(self, name: str) -> str:
        """The variable of the body itself; uses of the name before this were uses of it."""
        if name in self.elsewhere:
            return self.resolve(name)
        top = self._blocks[0]
        if name not in top:
            top[name] = self.outer.pop(name, "") or self._fresh(name)
            self.variables[top[name]] = None
        return top[name]

    def assign(self, name: str) -> str:
        """As `bind`, unless a block around declares it."""
        for block in reversed(self._blocks):
            if name in block:
                return block[name]
        return self.bind(name)

    def _fresh(self, name: str) -> str:
        unique, number = name, 1
        while unique in self._taken:
            number += 1
            unique = f"{name}#{number}"
        self._taken.add(unique)
        return unique


def written(variable: str) -> str:
    """The name of a variable as it stands in the text."""
    return variable.partition("#")[0]
