"""After a run that the disk refused: give back what it took, so that the next one has room. Not here: any retry.

Invariant: the published generation is not touched. What goes is unfinished files, the copies of segments, the log of lestockage
and, where the disk has no room to rewrite lestockage, all of it: dropping staged contents row by row would first enlarge its log on
a disk that is full.
"""

import shutil
from contextlib import suppress

from lepasserelle.errors import StorageError
from lepasserelle.ingest.copies import drop_copies
from lepasserelle.storage import Index, Lestockage
from lepasserelle.storage.layout import LESTOCKAGE


def give_back_space(index: Index) -> None:
    """Shrink the index to what the next run can work with. The writer's lock is held, nobody has lestockage open.

    Without lestockage the next run parses every file again; with one that it cannot write it would fail for ever.
    """
    with suppress(StorageError):  # the error of the run is the one to tell
        index.collect_garbage()
    drop_copies(index)
    with suppress(StorageError):
        Lestockage.open(index.folder).close()  # the last one to close the database empties its log, if there is room
    with suppress(StorageError, OSError):
        files = [index.folder / (LESTOCKAGE + suffix) for suffix in ("", "-wal", "-shm")]
        held_bytes = sum(path.stat().st_size for path in files if path.exists())
        if shutil.disk_usage(index.folder).free < held_bytes:
            Lestockage.discard(index.folder)
