"""Bank statements: imported, matched with the journal, reconciled."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from capital.api import banking_examples as examples
from capital.api.banking_serializers import (
    BankLineFilter,
    BankStatementFilter,
    BankStatementOut,
    BankStatusFilter,
    BankStatusOut,
    LineSuggestionsOut,
    MatchRejectionIn,
    MissingEntryIn,
    ReconciledBankLineOut,
    ReconciliationIn,
    ReconciliationOut,
    StatementFileIn,
    StatementImportIn,
    StatementPreviewOut,
    SuggestionsFilter,
    UndoIn,
)
from capital.api.serializers.ledger import EntryDetailOut
from capital.banking import status
from capital.permissions import IMPORT_STATEMENTS, RECONCILE_BANK
from capital.reports.tables.banking import bank_status_table
from capital.selectors import entry_get
from capital.services import reconciliation, statements
from core.api import ApiView
from core.models import local_date
from core.pagination import stream_of
from files.public import ExportableView, export_schema

FORM_OVERHEAD_BYTES = 64 * 1024
PREVIEWED_LINES = 100


class _StatementFileView(ApiView):
    parser_classes = (MultiPartParser, FormParser)

    @property
    def max_body_bytes(self) -> int:
        return settings.BANK_STATEMENT_MAX_BYTES + FORM_OVERHEAD_BYTES

    def prepared_file(self, sent: dict[str, Any]) -> statements.PreparedStatement:
        return statements.statement_prepare(
            file_name=sent["file"].name,
            content=sent["file"].read(),
            layout=sent["layout"],
            now=self.now,
        )


class BankStatementListView(_StatementFileView):
    permissions = {"get": "capital.view", "post": IMPORT_STATEMENTS}

    @extend_schema(
        operation_id="capital_bank_statements_list",
        parameters=[BankStatementFilter],
        responses=stream_of(BankStatementOut),
    )
    def get(self, request: Request) -> Response:
        """Imported statements, newest first."""
        return self.stream(status.statements(**self.query(BankStatementFilter)), BankStatementOut)

    def prepare(self, request: Request, **kwargs: Any) -> Any:
        sent = self.parse(StatementImportIn)
        return sent["account_id"], self.prepared_file(sent)

    @extend_schema(
        operation_id="capital_bank_statements_import",
        request={"multipart/form-data": StatementImportIn},
        responses={201: BankStatementOut},
        examples=[examples.STATEMENT],
    )
    def post(self, request: Request) -> Response:
        """Import a statement, CSV or OFX. Lines that are known already are left out.

        422 `statement_unreadable` names each faulty row; 409 `statement_already_imported` for the
        same file or one without a new line.
        """
        account_id, prepared = self.prepared
        statement_id = statements.statement_import(
            actor=self.actor,
            now=self.now,
            account_id=status.bank_account(account_id).pk,
            prepared=prepared,
        )
        body = BankStatementOut(status.statement_get(statement_id)).data
        return Response(body, status=HTTP_201_CREATED)


class BankStatementPreviewView(_StatementFileView):
    permissions = {"post": IMPORT_STATEMENTS}
    idempotent = False

    @extend_schema(
        operation_id="capital_bank_statements_preview",
        request={"multipart/form-data": StatementFileIn},
        responses=StatementPreviewOut,
    )
    def post(self, request: Request) -> Response:
        """Read a statement and show what was understood; nothing is stored."""
        parsed = self.prepared_file(self.parse(StatementFileIn)).parsed
        shown = {
            "format": parsed.format,
            "starts_on": parsed.starts_on,
            "ends_on": parsed.ends_on,
            "opening_balance": parsed.opening_balance,
            "closing_balance": parsed.closing_balance,
            "line_count": len(parsed.lines),
            "lines": parsed.lines[:PREVIEWED_LINES],
        }
        return Response(StatementPreviewOut(shown).data)


class BankStatementView(ApiView):
    permissions = {"get": "capital.view"}

    @extend_schema(operation_id="capital_bank_statements_read", responses=BankStatementOut)
    def get(self, request: Request, statement_id: int) -> Response:
        """One statement and how many of its lines are open."""
        return Response(BankStatementOut(status.statement_get(statement_id)).data)


class BankLineListView(ApiView):
    permissions = {"get": "capital.view"}

    @extend_schema(
        operation_id="capital_bank_statements_lines",
        parameters=[BankLineFilter],
        responses=stream_of(ReconciledBankLineOut),
    )
    def get(self, request: Request, statement_id: int) -> Response:
        """The lines of a statement, open ones or all."""
        status.statement_get(statement_id)
        lines = status.statement_lines(statement_id=statement_id, **self.query(BankLineFilter))
        return self.stream(lines, ReconciledBankLineOut, ordering="id")


class SuggestionListView(ApiView):
    permissions = {"get": RECONCILE_BANK}
    extra_problems = (422,)

    @extend_schema(
        operation_id="capital_bank_statements_suggestions",
        parameters=[SuggestionsFilter],
        responses=LineSuggestionsOut(many=True),
        examples=[examples.SUGGESTIONS],
    )
    def get(self, request: Request, statement_id: int) -> Response:
        """For each open line the lines of the journal it may be: the same amount, near in time,
        one line or several that add up. Refused ones are left out."""
        found = status.statement_suggestions(
            statement_id=statement_id, **self.query(SuggestionsFilter)
        )
        return Response(LineSuggestionsOut(found, many=True).data)


class MatchRejectionView(ApiView):
    permissions = {"post": RECONCILE_BANK}

    @extend_schema(
        operation_id="capital_bank_lines_reject",
        request=MatchRejectionIn,
        responses={204: None},
        examples=[examples.REJECTION],
    )
    def post(self, request: Request, line_id: int) -> Response:
        """These lines of the journal are not this line of the bank; do not suggest them again."""
        reconciliation.match_reject(
            actor=self.actor, now=self.now, bank_line_id=line_id, **self.parse(MatchRejectionIn)
        )
        return Response(status=HTTP_204_NO_CONTENT)


class MissingEntryView(ApiView):
    permissions = {"post": RECONCILE_BANK}

    @extend_schema(
        operation_id="capital_bank_lines_post_entry",
        request=MissingEntryIn,
        responses={201: EntryDetailOut},
        examples=[examples.MISSING_ENTRY],
    )
    def post(self, request: Request, line_id: int) -> Response:
        """Post what the books lack (a fee, interest) from the bank's line, and reconcile both."""
        entry_id = reconciliation.missing_entry_post(
            actor=self.actor, now=self.now, bank_line_id=line_id, **self.parse(MissingEntryIn)
        )
        return Response(EntryDetailOut(entry_get(entry_id)).data, status=HTTP_201_CREATED)


class ReconciliationListView(ApiView):
    permissions = {"get": "capital.view", "post": RECONCILE_BANK}

    @extend_schema(
        operation_id="capital_bank_reconciliations_list",
        parameters=[BankStatementFilter],
        responses=stream_of(ReconciliationOut),
    )
    def get(self, request: Request) -> Response:
        """Reconciliations, undone ones too, newest first."""
        found = status.reconciliations(**self.query(BankStatementFilter))
        return self.stream(found, ReconciliationOut)

    @extend_schema(
        operation_id="capital_bank_reconciliations_create",
        request=ReconciliationIn,
        responses={201: ReconciliationOut},
        examples=[examples.RECONCILIATION],
    )
    def post(self, request: Request) -> Response:
        """Accept a match: these lines of the bank are these lines of the journal.

        Both sides have the same sum, else 422 `invalid_reconciliation`; 409 `already_reconciled`
        names lines that are taken.
        """
        made_id = reconciliation.reconciliation_make(
            actor=self.actor, now=self.now, **self.parse(ReconciliationIn)
        )
        made = status.reconciliations().get(pk=made_id)
        return Response(ReconciliationOut(made).data, status=HTTP_201_CREATED)


class ReconciliationUndoView(ApiView):
    permissions = {"post": RECONCILE_BANK}

    @extend_schema(
        operation_id="capital_bank_reconciliations_undo",
        request=UndoIn,
        responses=ReconciliationOut,
        examples=[examples.UNDO],
    )
    def post(self, request: Request, reconciliation_id: int) -> Response:
        """Take a reconciliation back; its lines are open again."""
        reconciliation.reconciliation_undo(
            actor=self.actor,
            now=self.now,
            reconciliation_id=reconciliation_id,
            **self.parse(UndoIn),
        )
        made = status.reconciliations().get(pk=reconciliation_id)
        return Response(ReconciliationOut(made).data)


class BankStatusView(ExportableView):
    permissions = {"get": "capital.view"}

    @export_schema(
        operation_id="capital_bank_statements_status",
        parameters=[BankStatusFilter],
        response=BankStatusOut,
        examples=[examples.STATUS],
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Bank against books at the end of a day: what is open, what is explained, what is not."""
        wanted = self.query(BankStatusFilter)
        report = status.bank_status(
            account=status.bank_account(wanted.get("account_id")),
            as_of=wanted.get("as_of") or local_date(self.now),
        )
        return self.report(
            body=lambda: BankStatusOut(report).data,
            table=lambda: bank_status_table(report, now=self.now),
        )
