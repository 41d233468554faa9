"""What may be asked of a basket."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings

__all__ = ["Wishes", "wishes_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is asked of a basket; nothing: everything needed, for the money there is.

    product_ids: look at these only. budget: money, instead of what is available. cover_days: most
    days to buy for. service_levels: by ABC class, instead of the policy's. instead_of_build: as if
    the proposals of this build, as far as they are undecided, were not there.
    """

    product_ids: frozenset[int] | None = None
    budget: Decimal | None = None
    cover_days: int | None = None
    exclude_supplier_ids: frozenset[int] = frozenset()
    service_levels: Mapping[str, Decimal] = field(default_factory=dict)
    instead_of_build: int | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "product_ids": None if self.product_ids is None else sorted(self.product_ids),
            "budget": None if self.budget is None else str(self.budget),
            "cover_days": self.most_days,
            "exclude_supplier_ids": sorted(self.exclude_supplier_ids),
            "service_levels": {key: str(level) for key, level in self.service_levels.items()},
        }

    @property
    def most_days(self) -> int:
        """Days that may be bought for at most."""
        return self.cover_days or settings.PURCHASES_MOST_COVER_DAYS


def wishes_of(
    *,
    product_ids: Collection[int] | None = None,
    budget: Decimal | None = None,
    cover_days: int | None = None,
    exclude_supplier_ids: Collection[int] = (),
    service_levels: Mapping[str, Decimal] | None = None,
    build_id: int | None = None,
) -> Wishes:
    """Wishes from what a caller names; see `Wishes`."""
    return Wishes(
        product_ids=None if product_ids is None else frozenset(product_ids),
        budget=budget,
        cover_days=cover_days,
        exclude_supplier_ids=frozenset(exclude_supplier_ids),
        service_levels=service_levels or {},
        instead_of_build=build_id,
    )
