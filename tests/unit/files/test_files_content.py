"""What the bytes tell: text or not, minified, generated, secret. The tokens here are made up and assembled at run time."""

import base64
import codecs
import json
import random
import string
import sys
import sysconfig
from pathlib import Path

import pytest

from lepasserelle.files.content import declared, decoded, is_binary, is_generated, is_minified
from lepasserelle.files.secrets import SECRET_RULES_VERSION, secret_kind

_RANDOM = random.Random(20240229)


def _token(length: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    return "".join(_RANDOM.choice(alphabet) for _ in range(length))


def test_text_in_marked_encodings_becomes_utf8() -> None:
    """UTF-16 and UTF-32 with a mark are decoded; other text is not touched, valid or not."""
    for encoding in ("utf-16", "utf-32", "utf-16-le", "utf-16-be"):
        mark = b"" if "-" not in encoding[4:] else {"le": b"\xff\xfe", "be": b"\xfe\xff"}[encoding[-2:]]
        raw = "naïve = '日本'\n".encode(encoding)
        assert decoded(mark + raw if encoding.endswith(("le", "be")) else raw) == "naïve = '日本'\n".encode()
    latin = "naïve = 1\n".encode("latin-1")
    assert decoded(latin) == latin
    assert decoded(b"\xef\xbb\xbfx = 1\n") == b"\xef\xbb\xbfx = 1\n"
    assert decoded(b"") == b""


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a\rb\r", b"a\nb\n"),
        (b"a\r\nb\r\n", b"a\r\nb\r\n"),
        (b"a\rb\r\nc\n\r", b"a\nb\r\nc\n\n"),
        (b"a\r\r\nb", b"a\n\r\nb"),
        (b"a\nb\n", b"a\nb\n"),
        (codecs.BOM_UTF16_LE + "a\rb".encode("utf-16-le"), b"a\nb"),
    ],
)
def test_a_carriage_return_alone_ends_a_line(data: bytes, text: bytes) -> None:
    """Files of the old Macintosh: editors show their lines, and no byte moves."""
    assert decoded(data) == text


@pytest.mark.parametrize("head", ["# -*- coding: {} -*-\n", "#!/usr/bin/python\n# vim: set fileencoding={} :\n", "\n# coding={}\n"])
@pytest.mark.parametrize("encoding", ["latin-1", "cp1251", "shift_jis", "euc-jp"])
def test_a_source_that_names_its_encoding_is_read_by_it(head: str, encoding: str) -> None:
    """PEP 263, in the first two lines."""
    text = head.format(encoding) + {"latin-1": "é", "cp1251": "имя"}.get(encoding, "名前") + " = 1\n"
    assert declared(text.encode(encoding), "python") == text.encode()


def test_what_cannot_be_read_by_the_encoding_that_it_names_stays_as_it_is() -> None:
    """An unknown name, an untrue one, one that is no text, one that is not ASCII below, another language, a third line, a mark."""
    word = "é".encode("latin-1")
    for head in (b"# coding: klingon\n", b"# coding: ascii\n", b"# coding: rot13\n", b"# coding: zlib\n", b"# coding: utf-16\n"):
        assert declared(head + word, "python") == head + word
    assert declared(b"# coding: latin-1\n" + word, "c") == b"# coding: latin-1\n" + word
    assert declared(b"\n\n# coding: latin-1\n" + word, "python") == b"\n\n# coding: latin-1\n" + word
    assert declared(b"x = 1\n# coding: latin-1\n" + word, "python") == b"x = 1\n# coding: latin-1\n" + word
    marked = b"\xef\xbb\xbf# coding: latin-1\n" + "é".encode()
    assert declared(marked, "python") == marked


def test_binary_content_is_no_text() -> None:
    """A NUL byte, UTF-16 without a mark, broken UTF-16 and a flood of control characters."""
    assert decoded(b"abc\0def") is None
    assert decoded("text".encode("utf-16-le")) is None
    assert decoded(b"\xff\xfe\x00\xd8") is None
    assert is_binary(bytes(range(1, 9)) * 50)
    assert not is_binary(b"\x1b[31mred\x1b[0m text with some escapes in a long enough line\n" * 3)


def test_minified_text_is_told_by_its_usual_line() -> None:
    """Long lines throughout; not one embedded image among short lines, not prose, not a short file."""
    code = b"function a(b,c){return b+c};" * 400
    assert is_minified(code, "javascript")
    assert is_minified(b"/*! licence */\n" + code, "javascript")
    assert is_minified(b'{"a":[' + b"1," * 20000 + b"1]}", "json")
    assert not is_minified(b"x = 1\n" * 4000, "python")
    assert not is_minified(b"const a = 1;\n" * 200 + b"const image = '" + b"A" * 60000 + b"';\n", "javascript")
    assert not is_minified(b"one long paragraph " * 2000, "markdown")
    assert not is_minified(b"a();" * 100, "javascript")


def test_a_short_line_behind_a_kept_notice_is_minified_text() -> None:
    """A minifier keeps `/*! licence */`: a long line behind it was written by nobody, lines of usual length were."""
    notice = b"/*! Library 4.0 | https://example.com/licence */\n\n"
    assert is_minified(notice + b"!function(){" + b"e.d('a',[],function(){return 1})," * 16 + b"}();", "javascript")
    assert not is_minified(notice + b"define('a', [], function () {\n  return 1;\n});\n" * 40, "javascript")
    assert not is_minified(notice + b".a { color: red }\n" * 200 + b".b { background: url(data:" + b"A" * 60000 + b") }\n", "css")
    assert not is_minified(notice + b"a();" * 50, "javascript")
    assert not is_minified(b"/*! never closed " + b"a " * 4000, "javascript")


@pytest.mark.parametrize(
    "head",
    [
        b"// Code generated by protoc-gen-go. DO NOT EDIT.\npackage a\n",
        b"# -*- coding: utf-8 -*-\n# Generated by the protocol buffer compiler.  DO NOT EDIT!\n",
        b"/**\n * This file was automatically generated by x.\n * Do not modify it by hand.\n */\n",
        b"/**\n * @generated SignedSource<<abc>>\n */\n",
        b"# AUTO-GENERATED FILE, DO NOT EDIT\n",
        b"<!-- This file is generated from y. Please don't edit. -->\n",
        b'"""Tables.\n\nThis file is generated by mk.py. DO NOT EDIT.\n"""\n',
    ],
)
def test_generated_files_say_so(head: bytes) -> None:
    """The markers that generators write."""
    assert is_generated(head + b"x = 1\n" * 100)


@pytest.mark.parametrize(
    "text",
    [
        b"# Generated by Django 5.2 on 2025-01-01\nfrom django.db import migrations\n",
        b'from a import b\n\nMANIFEST = """\\\n# file GENERATED by distutils, do NOT edit\n"""\n',
        b"def is_generated(text):\n    '''Whether it says auto-generated, do not edit.'''\n",
        b"x = 'Code generated by x. DO NOT EDIT.'\n",
        b"# Reports are generated by the nightly job.\nimport a\n",
        b"",
    ],
)
def test_code_about_generating_is_no_generated_file(text: bytes) -> None:
    """A template in a string, a migration, code of a generator: written by people, or meant to be edited."""
    assert not is_generated(text)


_JOINED = (
    ("$key = '", "' .\n    '", "';\n"),
    ('$key = "', '" . "\\n" .\n    "', '";\n'),
    ("$key = '", "' . PHP_EOL\n    . '", "';\n"),
    ('local key = "', '\\n" ..\n    "', '"\n'),
    ("local key = '", "'..'", "'\n"),
    ('const char *key = "', "\\n\\\n", '\\n\\\n";\n'),
    ('const char *key = "', "\\n\\\r\n", '\\n\\\r\n";\r\n'),
    ('KEY = (\n    b"', '\\n"\n    b"', '\\n"\n)\n'),
    ('{"key": "', "\\nProc-Type: 4,ENCRYPTED\\nDEK-Info: AES-128-CBC,0\\n\\n", '\\n"}'),
    ("<key>", "&#10;", "&#10;</key>"),
    ('<add value="', "&#xD;&#xA;", '"/>'),
    ('<add value="', "&#x0a;", '"/>'),
    ("<code>", "<br>", "<br></code>"),
    ("<code>", "<br />\n", "<br /></code>"),
)
"""How programs, XML and HTML join a key's first line to the next: what stands before, between and behind."""


def _web_token(payload: object, header: object = None, signature: int = 43) -> str:
    """Signed by nobody: what it looks like is all that is asked."""
    parts = [json.dumps(part, separators=(",", ":")).encode() for part in (header or {"alg": "HS256", "typ": "JWT"}, payload)]
    return ".".join([*(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts), _token(signature)])


def _login(user: str, password: str) -> str:
    encoded = base64.b64encode(f"{user}:{password}".encode()).decode()
    return json.dumps({"auths": {"registry.shop.io": {}, "https://index.docker.io/v1/": {"auth": encoded}}})


_CLAIMS = {"iss": "shop", "sub": "41c7", "role": "service", "iat": 1700000000}


def _made_up_secrets() -> list[tuple[str, str]]:
    base64 = string.ascii_letters + string.digits
    block = "\n".join(_token(64, base64) for _ in range(4))
    return [
        ("private key", f"-----BEGIN RSA PRIVATE {'KEY'}-----\n{block}\n-----END RSA PRIVATE KEY-----\n"),
        ("private key", f"key = '-----BEGIN PRIVATE {'KEY'}-----\\n{_token(64)}\\n{_token(64)}\\n'"),
        ("private key", f"-----BEGIN OPENSSH PRIVATE {'KEY'}-----\n{block}\n"),
        ("private key", f"-----BEGIN PGP PRIVATE {'KEY'} BLOCK-----\nVersion: 1\n\n{block}\n"),
        *(
            ("private key", "".join(f"{mark}{line}\n" for line in (f"-----BEGIN EC PRIVATE {'KEY'}-----", *block.split("\n"))))
            for mark in ("# ", "// ", " * ", "#", "    // ", "-- ", "; ")
        ),
        (
            "private key",
            f"# -----BEGIN RSA PRIVATE {'KEY'}-----\r\n# Proc-Type: 4,ENCRYPTED\r\n#\r\n# {_token(64)}\r\n# {_token(9)}=",
        ),
        *(
            ("private key", f"{before}-----BEGIN RSA PRIVATE {'KEY'}-----{between}{_token(64)}{after}")
            for before, between, after in _JOINED
        ),
        ("AWS secret key", f'AWS_SECRET_ACCESS_KEY = "{_token(39)}/"'),
        ("AWS secret key", f"export aws_secret_access_key={_token(20)}+{_token(19)}"),
        ("AWS secret key", f'{{"Aws_Secret_Access_Key": "{_token(40)}"}}'),
        ("AWS access key", "id = 'AKIA" + _token(16, string.ascii_uppercase + "234567") + "'"),
        ("GitHub token", "ghp_" + _token(36)),
        ("GitHub token", "github_pat_" + _token(22) + "_" + _token(59)),
        ("GitLab token", "token: glpat-" + _token(20)),
        ("Slack token", "xoxb-123456789012-987654321098-" + _token(24)),
        ("Slack token", "xapp-1-A" + _token(10, string.digits) + "-1234567890123-" + _token(64, "0123456789abcdef")),
        ("Stripe key", "sk_live_" + _token(24)),
        ("Google API key", "AIza" + _token(35)),
        ("npm token", "npm_" + _token(36)),
        ("npm token", "//registry.example.org/:_authToken=" + _token(36)),
        ("Hugging Face token", "hf_" + _token(34, string.ascii_letters)),
        ("Hugging Face token", "hf_" + _token(34)),
        ("OpenAI key", "sk-" + _token(20) + "T3BlbkFJ" + _token(20)),
        ("Anthropic key", "sk-ant-api03-" + _token(93) + "AA"),
        ("Twilio key", "SK" + _token(32, "0123456789abcdef")),
        ("password in an address", f"postgres://shop:{_token(19)}7@db:5432/shop"),
        ("password in an address", f"redis://:{_token(30, '0123456789abcdef')}a0@cache:6379/0"),
        ("Azure storage key", "AccountKey=" + _token(86) + "=="),
        ("login of a registry", _login("deploy", "Tr0ub4dor+3")),
        ("login of a registry", json.dumps(json.loads(_login("deploy", _token(20))), indent=8)),
        ("login of a registry", f"config = {json.dumps(_login('AWS', _token(200)))}"),
        ("JSON Web Token", f"TOKEN = '{_web_token(_CLAIMS)}'"),
        ("JSON Web Token", f"Authorization: Bearer {_web_token(_CLAIMS, {'typ': 'JWT', 'alg': 'RS256', 'kid': 'k1'}, 342)}"),
        ("JSON Web Token", f"text = 'first\\n{_web_token({**_CLAIMS, 'name': 'Zoë?>~'})}'"),
        *(("private key", _putty(line_end, length)) for line_end, length in (("\n", 64), ("\r\n", 48), ("\\n", 52), ("\n# ", 64))),
    ]


def _putty(line_end: str, length: int) -> str:
    """A key of PuTTY's own form: its file name says nothing, and its first line holds no word for private."""
    head = ["PuTTY-User-Key-File-3: ssh-ed25519", "Encryption: none", "Comment: deploy", "Public-Lines: 1", _token(64)]
    return line_end.join([*head, "Private-Lines: 1", _token(length), "Private-MAC: " + _token(64, "0123456789abcdef")])


@pytest.mark.parametrize(("kind", "text"), _made_up_secrets())
def test_secrets_are_found_by_their_form(kind: str, text: str) -> None:
    """Each form of token, alone and in the middle of a file."""
    assert secret_kind(text.encode()) == kind
    assert secret_kind(b"x = 1\n" * 50 + text.encode() + b"\ny = 2\n") == kind


@pytest.mark.parametrize(
    ("kind", "before", "length", "alphabet"),
    [
        *[("GitHub token", f"gh{letter}_", 36, string.ascii_letters) for letter in "pousr"],
        *[("Stripe key", f"{letter}k_live_", 24, string.ascii_letters) for letter in "sr"],
        *[("DigitalOcean token", f"do{letter}_v1_", 64, "0123456789abcdef") for letter in "op"],
        *[("Shopify token", f"shp{letters}_", 32, "0123456789abcdef") for letters in ("at", "ss")],
        ("npm token", "npm_", 36, string.ascii_letters),
        ("Hugging Face token", "hf_", 34, string.ascii_letters),
    ],
)
def test_every_beginning_of_a_token_is_looked_for_among_long_names(kind: str, before: str, length: int, alphabet: str) -> None:
    """Names as long as tokens stand before it and behind it."""
    name = b"def test_" + b"a" * 40 + b"_" + b"b" * 30 + b"(): ...\n"
    assert secret_kind(name + f"x = '{before}{_token(length, alphabet)}'\n".encode() + name) == kind
    assert secret_kind(name * 2) == ""


@pytest.mark.parametrize(
    "text",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_" + "x" * 36,
        "ghp_" + "0123456789" * 4,
        "-----BEGIN RSA PRIVATE KEY-----",
        "if line == '-----BEGIN PRIVATE KEY-----':\n    return parse(line)\n",
        "-----BEGIN PUBLIC KEY-----\n" + "A1b2" * 16,
        "sk_test_" + "a1B2" * 8,
        "def npm_install_dependencies_of_the_whole_project(): ...",
        "hf_hub_download_with_a_very_long_suffix_name",
        "AIzaShort",
        "-----BEGIN PRIVATE KEY-----\n" + "x" * 80,
        "It begins with '-----BEGIN RSA PRIVATE KEY-----'. Then come lines of base64 that hold the number and all of its factors\n",
        "xapp-1-A0123456789-1234567890123-" + "0" * 64,
        "# -----BEGIN PRIVATE KEY-----\n# the body goes here, in base64\n# -----END PRIVATE KEY-----\n",
        "# -----BEGIN PRIVATE KEY-----\n# " + "x" * 64 + "\n",
        "AWS_SECRET_ACCESS_KEY = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'",
        "AWS_SECRET_ACCESS_KEY = os.environ['AWS_SECRET_ACCESS_KEY']",
        "AWS_SECRET_ACCESS_KEY=" + "a1B2c3D4e5" * 5,
        "postgres://user:password@host/db",
        "https://username:token@github.com/owner/repository.git",
        "postgres://user:p4ssw0rd@localhost/db",
        "https://user:a-password-of-many-letters@host/",
        "https://deploy:${DEPLOY_PASSWORD_2}@host/ https://deploy:{password_of_1st_user}@host/ https://deploy:%(password1)s@host/",
        "postgres://user:your_password_1234567@host/db",
        "postgres://user:h7Kq9vTz2LmXw4RbPcYd@db.example.org/shop",
        "http://127.0.0.1:8000/static/one-long-name-of-2024@2x.png",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
        _web_token({"sub": "1234567890", "name": "John Doe", "iat": 1516239022}),
        _web_token({"iss": "joe", "exp": 1300819380, "http://example.com/is_root": True}),
        _web_token(_CLAIMS, {"alg": "none"}),
        _web_token(_CLAIMS, {"kid": "a-key-of-the-shop"}),
        _web_token([1, 2, 3, 4, 5, 6]),
        _web_token(_CLAIMS, signature=30),
        "eyJ" + "a1B2" * 6 + ".eyJ" + "c3D4" * 6 + "." + "e5F6" * 12,
        "eyJ" * 5000 + ".eyJ" + "a" * 5000,
        _login("username", "password"),
        _login("user", "pass"),
        _login("user", "my-password123"),
        _login("somebody", "somebody"),
        '{"auths": {"registry.shop.io": {"auth": "YOUR_BASE64_ENCODED_CREDENTIALS"}}}',
        '{"auths": {"registry.shop.io": {"auth": "' + _token(40) + '"}}}',
        '{"auths": {}, "credsStore": "desktop", "auth": "none-of-your-business"}',
        "PuTTY-User-Key-File-2: ssh-rsa\nPublic-Lines: 1\n" + "A1b2" * 16 + "\nPrivate-Lines: 14\n" + "x" * 64,
        "if line.startswith('PuTTY-User-Key-File-'): ...\ncount = int(line.removeprefix('Private-Lines:'))\n",
        "aws_secret_access_key = get_the_secret_of_the_account_from_vault()",
    ],
)
def test_placeholders_and_code_about_secrets_are_no_secrets(text: str) -> None:
    """Documentation's examples, parsers of keys, and names that begin like a token."""
    assert secret_kind(text.encode()) == ""


@pytest.mark.parametrize("blank", [" ", "\n", "\t", ". ", " '", "\\n", "+ ", "Version:"])
def test_blanks_behind_the_first_line_of_a_key_are_read_in_one_way(blank: str) -> None:
    """Deep indentation behind it, and no key: with several ways to read a blank each doubles the time, and this would not end."""
    text = "-----BEGIN RSA PRIVATE " + "KEY-----" + blank * 150 + "!" + "-" * 300
    assert secret_kind(text.encode()) == ""


def test_the_standard_library_holds_no_secret() -> None:
    """No pattern fires on the interpreter's own sources, apart from its test certificates."""
    library = Path(sysconfig.get_paths()["stdlib"])
    folders = [library, *(library / name for name in ("json", "email", "http", "asyncio", "xml", "urllib", "unittest"))]
    files = [path for folder in folders for path in sorted(folder.glob("*.py"))]
    assert len(files) > 100, sys.version
    assert [path.name for path in files if secret_kind(path.read_bytes())] == []


def test_the_version_of_the_rules_is_a_number_that_grows() -> None:
    """Ingest compares it with what the index was made with."""
    assert isinstance(SECRET_RULES_VERSION, int)
    assert SECRET_RULES_VERSION >= 1
