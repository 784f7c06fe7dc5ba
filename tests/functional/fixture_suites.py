"""Small suites of pytest: what their tests and fixtures call, and which fixtures they ask for by the names of parameters.

Written from what pytest documents; `test_pytest_fixtures` runs each and holds the calls that were seen against them.
"""

from typing import NamedTuple


class Suite(NamedTuple):
    """One suite."""

    files: dict[str, str]
    calls: dict[str, list[str]]
    """Definition → what of the project it calls. Only of what stands in `tests`."""
    asks: dict[str, list[str]]
    """Definition → the fixtures that it is given."""


LIBRARY = """
class Store:
    def get(self): return 1
    def close(self): return 2

class Cache:
    def get(self): return 3
    def close(self): return 4

def make(): return Store()
"""

SUITES = {
    "in_the_module": Suite(
        {
            "tests/test_it.py": """
import pytest
from lib import Cache, Store

@pytest.fixture
def store():
    return Store()

@pytest.fixture()
def cache():
    held = Cache()
    yield held
    held.close()

@pytest.fixture(scope="module", name="renamed")
def _named():
    return Cache()

def test_one(store):
    store.get()

def test_two(cache, renamed):
    cache.get()
    renamed.close()

def helper(store):
    return store

def test_none(tmp_path):
    helper(tmp_path)
"""
        },
        {
            "test_it.store": ["lib.Store"],
            "test_it.cache": ["lib.Cache", "lib.Cache.close"],
            "test_it._named": ["lib.Cache"],
            "test_it.test_one": ["lib.Store.get"],
            "test_it.test_two": ["lib.Cache.close", "lib.Cache.get"],
            "test_it.test_none": ["test_it.helper"],
        },
        {"test_it.test_one": ["test_it.store"], "test_it.test_two": ["test_it._named", "test_it.cache"]},
    ),
    "above_and_overridden": Suite(
        {
            "tests/conftest.py": """
from pytest import fixture
from lib import Cache, Store

@fixture
def thing():
    return Store()

@fixture
def other():
    return Cache()
""",
            "tests/inner/conftest.py": """
import pytest

@pytest.fixture
def thing(thing, other):
    thing.close()
    return other
""",
            "tests/inner/test_below.py": """
def test_below(thing):
    thing.get()
""",
            "tests/test_above.py": """
def test_above(thing):
    thing.get()
""",
        },
        {
            "conftest.thing": ["lib.Store"],
            "conftest.other": ["lib.Cache"],
            "inner.conftest.thing": ["lib.Store.close"],
            "inner.test_below.test_below": ["lib.Cache.get"],
            "test_above.test_above": ["lib.Store.get"],
        },
        {
            "inner.conftest.thing": ["conftest.other", "conftest.thing"],
            "inner.test_below.test_below": ["inner.conftest.thing"],
            "test_above.test_above": ["conftest.thing"],
        },
    ),
    "in_classes": Suite(
        {
            "tests/test_class.py": """
import pytest
from lib import Cache, Store, make

@pytest.fixture
def thing():
    return make()

class Base:
    @pytest.fixture
    def thing(self):
        return Cache()

class TestFirst(Base):
    def test_inherited(self, thing):
        thing.get()

class TestSecond:
    @pytest.fixture
    def thing(self, thing):
        thing.close()
        return thing

    def test_own(self, thing):
        thing.get()
"""
        },
        {
            "test_class.thing": ["lib.make"],
            "test_class.Base.thing": ["lib.Cache"],
            "test_class.TestFirst.test_inherited": ["lib.Cache.get"],
            "test_class.TestSecond.thing": ["lib.Store.close"],
            "test_class.TestSecond.test_own": ["lib.Store.get"],
        },
        {
            "test_class.TestFirst.test_inherited": ["test_class.Base.thing"],
            "test_class.TestSecond.thing": ["test_class.thing"],
            "test_class.TestSecond.test_own": ["test_class.TestSecond.thing"],
        },
    ),
    "parametrized": Suite(
        {
            "tests/test_many.py": """
import pytest
from lib import Cache, Store, make

CASES = [Store, Cache]
PAIRS = [(Store(), 1)]

@pytest.fixture
def cls():
    return make

@pytest.mark.parametrize("cls", [Store, pytest.param(Cache, id="cache")])
def test_one(cls):
    cls().get()

@pytest.mark.parametrize("one, count", [(make, 1), pytest.param(Cache, 2, id="two")])
def test_two(one, count):
    one()

@pytest.mark.parametrize(["held"], [[Store()], [Cache()]])
def test_three(held):
    held.close()

@pytest.mark.parametrize("each", CASES)
def test_listed(each):
    each()

@pytest.mark.parametrize("held,number", PAIRS)
def test_pairs(held, number):
    held.get()

@pytest.mark.parametrize("make_it", [make])
class TestAll:
    def test_all(self, make_it):
        make_it()

def test_fixture(cls):
    cls()
"""
        },
        {
            "test_many": ["lib.Cache", "lib.Store"],
            "test_many.test_one": ["lib.Cache", "lib.Cache.get", "lib.Store", "lib.Store.get"],
            "test_many.test_two": ["lib.Cache", "lib.make"],
            "test_many.test_three": ["lib.Cache.close", "lib.Store.close"],
            "test_many.test_listed": ["lib.Cache", "lib.Store"],
            "test_many.test_pairs": ["lib.Store.get"],
            "test_many.TestAll.test_all": ["lib.make"],
            "test_many.test_fixture": ["lib.make"],
        },
        {"test_many.test_fixture": ["test_many.cls"]},
    ),
    "imported": Suite(
        {
            "tests/shared.py": """
import pytest
from lib import Cache, Store

@pytest.fixture
def first():
    return Store()

@pytest.fixture
def second():
    return Cache()
""",
            "tests/conftest.py": """
import os, sys
sys.path.insert(0, os.path.dirname(__file__))
from shared import second
""",
            "tests/test_uses.py": """
from shared import first

def test_uses(first, second):
    first.get()
    second.close()
""",
        },
        {
            "shared.first": ["lib.Store"],
            "shared.second": ["lib.Cache"],
            "test_uses.test_uses": ["lib.Cache.close", "lib.Store.get"],
        },
        {"test_uses.test_uses": ["shared.first", "shared.second"]},
    ),
    "asked_otherwise": Suite(
        {
            "tests/conftest.py": """
import pytest
from lib import Cache

@pytest.fixture(autouse=True)
def always():
    Cache().close()
""",
            "tests/test_other.py": """
import pytest
from lib import Cache, Store

@pytest.fixture(params=[Store, pytest.param(Cache, id="cache")])
def made(request):
    return request.param()

@pytest.fixture(name="ready")
def _ready(made):
    made.get()

def test_made(made):
    made.close()

@pytest.mark.usefixtures("ready")
def test_ready():
    pass

@pytest.mark.usefixtures("ready")
class TestReady:
    def test_class(self):
        pass
""",
        },
        {
            "conftest.always": ["lib.Cache", "lib.Cache.close"],
            "test_other.made": ["lib.Cache", "lib.Store"],
            "test_other._ready": ["lib.Cache.get", "lib.Store.get"],
            "test_other.test_made": ["lib.Cache.close", "lib.Store.close"],
        },
        {
            "test_other._ready": ["test_other.made"],
            "test_other.test_made": ["conftest.always", "test_other.made"],
            "test_other.test_ready": ["conftest.always", "test_other._ready"],
            "test_other.TestReady.test_class": ["conftest.always", "test_other._ready"],
        },
    ),
    "not_given": Suite(
        {
            "tests/test_not.py": """
import unittest
import pytest
from lib import Cache, Store

@pytest.fixture
def thing():
    return Store()

def test_given(thing):
    thing.close()

def test_default(thing=Cache()):
    thing.get()

def test_nothing(thing=None):
    assert thing is None

@pytest.fixture
def by_default(thing=None):
    return thing

def test_fixture(by_default):
    assert by_default is None

def not_a_test(thing):
    thing.get()

class TestCase(unittest.TestCase):
    def test_case(self, thing=None):
        assert thing is None

@pytest.fixture
def indirect(request):
    return request.param

@pytest.mark.parametrize("indirect", [Store()], indirect=True)
def test_indirect(indirect):
    pass
"""
        },
        {
            "test_not": ["lib.Cache", "lib.Store"],
            "test_not.thing": ["lib.Store"],
            "test_not.test_given": ["lib.Store.close"],
            "test_not.test_default": ["lib.Cache.get"],
        },
        {
            "test_not.test_given": ["test_not.thing"],
            "test_not.test_fixture": ["test_not.by_default"],
            "test_not.test_indirect": ["test_not.indirect"],
        },
    ),
    "classes_in_classes": Suite(
        {
            "tests/test_nested.py": """
import pytest
from lib import Cache, Store

@pytest.fixture
def thing():
    return Store()

@pytest.mark.usefixtures("ready")
class TestOuter:
    @pytest.fixture
    def thing(self):
        return Cache()

    @pytest.fixture
    def ready(self):
        return 1

    @pytest.mark.parametrize("given", [Store()])
    class TestListed:
        def test_listed(self, given):
            given.close()

    class TestInner:
        def test_inner(self, thing):
            thing.get()

    class TestOwn:
        @pytest.fixture
        def thing(self, thing):
            thing.close()
            return Store()

        def test_own(self, thing):
            thing.get()
"""
        },
        {
            "test_nested.TestOuter": ["lib.Store"],
            "test_nested.thing": ["lib.Store"],
            "test_nested.TestOuter.thing": ["lib.Cache"],
            "test_nested.TestOuter.TestListed.test_listed": ["lib.Store.close"],
            "test_nested.TestOuter.TestInner.test_inner": ["lib.Cache.get"],
            "test_nested.TestOuter.TestOwn.thing": ["lib.Cache.close", "lib.Store"],
            "test_nested.TestOuter.TestOwn.test_own": ["lib.Store.get"],
        },
        {
            "test_nested.TestOuter.TestListed.test_listed": ["test_nested.TestOuter.ready"],
            "test_nested.TestOuter.TestInner.test_inner": ["test_nested.TestOuter.ready", "test_nested.TestOuter.thing"],
            "test_nested.TestOuter.TestOwn.thing": ["test_nested.TestOuter.thing"],
            "test_nested.TestOuter.TestOwn.test_own": ["test_nested.TestOuter.TestOwn.thing", "test_nested.TestOuter.ready"],
        },
    ),
    "switched_off": Suite(
        {
            "tests/test_off.py": """
import pytest
from lib import Cache, Store

@pytest.fixture(autouse=False)
def never():
    return Store()

@pytest.fixture
def thing():
    return Store()

def test_never(never):
    never.close()

def test_thing(thing):
    thing.get()

@pytest.mark.parametrize("thing", [Cache()], indirect=False)
def test_direct(thing):
    thing.get()

@pytest.mark.parametrize("thing,", [(Cache(),)])
def test_comma(thing):
    thing.close()
"""
        },
        {
            "test_off": ["lib.Cache"],
            "test_off.never": ["lib.Store"],
            "test_off.thing": ["lib.Store"],
            "test_off.test_never": ["lib.Store.close"],
            "test_off.test_thing": ["lib.Store.get"],
            "test_off.test_direct": ["lib.Cache.get"],
            "test_off.test_comma": ["lib.Cache.close"],
        },
        {"test_off.test_never": ["test_off.never"], "test_off.test_thing": ["test_off.thing"]},
    ),
}
