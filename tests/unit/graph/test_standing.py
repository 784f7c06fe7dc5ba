"""What stands in for the method of an interface."""

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.parse import parse

GO = """package a

type Coded interface {
	error
	code() int
}
type failed struct{}

func (f *failed) code() int     { return 1 }
func (f *failed) Error() string { return "" }

type plain struct{}

func (p *plain) Error() string { return "" }

func check() Coded { return &failed{} }

var other = &plain{}

func run(n int) error {
	err := check()
	if n > 1 {
		return err
	}
	return other
}

func use() {
	err := run(2)
	println(err.Error())
}
"""


def test_interface_that_embeds_one_of_the_language_is_met_by_who_has_both() -> None:
    """`error` of Go stands outside of the project: what it demands is known when it is called, and no class lacks an entry."""
    graph = Graph(link(lambda: iter([LinkFile("a.go", "a", "go", 0, parse(GO.encode(), "go"))])))
    found = dict(graph.adjacency(resolution="all"))["a.use"]
    assert "a.run" in found
    assert "a.failed.Error" in found
