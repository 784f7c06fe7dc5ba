"""A progress bar on standard error while indexing runs: phase, files, symbols and memory.

Where standard error is no terminal it says nothing, so that logs and pipes stay clean.
"""

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

from lepasserelle.faces.cli.output import bytes_text, console
from lepasserelle.ingest import Progress
from lepasserelle.wording import visible

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID


class ProgressBar:
    """Shows the `Progress` records that it is called with; a context manager."""

    def __init__(self) -> None:
        self._rich: RichProgress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            self._rich = _rich_progress()
            self._rich.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._rich is not None:
            self._rich.stop()

    def __call__(self, progress: Progress) -> None:
        """Show how far the run is."""
        if self._rich is None:
            return
        if self._task is None:
            self._task = self._rich.add_task("", total=None, detail="")
        self._rich.update(
            self._task,
            description=progress.phase,
            completed=progress.files_done,
            total=progress.files_total or None,
            detail=f"{progress.symbols} symbols, {bytes_text(progress.tree_bytes)}  {visible(progress.message)}",
        )


def _rich_progress() -> "RichProgress":
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as RichProgress

    return RichProgress(
        TextColumn("{task.description:<8}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("files"),
        TextColumn("{task.fields[detail]}"),
        TimeElapsedColumn(),
        console=console(stderr=True),
        transient=True,
    )
