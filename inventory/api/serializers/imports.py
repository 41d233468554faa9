"""Shapes of imports."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api import InputSerializer, MoneyIn, MoneyOut
from inventory.imports.staging import cell_text
from inventory.models import ImportJob, ImportKind, ImportMode, ImportState, RowOutcome
from inventory.services.imports.progress import progress_read
from inventory.services.imports.transitions import allowed_actions


class OpeningImportIn(InputSerializer):
    file = serializers.FileField(allow_empty_file=True, help_text="CSV, XLS or XLSX")
    dry_run = serializers.BooleanField(
        required=False, default=False, help_text="Report what it would do, and change nothing."
    )


class CatalogueImportIn(OpeningImportIn):
    mode = serializers.ChoiceField(
        choices=ImportMode.choices,
        required=False,
        default=ImportMode.BOTH,
        help_text="Whether rows may add products, change products, or both.",
    )
    skip_faulty = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Take the good rows and leave the faulty ones; else one fault refuses the file.",
    )
    placeholder_price = MoneyIn(
        required=False,
        allow_null=True,
        default=None,
        help_text="Prices up to this one stand for “not known” and are not taken.",
    )


class ImportFilter(InputSerializer):
    kind = serializers.ChoiceField(choices=ImportKind.choices, required=False)
    state = serializers.ChoiceField(choices=ImportState.choices, required=False)
    dry_run = serializers.BooleanField(required=False, allow_null=True, default=None)


class ImportProblemOut(serializers.Serializer):
    code = serializers.CharField()
    detail = serializers.CharField()


class ImportProgressOut(serializers.Serializer):
    step = serializers.CharField(help_text="what the worker is doing")
    done = serializers.IntegerField(help_text="rows it has done of it")


class ImportOut(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=ImportKind.choices)
    mode = serializers.ChoiceField(choices=ImportMode.choices)
    dry_run = serializers.BooleanField()
    skip_faulty = serializers.BooleanField()
    placeholder_price = MoneyOut(allow_null=True)
    state = serializers.ChoiceField(choices=ImportState.choices)
    file_id = serializers.UUIDField()
    file_name = serializers.CharField(source="file.original_name")
    encoding = serializers.CharField(
        help_text="what the file was found to be: utf-8, utf-16, windows-1256, xls or xlsx"
    )
    columns = serializers.DictField(
        child=serializers.IntegerField(), help_text="field → position of its column, from 0"
    )
    rows_total = serializers.IntegerField()
    rows_checked = serializers.IntegerField()
    rows_applied = serializers.IntegerField(help_text="rows whose effect is committed")
    progress = serializers.SerializerMethodField()
    error_count = serializers.IntegerField()
    warning_count = serializers.IntegerField()
    counts = serializers.DictField(help_text="what was done, or in a dry run would be, by name")
    file_problems = ImportProblemOut(many=True, help_text="why the file as a whole was refused")
    failure_code = serializers.CharField(help_text="stable English word, empty unless failed")
    failure_detail = serializers.CharField()
    document_id = serializers.UUIDField(allow_null=True, help_text="of an opening balance")
    allowed_actions = serializers.SerializerMethodField()
    created_by_id = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(ImportProgressOut(allow_null=True))
    def get_progress(self, job: ImportJob) -> dict[str, Any] | None:
        """Of a file that is being applied: seen from outside its transaction."""
        shown = progress_read(job.pk) if job.state == ImportState.APPLYING else None
        return None if shown is None else {"step": shown.step, "done": shown.done}

    def get_allowed_actions(self, job: ImportJob) -> list[str]:
        """What a person may do now: cancel."""
        return [action for action in allowed_actions(job.state) if action == "cancel"]


class ImportRowFilter(InputSerializer):
    outcome = serializers.ChoiceField(choices=RowOutcome.choices, required=False)
    problems = serializers.ChoiceField(
        choices=["errors", "any"], required=False, help_text="only rows with errors, or with any"
    )


class ImportRowProblemOut(serializers.Serializer):
    severity = serializers.ChoiceField(choices=["error", "warning"])
    column = serializers.CharField(help_text="the field, or `row` for the row as a whole")
    value = serializers.CharField(help_text="the cell as it stands in the file")
    code = serializers.CharField(help_text="stable English word")
    detail = serializers.CharField(help_text="what is wrong and what would be right")


class ImportRowOut(serializers.Serializer):
    row = serializers.IntegerField(source="number", help_text="as the file is numbered, from 1")
    outcome = serializers.ChoiceField(choices=RowOutcome.choices)
    product_id = serializers.IntegerField(allow_null=True)
    changes = serializers.DictField(help_text="field → [before, after]")
    problems = ImportRowProblemOut(many=True)
    cells = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_cells(self, row: Any) -> list[str]:
        """The row as it was sent."""
        return [cell_text(cell) for cell in row.cells]
