"""What an import binds and what a name means that no scope of its file binds: modules, packages, wildcards, built-ins.

The rules differ by family (`families.py`); this is the one place that follows them.
"""

from collections import Counter
from collections.abc import Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Final

from lepasserelle.graph.imported_packages import imported_packages
from lepasserelle.graph.inclusions import Inclusions
from lepasserelle.graph.layout import Reason
from lepasserelle.graph.modules import ModuleTable
from lepasserelle.graph.packages import Packages, join
from lepasserelle.graph.shapes import IS_TYPE
from lepasserelle.graph.sourced import SHELL
from lepasserelle.graph.survey import DEFINED, IMPORTED, NO_NODE, PAYLOAD, FileRow, Survey
from lepasserelle.graph.typed_builtins import FUNCTIONS, GIVEN
from lepasserelle.graph.values import OBJECT, OUTSIDE, PREFIX, UNKNOWN, Result, pack, union
from lepasserelle.graph.wildcard_order import WildcardOrder
from lepasserelle.model import ImportFlag, NodeFlag

if TYPE_CHECKING:
    from lepasserelle.graph.evaluate import Evaluator

_MOST_REMEMBERED: Final = 10_000
_IMPORT: Final = Reason.IMPORT
_EXPORTED: Final = int(NodeFlag.EXPORTED)
_DEEPEST_USE: Final = 4
"""A `use` within a `__using__` is followed so far."""
_NO_NAMES: Final = frozenset(
    "this await yield any unknown never void object string number boolean bigint symbol undefined".split()  # noqa: SIM905
)
"""Words of ECMAScript that stand where a name could: a receiver that is not known, types without members of the project."""


class Imports:
    """Imports by demand, each evaluated once; built after the survey is closed."""

    def __init__(self, survey: Survey, evaluator: "Evaluator") -> None:
        self.survey = survey
        self.modules = ModuleTable(survey.files, survey.maps, cache(lambda: imported_packages(survey)))
        self._inclusions = Inclusions(survey, lambda number: self._evaluate(number, whole=True))
        self.packages = Packages(survey, self._inclusions)
        self._order = WildcardOrder(survey, self.packages, self._through_last)
        self._evaluator = evaluator
        self._values: dict[tuple[int, int], Result] = {}
        self._members: dict[tuple[int, int], Result] = {}
        self._modules: dict[tuple[str, int, bool], Result] = {}
        self._stars: dict[tuple[int, int], Result] = {}
        self._named: dict[int, Result] = {}
        self._exported_names = Counter[int]()

    def forget(self) -> None:
        """Drop what was remembered."""
        for memo in (self._values, self._members, self._modules, self._stars):
            memo.clear()
        self._named.clear()
        self._inclusions.forget()
        self._order.forget()

    def value(self, number: int) -> Result:
        """What the name that an import binds denotes."""
        known = self._values.get((number, 0))
        if known is not None:
            return known
        return self._evaluator.once(self._values, (number, 0), lambda: self._evaluate(number, whole=False))

    def targets(self, number: int) -> tuple[Result, Result]:
        """(the module or package that an import names, the member that it takes from it)."""
        module = self._evaluate(number, whole=True)
        name = self.survey.strings.texts[self.survey.import_text[3 * number + 1]]
        return module, (self.value(number) if name not in {"", "*"} else UNKNOWN)

    def _evaluate(self, number: int, *, whole: bool) -> Result:
        """The binding of an import, or (`whole`) the module that its text names."""
        survey = self.survey
        texts, said = survey.strings.texts, survey.import_text
        module, name, alias = texts[said[3 * number]], texts[said[3 * number + 1]], texts[said[3 * number + 2]]
        importer = self._evaluator.file_of(survey.import_scope[number])
        row = survey.files[importer]
        style = row.family.imports
        if row.language == "c_sharp" and survey.import_level[number]:
            module, name = self._from_around(number, row, module, name)
        if style == "python":
            return self._python(number, importer, module, name, alias, whole=whole)
        if style in {"path", "include", "dotted", "rust", "folder", "package"}:
            base = self._module_of(number, importer, row, module)
            return base if whole else self._member_of_import(base, module, name)
        return UNKNOWN

    # ── Python ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _python(self, number: int, importer: int, module: str, name: str, alias: str, *, whole: bool) -> Result:
        level = self.survey.import_level[number]
        if level:
            module = self.modules.absolute(module, level, importer)
            if not module:
                return UNKNOWN
        if whole or (not name and not (alias and "." in module and module.startswith(alias + "."))):
            return self.module_value(module, importer)
        if not name:
            return self.module_value(alias, importer)
        source, reason = self.module_value(module, importer)
        found = [self._module_member(value, name, module) for value in source]
        return self._weaker(found[0] if len(found) == 1 else union(found), reason)

    def module_value(self, module: str, importer: int, *, only_project: bool = False) -> Result:
        """The module of this absolute name: a file, the beginning of module names, or something outside."""
        key = (module, importer, only_project)
        known = self._modules.get(key)
        if known is None:
            if len(self._modules) > _MOST_REMEMBERED:
                self._modules.clear()
            known = self._modules[key] = self._find_module(module, importer, only_project=only_project)
        return known

    def _find_module(self, module: str, importer: int, *, only_project: bool) -> Result:
        found = self.modules.python(module, max(importer, 0))
        if found:
            return tuple(pack(OBJECT, self.survey.files[number].base) for number in found), _IMPORT
        if self.modules.is_prefix(module):
            return ((pack(PREFIX, self.survey.strings[module]),), _IMPORT)
        if only_project:
            return UNKNOWN
        if importer >= 0:
            sibling = self.modules.sibling(module, importer)
            if sibling:
                return tuple(pack(OBJECT, self.survey.files[number].base) for number in sibling), Reason.SIBLING
        return self._outside(module)

    def prefix_member(self, prefix: int, name: str) -> Result:
        """What lies below the beginning of module or package names."""
        text = self.survey.strings.texts[prefix]
        if " " in text:
            found = self.packages.prefix_member(text, name)
            if text[-1] == " " and not found[0] and not text.startswith("go "):
                return self._global(name)
            if found[0] or text.startswith("rust "):
                return found if found[0] else self._of_crate(text.partition(" ")[2], name)
            return self._global_module(text, name)
        return self.module_value(f"{text}.{name}", -1, only_project=True)

    def _global_module(self, prefix: str, name: str) -> Result:
        """A module of Elixir that the project lacks, though modules of the project share the begin of its name."""
        family, _, package = prefix.partition(" ")
        return self._global(f"{package}.{name}") if family == "elixir" and name[:1].isupper() else UNKNOWN

    def _of_crate(self, package: str, name: str) -> Result:
        """What a Rust module uses under a name; of the crate itself an exported macro as well, wherever it stands."""
        found = self._used_in(package, name)
        number = self.survey.strings.known(name) if not found[0] and "." not in package else -1
        return self.packages.macro(package, number) if number >= 0 else found

    def _used_in(self, package: str, name: str) -> Result:
        """What a `use` of a Rust module makes a member of it."""
        survey = self.survey
        number = survey.strings.known(name)
        for block in self.packages.blocks(package) if number >= 0 else ():
            for entry in survey.entries(block, number):
                if entry >> 56 == IMPORTED:
                    found = self.value(entry & PAYLOAD)
                    if found[0]:
                        return found
            starred = self._evaluator.once(self._stars, (block, -1 - number), partial(self._used_by_stars, block, number))
            if starred[0]:
                return starred
        return UNKNOWN

    def _used_by_stars(self, block: int, name: int) -> Result:
        row = self._evaluator.row_of(block)
        for star in row.stars:
            if self.survey.import_scope[star] == block and self.survey.import_flags[star] & ImportFlag.REEXPORT:
                for value in self._evaluate(star, whole=True)[0]:
                    found = self._through_star(value, name, row)
                    if found[0]:
                        return found
        return UNKNOWN

    def _module_member(self, value: int, name: str, module: str) -> Result:
        tag, number = value & 7, value >> 3 & 0xFFFF_FFFF
        if tag == OBJECT:
            return self.file_member(self._evaluator.file_of(number), self.survey.strings[name])
        if tag == PREFIX:
            return self.module_value(f"{self.survey.strings.texts[number]}.{name}", -1)
        return self._outside(f"{module}.{name}")

    def file_member(self, file: int, name: int) -> Result:
        """What importers of a file see under a name: its own bindings, its wildcard imports, a module below it."""
        known = self._members.get((file, name))
        if known is not None:
            return known
        return self._evaluator.once(self._members, (file, name), lambda: self._file_member(file, name))

    def _file_member(self, file: int, name: int) -> Result:
        row = self.survey.files[file]
        exported = self._exported(row, name)
        if exported is not None:
            return exported
        entries = self.survey.entries(row.base, name)
        if entries:
            found = self._evaluator.bindings(row.base, name, entries, -1, 0)
            if found[0]:
                return found[0], max(_IMPORT, found[1])
        starred = self._starred(row, name, importers=True)
        if starred[0]:
            return starred
        if row.family.name == "python":
            submodule = f"{row.module}.{self.survey.strings.texts[name]}"
            below = self.module_value(submodule, file, only_project=True) if self.modules.is_package(file) else UNKNOWN
            if below[0] or entries:
                return below
            return ((pack(OUTSIDE, self.survey.strings["?" + submodule]),), Reason.UNKNOWN)
        return UNKNOWN

    def _exported(self, row: FileRow, name: int) -> Result | None:
        """The value behind an ECMAScript export; None where the file's own bindings decide."""
        if row.family.name != "ecma" or not row.exports:
            return None
        exported = self.survey.strings.known("export " + self.survey.strings.texts[name])
        entries = self.survey.entries(row.base, exported) if exported >= 0 else []
        if not entries:
            return None
        flows = [entry & PAYLOAD for entry in entries]
        found = union([self._evaluator.chain(row.base, self.survey.chains[self._source(flow)]) for flow in flows])
        return found[0], max(found[1], _IMPORT) if found[0] else 0

    def _source(self, flow: int) -> str:
        return self.survey.strings.texts[self.survey.flow_source[flow]]

    def _starred(self, row: FileRow, name: int, *, importers: bool = False) -> Result:
        """A name through the file's wildcard imports and inclusions, the last one first."""
        if importers and row.family.name == "ecma":
            return self._given_on(row, name)
        return self._through_last(row, row.stars, name)

    def _through_last(self, row: FileRow, stars: Sequence[int], name: int) -> Result:
        """A name through some of a file's wildcard imports, the last one first."""
        survey = self.survey
        for number in reversed(stars):
            values, _ = self._named.get(number) or self._evaluate(number, whole=True)
            injects = row.family.dotted_packages and survey.import_flags[number] & ImportFlag.INCLUDE
            if len(values) > 1 and row.family.name == SHELL:
                possible, _ = union([self._through_star(value, name, row) for value in values])
                if possible:
                    return possible, Reason.SEVERAL
                continue
            for value in values:
                found = self._injected(value, name, _DEEPEST_USE) if injects else self._through_star(value, name, row)
                if found[0]:
                    return self._weaker(found, Reason.INCLUDED if row.family.includes else _IMPORT)
        return UNKNOWN

    def _given_on(self, row: FileRow, name: int) -> Result:
        """A name through the modules of ECMAScript whose exports a file gives on, the last one first. `default` passes through no
        such star, and what two of them export under one name nobody does.
        """
        survey, found = self.survey, list[Result]()
        exporting = survey.strings.known("export " + survey.strings.texts[name])
        for number in reversed(row.stars) if survey.strings.texts[name] != "default" else ():
            if survey.import_flags[number] & ImportFlag.REEXPORT:
                values, _ = self._named.get(number) or self._evaluate(number, whole=True)
                each = (self._through_star(value, name, row) for value in values if self._may_give(value, name, exporting))
                found += [next((result for result in each if result[0]), UNKNOWN)]
                if found[-1][0] and not self._may_be_two(name):
                    break
        exported = [values for values, _ in found if values and all(map(self._is_exported, values))]
        if any(set(exported[0]).isdisjoint(other) for other in exported[1:]):
            return UNKNOWN
        return next((self._weaker(result, _IMPORT) for result in found if result[0]), UNKNOWN)

    def _may_give(self, value: int, name: int, exporting: int) -> bool:
        """Whether what a star names may export something under a name: soon clear of most of a barrel's modules."""
        tag, number, survey = value & 7, value >> 3 & 0xFFFF_FFFF, self.survey
        if tag != OBJECT or survey.lexical_parent[number] != NO_NODE:
            return True
        row = self._evaluator.row_of(number)
        if row.stars or row.family.name != "ecma":
            return True
        return survey.binds(number, name) >= 0 or (exporting >= 0 and survey.binds(number, exporting) >= 0)

    def _may_be_two(self, name: int) -> bool:
        """Whether the project exports more than one definition of a name."""
        if not self._exported_names:
            survey = self.survey
            self._exported_names = Counter(
                name for name, flags in zip(survey.name, survey.flags, strict=True) if flags & _EXPORTED
            ) or Counter((-1,))
        return self._exported_names[name] > 1

    def _is_exported(self, value: int) -> bool:
        tag, number = value & 7, value >> 3 & 0xFFFF_FFFF
        return tag == OBJECT and bool(self.survey.flags[number] & _EXPORTED)

    def _injected(self, value: int, name: int, deepest: int) -> Result:
        """A name that `use` of a module of Elixir brings: defined in its `__using__`, imported or used there."""
        survey, using = self.survey, self.survey.strings.known("__using__")
        if value & 7 != PREFIX or using < 0 or not deepest:
            return UNKNOWN
        for block in self.packages.blocks(survey.strings.texts[value >> 3 & 0xFFFF_FFFF].partition(" ")[2]):
            for macro in [entry & PAYLOAD for entry in survey.entries(block, using) if entry >> 56 == DEFINED]:
                entries = survey.entries(macro, name)
                found = self._evaluator.bindings(macro, name, entries, -1, 0) if entries else UNKNOWN
                row = self._evaluator.row_of(macro)
                for star in [star for star in row.stars if survey.import_scope[star] == macro and not found[0]]:
                    injects = survey.import_flags[star] & ImportFlag.INCLUDE
                    for each in self._evaluate(star, whole=True)[0]:
                        found = self._injected(each, name, deepest - 1) if injects else self._through_star(each, name, row)
                if found[0]:
                    return found
        return UNKNOWN

    def starred(self, number: int, name: int) -> Result:
        """A name through one wildcard import of Python."""
        row = self._evaluator.row_of(self.survey.import_scope[number])
        return union([self._through_star(value, name, row) for value in self._evaluate(number, whole=True)[0]])

    def _through_star(self, value: int, name: int, row: FileRow) -> Result:
        tag, number = value & 7, value >> 3 & 0xFFFF_FFFF
        if tag == PREFIX and row.family.package != "none":
            return self.prefix_member(number, self.survey.strings.texts[name])
        if tag != OBJECT:
            return UNKNOWN
        if self.survey.lexical_parent[number] != NO_NODE:
            return self._evaluator.attribute(((value,), 0), name)
        file = self._evaluator.file_of(number)
        if row.family.name == "python":
            exports = self.survey.files[file].exports
            visible = name in exports if exports else not self.survey.strings.texts[name].startswith("_")
            if not visible:
                return UNKNOWN
            found = self.file_member(file, name)
            return found if found[1] < Reason.UNKNOWN else UNKNOWN
        return self.file_member(file, name)

    # ── other families ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _module_of(self, number: int, importer: int, row: FileRow, module: str) -> Result:
        """What an import names, which leans on no other question: so it stays where what is found behind a circle of inclusions
        does not (`passing`), and each name is looked for through all of them again.
        """
        known = self._named.get(number)
        if known is None:
            known = self._named[number] = self._looked_up(number, importer, row, module)
        return known

    def _looked_up(self, number: int, importer: int, row: FileRow, module: str) -> Result:
        style, survey = row.family.imports, self.survey
        found: tuple[int, ...] = ()
        if style == "path":
            found = self.modules.path(module, importer, row.family)
        elif style == "include":
            found = self.modules.include(module, importer, system=bool(survey.import_flags[number] & ImportFlag.SYSTEM))
        elif style == "dotted":
            found = self.modules.dotted(module, importer)
        elif style == "folder":
            package = self.modules.folder(module, importer)
            return self.packages.prefix(row.family, "folder " + package) if package is not None else self._outside(module)
        else:
            path = self._relative(number, row, module)
            own = row.family.imports == "rust" and path.startswith("crate ")
            return self.packages.resolve(row, path) or (self._lost(module) if own else self._outside(module))
        if found:
            return tuple(pack(OBJECT, survey.files[n].base) for n in found), _IMPORT
        if style == "include" and not survey.import_flags[number] & (ImportFlag.INCLUDE | ImportFlag.SYSTEM):
            return self.packages.resolve(row, module) or self._outside(module)
        return UNKNOWN if style == "path" and module.startswith(".") else self._outside(module)

    def _from_around(self, number: int, row: FileRow, module: str, name: str) -> tuple[str, str]:
        """What a `using` of C# within a namespace names from the top: the namespaces around it are asked first, from within."""
        is_all = name in {"", "*"}
        found = self.packages.named_around(row, self.survey.import_scope[number], module if is_all else join(module, name))
        if is_all:
            return found, name
        module, _, name = found.rpartition(".")
        return module, name

    def _relative(self, number: int, row: FileRow, module: str) -> str:
        if row.family.imports != "rust":
            return self.packages.seen_from(row, module)
        return self.packages.rust_path(row, self.survey.import_scope[number], module, self.survey.import_level[number])

    def _member_of_import(self, base: Result, module: str, name: str) -> Result:
        if name in {"", "*"}:
            return base
        survey = self.survey
        results: list[Result] = []
        for value in base[0]:
            tag, number = value & 7, value >> 3 & 0xFFFF_FFFF
            if tag == PREFIX:
                found = self.prefix_member(number, name)
                lost = self._lost if survey.strings.texts[number].startswith("rust ") else self._outside
                results.append(found if found[0] else lost(f"{module}.{name}"))
            elif tag == OUTSIDE:
                text = module if name == "default" else f"{module}.{name}"
                results.append(self._lost(text) if base[1] == Reason.UNKNOWN else self._outside(text))
            else:
                found = self._evaluator.attribute(((value,), 0), survey.strings[name]) if tag == OBJECT else UNKNOWN
                whole = name == "default" and not found[0] and not survey.files[self._evaluator.file_of(number)].exports
                results.append(((value,), _IMPORT) if whole else found)
        return self._weaker(union(results), base[1])

    def namespace_member(self, node: int, name: int) -> Result:
        """A member of a namespace block: of this block, else of the same namespace anywhere."""
        survey = self.survey
        entries = survey.entries(node, name)
        if entries:
            found = self._evaluator.bindings(node, name, entries, -1, 0)
            if found[0]:
                return found[0], max(found[1], Reason.MEMBER)
        family, package = self._evaluator.row_of(node).family, self.packages.package_of(node)
        if family.relative_packages or family.dotted_packages:
            prefix, text = f"{family.name} {package}", self.survey.strings.texts[name]
            found = self.packages.prefix_member(prefix, text)
            return found if found[0] else self._global_module(prefix, text)
        found = self.packages.member(family, package, name)
        if not found[0] and package.partition(".")[0] == "std" and family.by_arity:  # of C++: what programs add to it is little
            return ((pack(OUTSIDE, survey.strings[f"<global>.{package}.{survey.strings.texts[name]}"]),), Reason.GLOBAL)
        return found

    def beyond(self, row: FileRow, scope: int, name: int) -> Result:
        """A name that no scope of its file binds: wildcard imports, the package, the language's own, else something outside."""
        text = self.survey.strings.texts[name]
        if text.startswith("::"):
            return self._evaluator.name(row.base, self.survey.strings[text[2:]])
        if row.family.name == "c":
            found = self.packages.around(row, scope, name)
            if found[0]:
                return found
        if row.stars:
            starred = self._by_wildcards(row, scope, name)
            if starred[0]:
                return starred
        if row.family.package != "none":
            found = self._packaged(row, scope, name)
            if found[0]:
                return found
        text = self.survey.strings.texts[name]
        if (text in _NO_NAMES and row.family.name == "ecma") or text in GIVEN.get(row.language, ()):
            return UNKNOWN
        if text in row.family.builtins or text in FUNCTIONS.get(row.language, ()):
            return ((pack(OUTSIDE, self.survey.strings["<builtin>." + text]),), Reason.BUILTIN)
        if row.family.name == "python":
            return self._from_outer_star(row, text)
        return self._global(text)

    def _by_wildcards(self, row: FileRow, scope: int, name: int) -> Result:
        """What the wildcard imports of a file, or what hides them, say of a name."""
        if self._order.goes_by_place(row):
            return self._order.at_place(row, scope, name)
        return self._evaluator.once(self._stars, (row.base, name), lambda: self._order.of_file(row, scope, name))

    def _packaged(self, row: FileRow, scope: int, name: int) -> Result:
        """What the packages around a place have under a name, a package whose name begins so, or a function of no package."""
        found = self.packages.visible(row, scope, name)
        if not found[0] and (row.family.package == "declared" or row.family.dotted_packages):
            found = self.packages.begins(row, scope, self.survey.strings.texts[name])
        if not found[0] and row.family.functions_fall_back:
            found = self.packages.member(row.family, "", name)
            if any(IS_TYPE[self.survey.kind[value >> 3 & 0xFFFF_FFFF]] for value in found[0]):
                return UNKNOWN
        if not found[0] and row.family.name == "rust":
            found = self.packages.crate(row, name)
        if not found[0] and row.family.package == "file":
            return self.packages.macro(self.packages.of_file(row), name)
        return found

    def _global(self, text: str) -> Result:
        return ((pack(OUTSIDE, self.survey.strings["<global>." + text]),), Reason.GLOBAL)

    def _from_outer_star(self, row: FileRow, text: str) -> Result:
        outside = {value for number in row.stars for value in self._evaluate(number, whole=True)[0] if value & 7 == OUTSIDE}
        if len(outside) == 1:
            module = self.survey.strings.texts[outside.pop() >> 3 & 0xFFFF_FFFF]
            return ((pack(OUTSIDE, self.survey.strings[f"{module}.{text}"]),), Reason.STAR)
        return ((pack(OUTSIDE, self.survey.strings["?." + text]),), Reason.UNKNOWN)

    def _outside(self, text: str) -> Result:
        return ((pack(OUTSIDE, self.survey.strings[text]),), _IMPORT)

    def _lost(self, text: str) -> Result:
        """A name of the project that nothing in it defines as far as is read: made by a macro, or by what builds it."""
        return ((pack(OUTSIDE, self.survey.strings["?" + text]),), Reason.UNKNOWN)

    @staticmethod
    def _weaker(result: Result, reason: int) -> Result:
        return (result[0], max(result[1], reason)) if result[0] else result
