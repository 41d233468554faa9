"""Which products deserve attention: ABC by what is consumed, XYZ by how steadily. Pure.

ABC: H. F. Dickie, "ABC Inventory Analysis Shoots for Dollars, Not Pennies", Factory Management
and Maintenance 109 (1951). XYZ: B. Scholz-Reiter et al., "Integration of demand forecasts in
ABC-XYZ analysis", International Journal of Productivity and Performance Management 61 (2012).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import sqrt
from typing import Literal

AbcClass = Literal["A", "B", "C"]
XyzClass = Literal["X", "Y", "Z"]

ZERO = Decimal(0)
# Shares of the whole consumption value that A, and then B, make up; C is the rest.
A_SHARE, B_SHARE = Decimal("0.80"), Decimal("0.15")
# Coefficients of variation up to which demand is steady (X), or varying (Y); Z is beyond.
X_LIMIT, Y_LIMIT = 0.5, 1.0


def abc_classes(
    consumption: Mapping[int, Decimal], *, a_share: Decimal = A_SHARE, b_share: Decimal = B_SHARE
) -> dict[int, AbcClass]:
    """The class of every product, by its id.

    consumption: money consumed of each in a period, >= 0. Products are ranked by it, equal ones by
    id. A takes products until `a_share` of the whole is reached, the one that reaches it
    included; B likewise until `a_share + b_share`. What is not consumed is C.
    """
    whole = sum(consumption.values(), ZERO)
    classes: dict[int, AbcClass] = {}
    before = ZERO
    for product_id in sorted(consumption, key=lambda pk: (-consumption[pk], pk)):
        value = consumption[product_id]
        if value <= 0 or before >= whole * (a_share + b_share):
            classes[product_id] = "C"
        elif before >= whole * a_share:
            classes[product_id] = "B"
        else:
            classes[product_id] = "A"
        before += value
    return classes


def variation(demand: Sequence[int | Decimal]) -> float | None:
    """Coefficient of variation of the demand per period: standard deviation / mean.

    demand: one figure per period of equal length, periods without demand included as 0; all of
    the population, so that the deviation is divided by n. None where there was no demand.
    """
    if not demand or (mean := float(sum(demand)) / len(demand)) <= 0:
        return None
    return sqrt(sum((float(each) - mean) ** 2 for each in demand) / len(demand)) / mean


def xyz_class(
    coefficient: float | None, *, x_limit: float = X_LIMIT, y_limit: float = Y_LIMIT
) -> XyzClass:
    """X up to `x_limit`, Y up to `y_limit`, Z beyond and where there was no demand."""
    if coefficient is None or coefficient > y_limit:
        return "Z"
    return "X" if coefficient <= x_limit else "Y"
