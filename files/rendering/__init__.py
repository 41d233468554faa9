"""Tables as people take them away: CSV, XLSX and PDF, in Arabic and in English.

A report is described once, as a :class:`TableDocument`; ``render`` writes it in any format and
language. Nothing here knows what the figures mean.
"""

from files.rendering.document import (
    Bilingual,
    Cell,
    Column,
    ColumnKind,
    Row,
    RowKind,
    Section,
    TableDocument,
)
from files.rendering.errors import ExportTooLong
from files.rendering.render import ExportFormat, RenderedFile, render

__all__ = [
    "Bilingual",
    "Cell",
    "Column",
    "ColumnKind",
    "ExportFormat",
    "ExportTooLong",
    "RenderedFile",
    "Row",
    "RowKind",
    "Section",
    "TableDocument",
    "render",
]
