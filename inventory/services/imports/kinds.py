"""Which rules an import follows, by its kind."""

from __future__ import annotations

from collections.abc import Mapping

from inventory.imports.judgement import ImportOptions, ImportRules
from inventory.models import ImportJob, ImportKind
from inventory.services.imports.catalogue import CatalogueRules
from inventory.services.imports.opening import OpeningRules

RULES: Mapping[str, ImportRules] = {
    ImportKind.OPENING: OpeningRules(),
    ImportKind.CATALOGUE: CatalogueRules(),
}


def rules_of(job: ImportJob) -> ImportRules:
    return RULES[job.kind]


def options_of(job: ImportJob) -> ImportOptions:
    return ImportOptions(
        columns=job.columns,
        today=job.as_of_date,
        file_name=job.file.original_name,
        digest=job.file_sha256,
        mode=job.mode,
        skip_faulty=job.skip_faulty,
        placeholder_price=job.placeholder_price,
    )
