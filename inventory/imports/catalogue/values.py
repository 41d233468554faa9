"""Cells of a catalogue -> values of a product, and back into text that reads as the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cache, partial
from typing import Any

from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext as _

from core.money import format_money
from core.text import fold
from inventory.classes import BaseUnit, ControlledClass, PrescriptionClass, Route
from inventory.imports import cells
from inventory.imports.cells import BadCell
from inventory.imports.table import Cell
from inventory.lifecycle import Lifecycle

# What a cell holds to empty a field; an empty cell leaves it as it is.
CLEAR_MARKS = ("(clear)", "(مسح)", "(فارغ)")
CLEAR: Any = object()
_YES = {fold(word) for word in ("yes", "y", "true", "1", "x", "✓", "نعم", "صح")}
_NO = {fold(word) for word in ("no", "n", "false", "0", "لا", "خطأ")}
# field -> what it holds when it is emptied; a field that is not here cannot be.
EMPTIED: Mapping[str, Any] = {
    "name_ar": "",
    "name_en": "",
    "strength": "",
    "form": "",
    "manufacturer": "",
    "route": "",
    "atc_code": "",
    "category": (),
    "prescription_class": "",
    "controlled_class": ControlledClass.NONE.value,
    "cold_chain": False,
    "tax_category": "",
    "base_unit": BaseUnit.UNIT.value,
    "public_price": None,
    "min_stock": 0,
    "reorder_point": None,
    "max_stock": 0,
    "shelf_location": "",
    "notes": "",
    "ingredients": (),
}


def is_clear(cell: Cell) -> bool:
    return isinstance(cell, str) and cell.strip().lower() in CLEAR_MARKS


def choice_of(cell: Cell, *, choices: type[TextChoices]) -> str | None:
    """The choice a cell names, by its code or its name in Arabic or English. Raises BadCell."""
    text = fold(cells.text_of(cell, longest=80))
    if not text:
        return None
    known = _names_of(choices)
    if text not in known:
        raise BadCell(
            "unknown_choice",
            _("Give one of: %(choices)s.") % {"choices": ", ".join(choices.values)},
        )
    return known[text]


@cache
def _names_of(choices: type[TextChoices]) -> dict[str, str]:
    known: dict[str, str] = {}
    for language in ("en", "ar"):
        with translation.override(language):
            for value, label in choices.choices:
                # A label may go on to explain itself after a colon.
                known.setdefault(fold(str(label)), value)
                known.setdefault(fold(str(label).partition(":")[0]), value)
    return known | {fold(value): value for value in choices.values}


def flag_of(cell: Cell) -> bool | None:
    """Yes or no. Raises BadCell."""
    if isinstance(cell, bool):
        return cell
    text = fold(cells.text_of(cell, longest=20))
    if not text:
        return None
    if text in _YES or text in _NO:
        return text in _YES
    raise BadCell("not_yes_or_no", _("Give yes or no (نعم، لا)."))


def code_of(cell: Cell) -> str | None:
    return cells.text_of(cell, longest=30).upper().replace(" ", "") or None


def path_of(cell: Cell) -> tuple[str, ...] | None:
    """A category as the names from the root down: `Medicines > Pain relief`. Raises BadCell."""
    text = cells.text_of(cell, longest=700)
    if not text:
        return None
    names = tuple(
        " ".join(part.replace("\x00", ">").split())
        for part in text.replace("\\>", "\x00").split(">")
    )
    if not all(names) or any(len(name) > 100 for name in names):
        raise BadCell(
            "invalid_category", _("Write the category from the top down: Medicines > Pain relief.")
        )
    return names


def path_write(names: Iterable[str]) -> str:
    return " > ".join(name.replace(">", "\\>") for name in names)


def _text(longest: int) -> Callable[[Cell], str | None]:
    return lambda cell: cells.text_of(cell, longest=longest) or None


def _tax_code(cell: Cell) -> str | None:
    return cells.text_of(cell, longest=30) or None


# How each plain field of a product is read; None: the cell is empty, leave what is.
READERS: Mapping[str, Callable[[Cell], Any]] = {
    "strength": _text(80),
    "form": _text(80),
    "manufacturer": _text(150),
    "route": partial(choice_of, choices=Route),
    "atc_code": code_of,
    "category": path_of,
    "prescription_class": partial(choice_of, choices=PrescriptionClass),
    "controlled_class": partial(choice_of, choices=ControlledClass),
    "cold_chain": flag_of,
    "tax_category": _tax_code,
    "base_unit": partial(choice_of, choices=BaseUnit),
    "public_price": cells.money_of,
    "min_stock": cells.whole_of,
    "reorder_point": cells.whole_of,
    "max_stock": cells.whole_of,
    "shelf_location": _text(60),
    "notes": _text(2000),
    "lifecycle": partial(choice_of, choices=Lifecycle),
}


def written(value: Any) -> str:
    """A value of a product as a cell that reads as the same."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return format_money(value) if isinstance(value, Decimal) else str(value)
