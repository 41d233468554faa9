"""Whose word counts: one administrator must stay, and nobody rules over a stronger account."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from core.audit import Actor
from users import selectors
from users.errors import BeyondOwnPermissions, LastAdministrator
from users.models import User

_ADMINISTRATORS_LOCK = 0x50484152_41444D49  # one advisory lock for all that may remove one


@contextmanager
def administrators_kept() -> Iterator[None]:
    """Run a change that may take an administrator away; refuse to remove the last one.

    Such changes queue behind each other until commit, so two administrators cannot remove
    one another. Raises LastAdministrator, which rolls the change back.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADMINISTRATORS_LOCK])
        had_one = selectors.administrator_exists()
        yield
        if had_one and not selectors.administrator_exists():
            raise LastAdministrator


def authority_require(*, actor: Actor, over: User) -> None:
    """The actor must hold every permission `over` has, or would have once active.

    Otherwise somebody trusted with accounts could take over the owner's, for instance by
    changing its e-mail address and asking for a new password. The system may do anything.
    Raises BeyondOwnPermissions.
    """
    if actor.id is None or actor.id == over.pk:
        return
    own = selectors.user_get(actor.id)
    if own.is_superuser:
        return
    if over.is_superuser or not over.granted_permissions() <= own.get_all_permissions():
        raise BeyondOwnPermissions
