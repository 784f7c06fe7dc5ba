"""Which literal a number of Java, Kotlin or C# is, by its value and suffix, and how types that literals have are written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lepasserelle.model.literal_types import Given, Type

_ANY: Final = 1 << 200
_WHOLE: Final = re.compile(r"(0x[\da-f_]+|0b[01_]+|[\d_]+)([ul]*)")
_BASES: Final = {"0x": 16, "0b": 2}


@dataclass(frozen=True, slots=True)
class LiteralRules:
    """The literals of a language."""

    types: Mapping[str, Type]
    """Type as written → what it is. Types that literals are boxed in are left out: nothing is known of them."""
    whole: tuple[tuple[str, int, int, Given], ...]
    """(letters of the suffix in their order, least value, most value, literal): the first that holds a whole number counts."""
    real: Mapping[str, Given]
    """Last letter of another number → literal; empty: no such letter."""
    character: Given

    def whole_number(self, text: str, *, is_negative: bool) -> int:
        """The literal that a whole number is; 0 for none that is known."""
        matched = _WHOLE.fullmatch(text)
        if matched is None:
            return self.number(text)
        digits, suffix = matched[1].replace("_", ""), "".join(sorted(matched[2]))
        try:
            value = int(digits, _BASES.get(digits[:2], 10))
        except ValueError:
            return 0
        value = -value if is_negative else value
        return next((one for letters, least, most, one in self.whole if letters == suffix and least <= value <= most), 0)

    def number(self, text: str) -> int:
        """The literal that a number with a fraction is."""
        return self.real.get(text[-1:]) or self.real[""]


JAVA: Final = LiteralRules(
    types={
        "String": Type.STRING,
        "java.lang.String": Type.STRING,
        "byte": Type.SBYTE,
        "short": Type.SHORT,
        "int": Type.INT,
        "long": Type.LONG,
        "float": Type.FLOAT,
        "double": Type.DOUBLE,
        "boolean": Type.BOOL,
        "char": Type.CHAR,
    },
    whole=(("l", -_ANY, _ANY, Given.JAVA_LONG), ("", -_ANY, _ANY, Given.JAVA_INT)),
    real={"f": Given.FLOAT, "": Given.DOUBLE},
    character=Given.JAVA_CHAR,
)
KOTLIN: Final = LiteralRules(
    types={
        "String": Type.STRING,
        "Byte": Type.SBYTE,
        "UByte": Type.BYTE,
        "Short": Type.SHORT,
        "UShort": Type.USHORT,
        "Int": Type.INT,
        "UInt": Type.UINT,
        "Long": Type.LONG,
        "ULong": Type.ULONG,
        "Float": Type.FLOAT,
        "Double": Type.DOUBLE,
        "Boolean": Type.BOOL,
        "Char": Type.CHAR,
    },
    whole=(
        ("", -(1 << 7), (1 << 7) - 1, Given.KOTLIN_BYTE),
        ("", -(1 << 15), (1 << 15) - 1, Given.KOTLIN_SHORT),
        ("", -(1 << 31), (1 << 31) - 1, Given.KOTLIN_INT),
        ("", -_ANY, _ANY, Given.KOTLIN_LONG),
        ("l", -_ANY, _ANY, Given.KOTLIN_LONG),
        ("u", 0, (1 << 32) - 1, Given.KOTLIN_UINT),
        ("u", 0, _ANY, Given.KOTLIN_ULONG),
        ("lu", 0, _ANY, Given.KOTLIN_ULONG),
    ),
    real={"f": Given.KOTLIN_FLOAT, "": Given.DOUBLE},
    character=Given.KOTLIN_CHAR,
)
C_SHARP: Final = LiteralRules(
    types={
        "string": Type.STRING,
        "String": Type.STRING,
        "sbyte": Type.SBYTE,
        "byte": Type.BYTE,
        "short": Type.SHORT,
        "ushort": Type.USHORT,
        "int": Type.INT,
        "Int32": Type.INT,
        "uint": Type.UINT,
        "long": Type.LONG,
        "Int64": Type.LONG,
        "ulong": Type.ULONG,
        "float": Type.FLOAT,
        "Single": Type.FLOAT,
        "double": Type.DOUBLE,
        "Double": Type.DOUBLE,
        "decimal": Type.DECIMAL,
        "bool": Type.BOOL,
        "Boolean": Type.BOOL,
        "char": Type.CHAR,
        "Char": Type.CHAR,
    },
    whole=(
        ("", -(1 << 7), -1, Given.MINUS_BYTE),
        ("", -(1 << 15), -1, Given.MINUS_SHORT),
        ("", -(1 << 31), -1, Given.MINUS_INT),
        ("", 0, (1 << 7) - 1, Given.PLUS_SBYTE),
        ("", 0, (1 << 8) - 1, Given.PLUS_BYTE),
        ("", 0, (1 << 15) - 1, Given.PLUS_SHORT),
        ("", 0, (1 << 16) - 1, Given.PLUS_USHORT),
        ("", 0, (1 << 31) - 1, Given.PLUS_INT),
        ("", 0, (1 << 32) - 1, Given.UINT),
        ("u", 0, (1 << 32) - 1, Given.UINT),
        ("", 0, (1 << 63) - 1, Given.LONG),
        ("l", 0, (1 << 63) - 1, Given.LONG),
        ("", -_ANY, -1, Given.MINUS_LONG),
        ("l", -_ANY, -1, Given.MINUS_LONG),
        ("u", -_ANY, -1, Given.MINUS_LONG),
        ("", 0, _ANY, Given.ULONG),
        ("l", 0, _ANY, Given.ULONG),
        ("u", 0, _ANY, Given.ULONG),
        ("lu", 0, _ANY, Given.ULONG),
    ),
    real={"f": Given.FLOAT, "m": Given.DECIMAL, "": Given.DOUBLE},
    character=Given.CHAR,
)
