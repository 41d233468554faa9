"""Why a wrong product came first: the kinds of errors the benchmark counts."""

from __future__ import annotations

from collections.abc import Sequence

from purchases.matching.acceptance import AT

_GOOD = (
    "dose_same", "dose_found", "size_same", "pack_same", "strips_fit", "strips_may_fit",
    "loose_found", "numbers_found", "form_same", "description_same",
)  # fmt: skip
_BAD = (
    "dose_differs", "percent_differs", "size_differs", "pack_differs", "loose_differs",
    "form_family", "form_differs", "description_differs",
)  # fmt: skip
# Names that differ by less than this do so by spelling.
_NAMES = {
    "line_covered": 0.05,
    "line_covered_anywhere": 0.05,
    "product_covered": 0.1,
    "joined": 0.08,
    "sound": 0.08,
}
_PRICE = 0.006


def kind_of_error(first: Sequence[float], right: Sequence[float]) -> str:
    """What told the two apart, the wrong one that came first and the right one.

    `twin`: nothing. All the line says fits the first at least as well: the same name, strength
    and form, a pack or flavour the line does not mention, and a price no farther off.
    """
    better = [n for n in _GOOD if right[AT[n]] > first[AT[n]] + 1e-6]
    better += [n for n in _BAD if right[AT[n]] < first[AT[n]] - 1e-6]
    nearer_price = right[AT["price_known"]] and (
        not first[AT["price_known"]] or right[AT["price_gap"]] < first[AT["price_gap"]] - _PRICE
    )
    nearer_name = any(right[AT[n]] > first[AT[n]] + least for n, least in _NAMES.items())
    if not better and not nearer_price and not nearer_name:
        same = all(abs(right[AT[n]] - first[AT[n]]) <= least for n, least in _NAMES.items())
        return "twin" if same else "the line names another product better"
    if better:
        return f"{better[0].split('_')[0]} of the line passed over"
    return "spelling of the name passed over" if nearer_name else "price passed over"
