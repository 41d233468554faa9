"""The door of ``files`` for the apps above it."""

from files.api.exports import ExportableView, export_schema
from files.inspection import InspectedFile, file_inspect
from files.rendering import (
    Bilingual,
    Cell,
    Column,
    ColumnKind,
    ExportFormat,
    ExportTooLong,
    RenderedFile,
    Row,
    RowKind,
    Section,
    TableDocument,
    render,
)
from files.selectors import file_link, file_open
from files.services import file_put, file_register

__all__ = [
    "Bilingual",
    "Cell",
    "Column",
    "ColumnKind",
    "ExportFormat",
    "ExportTooLong",
    "ExportableView",
    "InspectedFile",
    "RenderedFile",
    "Row",
    "RowKind",
    "Section",
    "TableDocument",
    "export_schema",
    "file_inspect",
    "file_link",
    "file_open",
    "file_put",
    "file_register",
    "render",
]
