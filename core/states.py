"""State machines: one table per aggregate says which action leads from which state to which.

Services look a table up under the lock of the row; nothing else knows the order of states.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from core.errors import DomainError


def next_state(
    table: Mapping[tuple[str, str], str], state: str, action: str, refusal: type[DomainError]
) -> str:
    """The state ``action`` leads to; raises ``refusal``, which names what is allowed instead."""
    target = table.get((state, action))
    if target is None:
        allowed = sorted({allowed for origin, allowed in table if origin == state})
        raise refusal(
            _("It is %(state)s: %(action)s is not possible now.")
            % {"state": state, "action": action},
            extra={"state": str(state), "allowed_actions": allowed},
        )
    return target
