"""What the adapter to the engines refuses."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, FieldProblem, InvalidInput, NotFound, RuleRefused


class JobNotFound(NotFound):
    code = "job_not_found"
    title = _("There is no such job")


class UnknownJob(InvalidInput):
    """400, as the engine's contract has it."""

    code = "unknown_job"
    title = _("This result is for a job nobody knows")


class DuplicateOffer(Conflict):
    """The same file of the same supplier is already being read, or has been."""

    code = "duplicate_offer"
    title = _("This file of this supplier is already here")

    def __init__(self, job_id: UUID, state: str) -> None:
        super().__init__(
            _("Open the existing job instead of sending the file again."),
            errors=[FieldProblem("file", self.code, _("The same content was sent before."))],
            extra={"job_id": str(job_id), "job_state": state},
        )


class JobStateForbids(Conflict):
    code = "job_state_forbids"
    title = _("The job's state does not allow this")

    def __init__(self, state: str, action: str, allowed: Sequence[str]) -> None:
        super().__init__(
            _("A job that is %(state)s cannot %(action)s; it can: %(allowed)s.")
            % {"state": state, "action": action, "allowed": ", ".join(allowed) or "-"},
            extra={"job_state": state, "allowed_actions": list(allowed)},
        )


class ResultAlreadyReceived(Conflict):
    code = "result_already_received"
    title = _("A different result for this job was already received")


class ResultUnusable(RuleRefused):
    code = "result_unusable"
    title = _("The result has none of the known shapes")


class SupplierUnknown(RuleRefused):
    code = "supplier_unknown"
    title = _("There is no such active supplier")

    def __init__(self, field: str) -> None:
        super().__init__(
            _("Choose an active supplier, or create it first."),
            errors=[FieldProblem(field, self.code, _("No active supplier fits this."))],
        )
