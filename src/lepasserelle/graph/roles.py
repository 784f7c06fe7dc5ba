"""Roles of references with what their calls give beside them, in one number each. Decides nothing."""

from collections.abc import Iterable
from typing import Final

from lepasserelle.graph.survey import FileRow, Survey

LEAST: Final = 7
"""What is added to numbers of arguments, some of which are negative."""
ROLE: Final = 7
"""The role without them."""
_ARITY: Final = 3
_ARITIES: Final = 0xF_FFFF_FFFF
_LISTED: Final = 40


def roles_of(survey: Survey, row: FileRow) -> Iterable[int]:
    """Of a file's references, in order."""
    at = slice(row.references.start, row.references.stop)
    roles: Iterable[int] = survey.reference_role[at]
    if row.family.by_arity or row.family.conversions or row.family.overloads or row.family.name == "rust":
        roles = [role | arity + LEAST << _ARITY for role, arity in zip(roles, survey.reference_arity[at], strict=True)]
    if row.listed_from >= 0:
        listed = survey.reference_listed[row.listed_from : row.listed_from + len(row.references)]
        roles = [role | each << _LISTED for role, each in zip(roles, listed, strict=True)]
    return roles


def arity_in(role: int) -> int:
    """What a call gives; `-LEAST` where the family does not ask."""
    return (role >> _ARITY & _ARITIES) - LEAST


def listed_in(role: int) -> int:
    """String of the arguments that it gives, 0 for none that types come from."""
    return role >> _LISTED
