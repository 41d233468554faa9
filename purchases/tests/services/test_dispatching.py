"""Orders by e-mail: queued once, sent at least once, tried again, given up and told."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
from django.conf import settings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.utils import timezone

from core.models import OutboxEvent
from purchases.errors import ContactUnknown, DispatchPending, OrderAddressMissing
from purchases.models import OrderDispatch, PurchaseOrder, SupplierContact, SupplierDivision
from purchases.selectors.waiting import dispatches_due
from purchases.services.orders.amending import LineAmendment, order_amend
from purchases.services.orders.dispatching import (
    LEASE,
    MAX_ATTEMPTS,
    dispatch_claim,
    order_dispatch,
)
from purchases.tasks import send_order, sweep_dispatches
from purchases.tests.factories import SupplierFactory, actor_with, placed_order
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db
TO = "orders@supplier.example"


class Unreachable(EmailBackend):
    """A mail server that is down."""

    def send_messages(self, messages):
        raise SMTPServerDisconnected("Connection unexpectedly closed")


class Refusing(EmailBackend):
    """A mail server that knows no such mailbox."""

    def send_messages(self, messages):
        raise SMTPRecipientsRefused({TO: (550, b"no such user")})


class InNoTransaction(EmailBackend):
    """Looks whether a transaction is open while the network is touched."""

    def send_messages(self, messages):
        # The test itself runs in one; a savepoint within it would be the service's.
        assert not connection.savepoint_ids
        return super().send_messages(messages)


def backend(settings, kind):
    settings.EMAIL_BACKEND = f"{__name__}.{kind.__name__}"


def order_of(**supplier):
    return placed_order(need=10, supplier=SupplierFactory(**{"order_email": TO, **supplier}))


def queue(order, actor, **how):
    wanted = {"language": "en", "format": "csv", **how}
    return order_dispatch(actor=actor, now=timezone.now(), order_id=order.pk, **wanted)


def due_now():
    OrderDispatch.objects.update(due_at=timezone.now() - timedelta(seconds=1))


def test_an_order_is_sent_with_its_document_and_is_sent_from_then_on(pharmacist, settings):
    backend(settings, InNoTransaction)
    order = order_of()
    dispatch = queue(order, pharmacist)
    send_order(dispatch.pk)
    (message,) = mail.outbox
    assert (message.to, order.number in message.subject) == ([TO], True)
    ((name, content, kind),) = message.attachments
    assert (name, kind) == (f"purchase-order-{order.number}.csv".lower(), "text/csv")
    assert "Medicine" in content if isinstance(content, str) else b"Medicine" in content
    dispatch.refresh_from_db()
    order.refresh_from_db()
    assert (dispatch.state, dispatch.attempts, order.state) == ("sent", 1, "sent")
    assert order.sent_at == dispatch.sent_at
    assert OutboxEvent.objects.filter(name="purchases.order_sent").count() == 1


def test_a_task_that_comes_twice_sends_once(pharmacist):
    dispatch = queue(order_of(), pharmacist)
    send_order(dispatch.pk)
    before = everything()
    send_order(dispatch.pk)
    send_order(999_999)
    assert everything() == before
    assert len(mail.outbox) == 1


def test_the_same_is_not_queued_twice(pharmacist):
    order = order_of()
    queue(order, pharmacist)
    before = everything()
    with pytest.raises(DispatchPending):
        queue(order, pharmacist)
    assert everything() == before
    queue(order, pharmacist, language="ar")


def test_an_unreachable_server_is_tried_again_later_and_later(pharmacist, settings):
    backend(settings, Unreachable)
    dispatch = queue(order_of(), pharmacist)
    pauses = []
    for _attempt in range(3):
        due_now()
        send_order(dispatch.pk)
        dispatch.refresh_from_db()
        pauses.append(round((dispatch.due_at - timezone.now()).total_seconds() / 60))
    assert (dispatch.state, dispatch.error_code) == ("queued", "mail_server_unreachable")
    assert pauses == [1, 2, 4]
    assert dispatches_due(now=timezone.now()) == []
    assert dispatches_due(now=dispatch.due_at) == [dispatch.pk]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    due_now()
    send_order(dispatch.pk)
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.error_code) == ("sent", "")


def test_the_last_attempt_gives_up_and_tells(pharmacist, settings):
    backend(settings, Unreachable)
    dispatch = queue(order_of(), pharmacist)
    OrderDispatch.objects.update(attempts=MAX_ATTEMPTS - 1)
    send_order(dispatch.pk)
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.error_code) == ("failed", "mail_server_unreachable")
    event = OutboxEvent.objects.get(name="purchases.order_dispatch_failed")
    assert (event.payload["to"], event.payload["sent_by_id"]) == (TO, pharmacist.id)
    assert PurchaseOrder.objects.get().state == "open"


def test_an_unknown_mailbox_is_given_up_at_once(pharmacist, settings):
    backend(settings, Refusing)
    dispatch = queue(order_of(), pharmacist)
    send_order(dispatch.pk)
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.error_code) == ("failed", "recipient_refused")


def test_workers_that_always_die_are_given_up_too(pharmacist):
    dispatch = queue(order_of(), pharmacist)
    for _attempt in range(MAX_ATTEMPTS):
        due_now()
        assert dispatch_claim(now=timezone.now(), dispatch_id=dispatch.pk) is not None
    due_now()
    send_order(dispatch.pk)
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.error_code, mail.outbox) == ("failed", "worker_died", [])


def test_what_was_changed_meanwhile_is_not_sent(pharmacist, now):
    order = order_of()
    dispatch = queue(order, pharmacist)
    order_amend(
        actor=pharmacist,
        now=now,
        order_id=order.pk,
        lines=[LineAmendment(line_id=order.lines.get().pk, packs=5)],
        reason="fewer",
        may_approve=False,
    )
    send_order(dispatch.pk)
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.error_code, mail.outbox) == ("failed", "order_changed", [])


def test_an_order_goes_to_its_division_then_the_order_address_then_the_primary_contact(pharmacist):
    order = order_of(order_email="")
    supplier = order.supplier
    before = everything()
    with pytest.raises(OrderAddressMissing):
        queue(order, pharmacist)
    with pytest.raises(ContactUnknown):
        queue(order, pharmacist, contact_id=999_999)
    assert everything() == before
    primary = SupplierContact.objects.create(
        supplier=supplier, name="Samer", email="samer@x.example", is_primary=True
    )
    assert queue(order, pharmacist).to == "samer@x.example"
    supplier.order_email = TO
    supplier.save()
    assert queue(order, pharmacist).to == TO
    division = SupplierDivision.objects.create(
        supplier=supplier, name="Imports", name_key="imports", order_email="imports@x.example"
    )
    assert queue(order, pharmacist, division_id=division.pk).to == "imports@x.example"
    PurchaseOrder.objects.update(division=division)
    assert queue(order, pharmacist, format="pdf").to == "imports@x.example"
    assert queue(order, pharmacist, contact_id=primary.pk, format="xlsx").to == primary.email


@pytest.mark.django_db(transaction=True)
def test_queueing_kicks_a_worker_once_it_is_committed():
    client = redis.Redis.from_url(settings.REDIS_URL)
    queue_name = f"{settings.REDIS_KEY_PREFIX}:celery"
    order = order_of()
    client.delete(queue_name)
    queue(order, actor_with("pharmacist"))
    messages = [m for m in client.lrange(queue_name, 0, -1) if b"send_order" in m]
    client.delete(queue_name)
    due_now()
    sweep_dispatches()
    swept = [m for m in client.lrange(queue_name, 0, -1) if b"send_order" in m]
    client.close()
    assert (len(messages), len(swept)) == (1, 1)


def worker_process(dispatch_id, folder, what):
    parts = urlsplit(os.environ["DATABASE_URL"])
    database = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    done = subprocess.run(
        [sys.executable, "-m", "purchases.tests.sending", str(dispatch_id), str(folder), what],
        cwd=Path(settings.BASE_DIR),
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "DATABASE_URL": database,
        },
        timeout=120,
        check=False,
    )
    return done.returncode


def message_ids(folder):
    lines = "".join(file.read_text() for file in sorted(folder.iterdir())).splitlines()
    return [line for line in lines if line.startswith("Message-ID:")]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_between_sending_and_saying_so_is_followed_by_another(tmp_path):
    """At least once: the e-mail goes out twice, recognisable by its Message-ID."""
    order = order_of()
    dispatch = queue(order, actor_with("pharmacist"))
    assert worker_process(dispatch.pk, tmp_path, "dies") == -signal.SIGKILL
    assert len(message_ids(tmp_path)) == 1
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.attempts) == ("queued", 1)
    assert dispatches_due(now=timezone.now()) == []  # the dead one's lease
    assert dispatches_due(now=timezone.now() + LEASE) == [dispatch.pk]
    due_now()
    assert worker_process(dispatch.pk, tmp_path, "lives") == 0
    ids = message_ids(tmp_path)
    assert (len(ids), len(set(ids))) == (2, 1)
    dispatch.refresh_from_db()
    order.refresh_from_db()
    assert (dispatch.state, dispatch.attempts, order.state) == ("sent", 2, "sent")
    assert OutboxEvent.objects.filter(name="purchases.order_sent").count() == 1
