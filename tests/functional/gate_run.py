"""A program for tests: asks an index everything that can be asked, under a limit set after it was opened. Prints what came of each.

`gate_run.py PROJECT data|as ROOM_BYTES` says `NAME OUTCOME` for every public method of `LeIndex`: the name of the error, or `ok`.
"""

import io
import resource
import sys
from collections.abc import Callable
from pathlib import Path

from lepasserelle import LeIndex, LeIndexError, MemoryConfig
from lepasserelle.leindex.gate import OPEN
from lepasserelle.model import FindSymbolRequest, SearchRequest

CALLS: dict[str, Callable[[LeIndex], object]] = {
    "analyze": lambda one: one.analyze("how is a cart paid"),
    "answer": lambda one: one.answer(SearchRequest(query="cart")),
    "answer_from_text": lambda one: one.answer_from_text(FindSymbolRequest(name="Cart"), "a test asks"),
    "callees": lambda one: one.callees("Cart"),
    "callers": lambda one: one.callers("Cart"),
    "calls_around": lambda one: one.calls_around("Cart"),
    "check_memory_and_spill": lambda one: one.check_memory_and_spill(),
    "clear_cache_store": lambda one: one.clear_cache_store(),
    "cycles": lambda one: one.cycles(),
    "export_around": lambda one: one.export_around(io.StringIO(), "Cart"),
    "export_graph": lambda one: one.export_graph(io.StringIO()),
    "find_text": lambda one: one.find_text("def"),
    "get_cache_stats": lambda one: one.get_cache_stats(),
    "hotspots": lambda one: one.hotspots(),
    "impact": lambda one: one.impact("Cart"),
    "index_in_background": lambda one: one.index_in_background().stop(),
    "index_project": lambda one: one.index_project(),
    "memory_report": lambda one: one.memory_report(),
    "left_out": lambda one: one.left_out(),
    "outline": lambda one: one.outline(),
    "path": lambda one: one.path("Cart", "Cart"),
    "processes": lambda one: one.processes(),
    "read": lambda one: one.read("Cart"),
    "reload_pdg_from_cache": lambda one: one.reload_pdg_from_cache(),
    "reload_vector_from_pdg": lambda one: one.reload_vector_from_pdg(),
    "search": lambda one: one.search("cart"),
    "slice": lambda one: one.slice("shop/cart.py", 10),
    "spill_all_caches": lambda one: one.spill_all_caches(),
    "spill_cache": lambda one: one.spill_cache("pdg"),
    "spill_pdg_cache": lambda one: one.spill_pdg_cache(),
    "spill_vector_cache": lambda one: one.spill_vector_cache(),
    "staleness": lambda one: one.staleness(),
    "status": lambda one: one.status(),
    "symbols": lambda one: one.symbols("Cart"),
    "tiers": lambda one: one.tiers(),
    "unreferenced": lambda one: one.unreferenced(),
    "verify_caches": lambda one: one.verify_caches(),
    "warm_caches": lambda one: one.warm_caches(),
}
LIMITS = {"data": (resource.RLIMIT_DATA, "VmData"), "as": (resource.RLIMIT_AS, "VmSize")}


def main() -> None:
    """Run as the arguments say."""
    public = {name for name in dir(LeIndex) if not name.startswith("_") and callable(getattr(LeIndex, name))}
    if set(CALLS) != public - OPEN:
        sys.exit(f"without a call here, or without a method: {set(CALLS) ^ (public - OPEN)}")
    limit, counted = LIMITS[sys.argv[2]]
    leindex = LeIndex(sys.argv[1], memory=MemoryConfig(auto_spill=False))
    if "numpy" in sys.modules:
        sys.exit("numpy is loaded by opening; nothing is shown")
    status = Path("/proc/self/status").read_text("ascii").splitlines()
    used = next(line.split()[1] for line in status if line.startswith(counted))
    resource.setrlimit(limit, (int(used) * 1024 + int(sys.argv[3]), resource.RLIM_INFINITY))
    for name, call in CALLS.items():
        try:
            call(leindex)
        except LeIndexError as error:
            say(name, type(error).__name__)
        else:
            say(name, "ok")
    leindex.close()
    resource.setrlimit(limit, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    say("afterwards", "ok" if leindex.search("cart") else "nothing")


def say(name: str, outcome: str) -> None:
    """One line."""
    sys.stdout.write(f"{name} {outcome}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
