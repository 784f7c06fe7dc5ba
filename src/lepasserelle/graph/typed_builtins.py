"""Names that typed languages have without any import, as fixed tables: Go (1.23), Rust (its prelude and the macros of `std`,
edition 2024), Kotlin (2), Scala (3), Swift (5).
"""

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


GO_TYPES: Final = _words(
    """
    any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8
    uint16 uint32 uint64 uintptr
    """
)
GO_BUILTINS: Final = GO_TYPES | _words(
    "append cap clear close complex copy delete imag len make max min new panic print println real recover true false iota nil"
)

RUST_TYPES: Final = _words("bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize")
RUST_BUILTINS: Final = RUST_TYPES | _words(
    """
    Box Option Some None Result Ok Err String Vec Send Sync Sized Copy Clone Drop Fn FnMut FnOnce AsRef AsMut Into From Default
    Iterator IntoIterator Extend DoubleEndedIterator ExactSizeIterator Eq PartialEq Ord PartialOrd ToOwned ToString TryFrom
    TryInto FromIterator drop assert assert_eq assert_ne cfg column compile_error concat dbg debug_assert debug_assert_eq
    debug_assert_ne env eprint eprintln file format format_args include include_bytes include_str line matches module_path
    option_env panic print println stringify thread_local todo unimplemented unreachable vec write writeln
    """
)

_OF_ORDER: Final = "lt le gt ge partial_cmp eq ne"
RUST_TRAITS: Final = {
    **dict.fromkeys(("Send", "Sync", "Sized", "Fn", "FnMut", "FnOnce"), _words("")),
    **dict.fromkeys(("Clone", "Copy"), _words("clone clone_from")),
    **dict.fromkeys(("Eq", "PartialEq"), _words("eq ne")),
    "Ord": _words("cmp max min clamp " + _OF_ORDER),
    "PartialOrd": _words(_OF_ORDER),
    "Drop": _words("drop"),
    "AsRef": _words("as_ref"),
    "AsMut": _words("as_mut"),
    "Into": _words("into"),
    "From": _words("from"),
    "Default": _words("default"),
    "ToOwned": _words("to_owned clone_into"),
    "ToString": _words("to_string"),
    "TryFrom": _words("try_from Error"),
    "TryInto": _words("try_into Error"),
    "FromIterator": _words("from_iter"),
    "IntoIterator": _words("into_iter Item IntoIter"),
}
"""Traits of Rust's prelude whose members are few, with those of the traits above them."""

FUNCTIONS: Final = {
    "kotlin": _words(
        """
        print println readLine readln TODO error check checkNotNull require requireNotNull assert repeat run with lazy synchronized
        arrayOf arrayOfNulls emptyArray intArrayOf longArrayOf doubleArrayOf booleanArrayOf byteArrayOf charArrayOf
        listOf listOfNotNull mutableListOf arrayListOf emptyList setOf mutableSetOf hashSetOf linkedSetOf emptySet mapOf
        mutableMapOf hashMapOf linkedMapOf emptyMap sequenceOf generateSequence sequence emptySequence buildString
        buildList buildMap buildSet maxOf minOf compareValues compareBy runCatching
        """
    ),
    "scala": _words("print println printf require assert assume ensuring identity implicitly locally summon classOf ???"),
    "swift": _words(
        """
        print debugPrint dump fatalError precondition preconditionFailure assert assertionFailure min max abs zip stride swap
        type withUnsafePointer withUnsafeBytes withUnsafeMutablePointer withExtendedLifetime readLine repeatElement sequence
        unsafeBitCast unsafeDowncast isKnownUniquelyReferenced
        """
    ),
}
"""Language → functions that need no import, where several languages make one family."""

GIVEN: Final = {
    "kotlin": _words("it field"),
    "swift": _words("newValue oldValue error") | frozenset(f"${number}" for number in range(10)),
}
"""Language → what is in scope without being declared: arguments of a closure or a setter, of which nothing is known."""

TOP_TYPES: Final = frozenset({f"<global>.{name}" for name in _words("Object Any AnyRef AnyVal AnyObject object dynamic mixed")})
"""What every value is an instance of: such a declaration tells nothing but the members below."""

TOP_MEMBERS: Final = _words(
    """
    equals hashCode toString getClass notify notifyAll wait clone finalize Equals GetHashCode ToString GetType asInstanceOf
    isInstanceOf synchronized eq ne
    """
)

SYNTHESISED: Final = {"scala": frozenset({"copy"}), "kotlin": frozenset({"copy"})}
"""Language → methods that the compiler gives to some types (`case class`, `data class`): nothing in the project or outside."""
