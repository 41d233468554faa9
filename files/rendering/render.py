"""From a document to a file: content, content type and name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from django.utils import translation
from django.utils.translation import get_language

from files.rendering.as_csv import csv_lines
from files.rendering.as_pdf import pdf_chunks
from files.rendering.as_xlsx import xlsx_chunks
from files.rendering.document import TableDocument


class ExportFormat(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"

    @property
    def content_type(self) -> str:
        return _CONTENT_TYPES[self]


_CONTENT_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.PDF: "application/pdf",
}
_WRITERS: dict[ExportFormat, Callable[[TableDocument], Iterator[bytes]]] = {
    ExportFormat.CSV: csv_lines,
    ExportFormat.XLSX: xlsx_chunks,
    ExportFormat.PDF: pdf_chunks,
}
_NOT_IN_FILE_NAMES = str.maketrans(dict.fromkeys('\\/:*?"<>|\r\n\t', " "))


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """content: chunks, to be read once. title_name: the file's name in the reader's language."""

    content: Iterator[bytes]
    content_type: str
    file_name: str
    title_name: str

    @property
    def content_disposition(self) -> str:
        """RFC 6266: an ASCII name for old clients, the name in Arabic for all others."""
        return (
            f'attachment; filename="{self.file_name}"; '
            f"filename*=UTF-8''{quote(self.title_name, safe='')}"
        )

    def read(self) -> bytes:
        return b"".join(self.content)


def render(
    document: TableDocument, *, format: ExportFormat | str, language: str | None = None
) -> RenderedFile:
    """Write `document` as `format`, in `language` (ar, en; the active one if left out).

    Raises ExportTooLong where the format cannot hold so many rows.
    """
    kind = ExportFormat(format)
    chosen = language or get_language() or "ar"
    with translation.override(chosen):
        title = " ".join(str(document.title).translate(_NOT_IN_FILE_NAMES).split())
        content = _WRITERS[kind](document)
    return RenderedFile(
        content=_in_language(content, chosen),
        content_type=kind.content_type,
        file_name=_file_name(document.name, document.dated, separator="-", kind=kind),
        title_name=_file_name(title, document.dated, separator=" ", kind=kind),
    )


def _file_name(stem: str, dated: str, *, separator: str, kind: ExportFormat) -> str:
    return separator.join(part for part in (stem, dated) if part) + f".{kind}"


def _in_language(content: Iterator[bytes], language: str) -> Iterator[bytes]:
    """The chunks, each made with `language` active: CSV is written while it is being sent."""
    while True:
        with translation.override(language):
            chunk = next(content, None)
        if chunk is None:
            return
        yield chunk
