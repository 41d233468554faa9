"""Double-entry ledger and commitments.

Entries, lines and commitment changes are append-only; the migrations hold the triggers that make
the database refuse anything else (changed rows, unbalanced entries, lines added after the fact).
"""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from capital.chart import AccountType, Side
from core.money import MoneyModelField

ZERO = Decimal(0)


class Account(models.Model):
    """An account of the chart. `system_code` names the ones the program posts to."""

    code = models.CharField(_("code"), max_length=20)
    system_code = models.CharField(_("system code"), max_length=40, null=True, editable=False)  # noqa: DJ001 - NULL: own accounts have none
    name_en = models.CharField(_("English name"), max_length=120)
    name_ar = models.CharField(_("Arabic name"), max_length=120)
    type = models.CharField(_("type"), max_length=10, choices=AccountType)
    normal_side = models.CharField(_("normal side"), max_length=6, choices=Side)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="capital_account_code_unique"),
            models.UniqueConstraint(
                fields=["system_code"], name="capital_account_system_code_unique"
            ),
            models.CheckConstraint(
                condition=Q(type__in=AccountType.values), name="capital_account_type_known"
            ),
            models.CheckConstraint(
                condition=Q(normal_side__in=Side.values), name="capital_account_side_known"
            ),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name_en="") & ~Q(name_ar=""),
                name="capital_account_is_named",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def name(self) -> str:
        return self.name_ar if (get_language() or "").startswith("ar") else self.name_en

    @property
    def natural_balance(self) -> Decimal:
        """The balance on the account's normal side; negative when it stands on the other."""
        debit_balance = self.balance.debit_balance
        return debit_balance if self.normal_side == Side.DEBIT else -debit_balance


class AccountBalance(models.Model):
    """Projection of the ledger: what has ever been debited and credited to an account."""

    account = models.OneToOneField(
        Account, on_delete=models.PROTECT, primary_key=True, related_name="balance"
    )
    debit_total = MoneyModelField(_("debited"), default=ZERO)
    credit_total = MoneyModelField(_("credited"), default=ZERO)
    # A drawer cannot hold less than nothing, nor can a shelf.
    never_negative = models.BooleanField(_("never negative"), default=False, editable=False)

    class Meta:
        verbose_name = _("account balance")
        verbose_name_plural = _("account balances")
        ordering = ["account_id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(debit_total__gte=0) & Q(credit_total__gte=0),
                name="capital_balance_totals_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(never_negative=False) | Q(debit_total__gte=F("credit_total")),
                name="capital_balance_covered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.debit_balance}"

    @property
    def debit_balance(self) -> Decimal:
        """Debits minus credits: positive for what the pharmacy has or has spent."""
        return self.debit_total - self.credit_total


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
        indexes = [models.Index(fields=["entry_date", "id"], name="capital_entry_by_date")]

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


class CommitmentStatus(models.TextChoices):
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class Commitment(models.Model):
    """Money promised to a document (an approved order) and not yet owed.

    amount = consumed (goods came, it became a debt) + released (will not come) + what is open.
    """

    source_type = models.CharField(_("source type"), max_length=80)
    source_id = models.CharField(_("source"), max_length=80)
    amount = MoneyModelField(_("amount"))
    consumed = MoneyModelField(_("consumed"), default=ZERO)
    released = MoneyModelField(_("released"), default=ZERO)
    status = models.CharField(
        _("status"), max_length=6, choices=CommitmentStatus, default=CommitmentStatus.OPEN
    )
    created_at = models.DateTimeField(_("created at"))
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source_type", "source_id"], name="capital_commitment_source_unique"
            ),
            models.CheckConstraint(
                condition=~Q(source_type="") & ~Q(source_id=""),
                name="capital_commitment_source_named",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, consumed__gte=0, released__gte=0)
                & Q(amount__gte=F("consumed") + F("released")),
                name="capital_commitment_within_amount",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=CommitmentStatus.OPEN,
                    closed_at__isnull=True,
                    amount__gt=F("consumed") + F("released"),
                )
                | Q(
                    status=CommitmentStatus.CLOSED,
                    closed_at__isnull=False,
                    amount=F("consumed") + F("released"),
                ),
                name="capital_commitment_status_agrees",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                name="capital_commitment_open",
                condition=Q(status=CommitmentStatus.OPEN),
            )
        ]

    def __str__(self) -> str:
        return f"{self.source_type}:{self.source_id}"

    @property
    def remaining(self) -> Decimal:
        """What is still promised."""
        return self.amount - self.consumed - self.released


class CommitmentChangeKind(models.TextChoices):
    CREATED = "created", _("Created")
    CONSUMED = "consumed", _("Consumed")
    RELEASED = "released", _("Released")


class CommitmentChange(models.Model):
    """Ledger of commitments: every step with who, when, how much and why."""

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(_("kind"), max_length=10, choices=CommitmentChangeKind)
    amount = MoneyModelField(_("amount"))
    document_type = models.CharField(_("document type"), max_length=80, blank=True, default="")
    document_id = models.CharField(_("document"), max_length=80, blank=True, default="")
    reason = models.TextField(_("reason"), blank=True, default="")
    occurred_at = models.DateTimeField(_("occurred at"))
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )

    class Meta:
        verbose_name = _("commitment change")
        verbose_name_plural = _("commitment changes")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="capital_commitmentchange_amount_positive"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=CommitmentChangeKind.values),
                name="capital_commitmentchange_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(document_type="", document_id="")
                | (~Q(document_type="") & ~Q(document_id="")),
                name="capital_commitmentchange_document_whole",
            ),
            models.UniqueConstraint(
                fields=["commitment"],
                condition=Q(kind=CommitmentChangeKind.CREATED),
                name="capital_commitmentchange_created_once",
            ),
            models.UniqueConstraint(
                fields=["commitment", "kind", "document_type", "document_id"],
                condition=~Q(document_type=""),
                name="capital_commitmentchange_document_unique",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.kind} {self.amount}"
