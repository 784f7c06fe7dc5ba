"""What stands somewhere by name is nothing that nothing names: members of what is not known, words in strings and settings."""

import pytest

from lepasserelle.files.language import language_of, language_of_name
from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.graph.walks import unreferenced
from lepasserelle.parse import parse
from lepasserelle.query.mentions import mentioned_of

PYTHON = {
    "m.py": '''
class Message:
    """Nothing calls `_said`."""
    @property
    def _fields(self): return ()
    def _local(self): return self._local()
    def _said(self): return 1
    def _kept(self): return 2
_named, _filled, _gone, _twice = 1, 2, 3, 4
class Other:
    def _twice(self): return 1
def both():
    return Other()._twice(), Message()
''',
    "use.py": '''
from m import both
# _gone was here
def test(msg1, _local):
    """_gone."""
    print(msg1._fields, f"{msg1._kept()} of it", "m:_named", "the _gone one", _local)
    both()
test(1, 2)
''',
    "conf.yaml": "run: m._filled\n",
}
GO = {
    "enc.go": """package main
var enc = pick()
var left = pick()
type reader interface { Tee() }
func pick() interface{} { return nil }
""",
    "main.go": """package main
// left is not asked.
func main() { enc.AppendKey("left alone"); use(nil) }
func use(r reader) {}
""",
}
JAVA = {
    "Data.java": 'package p;\nclass Data {\n    static String points = "x";\n}\nclass Left { int n; }\n',
    "Mode.java": "package p;\nenum Mode {\n    one(Data.points, 4);\n    Mode(String s, int n) {}\n}\n",
    "Main.java": "package p;\nclass Main {\n    /* Left */ public static void main(String[] a) { char c = '\"'; use(Mode.one); }\n"
    "    static void use(Mode m) {}\n}\n",
}
C = {
    "a.h": "#define CALLED __cdecl\n#define LEFT 1\n",
    "a.c": '#include "a.h"\nstatic void CALLED mine(void) { }\nint main(void) { mine(); return 0; } /* LEFT */\n',
}
ECMASCRIPT = {
    "a.js": "function used() {}\nfunction filled() {}\nfunction left() {}\n"
    "function main(o) { o.used; console.log(`x ${o.filled()}`); }\nmain('left of it') // left\n",
}


def not_named(files: dict[str, str]) -> set[str]:
    """The simple names of what nothing refers to and nothing mentions."""
    rows = []
    for path, text in sorted(files.items()):
        data = text.encode()
        language = language_of(path, language_of_name(path), data)
        rows.append(LinkFile(path, path.partition(".")[0], language, 0, parse(data, language)))
    graph, texts = Graph(link(lambda: iter(rows))), [text.encode() for _, text in sorted(files.items())]
    nodes = unreferenced(graph)
    return {graph.name(node) for node in set(nodes) - mentioned_of(graph, nodes, texts.__getitem__)}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (PYTHON, {"_local", "_said", "_gone", "_twice"}),
        (GO, {"left"}),
        (JAVA, {"Left"}),
        (C, {"LEFT"}),
        (ECMASCRIPT, {"left"}),
    ],
    ids=["python", "go", "java", "c", "ecmascript"],
)
def test_what_is_told_stands_nowhere_else(files: dict[str, str], expected: set[str]) -> None:
    """In code, in strings that are nothing but a name or hold code, in settings; comments and prose name nothing."""
    assert not_named(files) == expected


def test_what_is_asked_of_a_base_class_is_named() -> None:
    """A call that is known to enter a method below means the one above as well; one of a class beside does not."""
    text = "class Base:\n    def run(self): pass\n    def own(self): pass\n"
    below = "class Sub(Base):\n    def run(self): pass\nclass Beside:\n    def own(self): pass\nSub().run()\nBeside().own()\n"
    assert not_named({"m.py": text + below}) == {"own"}
