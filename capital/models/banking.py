"""Bank statements as the bank wrote them, and which of their lines are which of ours.

Statements and their lines are append-only. A reconciliation says that some lines of statements and
some lines of the journal are the same money; it can be undone, never changed. A line takes part
in one standing reconciliation at most, and the sums of both sides are equal: the migration holds
the triggers.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from capital.models.accounts import Account
from capital.models.journal import JournalLine
from core.money import MoneyModelField


class StatementFormat(models.TextChoices):
    CSV = "csv", _("CSV")
    OFX = "ofx", _("OFX")


class BankStatement(models.Model):
    """One imported file. Amounts are seen from the pharmacy: what came in is positive."""

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", verbose_name=_("bank account")
    )
    format = models.CharField(_("format"), max_length=3, choices=StatementFormat)
    file_name = models.CharField(_("file name"), max_length=255)
    file_sha256 = models.CharField(_("hash of the file"), max_length=64)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    opening_balance = MoneyModelField(_("opening balance"), null=True)
    closing_balance = MoneyModelField(_("closing balance"), null=True)
    line_count = models.PositiveIntegerField(_("lines"))
    known_count = models.PositiveIntegerField(_("lines already known"), default=0)
    imported_at = models.DateTimeField(_("imported at"))
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("imported by"),
    )

    class Meta:
        verbose_name = _("bank statement")
        verbose_name_plural = _("bank statements")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "file_sha256"], name="capital_statement_file_once"
            ),
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")), name="capital_statement_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(format__in=StatementFormat.values),
                name="capital_statement_format_known",
            ),
            models.CheckConstraint(
                condition=Q(line_count__gt=0), name="capital_statement_has_lines"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.starts_on} - {self.ends_on}"


class BankStatementLine(models.Model):
    """One movement as the bank saw it. amount: > 0 came in, < 0 went out.

    fingerprint: what makes the line this line, so that an overlapping file brings it once only:
    the bank's own id where it gives one, else date, amount, text and how many alike came before.
    """

    statement = models.ForeignKey(
        BankStatement, on_delete=models.PROTECT, related_name="lines", verbose_name=_("statement")
    )
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    line = models.PositiveIntegerField(_("line"))
    date = models.DateField(_("date"))
    amount = MoneyModelField(_("amount"))
    description = models.TextField(_("description"), blank=True, default="")
    reference = models.CharField(_("reference"), max_length=200, blank=True, default="")
    bank_id = models.CharField(_("the bank's id"), max_length=255, blank=True, default="")
    balance = MoneyModelField(_("balance after it"), null=True)
    fingerprint = models.CharField(_("fingerprint"), max_length=64)

    class Meta:
        verbose_name = _("bank statement line")
        verbose_name_plural = _("bank statement lines")
        ordering = ["statement_id", "line"]
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "line"], name="capital_statementline_unique"
            ),
            models.UniqueConstraint(
                fields=["account", "fingerprint"], name="capital_statementline_once"
            ),
            models.CheckConstraint(
                condition=~Q(amount=0), name="capital_statementline_amount_not_zero"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "date", "id"], name="capital_statementline_by_date")
        ]

    def __str__(self) -> str:
        return f"{self.statement_id}/{self.line}"


class BankReconciliation(models.Model):
    """Some statement lines and some journal lines that are the same money."""

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", verbose_name=_("bank account")
    )
    reason = models.TextField(_("note"), blank=True, default="")
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("made by"),
    )
    undone_at = models.DateTimeField(_("undone at"), null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("undone by"),
    )
    undone_reason = models.TextField(_("why it was undone"), blank=True, default="")

    class Meta:
        verbose_name = _("bank reconciliation")
        verbose_name_plural = _("bank reconciliations")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True, undone_reason="")
                | (Q(undone_at__isnull=False) & ~Q(undone_reason="")),
                name="capital_reconciliation_undone_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ReconciledBankLine(models.Model):
    """A statement line in a reconciliation. standing: false once that was undone."""

    reconciliation = models.ForeignKey(
        BankReconciliation,
        on_delete=models.PROTECT,
        related_name="bank_lines",
        verbose_name=_("bank reconciliation"),
    )
    line = models.ForeignKey(
        BankStatementLine,
        on_delete=models.PROTECT,
        related_name="reconciled",
        verbose_name=_("bank statement line"),
    )
    standing = models.BooleanField(_("standing"), default=True)

    class Meta:
        verbose_name = _("reconciled bank line")
        verbose_name_plural = _("reconciled bank lines")
        constraints = [
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(standing=True),
                name="capital_bankline_reconciled_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reconciliation_id}: {self.line_id}"


class ReconciledJournalLine(models.Model):
    """A journal line in a reconciliation. standing: false once that was undone."""

    reconciliation = models.ForeignKey(
        BankReconciliation,
        on_delete=models.PROTECT,
        related_name="journal_lines",
        verbose_name=_("bank reconciliation"),
    )
    line = models.ForeignKey(
        JournalLine,
        on_delete=models.PROTECT,
        related_name="reconciled",
        verbose_name=_("journal line"),
    )
    standing = models.BooleanField(_("standing"), default=True)

    class Meta:
        verbose_name = _("reconciled journal line")
        verbose_name_plural = _("reconciled journal lines")
        constraints = [
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(standing=True),
                name="capital_journalline_reconciled_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reconciliation_id}: {self.line_id}"


class RejectedMatch(models.Model):
    """A suggestion a person has refused; it is not made again."""

    bank_line = models.ForeignKey(
        BankStatementLine,
        on_delete=models.PROTECT,
        related_name="rejected",
        verbose_name=_("bank statement line"),
    )
    journal_line = models.ForeignKey(
        JournalLine, on_delete=models.PROTECT, related_name="+", verbose_name=_("journal line")
    )
    rejected_at = models.DateTimeField(_("rejected at"))
    rejected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("rejected by"),
    )

    class Meta:
        verbose_name = _("rejected match")
        verbose_name_plural = _("rejected matches")
        constraints = [
            models.UniqueConstraint(
                fields=["bank_line", "journal_line"], name="capital_rejectedmatch_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_line_id} / {self.journal_line_id}"
