"""Violated database constraints, told as errors of the house."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from core.errors import DomainError


@contextmanager
def refusing(violations: Mapping[str, type[DomainError]]) -> Iterator[None]:
    """Run a block in a savepoint; a violated constraint of ``violations`` raises its error.

    For what a check beforehand cannot decide: two transactions that do the same thing at once.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        refusal = violations.get(getattr(diagnosis, "constraint_name", None) or "")
        if refusal is None:
            raise
        raise refusal from error
