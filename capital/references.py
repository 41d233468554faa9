"""Names for opaque references: what a sale, order or supplier is called, told by who owns it.

The ledgers keep only (type, id) of what lies above them ("purchases.supplier", "12"). The app
that owns a type registers how its own are called; where nobody has, the reference itself is shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping

Reference = tuple[str, str]
Resolver = Callable[[Collection[str]], Mapping[str, str]]

_resolvers: dict[str, Resolver] = {}


def names_register(reference_type: str, resolver: Resolver) -> None:
    """Let `resolver` name all references of a type: ids -> names, unknown ids absent.

    Called once per type from `AppConfig.ready`. One query for any number of ids.
    """
    _resolvers[reference_type] = resolver


def names_of(references: Iterable[Reference]) -> dict[Reference, str]:
    """What the references are called, "" where nobody says. One query per type."""
    by_type: dict[str, set[str]] = defaultdict(set)
    for reference_type, reference_id in references:
        by_type[reference_type].add(reference_id)
    names: dict[Reference, str] = {}
    for reference_type, ids in by_type.items():
        resolver = _resolvers.get(reference_type)
        known = resolver(ids) if resolver else {}
        names |= {(reference_type, pk): known.get(pk, "") for pk in ids}
    return names
