"""Short words for the tests of stock counts."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone

from core.audit import Actor
from inventory.models import StockCount
from inventory.services.counts.planning import count_create, count_start
from inventory.services.counts.posting import count_approve
from inventory.services.counts.review import count_finish
from inventory.services.counts.scanning import Scan, count_scan
from inventory.services.counts.tallying import Tally, count_tally
from inventory.services.locations import location_default
from users.tests.factories import UserFactory


def person():
    """A fresh user acting."""
    user = UserFactory()
    return Actor(id=user.pk, label=user.username)


def planned(actor, **fields) -> int:
    """A draft of everything at the default location, or what `fields` say."""
    if "scope" not in fields:
        fields |= {"scope": "location", "location_id": location_default()}
    return count_create(actor=actor, now=timezone.now(), **{"mode": "blind", **fields})


def started(actor, **fields) -> int:
    count_id = planned(actor, **fields)
    count_start(actor=actor, now=timezone.now(), count_id=count_id)
    return count_id


def tally(actor, count_id, *figures, add=False):
    """Figures of (line, quantity)."""
    return count_tally(
        actor=actor,
        now=timezone.now(),
        count_id=count_id,
        tallies=[Tally(line=line, quantity=quantity, add=add) for line, quantity in figures],
    )


def scan(actor, count_id, *scans):
    """Keyword dictionaries of `Scan`."""
    return count_scan(
        actor=actor, now=timezone.now(), count_id=count_id, scans=[Scan(**one) for one in scans]
    )


def finish(actor, count_id, **kwargs):
    count_finish(actor=actor, now=timezone.now(), count_id=count_id, **kwargs)


def approve(actor, count_id):
    count_approve(actor=actor, now=timezone.now(), count_id=count_id)


def in_review(counter, *figures, **fields) -> int:
    """A count of which the figures are entered and within tolerance."""
    generous = {"tolerance_units": 10**6, "tolerance_percent": Decimal(100), **fields}
    count_id = started(counter, **generous)
    tally(counter, count_id, *figures)
    finish(counter, count_id, uncounted="skip")
    return count_id


def state_of(count_id) -> str:
    return StockCount.objects.get(pk=count_id).state
