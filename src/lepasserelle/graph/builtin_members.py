"""What members the built-in types of Python have, as fixed tables (never those of the running interpreter). Python 3.11 to 3.13."""

from typing import Final

from lepasserelle.graph.builtin_names import PYTHON_TYPES, TYPE_METHODS
from lepasserelle.graph.typed_builtins import RUST_BUILTINS, RUST_TRAITS
from lepasserelle.model.values import Container


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_OF_OBJECT: Final = _words(
    """
__class__ __delattr__ __dir__ __doc__ __eq__ __format__ __ge__ __getattribute__ __getstate__ __gt__ __hash__ __init__
__init_subclass__ __le__ __lt__ __ne__ __new__ __reduce__ __reduce_ex__ __repr__ __setattr__ __sizeof__ __str__
__subclasshook__
"""
)

_OF_EXCEPTIONS: Final = _words(
    """
__cause__ __context__ __dict__ __setstate__ __suppress_context__ __traceback__ add_note args with_traceback
"""
)

_OWN: Final = {
    "bool": """
__abs__ __add__ __and__ __bool__ __ceil__ __divmod__ __float__ __floor__ __floordiv__ __getnewargs__ __index__ __int__
__invert__ __lshift__ __mod__ __mul__ __neg__ __or__ __pos__ __pow__ __radd__ __rand__ __rdivmod__ __rfloordiv__
__rlshift__ __rmod__ __rmul__ __ror__ __round__ __rpow__ __rrshift__ __rshift__ __rsub__ __rtruediv__ __rxor__ __sub__
__truediv__ __trunc__ __xor__ as_integer_ratio bit_count bit_length conjugate denominator from_bytes imag is_integer
numerator real to_bytes
""",
    "bytearray": """
__add__ __alloc__ __buffer__ __contains__ __delitem__ __getitem__ __iadd__ __imul__ __iter__ __len__ __mod__ __mul__
__release_buffer__ __rmod__ __rmul__ __setitem__ append capitalize center clear copy count decode endswith expandtabs
extend find fromhex hex index insert isalnum isalpha isascii isdigit islower isspace istitle isupper join ljust lower
lstrip maketrans partition pop remove removeprefix removesuffix replace reverse rfind rindex rjust rpartition rsplit
rstrip split splitlines startswith strip swapcase title translate upper zfill
""",
    "bytes": """
__add__ __buffer__ __bytes__ __contains__ __getitem__ __getnewargs__ __iter__ __len__ __mod__ __mul__ __rmod__
__rmul__ capitalize center count decode endswith expandtabs find fromhex hex index isalnum isalpha isascii isdigit
islower isspace istitle isupper join ljust lower lstrip maketrans partition removeprefix removesuffix replace rfind
rindex rjust rpartition rsplit rstrip split splitlines startswith strip swapcase title translate upper zfill
""",
    "classmethod": """
__dict__ __func__ __get__ __isabstractmethod__ __wrapped__
""",
    "complex": """
__abs__ __add__ __bool__ __complex__ __getnewargs__ __mul__ __neg__ __pos__ __pow__ __radd__ __rmul__ __rpow__
__rsub__ __rtruediv__ __sub__ __truediv__ conjugate imag real
""",
    "dict": """
__class_getitem__ __contains__ __delitem__ __getitem__ __ior__ __iter__ __len__ __or__ __reversed__ __ror__
__setitem__ clear copy fromkeys get items keys pop popitem setdefault update values
""",
    "enumerate": """
__class_getitem__ __iter__ __next__
""",
    "filter": """
__iter__ __next__
""",
    "float": """
__abs__ __add__ __bool__ __ceil__ __divmod__ __float__ __floor__ __floordiv__ __getformat__ __getnewargs__ __int__
__mod__ __mul__ __neg__ __pos__ __pow__ __radd__ __rdivmod__ __rfloordiv__ __rmod__ __rmul__ __round__ __rpow__
__rsub__ __rtruediv__ __sub__ __truediv__ __trunc__ as_integer_ratio conjugate fromhex hex imag is_integer real
""",
    "frozenset": """
__and__ __class_getitem__ __contains__ __iter__ __len__ __or__ __rand__ __ror__ __rsub__ __rxor__ __sub__ __xor__ copy
difference intersection isdisjoint issubset issuperset symmetric_difference union
""",
    "int": """
__abs__ __add__ __and__ __bool__ __ceil__ __divmod__ __float__ __floor__ __floordiv__ __getnewargs__ __index__ __int__
__invert__ __lshift__ __mod__ __mul__ __neg__ __or__ __pos__ __pow__ __radd__ __rand__ __rdivmod__ __rfloordiv__
__rlshift__ __rmod__ __rmul__ __ror__ __round__ __rpow__ __rrshift__ __rshift__ __rsub__ __rtruediv__ __rxor__ __sub__
__truediv__ __trunc__ __xor__ as_integer_ratio bit_count bit_length conjugate denominator from_bytes imag is_integer
numerator real to_bytes
""",
    "list": """
__add__ __class_getitem__ __contains__ __delitem__ __getitem__ __iadd__ __imul__ __iter__ __len__ __mul__ __reversed__
__rmul__ __setitem__ append clear copy count extend index insert pop remove reverse sort
""",
    "map": """
__iter__ __next__
""",
    "memoryview": """
__buffer__ __delitem__ __enter__ __exit__ __getitem__ __iter__ __len__ __release_buffer__ __setitem__ _from_flags
c_contiguous cast contiguous f_contiguous format hex itemsize nbytes ndim obj readonly release shape strides
suboffsets tobytes tolist toreadonly
""",
    "object": "",
    "property": """
__delete__ __get__ __isabstractmethod__ __name__ __set__ __set_name__ deleter fdel fget fset getter setter
""",
    "range": """
__bool__ __contains__ __getitem__ __iter__ __len__ __reversed__ count index start step stop
""",
    "reversed": """
__iter__ __length_hint__ __next__ __setstate__
""",
    "set": """
__and__ __class_getitem__ __contains__ __iand__ __ior__ __isub__ __iter__ __ixor__ __len__ __or__ __rand__ __ror__
__rsub__ __rxor__ __sub__ __xor__ add clear copy difference difference_update discard intersection intersection_update
isdisjoint issubset issuperset pop remove symmetric_difference symmetric_difference_update union update
""",
    "slice": """
indices start step stop
""",
    "staticmethod": """
__call__ __dict__ __func__ __get__ __isabstractmethod__ __wrapped__
""",
    "str": """
__add__ __contains__ __getitem__ __getnewargs__ __iter__ __len__ __mod__ __mul__ __rmod__ __rmul__ capitalize casefold
center count encode endswith expandtabs find format format_map index isalnum isalpha isascii isdecimal isdigit
isidentifier islower isnumeric isprintable isspace istitle isupper join ljust lower lstrip maketrans partition
removeprefix removesuffix replace rfind rindex rjust rpartition rsplit rstrip split splitlines startswith strip
swapcase title translate upper zfill
""",
    "tuple": """
__add__ __class_getitem__ __contains__ __getitem__ __getnewargs__ __iter__ __len__ __mul__ __rmul__ count index
""",
    "type": """
__abstractmethods__ __annotations__ __base__ __bases__ __basicsize__ __call__ __dict__ __dictoffset__ __flags__
__instancecheck__ __itemsize__ __module__ __mro__ __name__ __or__ __prepare__ __qualname__ __ror__ __subclasscheck__
__subclasses__ __text_signature__ __type_params__ __weakrefoffset__ mro
""",
    "zip": """
__iter__ __next__ __setstate__
""",
    "BaseExceptionGroup": "derive exceptions message split subgroup",
    "ExceptionGroup": "derive exceptions message split subgroup",
}

_MEMBERS: Final = {name: _words(text) | _OF_OBJECT for name, text in _OWN.items()}

_DEQUE: Final = _words("appendleft extendleft maxlen popleft rotate __copy__")
_HELD: Final = {
    int(Container.LIST): _MEMBERS["list"] | _MEMBERS["set"] | _DEQUE | {"__next__"},
    int(Container.TUPLE): _MEMBERS["tuple"] | {"_asdict", "_replace"},
    int(Container.SET): _MEMBERS["set"],
    int(Container.DICT): _MEMBERS["dict"] | {"default_factory", "move_to_end"},
}
_GENERATOR: Final = _words("__aiter__ __anext__ __iter__ __next__ aclose asend athrow close send throw") | _OF_OBJECT


def known_members(kind: int) -> frozenset[str]:
    """Members of what the flow of values holds as a container of a kind (a list stands for deques and iterators too); of a
    generator for -1.
    """
    return _HELD.get(kind, _GENERATOR)


def may_have(owner: str, name: str) -> bool:
    """Whether something outside the project, by its name, can have this member: a built-in has those of the tables, everything
    else may have any.
    """
    if owner[:1] != "<":
        return True
    if not owner.startswith("<builtin>."):
        return owner not in TYPE_METHODS or name in TYPE_METHODS[owner]
    builtin = owner[10:]
    if builtin in RUST_TRAITS:
        return name in RUST_TRAITS[builtin]
    if builtin in RUST_BUILTINS and builtin not in PYTHON_TYPES:
        return True
    if name in _MEMBERS.get(builtin, ()):
        return True
    return builtin in _EXCEPTIONS and (name in _OF_EXCEPTIONS or name in _OF_OBJECT)


_EXCEPTIONS: Final = frozenset(name for name in PYTHON_TYPES if name[0].isupper())
