"""Names that Go (1.23) and Rust (its prelude and the macros of `std`, edition 2024) have without any import, as fixed tables."""

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
