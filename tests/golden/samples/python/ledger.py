"""A small ledger: accounts, postings and a book that keeps them.

The module stands for ordinary Python: nothing in it is clever, everything in it is common.
"""

from __future__ import annotations

import abc
import asyncio as aio
import json
import os.path
from collections import OrderedDict, defaultdict as dd
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import TYPE_CHECKING, ClassVar, Generic, Optional, TypeVar, overload

from . import errors
from .money import *
from ..shared.clock import now as current_time

try:
    import yaml
except ImportError as problem:
    yaml = None
    reason = str(problem)

if TYPE_CHECKING:
    from .storage import Backend

__all__ = ["Account", "Book", "open_book"]
__all__ += ("Posting",)

T = TypeVar("T")
MAX_POSTINGS = 10_000
_cache: dict[str, "Book"] = {}
debug = verbose = os.environ.get("LEDGER_DEBUG", "")
low, (high, *rest) = 1, (2, 3)


def traced(label, *, level: int = MAX_POSTINGS):
    """A decorator with arguments."""

    def decorate(function):
        @wraps(function)
        def wrapper(*args, **kwargs):
            print(label, level)
            return function(*args, **kwargs)

        return wrapper

    return decorate


@dataclass(frozen=True)
class Posting:
    """One movement of money."""

    account: Account
    amount: int = 0
    tags: list[str] = field(default_factory=list)

    LIMIT = MAX_POSTINGS

    def __post_init__(this) -> None:
        if this.amount > this.LIMIT and not this.tags:
            raise errors.TooLarge(this.amount)


class Account(abc.ABC, Generic[T], metaclass=abc.ABCMeta):
    #: How many accounts there are.
    count: ClassVar[int] = 0

    def __init__(self, name: str, backend: Optional[Backend] = None, *rest: T, **options) -> None:
        super().__init__()
        self.name = name
        self.backend, self._options = backend or Memory(), options
        self.postings: list[Posting] = []
        self.on_change = lambda posting: self.notify(posting.amount)
        type(self).count += 1

    @property
    def balance(self) -> int:
        """Sum of all postings."""
        return sum(posting.amount for posting in self.postings)

    @balance.setter
    def balance(self, value):
        self.postings = [Posting(self, value)]

    @cached_property
    def label(self):
        return f"{self.name}: {self.balance:>10}"

    @staticmethod
    def parse(text):
        head, _, tail = text.partition(":")
        return head, int(tail)

    @classmethod
    def build(cls, text: str) -> Account:
        name, amount = cls.parse(text)
        account = cls(name)
        account.add(Posting(account, amount))
        return account

    @overload
    def add(self, posting: Posting) -> None: ...

    @overload
    def add(self, posting: int) -> None: ...

    def add(self, posting):
        match posting:
            case Posting(amount=0):
                return
            case Posting() as real if real.amount:
                self.postings.append(real)
            case [first, *others]:
                self.add(first)
            case {"amount": amount, **extra}:
                self.add(Posting(self, amount, extra))
            case _:
                self.add(Posting(self, posting))
        self.on_change(posting)

    @abc.abstractmethod
    def notify(self, amount): ...

    def walk(self):
        def visit(node):
            nonlocal depth
            depth += 1
            for child in node.children:
                yield from visit(child)
            self.visited = depth

        depth = 0
        return visit(self)


class Book(OrderedDict[str, Account], errors.Checked):
    class Page:
        def turn(self):
            return self.number + 1

    def read(self, path, strict=bool(verbose)):
        global debug
        debug = path
        with open(path) as stream, self.lock as (one, two):
            data = json.load(stream)
        if (size := len(data)) > MAX_POSTINGS:
            del self.pages[0], data
            raise errors.TooLarge(size) from None
        for key, value in data.items():
            self[key] = Account.build(value)
        else:
            self.clean = True
        try:
            self.flush().wait(timeout=3)
        except (OSError, ValueError) as failure:
            errors.report(failure)
        except errors.Fatal as fatal:
            fatal.reraise()
        return self if strict else None

    async def refresh(self):
        from .remote import fetch

        async with aio.timeout(3):
            async for row in fetch(self.url):
                await row.store()
        return [await item.load() async for item in self.items() if item.ready]

    def __getitem__(self, key):
        return super().__getitem__(key.lower())


if os.path.exists("ledger.json"):

    def open_book(path="ledger.json"):
        return Book().read(path)

else:

    def open_book(path=None) -> Book:
        return _cache.setdefault(path, Book())


sort_key = lambda account, default=lambda: 0: account.balance or default()
totals = {name: sum(map(lambda p: p.amount, account.postings)) for name, account in open_book().items()}
Money = int
current_time().isoformat().split("T", maxsplit=1)[0].strip()
