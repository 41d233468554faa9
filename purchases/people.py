"""Who acts, where only a person may."""

from __future__ import annotations

from core.audit import Actor


def person_of(actor: Actor) -> int:
    """The id of the person who acts: papers of suppliers are entered by people, not by the system.

    Raises ValueError for the system.
    """
    if actor.id is None:
        raise ValueError("a person has to do this")
    return actor.id
