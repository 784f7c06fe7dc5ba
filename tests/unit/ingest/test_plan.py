"""The plan: what has to be read, told from names, sizes and times alone."""

from lepasserelle.files import FileEntry, Walk
from lepasserelle.files.marks import CLOCK_GRAIN_NS
from lepasserelle.ingest.last_run import LastRun, LeftOut, Seen
from lepasserelle.ingest.plan import make_plan
from lepasserelle.storage import ContentKey, IndexedFile

BEGAN_NS = 10 * CLOCK_GRAIN_NS
OLD_NS = 1_000


def entry(path: str, size: int = 5, mtime_ns: int = OLD_NS) -> FileEntry:
    """A walked file."""
    return FileEntry(path, size, mtime_ns, "python")


def row(path: str) -> IndexedFile:
    """A file of the last generation."""
    return IndexedFile(path, 5, OLD_NS, 0, path, ContentKey(b"k" * 16, "python"), 1)


LAST = LastRun(BEGAN_NS, {"a.py": Seen(5, OLD_NS, 0)}, {"bin.py": LeftOut(5, OLD_NS, "binary")})


def wanted(*entries: FileEntry, last: LastRun = LAST) -> list[str]:
    """Paths that a plan over these entries wants to read."""
    return [one.path for one in make_plan(Walk(list(entries), []), [row("a.py")], last).wanted]


def test_an_unchanged_file_is_not_read() -> None:
    """Same size, same time: its row goes on."""
    plan = make_plan(Walk([entry("a.py")], []), [row("a.py")], LAST)
    assert plan.wanted == []
    assert plan.kept == {"a.py": row("a.py")}


def test_a_new_a_grown_and_a_touched_file_are_read() -> None:
    """Whatever `stat` shows is looked at."""
    assert wanted(entry("b.py")) == ["b.py"]
    assert wanted(entry("a.py", size=6)) == ["a.py"]
    assert wanted(entry("a.py", mtime_ns=OLD_NS - 1)) == ["a.py"]


def test_a_file_changed_while_the_last_run_read_is_read_again() -> None:
    """Its time may be that of the moment before the change, so equality proves nothing."""
    recent = BEGAN_NS - CLOCK_GRAIN_NS
    last = LastRun(BEGAN_NS, {"a.py": Seen(5, recent, 0)})
    assert wanted(entry("a.py", mtime_ns=recent), last=last) == ["a.py"]
    assert wanted(entry("a.py", mtime_ns=recent - 1), last=LastRun(BEGAN_NS, {"a.py": Seen(5, recent - 1, 0)})) == []


def test_a_file_left_out_by_its_content_is_not_read_again_until_it_changes() -> None:
    """A second run does not start children for what was binary before."""
    plan = make_plan(Walk([entry("bin.py")], []), [], LAST)
    assert plan.wanted == []
    assert plan.left_out["bin.py"].reason == "binary"
    assert wanted(entry("bin.py", size=6)) == ["bin.py"]


def test_without_a_fitting_last_run_everything_is_read() -> None:
    """Other rules, another generation, a lost file: nothing is trusted unread."""
    assert wanted(entry("a.py"), entry("bin.py"), last=LastRun()) == ["a.py", "bin.py"]


def test_a_file_without_a_row_is_read_even_when_it_was_seen() -> None:
    """The rows are the truth, the memory of the last run only a help."""
    assert [one.path for one in make_plan(Walk([entry("a.py")], []), [], LAST).wanted] == ["a.py"]


def test_a_file_of_which_the_parser_died_is_tried_again_with_others_only() -> None:
    """Its death may have had another cause; but a run that has nothing else to do starts no children for it."""
    last = LastRun(BEGAN_NS, {"a.py": Seen(5, OLD_NS, 0)}, {"bad.py": LeftOut(5, OLD_NS, "parser died (signal 9)", died=True)})
    assert wanted(entry("a.py"), entry("bad.py"), last=last) == []
    assert wanted(entry("a.py", size=6), entry("bad.py"), last=last) == ["a.py", "bad.py"]
