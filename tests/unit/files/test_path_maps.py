"""What `tsconfig.json` and `jsconfig.json` say about imports that are not relative."""

import time

import pytest

from lepasserelle.files.path_maps import parse_relaxed, path_maps
from lepasserelle.model.import_maps import PathMap


def maps_of(files: dict[str, str]) -> dict[str, PathMap]:
    """By folder what its configuration says."""
    return {one.folder: one for one in path_maps(sorted(files), files.get)}


def test_comments_and_last_commas_are_read_over_but_not_in_strings() -> None:
    """As TypeScript reads its configuration; a pattern may hold what looks like a comment."""
    text = '\ufeff{ // c\n "a": "/* no */ // no", /* yes, */ "b": ["x,}", "@/*",], "c": {"d": "\\"//",},\n}'
    assert parse_relaxed(text) == {"a": "/* no */ // no", "b": ["x,}", "@/*"], "c": {"d": '"//'}}


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": ', "null", "[" * 200_000, '{"a" /* without an end', '"open'])
def test_a_damaged_configuration_says_nothing(text: str) -> None:
    """It still is the one of its folder."""
    assert maps_of({"tsconfig.json": text}) == {"": PathMap("", None, ())}


@pytest.mark.parametrize("part", ['\\"', "/*", ", ", '"', "//"])
def test_a_hostile_text_costs_no_more_than_its_length(part: str) -> None:
    """A quarter of a million beginnings of strings or comments without an end: looked at once each."""
    began = time.process_time()
    parse_relaxed('{"' + part * 250_000)
    assert time.process_time() - began < 5


def test_paths_are_relative_to_the_base_else_to_their_file() -> None:
    """A target outside the project is left out, a pattern with two stars is none."""
    with_base = '{"compilerOptions": {"baseUrl": "./src", "paths": {"@/*": ["*", "../gen/*", "../../../../out/*"]}}}'
    without = '{"compilerOptions": {"paths": {"~/*": ["./src/*"], "a*b*": ["x"], "one": "./src/one.ts"}}}'
    found = maps_of({"a/b/tsconfig.json": with_base, "c/jsconfig.json": without})
    assert found["a/b"] == PathMap("a/b", "a/b/src", (("@/*", ("a/b/src/*", "a/b/gen/*")),))
    assert found["c"] == PathMap("c", None, (("~/*", ("c/src/*",)), ("one", ("c/src/one.ts",))))


def test_what_is_extended_is_relative_to_the_file_that_says_it() -> None:
    """Its own words stand before; the suffix may be missing, packages are not looked for, later ones stand before earlier ones."""
    found = maps_of(
        {
            "base.json": '{"compilerOptions": {"paths": {"@/*": ["./shared/*"]}}}',
            "later.json": '{"extends": "./base", "compilerOptions": {"paths": {"%/*": ["${configDir}/own/*"]}}}',
            "a/tsconfig.json": '{"extends": "../base"}',
            "b/tsconfig.json": '{"extends": ["@tsconfig/node20", "../base.json", "../later.json"]}',
            "c/tsconfig.json": '{"extends": "../base.json", "compilerOptions": {"paths": {}, "baseUrl": "."}}',
        }
    )
    assert found["a"] == PathMap("a", None, (("@/*", ("shared/*",)),))
    assert found["b"] == PathMap("b", None, (("%/*", ("b/own/*",)),))
    assert found["c"] == PathMap("c", "c", ())


def test_a_circle_of_extending_files_ends() -> None:
    """Each says what it says itself."""
    found = maps_of(
        {
            "tsconfig.json": '{"extends": "./other.json", "compilerOptions": {"baseUrl": "src"}}',
            "other.json": '{"extends": "./tsconfig.json"}',
        }
    )
    assert found == {"": PathMap("", "src", ())}


def test_tsconfig_stands_before_jsconfig_of_its_folder() -> None:
    """In whatever order they come."""
    found = maps_of({"jsconfig.json": '{"compilerOptions": {"baseUrl": "a"}}', "tsconfig.json": "{}"})
    assert found == {"": PathMap("", None, ())}


def test_a_configuration_that_only_refers_to_others_has_their_paths() -> None:
    """Of its own folder; what stands in another one holds there."""
    found = maps_of(
        {
            "tsconfig.json": '{"files": [], "references": '
            '[{"path": "./tsconfig.app.json"}, {"path": "./lib"}, {"path": "./lib/t.json"}]}',
            "tsconfig.app.json": '{"compilerOptions": {"paths": {"@/*": ["./src/*"]}}}',
            "lib/t.json": '{"compilerOptions": {"baseUrl": "."}}',
        }
    )
    assert found == {"": PathMap("", None, (("@/*", ("src/*",)),))}
