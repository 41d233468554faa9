"""How reports name things, in the language they are read in: pieces of SQL."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language


def named(table: str) -> str:
    """SQL of a bilingual name (columns name_ar, name_en) of `table`, in the active language."""
    first, second = ("ar", "en") if (get_language() or "ar").startswith("ar") else ("en", "ar")
    return f"coalesce(nullif({table}.name_{first}, ''), {table}.name_{second})"


def product_named(table: str = "p") -> str:
    """SQL of a product as people call it: name, strength, form."""
    return f"concat_ws(' ', {named(table)}, nullif({table}.strength, ''), nullif({table}.form, ''))"


def labelled(code: str, labels: Mapping[str, str | Promise]) -> str:
    """SQL of the label of a code, in the active language; other values as they are."""
    cases = " ".join(f"WHEN {_quoted(key)} THEN {_quoted(text)}" for key, text in labels.items())
    return f"CASE {code} {cases} ELSE {code} END"


def _quoted(text: object) -> str:
    return "'" + str(text).replace("'", "''").replace("%", "%%") + "'"


# Categories with all that is below them, by any category they belong to.
SUBTREE = """(WITH RECURSIVE below(id) AS (
        SELECT id FROM inventory_category WHERE id = %(category_id)s
        UNION SELECT c.id FROM inventory_category c JOIN below ON c.parent_id = below.id)
    SELECT id FROM below)"""
