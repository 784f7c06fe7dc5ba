"""Which memory settings are accepted, and that a refusal names the setting; what the errors of memory management say."""

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from lepasserelle import errors
from lepasserelle.errors import BudgetExceededError, CacheError, ConfigError, LimitTooLowError, NothingToReloadError, StoreFullError
from lepasserelle.memory.config import MemoryConfig, WarmStrategy


def test_the_defaults_are_those_of_the_document() -> None:
    """500 MB, 85 %, 30 s, automatic."""
    config = MemoryConfig()
    assert (config.max_cache_bytes, config.spill_threshold, config.check_interval_secs) == (500_000_000, 0.85, 30)
    assert (config.low_threshold, config.hard_threshold) == (0.70, 0.95)
    assert config.auto_spill
    assert config.memory_limit_bytes is None
    assert config.cache_dir is None


def test_a_config_cannot_be_changed() -> None:
    """What was checked stays checked."""
    with pytest.raises(FrozenInstanceError):
        MemoryConfig().max_cache_bytes = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cache_dir", 3),
        ("cache_dir", ""),
        ("max_cache_bytes", 0),
        ("check_interval_secs", 10**400),
        ("cache_dir", "a\0b"),
        ("slow_dir", "a\0b"),
        ("max_cache_bytes", -1),
        ("max_cache_bytes", 1e9),
        ("max_cache_bytes", True),
        ("max_cache_bytes", "1 GB"),
        ("spill_threshold", 0),
        ("spill_threshold", 85),
        ("spill_threshold", float("nan")),
        ("spill_threshold", None),
        ("check_interval_secs", 0),
        ("check_interval_secs", -1),
        ("check_interval_secs", float("inf")),
        ("auto_spill", 1),
        ("memory_limit_bytes", 0),
        ("memory_limit_bytes", 1000),
        ("memory_limit_bytes", 2.5e8),
        ("low_threshold", -0.1),
        ("hard_threshold", 1.01),
        ("store_quota_bytes", -1),
        ("slow_dir", 3),
        ("slow_quota_bytes", -1),
        ("tier_order", "fastest"),
        ("allocation_unit_bytes", 1),
    ],
)
def test_a_value_out_of_its_range_is_refused_by_name(name: str, value: object) -> None:
    """The message says which setting it is and what was given."""
    with pytest.raises(ConfigError, match=name) as caught:
        MemoryConfig(**{name: value})  # type: ignore[arg-type]
    assert repr(value) in str(caught.value)


@pytest.mark.parametrize(
    ("values", "both"),
    [
        ({"low_threshold": 0.9}, ("low_threshold", "spill_threshold")),
        ({"spill_threshold": 0.7}, ("low_threshold", "spill_threshold")),
        ({"spill_threshold": 0.96}, ("spill_threshold", "hard_threshold")),
        ({"hard_threshold": 0.85}, ("spill_threshold", "hard_threshold")),
    ],
)
def test_marks_out_of_order_are_refused(values: dict[str, float], both: tuple[str, str]) -> None:
    """Without room between the marks, spilling would begin where it ends."""
    with pytest.raises(ConfigError) as caught:
        MemoryConfig(**values)  # type: ignore[arg-type]
    assert all(name in str(caught.value) for name in both)


def test_the_example_of_the_document_is_accepted() -> None:
    """Every setting that it names, in Python's habits."""
    config = MemoryConfig(
        cache_dir=Path("cache"), max_cache_bytes=1_000_000_000, spill_threshold=0.90, check_interval_secs=60, auto_spill=True
    )
    assert config.spill_threshold == 0.90


def test_the_strategies_are_five() -> None:
    """Each has the word that the command takes."""
    assert {strategy.value for strategy in WarmStrategy} == {"all", "pdg_only", "search_index_only", "recent_first", "predicted"}
    assert WarmStrategy("recent_first") is WarmStrategy.RECENT_FIRST


def test_each_error_says_the_figures_and_what_to_do() -> None:
    """Limit, what was asked and who holds memory, the largest first; and the next step."""
    exceeded = BudgetExceededError(
        "parsing", 80_000_000, 256_000_000, "memory_limit_bytes", {"pdg": 90_000_000, "host": 150_000_000}
    )
    assert "80.0 MB" in str(exceeded)
    assert "256.0 MB (memory_limit_bytes)" in str(exceeded)
    assert "host 150.0 MB, pdg 90.0 MB" in str(exceeded)
    low = LimitTooLowError(100_000_000, 180_000_000)
    assert (low.limit_bytes, low.floor_bytes) == (100_000_000, 180_000_000)
    assert "100.0 MB" in str(low)
    assert "180.0 MB" in str(low)
    for error in (exceeded, low, NothingToReloadError("pdg"), StoreFullError(500, 1000), errors.CacheDamagedError("x", 7)):
        assert isinstance(error, CacheError)
    assert "leindex index" in str(NothingToReloadError("pdg"))
    assert "500 bytes" in str(StoreFullError(500, 1000))
    assert isinstance(StoreFullError(1, 2), errors.StorageError)
