"""What a name or a path tells: language, reason to leave out, secret, test or secondary, and how odd names are kept."""

import json
import os
import sqlite3
from contextlib import closing

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lepasserelle.files import SkipReason, naming, path_from_os, path_to_os
from lepasserelle.files.language import header_language, language_of, language_of_name
from lepasserelle.files.naming import content_reason, file_reason, folder_reason, secret_name
from lepasserelle.files.traits import file_flags, folder_flags
from lepasserelle.model import NodeFlag


@given(st.binary(min_size=1, max_size=40).filter(lambda raw: b"\0" not in raw))
def test_every_file_name_has_one_form_and_comes_back(raw: bytes) -> None:
    """Any POSIX name survives JSON, msgpack and SQLite in the index's form and leads back to the same bytes."""
    path = path_from_os(os.fsdecode(raw))
    assert os.fsencode(path_to_os(path)) == raw
    assert json.loads(json.dumps(path)) == path
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(path)) == path
    with closing(sqlite3.connect(":memory:")) as connection:
        assert connection.execute("select ?", (path,)).fetchone()[0] == path


@given(st.lists(st.binary(min_size=1, max_size=8).filter(lambda raw: b"\0" not in raw), unique=True))
def test_different_names_stay_different(names: list[bytes]) -> None:
    """No two names share a form, also not a name that looks like an escape."""
    assert len({path_from_os(os.fsdecode(name)) for name in names}) == len(names)


@pytest.mark.parametrize("name", ["a.py", "é/ü.py", "a\\b", "日本.txt"])
def test_ordinary_names_are_left_as_they_are(name: str) -> None:
    r"""Only undecodable bytes and `\x` are escaped."""
    assert path_from_os(name) == name


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("a.py", "python"), ("a.pyi", "python"), ("a.js", "javascript"), ("a.mjs", "javascript"), ("a.cjs", "javascript"),
        ("a.jsx", "javascript"), ("a.ts", "typescript"), ("a.mts", "typescript"), ("a.cts", "typescript"),
        ("a.d.ts", "typescript"),
        ("a.tsx", "tsx"), ("A.java", "java"), ("a.go", "go"), ("a.rs", "rust"), ("a.c", "c"), ("a.cc", "cpp"), ("a.C", "cpp"),
        ("a.hpp", "cpp"), ("a.cs", "c_sharp"), ("a.rb", "ruby"), ("a.php", "php"), ("a.sh", "bash"), ("a.kt", "kotlin"),
        ("a.kts", "kotlin"), ("a.swift", "swift"), ("a.scala", "scala"), ("a.lua", "lua"), ("a.ex", "elixir"), ("a.exs", "elixir"),
        ("a.hs", "haskell"), ("a.zig", "zig"), ("README.md", "markdown"), ("a.rst", "restructuredtext"), ("a.toml", "toml"),
        ("a.yml", "yaml"), ("a.json", "json"), ("a.sql", "sql"), ("a.html", "html"), ("a.css", "css"),
        ("Dockerfile", "dockerfile"),
        ("Dockerfile.dev", "dockerfile"), ("Makefile", "make"), ("GNUmakefile", "make"), ("rules.mk", "make"),
        ("Rakefile", "ruby"),
        ("Gemfile", "ruby"), ("CMakeLists.txt", "cmake"), ("BUILD.bazel", "python"), ("LICENSE", "text"), ("notes.txt", "text"),
        ("A.PY", "python"), (".bashrc", "bash"), ("tool", ""), ("unknown.zzz", ""), (".hidden", ""),
    ],
)  # fmt: skip
def test_language_by_name(name: str, language: str) -> None:
    """The name decides where it can; languages with a grammar have exactly their grammar's name."""
    assert language_of_name(name) == language


@pytest.mark.parametrize(
    ("first_line", "language"),
    [
        (b"#!/usr/bin/env python3", "python"), (b"#!/usr/bin/python2.7 -u", "python"), (b"#!/bin/sh", "bash"),
        (b"#! /bin/bash -e", "bash"),
        (b"#!/usr/bin/env -S FOO=1 node --flag", "javascript"), (b"#!/usr/bin/ruby", "ruby"), (b"#!/usr/bin/env elixir", "elixir"),
        (b"<?php echo 1;", "php"), (b"<?xml version='1.0'?>", "xml"), (b"#!", "text"), (b"#!/opt/unknown", "text"),
        (b"hello", "text"),
        (b"", "text"), (b"#!/usr/bin/env", "text"),
    ],
)  # fmt: skip
def test_language_by_first_line(first_line: bytes, language: str) -> None:
    """A file whose name says nothing is known by its `#!` line."""
    assert language_of("tool", "", first_line + b"\nrest") == language


def test_headers_are_told_apart_by_content() -> None:
    """A `.h` file is C unless something outside comments and `__cplusplus` guards is C++."""
    guarded = b'#ifdef __cplusplus\nextern "C" {\n#endif\nint f(void);\n#ifdef __cplusplus\n}\n#endif\n'
    assert header_language(guarded) == "c"
    assert header_language(b"#pragma once\n#ifdef __cplusplus\n#include <a>\nnamespace x { class A {}; }\n#endif\n") == "cpp"
    assert header_language(guarded + b"#ifdef __cplusplus\nclass A : public B\n{\n int f();\n};\n#endif\n") == "cpp"
    assert header_language(guarded + b"#ifdef __cplusplus\nclass A;\n#include <vector>\n#endif\n") == "c"
    assert header_language(b'// for C++\n#ifdef __cplusplus\nextern "C" int f(void);\n#endif // namespace\n') == "c"
    assert header_language(b"/* a class of things\nnamespace x */\nstruct a { int class_; };\n") == "c"
    assert header_language(b"namespace a {\nclass B : public C {\n public:\n  B();\n};\n}\n") == "cpp"
    assert header_language(b"template <typename T>\nT f(T);\n") == "cpp"
    assert language_of("a.ts", "typescript", b'<?xml version="1.0"?><TS version="2.1">') == "xml"
    assert language_of("a.ts", "typescript", b"export const a = 1;\n") == "typescript"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("a.png", SkipReason.BINARY), ("lib.so", SkipReason.BINARY), ("x.PYC", SkipReason.BINARY),
        ("jquery.min.js", SkipReason.MINIFIED),
        ("a-min.css", SkipReason.MINIFIED), ("app.chunk.js", SkipReason.MINIFIED), ("api_pb2.py", SkipReason.GENERATED),
        ("api_pb2_grpc.py", SkipReason.GENERATED), ("api.pb.go", SkipReason.GENERATED), ("a.js.map", SkipReason.GENERATED),
        ("Form1.Designer.cs", SkipReason.GENERATED), ("package-lock.json", SkipReason.LOCK_FILE),
        ("Cargo.lock", SkipReason.LOCK_FILE),
        ("django.po", SkipReason.DATA), ("t.csv", SkipReason.DATA), ("logo.svg", SkipReason.DATA),
        ("main.py", None), ("min.js", None), ("admin.js", None), ("lock.py", None), ("png", None), ("so", None), ("map.js", None),
    ],
)  # fmt: skip
def test_names_that_are_left_out(name: str, reason: SkipReason | None) -> None:
    """Binary, minified, generated, lock and data files are known by name, and look-alikes are not taken for them."""
    assert file_reason(name) is reason


@pytest.mark.parametrize(
    "name",
    [
        ".env",
        ".env.local",
        ".env.production",
        "prod.env",
        "id_rsa",
        "id_ed25519",
        "server.pem",
        "a.p12",
        "b.jks",
        "c.key",
        ".netrc",
        "credentials.json",
        "secrets.yaml",
        "client_secret_123.json",
        "terraform.tfstate",
        ".git-credentials",
        "private.key",
        "x.tfvars",
        ".env~",
        "id_rsa.bak",
        "server.pem.old",
        "web.env.production",
    ],
)
def test_names_of_secrets(name: str) -> None:
    """Names that usually hold secrets."""
    assert secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        ".env.example",
        ".env.sample",
        ".env.template",
        ".env.dist",
        "secrets.py",
        "id_rsa.pub",
        "environment.py",
        "key.py",
        "keys.py",
        "credentials.py",
        "test_env.py",
        "environ",
        "keyboard.key.md",
        "tokens.ts",
        ".npmrc",
        "env.d.ts",
        "config.env.ts",
        "notes.bak",
        "monkey",
    ],
)
def test_names_that_only_look_like_secrets(name: str) -> None:
    """Code about secrets, samples and public keys are sources."""
    assert not secret_name(name)


def test_folders_are_left_out_only_with_a_reason_that_cannot_mean_sources() -> None:
    """`node_modules` always; `target`, `build` and `dist` only with a proof beside or inside."""
    assert folder_reason(".git", ()) is SkipReason.VERSION_CONTROL
    assert folder_reason("node_modules", ()) is SkipReason.DEPENDENCIES
    assert folder_reason("site-packages", ()) is SkipReason.DEPENDENCIES
    assert folder_reason("__pycache__", ()) is SkipReason.CACHE
    assert folder_reason("target", {"Cargo.toml"}) is SkipReason.BUILD_OUTPUT
    assert folder_reason("dist", {"package.json", "src"}) is SkipReason.BUILD_OUTPUT
    assert folder_reason("obj", {"app.csproj"}) is SkipReason.BUILD_OUTPUT
    for name in ("target", "build", "dist", "vendor", "bin", "obj", "out", "env", "venv", "lib", "deps", "packages", "cache"):
        assert folder_reason(name, {"setup.py", "README.md"}) is None
    assert content_reason("venv", {"pyvenv.cfg", "bin"}) is SkipReason.DEPENDENCIES
    assert content_reason("out", {"CMakeCache.txt"}) is SkipReason.BUILD_OUTPUT
    assert content_reason("build", {"lib.linux-x86_64-3.11", "bdist.linux"}) is SkipReason.BUILD_OUTPUT
    assert content_reason("build", {"main.py"}) is None


@pytest.mark.parametrize(
    "name",
    [
        "test_a.py",
        "a_test.py",
        "tests.py",
        "conftest.py",
        "a_test.go",
        "a.test.ts",
        "a.spec.tsx",
        "FooTest.java",
        "FooTests.cs",
        "FooSpec.scala",
        "a_spec.rb",
        "a_test.exs",
        "test_x.rb",
        "a_unittest.cc",
        "x.bats",
    ],
)
def test_test_files_by_name(name: str) -> None:
    """Each language's convention for test files."""
    assert file_flags(name, 0) == NodeFlag.TEST


@pytest.mark.parametrize(
    "name", ["contest.py", "latest.py", "testing.py", "Contest.java", "attestation.go", "spec.py", "inspect.ts", "test.md"]
)
def test_names_that_are_no_tests(name: str) -> None:
    """Words that merely contain `test` mark nothing."""
    assert file_flags(name, 0) == 0


def test_folders_give_their_traits_to_what_lies_in_them() -> None:
    """Test and secondary folders, inherited; a `test` folder only when something in it is a test."""
    test, secondary = NodeFlag.TEST, NodeFlag.SECONDARY
    assert folder_flags("tests", "", 0, (), ()) == test
    assert folder_flags("__tests__", "src", 0, (), ()) == test
    assert folder_flags("test", "src", 0, (), {"java"}) == test
    assert folder_flags("test", "", 0, (), {"test_a.py"}) == test
    assert folder_flags("test", "django", 0, (), {"client.py", "__init__.py"}) == 0
    assert folder_flags("deep", "tests", test, (), ()) == test
    assert folder_flags("fixtures", "tests", test, (), ()) == test | secondary
    assert folder_flags("vendor", "", 0, (), ()) == secondary
    assert folder_flags("_vendor", "pip", 0, (), ()) == secondary
    assert folder_flags("examples", "docs", 0, (), ()) == secondary
    assert folder_flags("example", "", 0, (), ()) == secondary
    assert folder_flags("example", "com", 0, (), ()) == 0
    assert folder_flags("dist", "", 0, {"package.json"}, {"index.js"}) == secondary
    assert folder_flags("build", "operations", 0, {"__init__.py"}, {"__init__.py"}) == 0


RISKY = """
    a test min -min .min private key _ . - pb2 _pb2 _pb _grpc generated gen zz_generated. moc_ qrc_ .env env .d .key .map .snap
    service-account .designer .g .pb .gw .orig .bak ~ secrets credentials .local .prod example Ü
"""
PIECES = st.sampled_from(sorted(naming._words(RISKY)))
ENDINGS = st.sampled_from([f".{one}" for one in (*sorted(naming._ORDINARY), "PY", "key", "json", "env", "lock", "map", "dart")])


@given(st.lists(PIECES, max_size=4).map("".join), ENDINGS)
@settings(max_examples=1500, deadline=None)
def test_no_rule_is_about_an_ordinary_name(stem: str, ending: str) -> None:
    """The short way may say less than the rules do, never something else."""
    name = stem + ending
    if naming.is_ordinary(name):
        assert file_reason(name) is None
        assert not secret_name(name)


def test_names_of_sources_are_ordinary() -> None:
    """Those that a walk meets most."""
    assert all(map(naming.is_ordinary, ("__init__.py", "test_cart.py", "main.go", "lib.rs", "index.ts", "README.md")))
    assert not any(
        map(naming.is_ordinary, ("a_pb2.py", "x.min.js", "x-min.js", ".env", "server.key", "zz_generated.go", "Makefile"))
    )


@pytest.mark.parametrize(
    ("name", "is_bundle"),
    [
        ("cdn.js", True),
        ("moment.umd.js", True),
        ("app-bundle.mjs", True),
        ("vue.global.js", True),
        ("cdn.ts", False),
        ("bundle.js", False),
        ("globals.js", False),
    ],
)
def test_a_package_put_together_for_browsers_is_secondary(name: str, is_bundle: bool) -> None:
    """By its name's ending; one that is only called `bundle` may be somebody's source."""
    assert file_flags(name, 0) == (NodeFlag.SECONDARY if is_bundle else 0)
