"""What errors say: what failed, and what to do next."""

import pytest

from lepasserelle.errors import UnknownSymbolError


@pytest.mark.parametrize(
    ("name", "near", "said"),
    [
        ("Basket", (), "no symbol named 'Basket' in the index. Try `leindex search` with words of it."),
        ("Baskt", ("shop.Basket",), "no symbol named 'Baskt' in the index. Did you mean shop.Basket?"),
        ("", (), "no symbol has an empty name. Give the name of a function, a class or a module."),
        (" ", ("shop.Basket",), "no symbol has an empty name. Give the name of a function, a class or a module."),
    ],
)
def test_an_unknown_name_is_answered_with_what_to_try(name: str, near: tuple[str, ...], said: str) -> None:
    """Names like it where there are any; an empty name has no words to search for."""
    error = UnknownSymbolError(name, near)
    assert str(error) == said
    assert (error.name, error.near) == (name, near)
