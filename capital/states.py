"""Which action leads from which state to which: one table per aggregate.

Services look here under the lock of the row; nothing else knows the order of states.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext as _

from capital.models import PeriodStatus, SessionStatus
from core.errors import DomainError


class PeriodAction(StrEnum):
    CLOSE = "close"
    REOPEN = "reopen"


PERIOD_TRANSITIONS: Mapping[tuple[str, str], str] = {
    (PeriodStatus.OPEN, PeriodAction.CLOSE): PeriodStatus.CLOSED,
    (PeriodStatus.CLOSED, PeriodAction.REOPEN): PeriodStatus.OPEN,
}


class SessionAction(StrEnum):
    DROP = "drop"
    COUNT = "count"
    RESUME = "resume"
    CLOSE = "close"


SESSION_TRANSITIONS: Mapping[tuple[str, str], str] = {
    (SessionStatus.OPEN, SessionAction.DROP): SessionStatus.OPEN,
    (SessionStatus.OPEN, SessionAction.COUNT): SessionStatus.COUNTED,
    (SessionStatus.COUNTED, SessionAction.COUNT): SessionStatus.COUNTED,
    (SessionStatus.COUNTED, SessionAction.RESUME): SessionStatus.OPEN,
    (SessionStatus.COUNTED, SessionAction.CLOSE): SessionStatus.CLOSED,
}


def next_state(
    table: Mapping[tuple[str, str], str], state: str, action: str, refusal: type[DomainError]
) -> str:
    """The state `action` leads to; raises `refusal`, which names what is allowed instead."""
    target = table.get((state, action))
    if target is None:
        allowed = sorted({str(allowed) for origin, allowed in table if origin == state})
        raise refusal(
            _("It is %(state)s: %(action)s is not possible now.")
            % {"state": state, "action": action},
            extra={"state": str(state), "allowed_actions": allowed},
        )
    return target
