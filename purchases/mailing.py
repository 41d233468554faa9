"""The e-mail that takes an order to its supplier. Sending it is the worker's matter."""

from __future__ import annotations

from datetime import datetime
from email.utils import parseaddr
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from files.public import ExportTooLong, render
from purchases.documents import order_document, phone
from purchases.models import OrderDispatch
from purchases.selectors.orders import order_by_id

_FINAL_FROM = 500  # SMTP: replies from 500 on will not change by trying again


def order_email(dispatch_id: int, *, now: datetime) -> EmailMessage:
    """The e-mail of a dispatch, the order's document attached. Every copy has one Message-ID."""
    dispatch = OrderDispatch.objects.get(pk=dispatch_id)
    order = order_by_id(dispatch.order_id)
    with translation.override(dispatch.language):
        file = render(order_document(order, now=now), format=dispatch.format)
        subject = _("Purchase order %(number)s") % {"number": order.number}
        if settings.PHARMACY_NAME:
            subject = f"{subject} - {settings.PHARMACY_NAME}"
        body = _body(order.number, order.revision)
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    email = EmailMessage(
        subject=" ".join(subject.split()),
        body=body,
        to=[dispatch.to],
        headers={"Message-ID": f"<{dispatch.message_id}@{domain}>"},
    )
    email.attach(file.file_name, file.read(), file.content_type.split(";")[0])
    return email


def _body(number: str, revision: int) -> str:
    lines = [
        _("Please find our purchase order %(number)s attached.") % {"number": number},
        _("It replaces what we sent before under this number.") if revision else "",
        _("Please confirm it, with the day of delivery and whatever differs."),
        settings.PHARMACY_NAME,
        phone(),
    ]
    return "\n\n".join(line for line in lines if line)


def failure_of(exc: Exception) -> tuple[str, bool]:
    """A stable code for why sending failed, and whether trying again is useless."""
    if isinstance(exc, SMTPRecipientsRefused):
        codes = [code for code, _reason in exc.recipients.values()]
        return "recipient_refused", all(code >= _FINAL_FROM for code in codes)
    if isinstance(exc, SMTPResponseException):
        return "mail_refused", False
    if isinstance(exc, (SMTPException, OSError)):
        return "mail_server_unreachable", False
    if isinstance(exc, ExportTooLong):
        return "order_too_long", True
    return "internal_error", False
