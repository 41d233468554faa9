"""Journal entries: append-only, balanced, dated where the pharmacy is.

The migrations hold the triggers that make the database refuse anything else (changed rows,
unbalanced entries, lines added after the fact, days of a closed period).
"""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from capital.models.accounts import Account
from core.money import MoneyModelField

ZERO = Decimal(0)


class JournalEntry(models.Model):
    """One balanced set of postings, caused by one source, made once and never changed."""

    number = models.CharField(_("number"), max_length=30)
    kind = models.CharField(_("kind"), max_length=60)
    source_type = models.CharField(_("source type"), max_length=80)
    source_id = models.CharField(_("source"), max_length=80)
    entry_date = models.DateField(_("date"))  # day of occurred_at where the pharmacy is
    occurred_at = models.DateTimeField(_("occurred at"))
    # Set by the database, together with posted_in, whatever the client sends.
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)
    posted_in = models.BigIntegerField(db_default=0, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    total = MoneyModelField(_("total"))
    memo = models.TextField(_("memo"), blank=True, default="")
    reverses = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="reversed_by",
        verbose_name=_("reverses"),
    )

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="capital_entry_number_unique"),
            models.UniqueConstraint(
                fields=["source_type", "source_id", "kind"], name="capital_entry_source_unique"
            ),
            models.CheckConstraint(condition=Q(total__gt=0), name="capital_entry_total_positive"),
            models.CheckConstraint(
                condition=~Q(source_type="") & ~Q(source_id="") & ~Q(kind=""),
                name="capital_entry_source_named",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True) | ~Q(reverses=F("id")),
                name="capital_entry_reverses_another",
            ),
        ]
        indexes = [
            models.Index(fields=["entry_date", "id"], name="capital_entry_by_date"),
            # What somebody has done today, for the limits of operations.
            models.Index(
                fields=["actor", "kind", "recorded_at"],
                name="capital_entry_by_actor",
                condition=Q(source_type="capital.operation"),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class JournalLine(models.Model):
    """One posting. Exactly one of debit and credit is above zero."""

    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="lines")
    line = models.PositiveIntegerField(_("line"))
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="lines", verbose_name=_("account")
    )
    debit = MoneyModelField(_("debit"), default=ZERO)
    credit = MoneyModelField(_("credit"), default=ZERO)
    party_type = models.CharField(_("party type"), max_length=80, blank=True, default="")
    party_id = models.CharField(_("party"), max_length=80, blank=True, default="")
    memo = models.TextField(_("memo"), blank=True, default="")

    class Meta:
        verbose_name = _("journal line")
        verbose_name_plural = _("journal lines")
        ordering = ["entry_id", "line"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "line"], name="capital_line_unique"),
            models.CheckConstraint(
                condition=Q(debit__gt=0, credit=0) | Q(debit=0, credit__gt=0),
                name="capital_line_one_side",
            ),
            models.CheckConstraint(
                condition=Q(party_type="", party_id="") | (~Q(party_type="") & ~Q(party_id="")),
                name="capital_line_party_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["party_type", "party_id", "account"],
                name="capital_line_by_party",
                condition=~Q(party_type=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.line}"


class EntryAttachment(models.Model):
    """A document that proves an entry: an invoice, a receipt, a contract. Append-only."""

    entry = models.ForeignKey(
        JournalEntry,
        on_delete=models.PROTECT,
        related_name="attachments",
        verbose_name=_("journal entry"),
    )
    file = models.ForeignKey(
        "files.StoredFile", on_delete=models.PROTECT, related_name="+", verbose_name=_("file")
    )
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    attached_at = models.DateTimeField(_("attached at"))
    attached_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )

    class Meta:
        verbose_name = _("attachment of an entry")
        verbose_name_plural = _("attachments of entries")
        ordering = ["entry_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["file"], name="capital_attachment_file_once"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.file_id}"
