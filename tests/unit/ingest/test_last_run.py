"""What one run leaves for the next: believed only when it fits."""

from pathlib import Path

from lepasserelle.config import Settings
from lepasserelle.ingest.last_run import NAME, LastRun, LeftOut, Seen, read_last_run, rules_in_force, write_last_run

RUN = LastRun(123, {"a.py": Seen(1, 2, 3)}, {"b.bin": LeftOut(4, 5, "binary")})


def test_it_comes_back_as_it_was_left(tmp_path: Path) -> None:
    """Same generation, same rules, same content."""
    write_last_run(tmp_path, 7, "rules", RUN)
    assert read_last_run(tmp_path, 7, "rules") == RUN
    assert RUN.looked_at() == {"a.py": (1, 2), "b.bin": (4, 5)}


def test_another_generation_or_other_rules_make_it_worthless(tmp_path: Path) -> None:
    """It says nothing about what it was not written for."""
    write_last_run(tmp_path, 7, "rules", RUN)
    assert read_last_run(tmp_path, 8, "rules") == LastRun()
    assert read_last_run(tmp_path, 7, "other rules") == LastRun()


def test_a_missing_or_damaged_one_is_no_error(tmp_path: Path) -> None:
    """Every single flipped bit is noticed, and costs a second look at the files, nothing else."""
    assert read_last_run(tmp_path, 7, "rules") == LastRun()
    write_last_run(tmp_path, 7, "rules", RUN)
    whole = (tmp_path / NAME).read_bytes()
    for at in range(len(whole)):
        (tmp_path / NAME).write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        assert read_last_run(tmp_path, 7, "rules") == LastRun()
    (tmp_path / NAME).write_bytes(whole[:-1])
    assert read_last_run(tmp_path, 7, "rules") == LastRun()


def test_the_rules_name_what_decides_on_content() -> None:
    """A changed secret rule or language filter makes every file be read again; the number of workers does not."""
    plain = rules_in_force(Settings())
    assert rules_in_force(Settings(include_secrets=True)) != plain
    assert rules_in_force(Settings(languages=("python",))) != plain
    assert rules_in_force(Settings(workers=3)) == plain
