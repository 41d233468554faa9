"""The embedded document reader: digital PDFs, spreadsheets and photos of warehouse offers.

Pure Python without Django or a database, so that it can be tested, timed and replaced alone.
`read_document` is the only entry; what it returns and raises is in `lines` and `errors`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .errors import DocumentEmpty, UnsupportedDocument
from .lines import ExtractedDocument

Progress = Callable[[int, int, int], None]

DEFAULT_MAX_PAGES = 200

PDF_TYPES = frozenset({"application/pdf", "application/x-pdf"})
XLSX_TYPES = frozenset(
    {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.ms-excel.sheet.macroenabled.12",
    }
)
XLS_TYPES = frozenset({"application/vnd.ms-excel", "application/msexcel", "application/xls"})
CSV_TYPES = frozenset({"text/csv", "application/csv", "text/plain", "text/tab-separated-values"})
PHOTO_TYPES = frozenset(
    {"image/jpeg", "image/jpg", "image/png", "image/webp", "image/tiff", "image/bmp"}
)

_ZIP_SIGNATURE = b"PK\x03\x04"
_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_document(
    source: bytes | str | Path,
    content_type: str,
    *,
    max_pages: int = DEFAULT_MAX_PAGES,
    on_progress: Progress | None = None,
) -> ExtractedDocument:
    """All offer lines of a document.

    source: the file's bytes or its path. content_type: its MIME type, parameters are ignored.
    max_pages: pages (sheets, for workbooks) that may be read. on_progress: called as pages are
    done with (pages done, pages in all, rows found so far).
    Raises a ReadingError; each has a stable `code`.
    """
    content = source if isinstance(source, bytes) else Path(source).read_bytes()
    if not content:
        raise DocumentEmpty("The file is empty.")
    kind = content_type.partition(";")[0].strip().lower()
    if kind in PDF_TYPES:
        from .pdf import read_pdf

        return read_pdf(content, max_pages=max_pages, on_progress=on_progress)
    if kind in XLSX_TYPES | XLS_TYPES | CSV_TYPES:
        return _read_sheet(content, kind, max_pages, on_progress)
    if kind in PHOTO_TYPES:
        return _read_photo(content, on_progress)
    raise UnsupportedDocument(f"Files of type {kind or 'unknown'} cannot be read.")


def _read_sheet(
    content: bytes, kind: str, max_pages: int, on_progress: Progress | None
) -> ExtractedDocument:
    """A sheet by its signature: browsers call all of them application/vnd.ms-excel."""
    from .sheets import read_csv, read_xls, read_xlsx

    if content.startswith(_ZIP_SIGNATURE) or kind in XLSX_TYPES:
        return read_xlsx(content, max_sheets=max_pages, on_progress=on_progress)
    if content.startswith(_OLE_SIGNATURE):
        return read_xls(content, max_sheets=max_pages, on_progress=on_progress)
    return read_csv(content, on_progress=on_progress)


def _read_photo(content: bytes, on_progress: Progress | None) -> ExtractedDocument:
    from .errors import NoTableFound, OcrNotInstalled

    try:
        from .photo import read_photo
    except ImportError as error:
        raise OcrNotInstalled from error
    photo = read_photo(content, page=1)
    if not photo.lines:
        raise NoTableFound("No rows with a name and a price were found in the photo.")
    if on_progress is not None:
        on_progress(1, 1, len(photo.lines))
    return ExtractedDocument(lines=photo.lines, pages=1, engine="embedded.photo", texts=photo.texts)
