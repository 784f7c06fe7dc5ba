"""Top-level names that files share without an import: declared packages, namespaces, Go folders, C's linkage, Rust modules.

One sorted table `package << 32 | name → node` over all files of such families.
"""

import posixpath
from array import array
from bisect import bisect_left

import numpy as np

from lepasserelle.graph.families import FAMILIES, Family
from lepasserelle.graph.inclusions import Inclusions
from lepasserelle.graph.layout import Reason
from lepasserelle.graph.rust_crates import RustCrates
from lepasserelle.graph.shapes import DECLARATION, IS_CALLABLE, IS_TYPE, MACRO, NAMESPACE, STATIC
from lepasserelle.graph.sourced import SHELL
from lepasserelle.graph.survey import DEFINED, IMPORTED, NO_NODE, PAYLOAD, FileRow, Survey
from lepasserelle.graph.values import OBJECT, PREFIX, UNKNOWN, Result, pack

_MOST_DEFINITIONS = 8
_RUST_ROOTS = frozenset({"crate", "super", "self"})
_FAMILIES = {family.name: family for family in FAMILIES}


class Packages:
    """Which definitions a package has, and which packages a place sees. Built after the survey is closed."""

    def __init__(self, survey: Survey, inclusions: Inclusions) -> None:
        self._survey = survey
        self._inclusions = inclusions
        self._package_of_scope: dict[int, int] = {}
        self._prefixes: dict[str, set[str]] = {}
        self._blocks: dict[str, list[int]] = {}
        self._macros: dict[tuple[str, int], list[int]] | None = None
        """(crate, name) → macros; made when one is asked for that no scope and no import has."""
        keys: list[int] = []
        nodes: list[int] = []
        self._crates = RustCrates(survey.files, survey.maps)
        for row in survey.files:
            if row.family.package != "none":
                self._enter(row, keys, nodes)
        order = np.argsort(np.array(keys, dtype=np.uint64), kind="stable") if keys else np.zeros(0, dtype=np.int64)
        self._keys = array("Q", np.array(keys, dtype=np.uint64)[order].tobytes())
        self._nodes = array("I", np.array(nodes, dtype=np.uint32)[order].tobytes())

    def _enter(self, row: FileRow, keys: list[int], nodes: list[int]) -> None:
        survey = self._survey
        self._package_of_scope[row.base] = self._intern(row.family, self.of_file(row))
        if row.family.package == "file":
            self._blocks.setdefault(self.of_file(row), []).append(row.base)
        for node in range(row.base + 1, row.base + row.count):
            parent = survey.lexical_parent[node]
            package = self._package_of_scope.get(parent)
            if package is None and row.family.open_types and (owner := survey.opened(row, node)) != NO_NODE:
                package = self._package_of_scope.get(survey.lexical_parent[owner])
            if package is None:
                continue
            if not _is_hidden(survey, row, node):
                keys.append(self._of_definition(row, node, package) << 32 | survey.name[node])
                nodes.append(node)
            if survey.kind[node] == NAMESPACE:
                self._blocks.setdefault(join(survey.strings.texts[package], survey.strings.texts[survey.name[node]]), []).append(
                    node
                )
                text = join(survey.strings.texts[package], survey.strings.texts[survey.name[node]])
                self._package_of_scope[node] = self._intern(row.family, text)

    def _of_definition(self, row: FileRow, node: int, package: int) -> int:
        """The package of a definition: `int b::setup()` of C++ names it before its own name."""
        receiver = self._survey.receivers.get(node) if row.family.name == "c" else None
        if receiver is None:
            return package
        texts = self._survey.strings.texts
        return self._survey.strings[join(texts[package], texts[receiver])]

    def _intern(self, family: Family, text: str) -> int:
        known = self._prefixes.setdefault(family.name, set())
        prefix = text
        while prefix and prefix not in known:
            known.add(prefix)
            prefix = prefix.rpartition(".")[0]
        return self._survey.strings[text]

    def of_file(self, row: FileRow) -> str:
        """The package of a file's top level."""
        style = row.family.package
        if style == "declared":
            return row.package
        if style == "folder":
            return "folder " + posixpath.dirname(row.path)
        return self._crates.module(row.path) if style == "file" else ""

    def prefix(self, family: Family, package: str) -> Result:
        """The package itself as a value; `split` gives its parts back."""
        return ((pack(PREFIX, self._survey.strings[f"{family.name} {package}"]),), Reason.IMPORT)

    def prefix_member(self, text: str, name: str) -> Result:
        """What a package has under a name: a definition, or a package below it. `text` is that of a `prefix`."""
        family, _, package = text.partition(" ")
        if family == "rust" and name == "super":
            return self.prefix(_FAMILIES[family], package.rpartition(".")[0])
        number = self._survey.strings.known(name)
        found = self.member(_FAMILIES[family], package, number) if number >= 0 else UNKNOWN
        if not found[0] and join(package, name) in self._prefixes.get(family, ()):
            return self.prefix(_FAMILIES[family], join(package, name))
        return found

    def macro(self, package: str, name: int) -> Result:
        """A macro of Rust by its name alone, of the crate that a package is in: where a macro is seen goes by the text that comes
        before (`#[macro_use]`), and an exported one is a member of the crate itself.
        """
        crate = package.partition(".")[0]
        if self._macros is None:
            self._macros = self._all_macros()
        return self._judged(self._macros.get((crate, name), []), Reason.ONLY_ONE)

    def _all_macros(self) -> dict[tuple[str, int], list[int]]:
        survey, found = self._survey, dict[tuple[str, int], list[int]]()
        for row in survey.files:
            if row.family.package != "file":
                continue
            crate = self.of_file(row).partition(".")[0]
            for node in range(row.base + 1, row.base + row.count):
                if survey.kind[node] == MACRO:
                    found.setdefault((crate, survey.name[node]), []).append(node)
        return found

    def blocks(self, package: str) -> list[int]:
        """The files and blocks that make a package, as several can of one module (Rust, Elixir)."""
        return self._blocks.get(package, [])

    def package_of(self, node: int) -> str:
        """The package that a namespace block or file adds to."""
        return self._survey.strings.texts[self._package_of_scope.get(node, 0)]

    def member(self, family: Family, package: str, name: int) -> Result:
        """A top-level definition of a package."""
        number = self._survey.strings.known(package)
        if number < 0:
            return UNKNOWN
        nodes = self._find(family, number, name)
        return self._judged(nodes, Reason.MEMBER)

    def _find(self, family: Family, package: int, name: int) -> list[int]:
        key = package << 32 | name
        start = bisect_left(self._keys, key)
        found: list[int] = []
        while start < len(self._keys) and self._keys[start] == key:
            found.append(self._nodes[start])
            start += 1
        files = self._survey.bases_of_files
        return [node for node in found if self._survey.files[_file(files, node)].family is family]

    def _judged(self, nodes: list[int], reason: Reason) -> Result:
        """One definition for sure, or the several that the name can mean; bodies stand for their prototypes."""
        flags = self._survey.flags
        bodies = [node for node in nodes if not flags[node] & DECLARATION] or nodes
        if len(bodies) > 1 and len(bodies) <= _MOST_DEFINITIONS and self._are_parts(bodies):
            return tuple(pack(OBJECT, node) for node in bodies), reason
        blocks = [node for node in bodies if self._survey.kind[node] == NAMESPACE]
        if blocks:
            return ((pack(OBJECT, blocks[0]),), reason)
        if not bodies or len(bodies) > _MOST_DEFINITIONS:
            return UNKNOWN
        return tuple(pack(OBJECT, node) for node in bodies), reason if len(bodies) == 1 else Reason.SEVERAL

    def _are_parts(self, nodes: list[int]) -> bool:
        """Whether the definitions are parts of one type (partial classes, reopened modules), or a type and its companion, which
        stands in the same file.
        """
        kind = self._survey.kind
        numbers = {_file(self._survey.bases_of_files, node) for node in nodes}
        rows = [self._survey.files[number] for number in numbers]
        companions = len(nodes) == 2 > len(rows) and rows[0].language in rows[0].family.nested_packages
        return all(IS_TYPE[kind[node]] for node in nodes) and (companions or all(row.family.reopens for row in rows))

    def body(self, node: int) -> tuple[list[int], Reason]:
        """The definitions in other files that a C prototype can stand for."""
        survey = self._survey
        row = survey.files[_file(survey.bases_of_files, node)]
        package = self._package_of_scope.get(survey.lexical_parent[node])
        if package is None and IS_CALLABLE[survey.kind[survey.lexical_parent[node]]]:
            package = self._package_around(node)  # a prototype in a function
        if row.family.name != "c" or package is None:
            return [], Reason.SCOPE
        found = self._find(row.family, package, survey.name[node])
        nodes = [n for n in found if not survey.flags[n] & DECLARATION and survey.kind[n] != MACRO]
        return nodes, Reason.ONLY_ONE if len(nodes) == 1 else Reason.SEVERAL

    def visible(self, row: FileRow, scope: int, name: int) -> Result:
        """A name of the place's own package, and of the packages around it where the family sees them."""
        package = self.name_around(scope)
        if row.family.name == "rust" and self._survey.strings.texts[name] in _RUST_ROOTS:
            return self.prefix(row.family, self.rust_path(row, scope, self._survey.strings.texts[name], 0))
        while True:
            number = self._survey.strings.known(package)
            found = self._find(row.family, number, name) if number >= 0 else []
            if found and row.family.name == SHELL:
                return self._of_scripts(row, found)
            nodes = self._seen(row, found)
            if nodes:
                return self._judged(nodes, Reason.PACKAGE if row.family.package != "global" else Reason.ONLY_ONE)
            if not package or not (row.family.outer_packages or row.language in row.family.nested_packages):
                return UNKNOWN
            package = package.rpartition(".")[0]

    def around(self, row: FileRow, scope: int, name: int) -> Result:
        """A name of the named namespaces around a place, which hide what an include or a `using` brings."""
        package = self.name_around(scope)
        while package:
            found = self.in_package(row, package, name)
            if found[0]:
                return found
            package = package.rpartition(".")[0]
        return UNKNOWN

    def name_around(self, scope: int) -> str:
        """The package or namespace that a place stands in."""
        return self._survey.strings.texts[self._package_around(scope)]

    def in_package(self, row: FileRow, package: str, name: int) -> Result:
        """A name of exactly this package."""
        number = self._survey.strings.known(package)
        nodes = self._seen(row, self._find(row.family, number, name)) if number >= 0 else []
        return self._judged(nodes, Reason.PACKAGE) if nodes else UNKNOWN

    def _seen(self, row: FileRow, nodes: list[int]) -> list[int]:
        """Without macros of C that nothing includes together with the file that names them."""
        if row.family.name != "c":
            return nodes
        kind, bases = self._survey.kind, self._survey.bases_of_files
        here = _file(bases, row.base)
        return [node for node in nodes if kind[node] != MACRO or self._inclusions.meet(here, _file(bases, node))]

    def _of_scripts(self, row: FileRow, nodes: list[int]) -> Result:
        """Variables, which the environment hands on, and functions of scripts that run together with this one; for want of them
        those of scripts that may.
        """
        kind, bases, meet = self._survey.kind, self._survey.bases_of_files, self._inclusions
        here = _file(bases, row.base)
        seen = [node for node in nodes if not IS_CALLABLE[kind[node]] or meet.meet(here, _file(bases, node))]
        if seen:
            return self._judged(seen, Reason.ONLY_ONE)
        possible, _ = self._judged([node for node in nodes if meet.may_meet(here, _file(bases, node))], Reason.SEVERAL)
        return (possible, Reason.SEVERAL) if possible else UNKNOWN

    def begins(self, row: FileRow, scope: int, text: str) -> Result:
        """A package whose name begins with this one: seen from the place's own package, where the family does that, or the top."""
        known = self._prefixes.get(row.family.name, set())
        nested = row.language in row.family.nested_packages
        package = self._survey.strings.texts[self._package_around(scope)] if row.family.relative_packages or nested else ""
        while package:
            if join(package, text) in known:
                return self.prefix(row.family, join(package, text))
            package = package.rpartition(".")[0] if row.family.outer_packages or nested else ""
        return self.prefix(row.family, text) if text in known else UNKNOWN

    def parts(self, node: int) -> list[int]:
        """The other parts of a type that is written in several (C#'s `partial`)."""
        survey = self._survey
        package = self._package_of_scope.get(survey.lexical_parent[node])
        if package is None:
            return []
        family = survey.files[_file(survey.bases_of_files, node)].family
        if not (family.reopens and family.overloads):
            return []
        found = self._find(family, package, survey.name[node])
        return [other for other in found if other != node and survey.kind[other] == survey.kind[node]]

    def _package_around(self, scope: int) -> int:
        while scope != NO_NODE:
            package = self._package_of_scope.get(scope)
            if package is not None:
                return package
            scope = self._survey.lexical_parent[scope]
        return 0

    def seen_from(self, row: FileRow, dotted: str) -> str:
        """The path from the top that an import means, where it may begin in a package around it (Scala); the same where it does
        not.
        """
        return self._around(row, row.package, dotted) if row.language in row.family.nested_packages else dotted

    def named_around(self, row: FileRow, scope: int, dotted: str) -> str:
        """The same of an import that stands in a package, and is looked for in all around it (C#)."""
        return self._around(row, self._survey.strings.texts[self._package_around(scope)], dotted)

    def _around(self, row: FileRow, package: str, dotted: str) -> str:
        while package:
            if self.resolve(row, join(package, dotted)) is not None:
                return join(package, dotted)
            package = package.rpartition(".")[0]
        return dotted

    def resolve(self, row: FileRow, dotted: str) -> Result | None:
        """What a dotted path from the top means: a package, a definition in one, a member of such a definition; None: not ours."""
        known = self._prefixes.get(row.family.name, set())
        if dotted in known:
            return self.prefix(row.family, dotted)
        parts = dotted.split(".")
        for cut in range(len(parts) - 1, -1, -1):
            package = ".".join(parts[:cut])
            if package and package not in known:
                continue
            found = self._descend(row.family, package, parts[cut:])
            if found is not None:
                return found
        return None

    def _descend(self, family: Family, package: str, names: list[str]) -> Result | None:
        survey = self._survey
        number, first = survey.strings.known(package), survey.strings.known(names[0])
        if number < 0 or first < 0:
            return None
        nodes = self._find(family, number, first)
        for name in names[1:]:
            text = survey.strings.known(name)
            nodes = [e & PAYLOAD for node in nodes for e in survey.entries(node, text) if e >> 56 == DEFINED] if text >= 0 else []
        judged = self._judged(nodes, Reason.IMPORT)
        return judged if judged[0] else None

    # ── Rust ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def rust_path(self, row: FileRow, scope: int, module: str, level: int) -> str:
        """The path from the crate's root of `crate.…`, `self.…`, `super.…` or a path relative to the module."""
        here = self._survey.strings.texts[self._package_around(scope)]
        head, _, rest = module.partition(".")
        root = self._crates.root(here)
        if head == "crate" or (head == "self" and here == root):
            return join(self._holder(row, root, rest.partition(".")[0]), rest)
        if head == "self":
            return join(here, rest)
        while head == "super":
            level, module = level + 1, rest
            head, _, rest = rest.partition(".")
        if level:
            for _ in range(level):
                here = here.rpartition(".")[0]
            return join(here, module)
        known = self._prefixes.get(row.family.name, set())
        inner = join(here, module)
        if inner in known or join(here, head) in known:
            return inner
        if here == root != (holder := self._holder(row, root, head)):
            return join(holder, module)
        crate = self._crates.named(row.path, head)
        return join(crate, rest) if crate else module

    def _holder(self, row: FileRow, root: str, name: str) -> str:
        """The module that a name of a crate's root is looked for in: a file that is a crate of its own has the modules that it
        declares (`mod name;`) beside it, not below.
        """
        survey, beside = self._survey, root.rpartition(".")[0]
        known, word = self._prefixes.get("rust", set()), survey.strings.known(name)
        if word < 0 or not beside or join(root, name) in known or join(beside, name) not in known:
            return root
        declared = (entry & PAYLOAD for entry in survey.entries(row.base, word) if entry >> 56 == IMPORTED)
        text = survey.strings.texts
        return beside if any(text[survey.import_text[3 * number]] == "self." + name for number in declared) else root

    def crate(self, row: FileRow, name: int) -> Result:
        """A crate of the project by its name alone."""
        path = self._crates.named(row.path, self._survey.strings.texts[name])
        return self.prefix(row.family, path) if path else UNKNOWN


def join(package: str, name: str) -> str:
    """Two dotted names as one; either may be empty."""
    return f"{package}.{name}" if package and name else package or name


def _file(bases: list[int], node: int) -> int:
    low, high = 0, len(bases)
    while low < high:
        middle = (low + high) >> 1
        if bases[middle] <= node:
            low = middle + 1
        else:
            high = middle
    return low - 1


def _is_hidden(survey: Survey, row: FileRow, node: int) -> bool:
    """Whether a top-level definition cannot be named from other files (C's `static`)."""
    return row.family.name == "c" and bool(survey.flags[node] & STATIC) and survey.kind[node] != NAMESPACE
