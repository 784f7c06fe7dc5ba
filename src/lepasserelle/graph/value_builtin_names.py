"""Names of built-ins and of functions of the standard library of which it is known what they do with values (`value_builtins`)."""

from typing import Final

from lepasserelle.model.values import Container

HOLDERS: Final = {
    "<builtin>.list": Container.LIST, "<builtin>.tuple": Container.TUPLE, "<builtin>.set": Container.SET,
    "<builtin>.frozenset": Container.SET, "<builtin>.reversed": Container.LIST, "collections.deque": Container.LIST,
}  # fmt: skip
"""What holds the items of what it is given, as which kind."""
METHODS: Final = {
    "len": "__len__", "str": "__str__", "repr": "__repr__", "bool": "__bool__", "int": "__int__", "float": "__float__",
    "hash": "__hash__", "abs": "__abs__", "round": "__round__", "bytes": "__bytes__", "format": "__format__", "dir": "__dir__",
}  # fmt: skip
"""Built-ins → the method that they call of what they are given first."""
CALLED_BACK: Final = {
    "re.sub": (1, "repl"), "re.subn": (1, "repl"), "threading.Thread": (1, "target"), "threading.Timer": (1, "function"),
    "signal.signal": (1, "handler"), "asyncio.to_thread": (0, "func"), "weakref.finalize": (1, "func"),
    "timeit.timeit": (0, "stmt"),
}  # fmt: skip
"""Callables of the standard library → (place, keyword) of what they call."""
PROTOCOLS: Final = frozenset(f"<builtin>.{name}" for name in METHODS)
"""What calls a method of what it is given first."""
GIVE_ONLY: Final = frozenset(
    [
        "<builtin>.enumerate",
        "<builtin>.zip",
        "<builtin>.dict",
        "<builtin>.getattr",
        "<builtin>.type",
        "<builtin>.staticmethod",
        "<builtin>.classmethod",
        "<builtin>.property",
        "functools.partial",
        "functools.partialmethod",
        "functools.cmp_to_key",
        "importlib.import_module",
        "<builtin>.__import__",
        "types.MethodType",
        "operator.methodcaller",
        "functools.update_wrapper",
        "collections.OrderedDict",
        "collections.defaultdict",
        "collections.namedtuple",
        "types.SimpleNamespace",
        "copy.copy",
        "copy.deepcopy",
        "typing.cast",
        "itertools.chain",
        "asyncio.run",
        "asyncio.create_task",
        "asyncio.ensure_future",
        "asyncio.wait_for",
        "asyncio.gather",
    ]
)
"""What does nothing where nobody asks for its result."""
STACKS: Final = frozenset({"contextlib.ExitStack", "contextlib.AsyncExitStack"})
"""Context managers that give themselves and enter others."""
ENTERS: Final = {"enter_context": ("__enter__", "__exit__"), "enter_async_context": ("__aenter__", "__aexit__")}
"""Their method → what it calls of what it is given, at once and at the end."""
RUN_LATER: Final = ("callback", "push_async_callback")
"""Their methods that are given what they call at the end."""
_OF_STACKS: Final = frozenset(f"{stack}.{name}" for stack in STACKS for name in (*ENTERS, *RUN_LATER))
_OTHERS: Final = (
    frozenset(f"<builtin>.{name}" for name in "filter isinstance iter map max min next print setattr sorted sum".split())  # noqa: SIM905
    | {"functools.reduce"}
    | _OF_STACKS
)
KNOWN: Final = PROTOCOLS | GIVE_ONLY | _OTHERS | frozenset(HOLDERS) | frozenset(CALLED_BACK)
"""All that is known here by name."""
