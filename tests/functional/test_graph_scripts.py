"""Functions of Bash: a script has those of the files that it sources, and of whoever sources it; of no other."""

import pytest
from test_graph_languages import calls

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.parse import parse

LIB = "cleanup() { echo; }\nls() { echo; }\n"

REACHED: dict[str, dict[str, str]] = {
    "beside the script": {"bin/a.sh": "source ./lib.sh\nrun() { cleanup; }\n", "bin/lib.sh": LIB},
    "from the root of the project": {"bin/a.sh": ". bin/lib.sh\nrun() { cleanup; }\n", "bin/lib.sh": LIB},
    "through another": {"bin/a.sh": "source ./b.sh\nrun() { cleanup; }\n", "bin/b.sh": ". ./lib.sh\n", "bin/lib.sh": LIB},
    "by the script that sources the file": {"bin/a.sh": "run() { cleanup; }\n", "bin/lib.sh": ". ./a.sh\n" + LIB},
    "both by a third": {"bin/a.sh": "run() { cleanup; }\n", "bin/lib.sh": LIB, "bin/main.sh": ". ./a.sh\n. ./lib.sh\n"},
    "in a folder that a variable names": {"bin/a.sh": 'source "$HERE/lib.sh"\nrun() { cleanup; }\n', "bin/lib.sh": LIB},
    "in the folder of the script": {"bin/a.sh": 'source "$(dirname "$0")/lib.sh"\nrun() { cleanup; }\n', "bin/lib.sh": LIB},
    "quoted in part": {"bin/a.sh": '. "${BASH_SOURCE%/*}"/lib.sh\nrun() { cleanup; }\n', "bin/lib.sh": LIB},
    "in another folder": {"bin/a.sh": '. "$(cd "$(dirname "$0")" && pwd)/../bin/lib.sh"\nrun() { cleanup; }\n', "bin/lib.sh": LIB},
}


@pytest.mark.parametrize("name", REACHED)
def test_a_function_of_a_sourced_file_is_called(name: str) -> None:
    """The path is followed as far as it is known."""
    assert calls(REACHED[name])["bin.a.run"] == ["bin.lib.cleanup"]


def test_a_function_of_a_file_that_nobody_sources_is_called_by_nobody_else() -> None:
    """Scripts do not see each other's functions: `ls` is the program."""
    program = {"a.sh": "run() { ls; cleanup; }\n", "b.sh": LIB}
    assert calls(program, "all") == {}


def test_a_file_that_is_sourced_elsewhere_is_not_seen_here() -> None:
    """That `b` sources it says nothing of `a`."""
    program = {"a.sh": "run() { cleanup; }\n", "b.sh": "source ./lib.sh\ngo() { cleanup; }\n", "lib.sh": LIB}
    assert calls(program, "all") == {"b.go": ["lib.cleanup"]}


@pytest.mark.parametrize("path", ["$1", "$PLUGINS/$name.sh", "${plugin}", "$(find_it)", "lib-$name.sh"])
def test_what_is_sourced_by_a_variable_is_a_candidate(path: str) -> None:
    """Any file may be meant: its functions are told as possible, both ways, and none is asserted."""
    program = {
        "a.sh": f'source "{path}"\nrun() {{ cleanup; }}\nlog() {{ echo; }}\n',
        "b.sh": LIB + "go() { log; }\n",
        "c.sh": "alone() { cleanup; }\n",
    }
    assert calls(program) == {}
    assert calls(program, "all")["a.run"] == ["b.cleanup"]
    assert calls(program, "all")["b.go"] == ["a.log"]


def test_what_a_test_loads_is_a_candidate() -> None:
    """`load` of Bats takes in a helper; which one is not read."""
    files = {"a.bats": "load helper\nrun_it() { cleanup; }\n", "helper.sh": LIB}
    program = [LinkFile(path, path.partition(".")[0], "bash", 0, parse(text.encode(), "bash")) for path, text in files.items()]
    graph = Graph(link(lambda: iter(program)))
    assert "helper.cleanup" in dict(graph.adjacency(resolution="all"))["a.run_it"]
    assert "helper.cleanup" not in dict(graph.adjacency(resolution="inferred")).get("a.run_it", [])


def test_two_files_of_the_name_behind_a_variable_are_candidates() -> None:
    """Which of the folders it names is not known."""
    program = {"a.sh": 'source "$LIB/lib.sh"\nrun() { cleanup; }\n', "x/lib.sh": LIB, "y/lib.sh": LIB}
    assert calls(program) == {}
    assert calls(program, "all")["a.run"] == ["x.lib.cleanup", "y.lib.cleanup"]


def test_a_path_outside_of_the_project_makes_no_candidates() -> None:
    """What a script takes from `/etc` is no file of the project."""
    program = {"a.sh": ". /etc/profile\n. $HOME/.profile\nrun() { cleanup; }\n", "b.sh": LIB}
    assert calls(program, "all") == {}


def test_a_variable_of_another_script_is_read_as_before() -> None:
    """Variables go from one script to another by the environment."""
    from test_graph_languages import graph_of

    from lepasserelle.model import EdgeKind

    graph = graph_of({"a.sh": "export LEVEL=1\n./b.sh\n", "b.sh": "run() { echo $LEVEL; }\n"})
    run = graph.find("run")[0]
    assert [graph.qualified_name(node) for node in graph.neighbours(run, EdgeKind.READS, "out", "inferred")] == ["a.LEVEL"]
