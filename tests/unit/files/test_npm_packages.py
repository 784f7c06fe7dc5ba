"""Packages of workspaces, as `package.json` and `pnpm-workspace.yaml` name them."""

import json

import pytest

from lepasserelle.files.npm_packages import npm_packages
from lepasserelle.graph.import_places import NpmPlaces
from lepasserelle.model.import_maps import ImportMaps

ROOT = json.dumps({"name": "root", "workspaces": ["packages/*", "!packages/old"]})


def targets(files: dict[str, str], module: str) -> list[str]:
    """Where a module is looked for."""
    return list(NpmPlaces(ImportMaps(npm_packages=npm_packages(files, files.get))).targets(module))


def test_a_package_is_found_by_its_name() -> None:
    """What it says itself comes first, then the source of what is built, then the usual places."""
    files = {"package.json": ROOT, "packages/a/package.json": '{"name": "@x/a", "main": "dist/main.js"}'}
    found = targets(files, "@x/a")
    assert found[0] == "packages/a/dist/main.js"
    assert found.index("packages/a/src/main") < found.index("packages/a/src/index") < found.index("packages/a/index")


def test_exports_lead_to_their_entry_and_to_no_other() -> None:
    """The longest pattern that matches holds, with all its conditions."""
    exports = {".": "./src/all.ts", "./deep/*": {"import": {"default": "./dist/deep/*.mjs"}}, "./*": "./src/*.ts"}
    files = {"package.json": ROOT, "packages/a/package.json": json.dumps({"name": "a", "exports": exports})}
    assert targets(files, "a")[0] == "packages/a/src/all.ts"
    assert targets(files, "a/b") == ["packages/a/src/b.ts", "packages/a/src/b"]
    assert "packages/a/src/deep/c" in targets(files, "a/deep/c")
    assert targets(files, "ab") == []


def test_only_what_a_workspace_names_is_a_package() -> None:
    """A fixture that is called like a library must not stand for it."""
    fixture = {"tests/react/package.json": '{"name": "react"}', "packages/a/deep/package.json": '{"name": "deep"}'}
    files = {"package.json": ROOT, **fixture}
    assert targets(files, "react") == targets(files, "deep") == targets(fixture, "react") == []


def test_pnpm_says_it_in_a_file_of_its_own() -> None:
    """Items of `packages` only, quoted or not."""
    listed = "packages:\n  - 'libs/*'\n  - apps/web # the site\n  - '!libs/no'\nonlyBuiltDependencies:\n  - other/*\n"
    files = {"pnpm-workspace.yaml": listed}
    files |= {f"{folder}/package.json": json.dumps({"name": folder}) for folder in ("libs/b", "apps/web", "other/c")}
    assert [one.folder for one in npm_packages(files, files.get)] == ["apps/web", "libs/b"]


@pytest.mark.parametrize(
    "text", ["", "[", "[]", "3", '{"name": 3}', '{"name": "", "exports": [[[]]]}', '{"name":"../../up","main":7}']
)
def test_what_is_damaged_says_nothing(text: str) -> None:
    """No manifest may raise or lead out of the project."""
    files = {"package.json": ROOT, "packages/a/package.json": text}
    assert all(not path.startswith("..") for path in targets(files, "../../up"))


def test_no_entry_leads_out_of_the_project() -> None:
    """`main` may be written with as many dots as it likes."""
    files = {"package.json": ROOT, "packages/a/package.json": '{"name": "a", "main": "../../../etc/x.js"}'}
    assert [path for path in targets(files, "a") if path.startswith((".", "/", "etc"))] == []
