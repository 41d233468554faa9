"""Who acts, where only a person may, and why, where it has to be said."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.audit import Actor
from core.errors import FieldProblem
from purchases.errors import ReasonRequired

SAY_WHY = _("Say why in a few words.")


def person_of(actor: Actor) -> int:
    """The id of the person who acts: what people answer for is not done by the system.

    Raises ValueError for the system.
    """
    if actor.id is None:
        raise ValueError("a person has to do this")
    return actor.id


def reason_given(reason: str, *, remedy: str | Promise = SAY_WHY) -> str:
    """The reason without blanks around it. Raises ReasonRequired (with the remedy)."""
    if not reason.strip():
        raise ReasonRequired(errors=[FieldProblem("reason", "required", remedy)])
    return reason.strip()
