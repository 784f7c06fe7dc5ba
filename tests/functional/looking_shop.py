"""A small project that the tests of outline, read, impact and the MCP server share, and what must never come out of it."""

from pathlib import Path

SECRET = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dcABCDEFG"

SOURCES = {
    "pyproject.toml": "[project]\nname = 'shop'\n",
    "shop/__init__.py": "",
    "shop/cart.py": '''"""The shopping cart."""
from shop.prices import RATE, total


class Base:
    """What can be paid."""

    limit = 3
    name = "base"

    def pay(self, amount):
        """Take the money."""
        return amount * RATE


class Cart(Base):
    """What a customer is about to buy."""

    def checkout(self, voucher):
        """Charge the customer for everything in the cart."""
        def helper(line):
            return line
        return self.redeem(voucher, total(self.lines))

    def pay(self, amount):
        return super().pay(amount) + 1

    def redeem(self, voucher, amount):
        """Subtract the value of a gift voucher."""
        return amount - voucher
''',
    "shop/prices.py": '''"""Prices."""
RATE = 2


def total(lines):
    """Sum of all line prices, taxes included."""
    return sum(line.price for line in lines)


def twice(lines):
    return total(lines) * 2


def thrice(lines):
    return twice(lines) + total(lines)
''',
    "shop/deep/__init__.py": "",
    "shop/deep/report.py": """from shop.prices import thrice


def report(lines):
    return thrice(lines)


def run():
    return report([])
""",
    "tests/test_prices.py": """from shop.prices import twice


def test_twice():
    assert twice([]) == 0
""",
    "README.md": "# Shop\n\n## Refunds\n\nHow a customer gets money back.\n",
    "caf\u00e9 \u00fc.py": "def brew():\n    return 'hot'\n",
}

HIDDEN = {
    ".env": f"PAYMENT_KEY={SECRET}\n",
    "deploy.key": "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAneedle\n-----END RSA PRIVATE KEY-----\n",
    "ignored/notes.py": "needle = 'ignored on purpose'\n",
    ".gitignore": "ignored/\n",
}


def make_shop(root: Path) -> Path:
    """Write the project below `root`, with secrets in it and a link that leaves it."""
    for path, text in {**SOURCES, **HIDDEN}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    outside = root.parent / f"{root.name}_outside"
    outside.mkdir()
    (outside / "secret.py").write_text("needle = 'outside'\n", encoding="utf-8")
    (root / "link.py").symlink_to(outside / "secret.py")
    (root / "linked").symlink_to(outside)
    return root
