"""Names that no terminal obeys, and counts with the word that fits them."""

import pytest

from lepasserelle.wording import counted, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("shop/cart.py", "shop/cart.py"),
        ("Größe 🎉.py", "Größe 🎉.py"),
        ("nl\nname.py", r"nl\nname.py"),
        ("a\rb\tc", r"a\rb\tc"),
        ("\x1b[31m", r"\x1b[31m"),
        ("a\u2028b\u202ec", r"a\u2028b\u202ec"),
    ],
)
def test_what_a_terminal_would_obey_is_an_escape(text: str, shown: str) -> None:
    """All else stays as it is."""
    assert visible(text) == shown


def test_what_is_to_be_kept_is_kept() -> None:
    """The tab of a line of code, say."""
    assert visible("\ta\n", keep="\t") == "\ta\\n"


def test_one_is_singular_and_all_else_plural() -> None:
    """Nothing is several, too."""
    assert [counted(count, "file") for count in (0, 1, 2)] == ["0 files", "1 file", "2 files"]
    assert [counted(count, "file was", "files were") for count in (1, 2)] == ["1 file was", "2 files were"]
