"""What capital's own documents are called where a report refers to them by type and id."""

from __future__ import annotations

from collections.abc import Collection

from capital.models import BankStatementLine, JournalEntry


def entry_numbers(ids: Collection[str]) -> dict[str, str]:
    """The numbers of these entries, by id as text; unknown ids are absent. One query."""
    known = JournalEntry.objects.filter(pk__in=[int(pk) for pk in ids if pk.isdecimal()])
    return {str(pk): number for pk, number in known.values_list("pk", "number")}


def operation_numbers(ids: Collection[str]) -> dict[str, str]:
    """An operation has no paper but its entry: the entry's number. One query."""
    known = JournalEntry.objects.filter(source_type="capital.operation", source_id__in=ids)
    return dict(known.values_list("source_id", "number"))


def session_numbers(ids: Collection[str]) -> dict[str, str]:
    """Cash sessions are referred to by their numbers."""
    return {number: number for number in ids}


def bank_line_names(ids: Collection[str]) -> dict[str, str]:
    """The bank's reference, else the statement's file, with the line. One query."""
    keys = {key: key.partition("/")[0] for key in ids}  # "12/2": the second entry of line 12
    lines = BankStatementLine.objects.select_related("statement").in_bulk(
        [int(pk) for pk in keys.values() if pk.isdecimal()]
    )
    return {
        key: f"{line.reference or line.statement.file_name} #{line.line}"
        for key, pk in keys.items()
        if pk.isdecimal() and (line := lines.get(int(pk)))
    }
