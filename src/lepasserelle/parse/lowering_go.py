"""Go's import specs: the name a package is bound to is the last part of its path unless another is given."""

import re

from tree_sitter import Node

from lepasserelle.parse.spec import BoundName

_VERSION = re.compile(r"v\d+")


def go_imports(node: Node, data: bytes) -> list[BoundName]:
    """`"a/b"` binds b, `x "a/b"` x, `. "a/b"` every exported name, `_ "a/b"` nothing.

    A last part such as `v2` is a version: the part before it is bound. What the package calls itself stands in another file.
    """
    path = node.child_by_field_name("path")
    if path is None:
        return []
    module = data[path.start_byte : path.end_byte].decode("utf-8", "replace").strip('"`')
    name = node.child_by_field_name("name")
    if name is None:
        parts = [part for part in module.split("/") if not _VERSION.fullmatch(part)] or [module]
        return [BoundName(module, "", parts[-1].partition(".v")[0])]
    alias = data[name.start_byte : name.end_byte].decode("utf-8", "replace")
    if alias == ".":
        return [BoundName(module, "*", "")]
    return [BoundName(module, "", "" if alias == "_" else alias)]
