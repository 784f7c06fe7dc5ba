"""Small random programs of Python that import, inherit, call, decorate and return one another's names, and edits of them."""

from random import Random

MODULES = ("m0", "m1", "m2", "p", "p.q")
FUNCTIONS = ("f", "g", "h", "make")
CLASSES = ("A", "B", "C")
MEMBERS = ("run", "item", "f", "__init__", "__call__", "__getitem__", "g", "__getattr__")
VARIABLES = ("x", "y", "f")
LOCALS = ("u", "v", "w", "f")


def path_of(module: str) -> str:
    """The file of a module."""
    return "p/__init__.py" if module == "p" else module.replace(".", "/") + ".py"


class Writer:
    """Writes programs, a unit of a module at a time, so that an edit can replace, add or drop one."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def module(self) -> list[str]:
        """The units of a module."""
        return [self.unit() for _ in range(self._random.randint(2, 6))]

    def unit(self) -> str:
        """One import, definition or assignment."""
        pick = self._random.random()
        if pick < 0.3:
            return self._import()
        if pick < 0.6:
            return self._decorator("") + self._function(self._pick(FUNCTIONS), "", "u, v=x" if self._chance(0.3) else "u=None")
        if pick < 0.85:
            return self._class()
        return f"{self._pick((*VARIABLES, *FUNCTIONS))} = {self._expression()}\n"

    def edited(self, units: list[str]) -> list[str]:
        """The same module, one of its units another, gone, moved or with one more before it; or a word replaced."""
        found, at, pick = list(units), self._random.randrange(len(units)), self._random.random()
        if pick < 0.25:
            found[at] = self.unit()
        elif pick < 0.4:
            found.insert(at, self.unit())
        elif pick < 0.5 and len(found) > 1:
            del found[at]
        elif pick < 0.55:
            found.append(found.pop(at))
        elif pick < 0.8:
            lines = found[at].splitlines(keepends=True)
            number = self._random.randrange(len(lines))
            indent = lines[number][: len(lines[number]) - len(lines[number].lstrip())]
            if indent:
                lines.insert(number, f"{indent}{self._statement(within=len(indent) > 4)}\n")
            found[at] = "".join(lines)
        else:
            names = (*FUNCTIONS, *CLASSES, *VARIABLES, *LOCALS, "run", "item")
            found[at] = found[at].replace(self._pick(names), self._pick(names))
        return found

    def _pick(self, among: tuple[str, ...]) -> str:
        return self._random.choice(among)

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _import(self) -> str:
        module, names = self._pick(MODULES), (*FUNCTIONS, *CLASSES, *VARIABLES)
        pick = self._random.random()
        if pick < 0.15:
            return f"from {module} import *\n"
        if pick < 0.4:
            return f"import {module}\n"
        renamed = f" as {self._pick(names)}" if self._chance(0.3) else ""
        return f"from {module} import {self._pick((*names, 'q'))}{renamed}\n"

    def _decorator(self, indent: str) -> str:
        return f"{indent}@{self._pick((*FUNCTIONS, 'property', 'staticmethod', 'p.f'))}\n" if self._chance(0.15) else ""

    def _function(self, name: str, indent: str, parameters: str) -> str:
        lines = [f"{indent}def {name}({parameters}):\n"]
        lines += [f"{indent}    {self._statement(within=bool(indent))}\n" for _ in range(self._random.randint(1, 4))]
        if self._chance(0.15):
            lines.append(self._function(self._pick(LOCALS), indent + "    ", "w"))
        if self._chance(0.6):
            lines.append(f"{indent}    return {self._expression(within=bool(indent), local=True)}\n")
        return "".join(lines)

    def _class(self) -> str:
        bases = [self._pick((*CLASSES, "p.A", "m0.B", "Exception")) for _ in range(self._random.choice((0, 1, 1, 2)))]
        head = f"class {self._pick(CLASSES)}({', '.join(dict.fromkeys(bases))}):\n"
        body = [
            self._decorator("    ") + self._function(self._pick(MEMBERS), "    ", "self, u=None")
            for _ in range(self._random.randint(1, 3))
        ]
        if self._chance(0.3):
            body.append(f"    {self._pick(VARIABLES)} = {self._expression()}\n")
        return head + "".join(body)

    def _statement(self, *, within: bool) -> str:
        value, pick = self._expression(within=within, local=True), self._random.random()
        if pick < 0.35:
            return f"{self._pick(LOCALS)} = {value}"
        if pick < 0.5 and within:
            return f"self.{self._pick((*VARIABLES, 'item'))} = {value}"
        if pick < 0.6:
            return f"for {self._pick(LOCALS)} in {value}: {self._expression(within=within, local=True)}"
        if pick < 0.65:
            return f"{self._pick(LOCALS)}: {self._pick(CLASSES)} = {value}"
        if pick < 0.7:
            return self._import().replace("*", "f").strip()
        if pick < 0.73:
            return f"global {self._pick(VARIABLES)}"
        return value

    def _expression(self, *, within: bool = False, local: bool = False) -> str:
        roots = [*FUNCTIONS, *CLASSES, *VARIABLES, "p", "m0", "p.q"]
        roots += LOCALS * 2 if local else ()
        roots += ["self", "self", "super()", "self.x", "self.item"] if within else []
        text = self._random.choice(roots)
        for _ in range(self._random.choice((0, 1, 1, 2, 3))):
            text += self._random.choice(("()", "()", ".run", ".item", ".f", ".x", "[0]", ".A", ".g()"))
        return f"{self._pick(FUNCTIONS)}({text})" if self._chance(0.2) else text
