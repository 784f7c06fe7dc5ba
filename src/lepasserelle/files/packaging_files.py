"""Which folders do a project's packaging files say Python imports start from?

Reads `pyproject.toml` (setuptools, hatch, poetry, flit, pdm, uv, maturin), `setup.cfg` and `setup.py` (its text; it is never
run). Not here: what `__init__.py` files say (see `modules`). Invariant: a file that is damaged or says something unexpected
claims nothing; guessing wrong here would misname every module.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from lepasserelle.durable.regular import open_regular

_LIMIT_BYTES: Final = 1 << 20
_SETUP_PACKAGE_DIR: Final = re.compile(
    r"package_dir\s*=\s*(?:\{\s*([\"'])\1\s*:\s*([\"'])([^\"'{}]+)\2|dict\(\s*\*\*\{\s*\"\"\s*:\s*\"([^\"]+)\")"
)
_SETUP_WHERE: Final = re.compile(r"find(?:_namespace)?_packages\(\s*(?:where\s*=\s*)?([\"'])([^\"'()]+)\1")

FILE_NAMES: Final = frozenset({"pyproject.toml", "setup.cfg", "setup.py"})

Claim = tuple[str, str]
"""(folder relative to the project, dotted name of the package that it is; empty name: imports start inside it)."""


def claims_in(project: Path, folder: str) -> list[Claim]:
    """What the packaging files in `folder` (relative to the project, empty for the project itself) claim, the stronger first."""
    raw = [*_pyproject(project / folder / "pyproject.toml"), *_setup_cfg(project / folder / "setup.cfg")]
    raw += _setup_py(project / folder / "setup.py")
    claims = [(joined, name) for path, name in raw if (joined := _inside(folder, path)) is not None]
    return [claim for claim in claims if claim != (folder, "")]


def _inside(folder: str, path: str) -> str | None:
    """`path` of a packaging file in `folder`, relative to the project; None when it leaves the project."""
    joined = posixpath.normpath(posixpath.join(folder, path.replace("\\", "/")))
    if joined.startswith(("/", "../")) or joined == "..":
        return None
    return "" if joined == "." else joined


def _pyproject(path: Path) -> Iterator[Claim]:
    import tomllib  # here and below: a search, which asks for names of files alone, shall not pay for it

    try:
        document = tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError:
        return
    tool = _table(document, "tool")
    for read in (_setuptools, _hatch, _poetry, _flit, _pdm, _uv, _maturin):
        yield from read(tool)


def _setuptools(tool: Mapping[str, object]) -> Iterator[Claim]:
    table = _table(tool, "setuptools")
    for package, folder in _table(table, "package-dir").items():
        if isinstance(folder, str):
            yield folder, package
    find = _table(_table(table, "packages"), "find")
    for where in _texts(find.get("where")):
        yield where, ""
    if not _texts(find.get("where")):
        yield from _listed(pattern.rstrip("*").rstrip(".") for pattern in _texts(find.get("include")))


def _hatch(tool: Mapping[str, object]) -> Iterator[Claim]:
    build = _table(_table(tool, "hatch"), "build")
    wheel = _table(_table(build, "targets"), "wheel")
    for table in (wheel, build):
        sources = table.get("sources")
        if isinstance(sources, Mapping):
            yield from ((folder, name.strip("/").replace("/", ".")) for folder, name in sources.items() if isinstance(name, str))
        yield from ((folder, "") for folder in _texts(sources))
        for package in _texts(table.get("packages")):
            yield package.strip("/"), posixpath.basename(package.strip("/"))


def _poetry(tool: Mapping[str, object]) -> Iterator[Claim]:
    packages = _table(tool, "poetry").get("packages")
    for package in packages if isinstance(packages, list) else ():
        if isinstance(package, Mapping) and isinstance(package.get("include"), str):
            source, include = package.get("from", ""), str(package["include"]).split("*")[0].strip("/")
            if isinstance(source, str) and include and not include.endswith(".py"):
                yield posixpath.join(source, include), include.replace("/", ".")


def _flit(tool: Mapping[str, object]) -> Iterator[Claim]:
    name = _table(_table(tool, "flit"), "module").get("name")
    if isinstance(name, str):
        for source in ("src", ""):
            yield posixpath.join(source, *name.split(".")), name


def _pdm(tool: Mapping[str, object]) -> Iterator[Claim]:
    folder = _table(_table(tool, "pdm"), "build").get("package-dir")
    if isinstance(folder, str):
        yield folder, ""


def _uv(tool: Mapping[str, object]) -> Iterator[Claim]:
    backend = _table(_table(tool, "uv"), "build-backend")
    root = backend.get("module-root", "src")
    if backend and isinstance(root, str):
        yield root, ""
        yield from ((posixpath.join(root, *name.split(".")), name) for name in _texts(backend.get("module-name")))


def _maturin(tool: Mapping[str, object]) -> Iterator[Claim]:
    folder = _table(tool, "maturin").get("python-source")
    if isinstance(folder, str):
        yield folder, ""


def _setup_cfg(path: Path) -> Iterator[Claim]:
    text = _text(path)
    if not text:
        return
    import configparser

    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    for line in parser.get("options", "package_dir", fallback="").replace(",", "\n").splitlines():
        package, equals, folder = line.partition("=")
        if equals:
            yield folder.strip(), package.strip()
    for where in parser.get("options.packages.find", "where", fallback="").split():
        yield where, ""


def _setup_py(path: Path) -> Iterator[Claim]:
    text = _text(path)
    for match in _SETUP_PACKAGE_DIR.finditer(text):
        yield match[3] or match[4], ""
    for match in _SETUP_WHERE.finditer(text):
        yield match[2], ""


def _listed(packages: Iterable[str]) -> Iterator[Claim]:
    for package in packages:
        if package and re.fullmatch(r"\w+(?:\.\w+)*", package):
            yield package.split(".")[0], package.split(".")[0]


def _table(parent: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = parent.get(key)
    return value if isinstance(value, Mapping) else {}


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _text(path: Path) -> str:
    try:
        with open_regular(path) as file:  # a pipe would be waited for
            return file.read(_LIMIT_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
