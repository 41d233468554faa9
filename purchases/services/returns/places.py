"""Where goods that go back are taken from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from core.errors import FieldProblem
from inventory.public import BatchOnHand
from purchases.models import ReturnReason

# Goods with such a fault were set apart; what goes back for any other reason is good and stands
# where it is sold.
_FAULTS = frozenset(
    {
        ReturnReason.DAMAGED,
        ReturnReason.EXPIRED,
        ReturnReason.RECALL,
        ReturnReason.WRONG_ITEM,
        ReturnReason.REJECTED,
    }
)


class Places:
    """What is left of each batch at each place, line by line of one return.

    waiting: (batch, place) -> units nobody has inspected yet. They may turn out good: none of
    them goes back before somebody has decided.
    """

    def __init__(self, waiting: Mapping[tuple[int, int], int]) -> None:
        self._waiting = waiting
        self._taken: Counter[tuple[int, int]] = Counter()

    def take(
        self,
        path: str,
        stock: BatchOnHand,
        quantity: int,
        *,
        reason: str,
        location_id: int | None = None,
    ) -> int | FieldProblem:
        """The place so many units are taken from, or why there is none. path: of the line.

        Without a stated place faulty goods come out of quarantine and good ones from where they
        are handed out, wherever enough of the batch is left; from elsewhere only if none is.
        """
        left = self._left(stock)
        if location_id is not None:
            if quantity > left.get(location_id, 0):
                return self._more_than_left(path, stock, location_id, left.get(location_id, 0))
            found: int | None = location_id
        else:
            fitting = _fitting(stock, left, reason)
            found = next((place for place in fitting if left[place] >= quantity), None)
        if found is None and quantity > sum(left.values()):
            return _uninspected(path, sum(self._waits_at(stock, at) for at, _units in stock.places))
        if found is None:
            detail = _("No one place has %(quantity)d of them: state a line for each place.")
            return FieldProblem(
                f"{path}.location_id", "in_several_places", detail % {"quantity": quantity}
            )
        self._taken[stock.batch_id, found] += quantity
        return found

    def _left(self, stock: BatchOnHand) -> dict[int, int]:
        """Units by place that may go back, fullest place first; without places that have none."""
        left = {
            place: units - self._taken[stock.batch_id, place] - self._waits_at(stock, place)
            for place, units in stock.places
        }
        return {place: units for place, units in left.items() if units > 0}

    def _waits_at(self, stock: BatchOnHand, place: int) -> int:
        return self._waiting.get((stock.batch_id, place), 0)

    def _more_than_left(self, path: str, stock: BatchOnHand, place: int, left: int) -> FieldProblem:
        waiting = self._waits_at(stock, place)
        if waiting:
            return _uninspected(path, waiting)
        detail = _("%(there)d of the batch are at this place.") % {"there": left}
        return FieldProblem(f"{path}.location_id", "more_than_there", detail)


def _uninspected(path: str, waiting: int) -> FieldProblem:
    detail = _(
        "%(waiting)d of the batch wait for inspection: decide on them first, what is rejected can"
        " go back."
    )
    return FieldProblem(f"{path}.quantity", "waits_for_inspection", detail % {"waiting": waiting})


def _fitting(stock: BatchOnHand, left: Iterable[int], reason: str) -> list[int]:
    apart = [place for place in left if place in stock.set_apart]
    handed_out = [place for place in left if place not in stock.set_apart]
    return (apart or handed_out) if reason in _FAULTS else (handed_out or apart)
