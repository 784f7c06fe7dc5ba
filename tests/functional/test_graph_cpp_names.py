"""What a name means within members of C++ that stand outside of their class and of its namespace."""

from test_graph_languages import calls

PROGRAM = """namespace n {
struct A { A(); static void go(); void run(); };
struct B : A { B(); void go(); A copy(); };
}
n::A::A() {}
void n::A::go() {}
void n::A::run() { go(); }
n::B::B() {}
void n::B::go() { A::go(); A::run(); }
n::A n::B::copy() { return A(); }
"""


def test_the_name_of_a_base_that_has_a_constructor_means_the_base() -> None:
    """Its constructor is no member by that name: `A::go()` was one of all methods called `go`, and the caller itself among them."""
    assert calls({"a.cpp": PROGRAM}) == {
        "a.n.A.run": ["a.n.A.go"],
        "a.n.B.go": ["a.n.A.go", "a.n.A.run"],
        "a.n.B.copy": ["a.n.A.A"],
    }


BASES = """namespace n {
class A { public: virtual int go() const; };
class Made { public: Made(int); int go() const; };
}
class B : public n::A { public: int go() const override { return A::go(); } };
class Taking : public n::Made { public: using Made::Made; int go() const { return Made::go(); } };
"""


def test_the_name_of_a_base_in_another_namespace_means_the_base() -> None:
    """Without a constructor `A::go` was outside of the project, and with `using` a name that stands nowhere (`Made.Made.go`)."""
    assert calls({"a.cpp": BASES}) == {"a.B.go": ["a.n.A.go"], "a.Taking.go": ["a.n.Made.go"]}
