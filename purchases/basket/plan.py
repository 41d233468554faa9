"""A basket being put together: what is picked for each item, and whether suppliers take it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from purchases.basket.mixed import Mixed, mixes_of
from purchases.basket.model import Basket, Candidate, Conditions, Money, Options

__all__ = ["Plan", "polished"]

# One round usually settles everything; more are for orders that reach their minimum by it.
_ROUNDS = 20


@dataclass(slots=True)
class Plan:
    """picked: per item the place of its candidate, None for nothing. amounts: per supplier.

    counted: by mix of strengths, the packs bought and the free packs taken.
    """

    options: Sequence[Options]
    conditions: Mapping[int, Conditions]
    budget: Money
    picked: list[int | None] = field(default_factory=list)
    amounts: dict[int, Money] = field(default_factory=dict)
    mixes: Mapping[int, Mixed] = field(default_factory=dict)
    counted: dict[int, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def empty(cls, basket: Basket, options: Sequence[Options]) -> Plan:
        given = {each.supplier_id: each for each in basket.conditions}
        suppliers = {each.supplier_id for some in options for each in some.candidates}
        conditions = {
            supplier_id: given.get(supplier_id, Conditions(supplier_id=supplier_id))
            for supplier_id in sorted(suppliers)
        }
        return cls(
            options=options,
            conditions=conditions,
            budget=basket.budget,
            picked=[None] * len(options),
            amounts=dict.fromkeys(conditions, 0),
            mixes=(mixes := mixes_of(options)),
            counted=dict.fromkeys(mixes, (0, 0)),
        )

    def copy(self) -> Plan:
        return Plan(
            self.options,
            self.conditions,
            self.budget,
            list(self.picked),
            dict(self.amounts),
            self.mixes,
            dict(self.counted),
        )

    def candidate(self, item: int) -> Candidate | None:
        place = self.picked[item]
        return None if place is None else self.options[item].candidates[place]

    @property
    def fees(self) -> Money:
        return sum(self.conditions[key].fee_on(amount) for key, amount in self.amounts.items())

    @property
    def spent(self) -> Money:
        return sum(self.amounts.values()) + self.fees

    @property
    def cost(self) -> Money:
        return self.fees + sum(self._cost(item, place) for item, place in enumerate(self.picked))

    @property
    def feasible(self) -> bool:
        return self.spent <= self.budget and not self.refusing() and self._earned(self.counted)

    def refusing(self) -> list[int]:
        """Suppliers that would not take their order, smallest order first."""
        return sorted(
            (key for key, amount in self.amounts.items() if not self.conditions[key].takes(amount)),
            key=lambda key: (self.amounts[key], key),
        )

    def put(self, item: int, place: int | None) -> None:
        old, new = self.candidate(item), self._at(item, place)
        if old is not None:
            self.amounts[old.supplier_id] -= old.paid
        if new is not None:
            self.amounts[new.supplier_id] += new.paid
        self.counted.update(self._counted_with(old, new))
        self.picked[item] = place

    def effect(self, item: int, place: int | None) -> tuple[Money, Money, bool]:
        """What picking another candidate changes: (cost, money spent, whether it can be had so).

        It can where suppliers take their orders and mixes earn the free packs taken of them.
        """
        old, new = self.candidate(item), self._at(item, place)
        changed: dict[int, Money] = {}
        if old is not None:
            changed[old.supplier_id] = self.amounts[old.supplier_id] - old.paid
        if new is not None:
            before = changed.get(new.supplier_id, self.amounts[new.supplier_id])
            changed[new.supplier_id] = before + new.paid
        fees = goods = 0
        taken = True
        for key, amount in changed.items():
            conditions = self.conditions[key]
            fees += conditions.fee_on(amount) - conditions.fee_on(self.amounts[key])
            goods += amount - self.amounts[key]
            taken = taken and conditions.takes(amount)
        taken = taken and self._earned(self._counted_with(old, new))
        cost = self._cost(item, place) - self._cost(item, self.picked[item]) + fees
        return cost, goods + fees, taken

    def _counted_with(
        self, old: Candidate | None, new: Candidate | None
    ) -> dict[int, tuple[int, int]]:
        """What is counted of the mixes in which one candidate takes the other's place."""
        changed: dict[int, tuple[int, int]] = {}
        for candidate, times in ((old, -1), (new, 1)):
            if candidate is not None and (key := candidate.source.mix) is not None:
                packs, free = changed.get(key) or self.counted[key]
                quote = candidate.quote
                changed[key] = (packs + times * quote.packs, free + times * quote.free_packs)
        return changed

    def _earned(self, counted: Mapping[int, tuple[int, int]]) -> bool:
        return all(free <= self.mixes[key].free(packs) for key, (packs, free) in counted.items())

    def places(self, item: int) -> Iterable[int | None]:
        return (None, *range(len(self.options[item].candidates)))

    def _at(self, item: int, place: int | None) -> Candidate | None:
        return None if place is None else self.options[item].candidates[place]

    def _cost(self, item: int, place: int | None) -> Money:
        candidate = self._at(item, place)
        return (self.options[item].nothing if candidate is None else candidate.costs).total


def polished(plan: Plan) -> Plan:
    """The plan with every single change made that costs less, or as much and ranks before.

    Of equally good ways the lower true cost of a unit, then the smaller amount, then the newer
    offer comes first, and buying before not buying.
    """
    plan = plan.copy()
    for _ in range(_ROUNDS):
        if not any([_improve(plan, item) for item in range(len(plan.options))]):
            break
    return plan


def _improve(plan: Plan, item: int) -> bool:
    left = plan.budget - plan.spent
    best, best_place = (0, _rank(plan, item, plan.picked[item])), plan.picked[item]
    for place in plan.places(item):
        cost, spent, taken = plan.effect(item, place)
        if taken and spent <= left and (cost, _rank(plan, item, place)) < best:
            best, best_place = (cost, _rank(plan, item, place)), place
    if best_place == plan.picked[item]:
        return False
    plan.put(item, best_place)
    return True


def _rank(plan: Plan, item: int, place: int | None) -> tuple[object, ...]:
    if place is None:
        return (1,)
    candidate = plan.options[item].candidates[place]
    return (0, candidate.quote.true_unit_cost, candidate.paid, -candidate.source.key)
