"""`docs/guide/search.md` does what it says: its commands print what stands there, its Python is run."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "search.md"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)

SHOP = {
    "shop/cart.py": '''"""Shopping carts."""

from shop.prices import with_tax


class Cart:
    """What a customer is about to buy."""

    def add(self, product, quantity=1):
        """Puts a product into the cart."""
        self.lines.append((product, quantity))

    def total(self):
        """The price of all lines of the cart."""
        return with_tax(sum(product.price * quantity for product, quantity in self.lines))
''',
    "shop/prices.py": '''"""Prices and taxes."""


def with_tax(price):
    """A price with value added tax."""
    return price * 1.2
''',
    "shop/payment.py": '''"""How a cart is paid."""


class Gateway:
    def charge(self, customer, amount):
        """Takes money from a customer's credit card."""
        return self.post("/charges", customer.card, amount)
''',
    "tests/test_cart.py": """from shop.cart import Cart


def test_the_price_of_the_cart():
    assert Cart().total() == 0
""",
}


def made(folder: Path) -> Path:
    """The shop of the guide, in a folder."""
    for name, text in SHOP.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    run(folder, "leindex index")
    return folder


def run(folder: Path, command: str) -> str:
    """What a command prints in a folder, errors among it."""
    words = shlex.split(command)
    assert words[0] == "leindex"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LEINDEX_")}
    done = subprocess.run(
        [sys.executable, "-m", "lepasserelle", *words[1:]], capture_output=True, text=True, check=False, cwd=folder, env=environment
    )
    return re.sub(r" +$", "", done.stderr + done.stdout, flags=re.MULTILINE).strip() + "\n"


def told(folder: Path, block: str) -> str:
    """A block with what its commands print."""
    commands = [line for line in block.splitlines() if line.startswith("$ ")]
    return "\n".join(f"{command}\n{run(folder, command.removeprefix('$ '))}" for command in commands)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Indexed once."""
    return made(tmp_path_factory.mktemp("shop"))


def test_the_commands_of_the_guide_print_what_it_shows(shop: Path) -> None:
    """Word for word, so that nobody reads of an option or an output that is not there."""
    blocks = BLOCK.findall(GUIDE.read_text(encoding="utf-8"))
    assert len(blocks) >= 4
    for block in blocks:
        assert told(shop, block).splitlines() == block.splitlines()


def test_the_python_of_the_guide_runs(shop: Path) -> None:
    """With its own assertions, of questions that find something."""
    (code,) = PYTHON.findall(GUIDE.read_text(encoding="utf-8"))
    names: dict[str, Any] = {"project": shop}
    exec(compile(code, str(GUIDE), "exec"), names)
    assert (names["hit"].symbol, names["hit"].path) == ("shop.payment.Gateway.charge", "shop/payment.py")
    assert "shop.cart.Cart.total" in [hit.symbol for hit in names["flat"]]
    assert len(names["lines"]) == 4


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        place = made(Path(name))
        text = GUIDE.read_text(encoding="utf-8")
        GUIDE.write_text(BLOCK.sub(lambda block: f"```console\n{told(place, block[1])}```", text), encoding="utf-8")
