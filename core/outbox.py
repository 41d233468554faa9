"""Transactional outbox: events commit with the facts they tell, then reach every handler.

``publish`` writes the event and one delivery per subscribed handler. The relay (a Celery task,
kicked on commit and by beat) takes due deliveries with SKIP LOCKED, commits the attempt, and then
runs each handler in one transaction with the mark "delivered": what a handler writes to this
database happens exactly once, and a handler that kills its worker is counted all the same. A
failing handler is retried with growing pauses, and after ``MAX_ATTEMPTS`` its delivery is a dead
letter, shown in the admin, where it can be sent again.
"""

from __future__ import annotations

import json
import logging
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import asdict, fields, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar, TypeVar, get_type_hints
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils import timezone

from core.correlation import correlated, current_correlation_id
from core.logging import redact
from core.models import OutboxDelivery, OutboxEvent

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
WORKER_DIED = "The handler never came back: its worker died each time."


class Event:
    """Base of all events: frozen dataclasses of JSON primitives, Decimal, date, datetime, UUID."""

    name: ClassVar[str]


E = TypeVar("E", bound=Event)
Handler = Callable[[Any], None]

_handlers: dict[str, dict[str, tuple[type[Event], Handler]]] = defaultdict(dict)
_delivering: ContextVar[int] = ContextVar("delivered_event_id")
_FROM_JSON: dict[Any, Callable[[Any], Any]] = {
    Decimal: Decimal,
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
    UUID: UUID,
}


def subscribe(event_type: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register a handler; called for each event of ``event_type`` in its own transaction."""

    def register(handler: Callable[[E], None]) -> Callable[[E], None]:
        key = f"{handler.__module__}.{handler.__qualname__}"
        _handlers[event_type.name][key] = (event_type, handler)
        return handler

    return register


def delivered_event_id() -> int:
    """The id of the event whose handler is running: the same in every attempt to deliver it.

    For handlers that write rows which may exist once per event. Raises LookupError outside.
    """
    return _delivering.get()


def publish(event: Event) -> None:
    """Write ``event`` into the outbox of the present transaction."""
    publish_all([event])


def publish_all(events: Sequence[Event]) -> None:
    """Write ``events`` into the outbox of the present transaction, in two queries however many."""
    if not connection.in_atomic_block:
        raise RuntimeError("publish needs a transaction: an event commits with its fact")
    if not events:
        return
    correlation_id = current_correlation_id()
    rows = OutboxEvent.objects.bulk_create(
        OutboxEvent(name=event.name, payload=_payload(event), correlation_id=correlation_id)
        for event in events
    )
    due = timezone.now()
    OutboxDelivery.objects.bulk_create(
        OutboxDelivery(event=row, handler=key, next_attempt_at=due)
        for row in rows
        for key in _handlers[row.name]
    )
    transaction.on_commit(_kick_relay, robust=True)


def _payload(event: Event) -> dict[str, Any]:
    if not is_dataclass(event) or isinstance(event, type):
        raise TypeError(f"{event!r} is no event dataclass")
    return json.loads(json.dumps(asdict(event), cls=DjangoJSONEncoder))


def _kick_relay() -> None:
    from core.tasks import relay_outbox  # the task imports this module

    relay_outbox.delay()


def restore(event_type: type[E], payload: dict[str, Any]) -> E:
    """The event a payload was made from; unknown members of newer versions are ignored."""
    hints = get_type_hints(event_type)
    known = {field.name for field in fields(event_type)}  # type: ignore[arg-type]
    return event_type(
        **{
            name: _FROM_JSON.get(hints[name], _same)(value) if value is not None else None
            for name, value in payload.items()
            if name in known
        }
    )


def _same(value: Any) -> Any:
    return value


def relay(*, limit: int = 500) -> int:
    """Deliver what is due, oldest first, at most ``limit``; returns how many were attempted."""
    attempted = 0
    while attempted < limit and _deliver_next():
        attempted += 1
    return attempted


def _deliver_next() -> bool:
    claimed = _claim_next()
    if claimed is None:
        return False
    if claimed.status == OutboxDelivery.Status.PENDING:
        with correlated(claimed.event.correlation_id):
            _deliver(claimed.pk, claimed.attempts)
    return True


@transaction.atomic
def _claim_next() -> OutboxDelivery | None:
    """The delivery that is due longest, its attempt counted and committed before it is made.

    Until the handler has it locked it is not due again; one whose last attempt never came back
    is a dead letter instead.
    """
    delivery = (
        OutboxDelivery.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("event")
        .filter(status=OutboxDelivery.Status.PENDING, next_attempt_at__lte=timezone.now())
        .order_by("next_attempt_at", "id")
        .first()
    )
    if delivery is None:
        return None
    if delivery.attempts >= MAX_ATTEMPTS:
        logger.error("event handler stops its worker", extra={"handler": delivery.handler})
        delivery.status = OutboxDelivery.Status.DEAD
        delivery.last_error = delivery.last_error or WORKER_DIED
    else:
        delivery.attempts += 1
        delivery.next_attempt_at = timezone.now() + _pause(delivery.attempts)
    delivery.save()
    return delivery


@transaction.atomic
def _deliver(delivery_id: int, attempt: int) -> None:
    """Make the counted attempt, unless another worker has meanwhile been given the delivery.

    Waits for the row: workers in search of one to claim hold it for a moment as they look, and an
    attempt given up for that would only come again after its pause.
    """
    delivery = (
        OutboxDelivery.objects.select_for_update(of=("self",))
        .select_related("event")
        .filter(pk=delivery_id, status=OutboxDelivery.Status.PENDING, attempts=attempt)
        .first()
    )
    if delivery is not None:
        _attempt(delivery)


def _attempt(delivery: OutboxDelivery) -> None:
    token = _delivering.set(delivery.event_id)
    try:
        with transaction.atomic():
            event_type, handler = _handlers[delivery.event.name][delivery.handler]
            handler(restore(event_type, delivery.event.payload))
            # Deferred constraints fire here, inside the savepoint, and not at the outer commit.
            connection.check_constraints()
    except Exception as exc:
        logger.exception("event handler failed", extra={"handler": delivery.handler})
        _mark_failed(delivery, exc)
    else:
        delivery.status = OutboxDelivery.Status.DELIVERED
        delivery.delivered_at = timezone.now()
        delivery.last_error = ""
    finally:
        _delivering.reset(token)
    delivery.save()


def _mark_failed(delivery: OutboxDelivery, exc: Exception) -> None:
    delivery.last_error = redact(f"{type(exc).__name__}: {exc}")[:2000]
    delivery.next_attempt_at = timezone.now() + _pause(delivery.attempts)
    if delivery.attempts >= MAX_ATTEMPTS:
        delivery.status = OutboxDelivery.Status.DEAD


def _pause(attempts: int) -> timedelta:
    """Doubling pauses with up to a quarter of jitter."""
    pause = min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
    return pause * (1 + random.random() / 4)  # noqa: S311 - jitter, not a secret


def resend(delivery_ids: list[int]) -> int:
    """Give dead letters a fresh start; returns how many. Kicks the relay."""
    with transaction.atomic():
        count = OutboxDelivery.objects.filter(
            pk__in=delivery_ids, status=OutboxDelivery.Status.DEAD
        ).update(status=OutboxDelivery.Status.PENDING, attempts=0, next_attempt_at=timezone.now())
        transaction.on_commit(_kick_relay, robust=True)
    return count


def purge(*, before: datetime) -> int:
    """Delete events older than ``before`` whose every delivery has arrived."""
    finished = OutboxEvent.objects.filter(created_at__lt=before).exclude(
        deliveries__status__in=[OutboxDelivery.Status.PENDING, OutboxDelivery.Status.DEAD]
    )
    deleted, _ = finished.delete()
    return deleted
