"""Setting what needs are worked out with."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TypedDict, Unpack

from django.db import transaction

from core import audit
from core.audit import Actor
from core.db import lock
from purchases.errors import NeedPolicyUnknown
from purchases.models.needs import AbcClass, NeedPolicy
from purchases.selectors.need_policies import default_policy


class NeedPolicyFields(TypedDict, total=False):
    """What may be set of a policy; see the model."""

    service_level: Decimal
    lead_days: int
    lead_deviation: Decimal
    review_days: int


@transaction.atomic
def need_policy_update(
    *, actor: Actor, now: datetime, abc_class: str, **fields: Unpack[NeedPolicyFields]
) -> NeedPolicy:
    """Change what is given for one class, leave the rest. Raises NeedPolicyUnknown."""
    if abc_class not in AbcClass.values:
        raise NeedPolicyUnknown
    policy = _locked(abc_class)
    changes = {
        name: [getattr(policy, name), value]
        for name, value in fields.items()
        if getattr(policy, name) != value
    }
    for name, (_before, after) in changes.items():
        setattr(policy, name, after)
    if changes:
        policy.save()
        audit.record(
            actor=actor, action="purchases.need_policy_updated", subject=policy, changes=changes
        )
    return policy


def _locked(abc_class: str) -> NeedPolicy:
    """The row of the class, made from the defaults if it is the first time."""
    mine = NeedPolicy.objects.filter(abc_class=abc_class)
    if not mine.exists():
        NeedPolicy.objects.bulk_create([default_policy(abc_class)], ignore_conflicts=True)
    return lock(mine)[0]
