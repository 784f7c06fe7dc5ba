"""What is peculiar to C++: members outside their class, access, constructors, operators and templates."""

import pytest

from lepasserelle.model import NodeFlag, NodeKind, Role
from lepasserelle.parse import parse
from lepasserelle.parse.lone_macros import without_lone_macros, without_macros_of_types
from lepasserelle.parse.lost_heads import lost_heads


def names(text: bytes) -> list[tuple[str, str, int]]:
    """Name, kind word and parent of every definition."""
    return [(d.name, NodeKind(d.kind).word, d.parent) for d in parse(text, "cpp").definitions[1:]]


def test_a_member_defined_outside_belongs_to_its_class() -> None:
    """Template arguments of the class do not matter; a constructor is named like its type."""
    text = b"template <class T> class A { void f(); }; template <class T> void A<T>::f() {} template <class T> A<T>::A() {}"
    assert names(text)[1:] == [("f", "method", 1), ("f", "method", 1), ("A", "constructor", 1)]


def test_a_member_of_a_class_elsewhere_says_its_receiver() -> None:
    """The file that defines the class is another one."""
    facts = parse(b"void ns::B::run() { go(); }", "cpp")
    assert (facts.definitions[1].name, facts.definitions[1].receiver) == ("run", "ns.B")


def test_a_function_of_a_namespace_is_no_method() -> None:
    """`ns::f` is a function when `ns` is a namespace of this file."""
    assert names(b"namespace ns { int f(); } int ns::f() { return 1; }")[2] == ("f", "function", 1)


def test_private_sections_are_not_exported() -> None:
    """A class begins private, a struct public, and sections switch."""
    facts = parse(b"class A { int a; public: int b(); private: int *c; }; struct B { int d; };", "cpp")
    exported = {d.name for d in facts.definitions if d.flags & NodeFlag.EXPORTED}
    assert exported == {"A", "b", "B", "d"}


def test_operators_keep_their_names() -> None:
    """Symbols and conversions are names like others."""
    text = (
        b"struct A { bool operator==(int) const; operator bool() const { return 1; } int& operator[](int i); void operator()(); };"
    )
    assert [name for name, _, _ in names(text)[1:]] == ["operator==", "operator bool", "operator[]", "operator()"]


def test_type_arguments_are_dropped_from_calls() -> None:
    """Explicit template arguments are not part of a chain, but types that are named."""
    facts = parse(b"void f() { a::make<int>(1); x->get<T>(); }", "cpp")
    assert [(r.chain, r.arity) for r in facts.references] == [("a.make", 1), ("x.get", 0), ("T", -1)]


def test_a_namespace_of_several_parts_is_one_in_another() -> None:
    """C++17's `a::b` and C++20's `a::inline b`; members and signatures are those of the form written apart."""
    facts = parse(b"// Says it.\nnamespace a::inline b::c { struct P { int get(); }; int P::get() { return 1; } }", "cpp")
    found = [(d.name, d.parent, d.signature) for d in facts.definitions[1:]]
    assert found == [
        ("a", 0, "namespace a"),
        ("b", 1, "namespace a::inline b"),
        ("c", 2, "namespace a::inline b::c"),
        ("P", 3, "struct P"),
        ("get", 4, "int get()"),
        ("get", 4, "int P::get()"),
    ]
    assert len({(d.start_byte, d.end_byte) for d in facts.definitions[1:4]}) == 1
    assert names(b"namespace a { } namespace d::e { } namespace { }")[1:3] == [("d", "namespace", 0), ("e", "namespace", 2)]


def test_a_namespace_of_many_parts_is_read() -> None:
    """As many as compilers take are one in another; what no program has is one namespace, in a time that grows with its length."""
    for count, depth in ((256, 256), (20_000, 1)):
        facts = parse(b"namespace " + b"::".join([b"n"] * count) + b" { int f(); }", "cpp")
        assert [d.parent for d in facts.definitions[1:]] == list(range(depth + 1))


def test_a_macro_alone_on_a_line_is_no_type_of_what_follows() -> None:
    """Comments and directives between, several of them, with arguments, and before the end behind a directive."""
    for before in (
        "NS_BEGIN\n",
        "NS_BEGIN // of it\n// x\n",
        "NS_BEGIN\n\nAPI\n#include <b>\n",
        "NS_BEGIN(1, 2)\n",
        "NS_BEGIN\r\n",
    ):
        held = "{\nAPI\nclass W\n{\nOBJECT\npublic:\n void m() {}\n};\n}\n"
        text = f"#ifndef A\n#define A\n{before}namespace a\n{held}NS_END\n#endif\n"
        found = [row for row in names(text.encode()) if row[1] != "macro"]
        assert [(name, kind) for name, kind, _ in found] == [("a", "namespace"), ("W", "class"), ("m", "method")], before


def test_a_macro_that_is_part_of_something_is_left_alone() -> None:
    """The last member of an enumeration, what a `#define` goes on with, and what stands behind the head of a template."""
    mended = without_lone_macros
    for text in (
        b"enum E {\n A,\n LAST\n};\n",
        b"#define A \\\n B\nnamespace x {}\n",
        b"template <class T>\nREQUIRES(T)\nstruct W {};\n",
    ):
        assert mended(text) == text
    assert mended(b"DONE:\n f();\n goto DONE;\n") == b"DONE:\n f();\n goto DONE;\n"
    assert mended(b"int TRY\n{ 1 };\n") == b"int TRY\n{ 1 };\n"
    assert mended(b"BEGIN\nstruct W;\n") == b"     \nstruct W;\n"
    assert mended(b"f();\nCALLED(1)\nstruct W;\nEND") == b"f();\nCALLED(1);struct W;\n   "


def test_a_macro_for_an_attribute_hides_neither_a_type_nor_a_function() -> None:
    """Before a type's name, before heads with a type and those of constructors, behind parameters; not where it is a type."""
    text = b"""\
namespace a {
class LIB_API Base { public: virtual ~Base() = default; };
class LIB_API(1) Box final : public Base { public: Box(); ~Box(); int at(int) const; };
LIB_INLINE Box::Box() LIB_NOEXCEPT { f(); }
LIB_INLINE Box::~Box() { g(); }
template <class T>
LIB_INLINE const Kept<T> &kept(T t) LIB_NOEXCEPT
{ return h(t); }
LIB_INT Box::at(int n) const LIB_NOEXCEPT { return n; }
bool LIB_INLINE Box::next() { return k(); }
struct LIB_KIND plain;
}
"""
    facts = parse(text, "cpp")
    assert facts.problems == ()
    found = [(d.name, NodeKind(d.kind).word, facts.definitions[d.parent].name) for d in facts.definitions[1:]]
    assert [row for row in found if row[1] in {"class", "function"}] == [
        ("Base", "class", "a"),
        ("Box", "class", "a"),
        ("kept", "function", "a"),
    ]
    assert [name for name, kind, parent in found if parent == "Box" and kind != "field"] == [
        "Box",
        "~Box",
        "at",
        "Box",
        "~Box",
        "at",
        "next",
    ]
    assert [r.chain for r in facts.references if r.role == Role.CALL] == ["f", "g", "h", "k"]


def test_a_type_in_capitals_before_a_variable_is_no_macro() -> None:
    """Of a file that is mended for other macros: values in braces, a loop over elements, a type that the file declares."""
    text = b"""\
LIB_INLINE Box::Box() LIB_NOEXCEPT { f(); }
struct SIZE { int w; };
void g() { struct POINT p{1, 2}; for (struct ITEM each : all()) { each.k(); } struct SIZE s{}; p.k(); }
"""
    facts = parse(text, "cpp")
    assert facts.problems == ()
    assert [d.name for d in facts.definitions if d.kind == NodeKind.STRUCT] == ["SIZE"]
    assert {"p", "each", "s"}.isdisjoint(d.name for d in facts.definitions if d.kind == NodeKind.CLASS)


def test_a_cast_is_no_call_and_has_the_type_that_it_names() -> None:
    """What is asked of `static_cast<T *>(v)` is asked of a `T`."""
    facts = parse(b"int f(void *v) { return static_cast<a::Box *>(v)->at(dynamic_cast<Base &>(*k()).n()); }", "cpp")
    assert [r.chain for r in facts.references if r.role == Role.CALL] == ["a.Box().at", "Base().n", "k"]


MACROS = b"""\
class W
{
  PRIVATE_UNLESS_TESTED:
    int kept;

  public:
    WARN_UNUSED
    static W made();

    WARN_UNUSED
    reference at(int n)
    {
        LIB_TRY
        {
            return held(n);
        }
        LIB_CATCH (std::out_of_range&)
        {
            fail();
        }
    }

#define OPERATOR(op) \\
    bool operator op(W other) /* compares */ \\
    { return true; }

#pragma warning(push)
    OPERATOR(<)
    int odd( { ;

#if defined(A) && \\
    !defined(B)
    void last() { }
#endif
};
void beside() {}
"""


def test_a_class_keeps_its_members_where_macros_stand_in_it() -> None:
    """For access specifiers, before functions, for exceptions; long conditions and definitions of macros at the margin."""
    facts = parse(MACROS, "cpp")
    found = {d.name: facts.definitions[d.parent].name for d in facts.definitions[1:]}
    assert {name: found.get(name) for name in ("kept", "made", "at", "last")} == dict.fromkeys(("kept", "made", "at", "last"), "W")
    assert found["beside"] == found["W"] == ""
    calls = [r.chain for r in facts.references if r.role == Role.CALL]
    assert {"held", "fail"} <= set(calls)


def test_a_class_whose_head_cannot_be_read_is_a_problem_of_its_file() -> None:
    """It says which one and where, also where the grammar finds nothing wrong; what only looks like a head is none."""
    lost = "class lower_case_macro Lost {\npublic:\n  void f();\n};\n"
    kept = '// class Not {\nconst char* s = "class Neither {";\nclass Kept {\n};\n'
    facts = parse((kept + lost).encode(), "cpp")
    assert "Kept" in [d.name for d in facts.definitions]
    assert [(p.line, p.message) for p in facts.problems] == [(5, "not understood: class lower_case_macro Lost {")]


def test_a_macro_in_the_head_of_a_class_is_no_type() -> None:
    """One or several, where the grammar would read a function; not in a variable of a structure."""
    text = b"struct POINT { int x; };\nclass API EXPORTED(1) Box final : public A {\npublic:\n  int n;\n};\nstruct POINT p{1};\n"
    facts = parse(text, "cpp")
    assert [(d.name, d.parent) for d in facts.definitions[1:]] == [("POINT", 0), ("x", 1), ("Box", 0), ("n", 3), ("p", 0)]
    assert facts.problems == ()


@pytest.mark.parametrize(
    "line", [b"class a\n", b"class A<\n", b"template <class T>\nclass A<b> : c<d>\n", b'A("x")\nint f();\n{', b"int f(a) A_B\n"]
)
def test_heads_and_macros_are_looked_for_in_time_that_grows_with_the_text(line: bytes) -> None:
    """A hundred kilobytes of what almost is one; where each looked to the end of the text, this would take minutes."""
    text = (line * 100_000)[:100_000]
    assert lost_heads(text, []) == []
    assert len(without_lone_macros(text)) == len(without_macros_of_types(text)) == len(text)
