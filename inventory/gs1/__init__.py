"""Reading GS1 element strings (DataMatrix, GS1-128, DataBar, QR). Pure: no database, no settings.

Rules and section numbers are those of the GS1 General Specifications.
"""

from inventory.gs1.check_digit import check_digit_fits, check_digit_of
from inventory.gs1.dates import gs1_date
from inventory.gs1.errors import Gs1Unreadable
from inventory.gs1.identifiers import SEPARATOR
from inventory.gs1.reading import Gs1Reading, gs1_read, looks_like_gs1, written

__all__ = [
    "SEPARATOR",
    "Gs1Reading",
    "Gs1Unreadable",
    "check_digit_fits",
    "check_digit_of",
    "gs1_date",
    "gs1_read",
    "looks_like_gs1",
    "written",
]
