"""Names that a language has without any import, as fixed tables (never those of the running interpreter). Python 3.11 to 3.14."""

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PYTHON_FUNCTIONS: Final = """
__build_class__ __import__ abs aiter all anext any ascii bin breakpoint callable chr compile copyright credits delattr
dir divmod eval exec exit filter format getattr globals hasattr hash help hex id input isinstance issubclass iter len
license locals map max min next oct open ord pow print quit repr reversed round setattr sorted sum vars zip
"""
_PYTHON_TYPES: Final = """
bool bytearray bytes classmethod complex dict enumerate float frozenset int list memoryview object property range set
slice staticmethod str super tuple type ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup
BlockingIOError BrokenPipeError BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError
ConnectionRefusedError ConnectionResetError DeprecationWarning EOFError EncodingWarning EnvironmentError Exception
ExceptionGroup FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError ImportError
ImportWarning IndentationError IndexError InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError
MemoryError ModuleNotFoundError NameError NotADirectoryError NotImplementedError OSError OverflowError
PendingDeprecationWarning PermissionError ProcessLookupError PythonFinalizationError RecursionError ReferenceError
ResourceWarning RuntimeError RuntimeWarning StopAsyncIteration StopIteration SyntaxError SyntaxWarning SystemError
SystemExit TabError TimeoutError TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError
UnicodeTranslateError UnicodeWarning UserWarning ValueError Warning ZeroDivisionError
"""
_PYTHON_OTHER: Final = (
    "Ellipsis NotImplemented __builtins__ __debug__ __doc__ __file__ __loader__ __name__ __package__ __path__ __spec__"
)

PYTHON_TYPES: Final = _words(_PYTHON_TYPES)
PYTHON_BUILTINS: Final = PYTHON_TYPES | _words(_PYTHON_FUNCTIONS) | _words(_PYTHON_OTHER)

PYTHON_TRANSPARENT: Final = _words(
    """
    <builtin>.property <builtin>.staticmethod <builtin>.classmethod functools.lru_cache functools.cache
    functools.cached_property functools.wraps functools.total_ordering functools.singledispatch
    functools.singledispatchmethod abc.abstractmethod abc.abstractproperty contextlib.contextmanager
    contextlib.asynccontextmanager dataclasses.dataclass typing.overload typing.final typing.no_type_check
    typing.runtime_checkable typing_extensions.overload typing_extensions.final typing_extensions.override
    typing.override warnings.deprecated typing_extensions.deprecated unittest.skip unittest.skipIf unittest.skipUnless
    unittest.expectedFailure types.coroutine enum.unique enum.nonmember atexit.register
    """
)
"""Decorators of the standard library after which the name still enters the function below."""

LITERAL_TYPES: Final = frozenset(
    {"str", "bytes", "int", "float", "bool", "list", "tuple", "dict", "set", "frozenset", "bytearray", "complex"}
)
"""Built-in types whose call gives a value of a known type (`<str>`)."""

_STR: Final = """
capitalize casefold center count encode endswith expandtabs find format format_map index isalnum isalpha isascii
isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle isupper join ljust lower lstrip maketrans
partition removeprefix removesuffix replace rfind rindex rjust rpartition rsplit rstrip split splitlines startswith
strip swapcase title translate upper zfill
"""
_BYTES: Final = _words(_STR) - _words("casefold encode format format_map isdecimal isidentifier isnumeric isprintable") | _words(
    "decode fromhex hex"
)
_SET: Final = """
add clear copy difference difference_update discard intersection intersection_update isdisjoint issubset issuperset
pop remove symmetric_difference symmetric_difference_update union update
"""

TYPE_METHODS: Final = {
    "<str>": _words(_STR),
    "<bytes>": _BYTES,
    "<bytearray>": _BYTES | _words("append clear copy extend insert pop remove reverse"),
    "<list>": _words("append clear copy count extend index insert pop remove reverse sort"),
    "<tuple>": _words("count index"),
    "<dict>": _words("clear copy fromkeys get items keys pop popitem setdefault update values"),
    "<set>": _words(_SET),
    "<frozenset>": _words("copy difference intersection isdisjoint issubset issuperset symmetric_difference union"),
    "<int>": _words("as_integer_ratio bit_count bit_length conjugate from_bytes is_integer to_bytes"),
    "<float>": _words("as_integer_ratio conjugate fromhex hex is_integer"),
    "<complex>": _words("conjugate"),
    "<bool>": _words("as_integer_ratio bit_count bit_length conjugate from_bytes to_bytes"),
}
"""Methods of Python's literal types; a call of any other name on them is not asserted."""

_STR_TO_STR: Final = """
capitalize casefold center expandtabs format format_map join ljust lower lstrip removeprefix removesuffix replace
rjust rstrip strip swapcase title translate upper zfill
"""

RESULT_TYPES: Final = (
    {f"<str>.{name}": "<str>" for name in _STR_TO_STR.split()}
    | {f"<bytes>.{name}": "<bytes>" for name in sorted(_words(_STR_TO_STR) & _BYTES)}
    | {f"<str>.{name}": "<list>" for name in ("split", "rsplit", "splitlines")}
    | {f"<bytes>.{name}": "<list>" for name in ("split", "rsplit", "splitlines")}
    | {f"<builtin>.{name}": "<str>" for name in ("repr", "chr", "hex", "oct", "bin", "ascii", "input", "format")}
    | {f"<builtin>.{name}": "<int>" for name in ("len", "ord", "hash", "id")}
    | {f"<builtin>.{name}": "<list>" for name in ("sorted", "dir")}
    | {f"<builtin>.{name}": "<bool>" for name in ("callable", "hasattr", "isinstance", "issubclass", "any", "all")}
    | {f"<builtin>.{name}": f"<{name}>" for name in LITERAL_TYPES}
    | {
        "<str>.encode": "<bytes>",
        "<bytes>.decode": "<str>",
        "<list>.copy": "<list>",
        "<dict>.copy": "<dict>",
        "<set>.copy": "<set>",
    }
    | {f"<set>.{name}": "<set>" for name in ("union", "intersection", "difference", "symmetric_difference")}
)
"""Type of what a call of a built-in gives, where it is always the same."""

OF_OBJECT: Final = frozenset(
    """__init__ __new__ __repr__ __str__ __eq__ __ne__ __hash__ __lt__ __le__ __gt__ __ge__ __getattribute__ __setattr__ __delattr__
    __reduce__ __reduce_ex__ __init_subclass__ __subclasshook__ __format__ __sizeof__ __dir__ __getstate__""".split()  # noqa: SIM905
)
"""Members of `object` in Python."""
OF_EVERYTHING: Final = frozenset({"__class__", "__dict__", "__doc__", "__module__", "__name__", "__qualname__"})
"""Members that every value has."""
