"""Types of the typed languages that need no declaration, by name: which converts to which without a word. Only tables and questions
to them.

JLS 5.1.2, 5.1.7 and 5.3; C# 10.2.3; Kotlin, Scala and Swift convert little or nothing between names.
"""

from collections.abc import Mapping
from typing import Final

TEXT: Final = "String"
_ONE_NAME: Final[Mapping[str, str]] = {
    "<str>": TEXT,
    "string": TEXT,
    "<bool>": "<bool>",
    "boolean": "<bool>",
    "bool": "<bool>",
    "Bool": "<bool>",
}
_OF_C_SHARP: Final = dict(
    zip(
        "Boolean Char SByte Byte Int16 UInt16 Int32 UInt32 Int64 UInt64 Single Double Decimal Object".split(),  # noqa: SIM905
        "<bool> char sbyte byte short ushort int uint long ulong float double decimal object".split(),  # noqa: SIM905
        strict=True,
    )
)
_TOPS: Final = frozenset({"Object", "Any", "object", "dynamic"})
"""What everything is, also what is no object."""
NUMBER: Final = "<int>"
REAL: Final = "<float>"
"""A number of a width that is not known."""
CHAR: Final = "<char>"

_WIDENING: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "java": {
        "byte": ("short", "int", "long", "float", "double"),
        "short": ("int", "long", "float", "double"),
        "char": ("int", "long", "float", "double"),
        "int": ("long", "float", "double"),
        "long": ("float", "double"),
        "float": ("double",),
    },
    "scala": {
        "Byte": ("Short", "Int", "Long", "Float", "Double"),
        "Short": ("Int", "Long", "Float", "Double"),
        "Char": ("Int", "Long", "Float", "Double"),
        "Int": ("Long", "Float", "Double"),
        "Long": ("Float", "Double"),
        "Float": ("Double",),
    },
    "c_sharp": {
        "sbyte": ("short", "int", "long"),
        "byte": ("short", "ushort", "int", "uint", "long", "ulong"),
        "short": ("int", "long"),
        "ushort": ("int", "uint", "long", "ulong"),
        "char": ("ushort", "int", "uint", "long", "ulong"),
        "int": ("long",),
        "uint": ("long", "ulong"),
    },
}
"""Language → type → the types that take it too, the nearest first. Those of C# without real numbers, which are not ordered."""
_REAL: Final = frozenset({"float", "double", "decimal"})
_COUNTED: Final = "sbyte byte short ushort char int uint long ulong".split()  # noqa: SIM905
_SHORT: Final = frozenset({"byte", "sbyte", "short", "ushort", "char"})
_BOXES: Final[Mapping[str, str]] = {
    "<bool>": "Boolean",
    "byte": "Byte",
    "short": "Short",
    "char": "Character",
    "int": "Integer",
    "long": "Long",
    "float": "Float",
    "double": "Double",
}
_UNBOXED: Final = {box: value for value, box in _BOXES.items()}
_OF_JVM: Final = "<bool> Byte Short Int Long Float Double Char".split()  # noqa: SIM905
_OF_SWIFT: Final = "Int Int8 Int16 Int32 Int64 UInt UInt8 UInt16 UInt32 UInt64 Float Double Character".split()  # noqa: SIM905
_PLAIN: Final[Mapping[str, frozenset[str]]] = {
    "java": frozenset({TEXT, *_BOXES, *_UNBOXED}),
    "c_sharp": frozenset({TEXT, "<bool>", *_COUNTED, *_REAL}),
    "kotlin": frozenset({TEXT, *_OF_JVM}),
    "scala": frozenset({TEXT, *_OF_JVM}),
    "swift": frozenset({TEXT, "<bool>", *_OF_SWIFT}),
}
"""Language → types that nothing else is a kind of."""
_ABOVE: Final[Mapping[str, tuple[str, ...]]] = {
    "java": ("CharSequence", "Comparable", "Serializable"),
    "kotlin": ("CharSequence", "Comparable", "Serializable"),
    "scala": ("CharSequence", "Comparable", "Serializable"),
    "c_sharp": ("IEnumerable", "IComparable", "IEquatable", "IConvertible", "ICloneable"),
}
"""What a text is, too."""
_ABOVE_VALUES: Final = ("Comparable", "Serializable")
_ABOVE_NUMBERS: Final = ("Number", *_ABOVE_VALUES)
_NO_NUMBERS: Final = frozenset({"<bool>", "char", "Boolean", "Character", "Char"})


_TEXT_METHODS: Final = "substring trim toLowerCase toUpperCase replace concat strip repeat intern".split()  # noqa: SIM905
_C_SHARP_TEXT_METHODS: Final = "Substring Trim TrimEnd TrimStart ToLower ToUpper Replace Insert Remove PadLeft PadRight".split()  # noqa: SIM905
RESULTS: Final[Mapping[tuple[str, str], str]] = {
    **{(language, "toString"): TEXT for language in ("java", "kotlin", "scala")},
    ("java", "hashCode"): "int",
    ("java", "equals"): "<bool>",
    ("java", "getClass"): "Class",
    ("java", "toCharArray"): "char[]",
    ("java", "getBytes"): "byte[]",
    ("c_sharp", "ToString"): TEXT,
    ("c_sharp", "GetHashCode"): "int",
    ("c_sharp", "Equals"): "<bool>",
}
"""Language and method → what it gives, whatever it is called on."""
RESULTS_OF_TEXT: Final[Mapping[tuple[str, str], str]] = {
    **{(language, method): TEXT for language in ("java", "kotlin", "scala") for method in _TEXT_METHODS},
    **{("c_sharp", method): TEXT for method in _C_SHARP_TEXT_METHODS},
    **{("java", method): "int" for method in ("length", "indexOf", "lastIndexOf", "compareTo")},
    **{("java", method): "<bool>" for method in ("isEmpty", "startsWith", "endsWith", "contains", "equalsIgnoreCase")},
    ("java", "charAt"): "char",
    ("java", "split"): "String[]",
    ("c_sharp", "IndexOf"): "int",
    ("c_sharp", ".Length"): "int",
    ("kotlin", ".length"): "Int",
    ("scala", ".length"): "Int",
    ("swift", ".count"): "Int",
}
"""The same of what texts have; fields behind a dot."""
TYPED: Final = frozenset(_PLAIN)
"""Languages with tables."""


def plain(name: str, language: str) -> str:
    """The name of a type by which it is compared."""
    last = name.rpartition(".")[2]
    if language == "c_sharp" and last in _OF_C_SHARP:
        return _OF_C_SHARP[last]
    if last == "Boolean" and language in {"kotlin", "scala"}:
        return "<bool>"
    return _ONE_NAME.get(last, last)


def spelled(name: str) -> list[str]:
    """How a type of C# may be written that is compared by a name."""
    return [name, "bool" if name == "<bool>" else name.lower()]


def is_top(name: str) -> bool:
    """Whether everything is of the type."""
    return name in _TOPS


def is_final(name: str, language: str) -> bool:
    """Whether nothing but itself is of the type, and it is nothing that a function or an instance of the project can be."""
    return name in _PLAIN[language] or name in {NUMBER, REAL, CHAR}


def is_value(name: str, language: str) -> bool:
    """Whether an array of the type is no array of objects."""
    return (
        name in _BOXES if language == "java" else language == "c_sharp" and (name == "<bool>" or name in _COUNTED or name in _REAL)
    )


def counted(name: str, language: str) -> str:
    """What counting with a value of the type and a whole number gives; empty where that is not known."""
    if name == TEXT and language != "swift":
        return TEXT
    if language in {"java", "c_sharp"}:
        name = "int" if name in _SHORT else name
        return name if name in {"int", "long", "float", "double"} else ""
    return name if name in {"Int", "Long", "Float", "Double"} else ""


def takes(given: str, taken: str, language: str) -> bool | None:
    """Whether a parameter of one named type takes a value of another; None where that is not known."""
    if given == taken or is_top(taken):
        return True
    if not is_final(given, language):
        return None
    if given in {NUMBER, REAL, CHAR}:
        return False if taken in {TEXT, "<bool>"} else None
    if taken in _nearest_first(given, language):
        return True
    if language == "c_sharp":
        return False if is_final(taken, language) else None
    return False if is_final(taken, language) or language in {"java", "kotlin"} else None


def _nearest_first(given: str, language: str) -> tuple[str, ...]:
    """Types that take one without a word."""
    wider = _WIDENING.get(language, {}).get(given, ())
    if given == TEXT:
        return _ABOVE.get(language, ())
    above = _ABOVE_VALUES if given in _NO_NUMBERS else _ABOVE_NUMBERS
    if language == "java":
        box = _BOXES.get(given)
        if box is not None:
            return (*wider, box, *above)
        value = _UNBOXED.get(given, "")
        return (*above, value, *_WIDENING["java"].get(value, ()))
    if language == "c_sharp":
        return (*wider, *_REAL) if given in _COUNTED else ("double",) if given == "float" else ()
    return (*wider, *above) if language == "kotlin" else wider


def nearer(given: str, one: str, other: str, language: str) -> bool | None:
    """Whether one of two types that take a value is nearer to it than the other; None where neither is known to be."""
    order = _WIDENING.get(language, {}).get(given, ())
    behind = len(order)
    places = [
        order.index(name) if name in order else behind + (name in _UNBOXED) + 2 * (name in _ABOVE_NUMBERS) for name in (one, other)
    ]
    if language == "java" and given in _BOXES:
        return places[0] < places[1] if places[0] != places[1] else None
    if max(places) < behind:
        return places[0] < places[1]
    return None
