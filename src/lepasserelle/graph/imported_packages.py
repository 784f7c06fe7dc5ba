"""Which packages of Python are imported by their own names: those are used as packages, so their files are no scripts.

Relative imports do not count: they say nothing of the name.
"""

import posixpath
from collections.abc import Iterable, Iterator

from lepasserelle.graph.survey import FileRow, Survey


def imported_packages(survey: Survey) -> frozenset[str]:
    """Those of a project."""
    return frozenset(_imported(survey, survey.files, _packages(survey.files)))


def imports_others(now: Survey, changed: dict[int, Survey]) -> bool:
    """Whether other packages are imported than before; `changed`: by the number of each changed file what it was, alone."""
    packages = _packages(now.files)
    rows = [now.files[number] for number in changed]
    come = set(_imported(now, rows, packages))
    gone = {name for survey in changed.values() for name in _imported(survey, survey.files, packages)}
    if come == gone:
        return False
    others = [row for number, row in enumerate(now.files) if number not in changed]
    return not (come ^ gone) <= set(_imported(now, others, packages))


def _packages(files: Iterable[FileRow]) -> frozenset[str]:
    return frozenset(
        row.module
        for row in files
        if row.family.name == "python" and posixpath.basename(row.path) in {"__init__.py", "__init__.pyi"}
    )


def _imported(survey: Survey, files: Iterable[FileRow], packages: frozenset[str]) -> Iterator[str]:
    texts, said = survey.strings.texts, survey.import_text
    for row in files:
        for number in row.imports if row.family.name == "python" else ():
            if survey.import_level[number]:
                continue
            module, name = texts[said[3 * number]], texts[said[3 * number + 1]]
            if f"{module}.{name}" in packages:
                yield f"{module}.{name}"
            while module:
                if module in packages:
                    yield module
                module = module.rpartition(".")[0]
