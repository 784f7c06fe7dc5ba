"""Damage that says where it is, so that exactly that is made anew."""

from pathlib import Path

from lepasserelle.errors import DamagedError
from lepasserelle.storage.records import ContentKey, SegmentRef


class DamagedFacts(DamagedError):  # noqa: N818  # names the thing that is damaged
    """What lestockage holds of one content is missing or altered: forget `key` and parse `path` again."""

    def __init__(self, key: ContentKey, path: str, why: str) -> None:
        super().__init__(f"what is stored of {path} is damaged ({why}); run `leindex index` to parse it again")
        self.key = key
        self.path = path
        """A file with that content, or empty when none was named."""


class DamagedSegment(DamagedError):  # noqa: N818
    """A segment file is missing, truncated or altered: quarantine `path` and build `ref.kind` again."""

    def __init__(self, ref: SegmentRef, path: Path, why: str) -> None:
        super().__init__(
            f"the {ref.kind} segment {path} is damaged ({why}); it is mended by the next question, or by `leindex index`"
        )
        self.ref = ref
        self.path = path


class DamagedCopy(DamagedError):  # noqa: N818
    """The compressed copy of a segment is truncated or altered: quarantine `path`; a lost segment has to be built again."""

    def __init__(self, ref: SegmentRef, path: Path, why: str) -> None:
        super().__init__(f"the copy {path} of the {ref.kind} segment is damaged ({why}); `leindex index` makes it again")
        self.ref = ref
        self.path = path
