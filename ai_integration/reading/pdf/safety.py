"""Looks at a PDF's bytes before any parser unpacks them."""

from __future__ import annotations

import re
import zlib

import pypdfium2
import pypdfium2.raw as pdfium_c

from ai_integration.reading.errors import (
    DocumentEmpty,
    DocumentEncrypted,
    DocumentTooLarge,
    DocumentUnreadable,
    TooManyPages,
)

#: A PDF may carry some bytes before its signature and after its end.
SIGNATURE_WITHIN = 1024
END_WITHIN = 16 * 1024
LARGEST_STREAM = 192 * 1024 * 1024
LARGEST_TOTAL = 768 * 1024 * 1024
_STEP = 4 * 1024 * 1024
_STREAM = re.compile(rb"stream\r?\n")
_ZLIB_HEADERS = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda", b"\x48\x89", b"\x68\x81")


def check_pdf(content: bytes, *, max_pages: int) -> int:
    """The number of pages of a PDF that is safe and possible to read.

    Raises DocumentEmpty, DocumentUnreadable (no PDF, or cut short), DocumentEncrypted,
    TooManyPages or DocumentTooLarge.
    """
    if not content:
        raise DocumentEmpty("The file is empty.")
    if b"%PDF-" not in content[:SIGNATURE_WITHIN]:
        raise DocumentUnreadable("The file is not a PDF.")
    if b"%%EOF" not in content[-END_WITHIN:]:
        raise DocumentUnreadable("The PDF is cut short: its end is missing.")
    pages = _page_count(content)
    if pages == 0:
        raise DocumentEmpty("The PDF has no pages.")
    if pages > max_pages:
        raise TooManyPages(pages, max_pages)
    _refuse_bombs(content)
    return pages


def _page_count(content: bytes) -> int:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium_c.FPDF_ERR_PASSWORD:
            raise DocumentEncrypted("The PDF is protected by a password.") from error
        raise DocumentUnreadable("The PDF is damaged and cannot be opened.") from error
    try:
        return len(document)
    finally:
        document.close()


def _refuse_bombs(content: bytes) -> None:
    """Unpacks every stream in small steps, keeping nothing, and stops at the limits."""
    total = 0
    for match in _STREAM.finditer(content):
        start = match.end()
        if content[start : start + 2] not in _ZLIB_HEADERS:
            continue
        size = _unpacked_size(content, start)
        total += size
        if size > LARGEST_STREAM or total > LARGEST_TOTAL:
            raise DocumentTooLarge("The PDF would unpack to more than may be read.")


def _refuse_packed_twice(chunk: bytes) -> None:
    """No page, font or picture begins like a packed stream: it could unpack to anything."""
    if chunk[:2] not in _ZLIB_HEADERS:
        return
    try:
        twice = zlib.decompressobj().decompress(chunk, _STEP)
    except zlib.error:
        return
    if len(twice) > len(chunk):
        raise DocumentTooLarge("The PDF is packed several times over.")


def _unpacked_size(content: bytes, start: int) -> int:
    unpacker = zlib.decompressobj()
    size = 0
    try:
        chunk = unpacker.decompress(memoryview(content)[start:], _STEP)
        _refuse_packed_twice(chunk)
        while chunk and size <= LARGEST_STREAM:
            size += len(chunk)
            if unpacker.eof:
                break
            chunk = unpacker.decompress(unpacker.unconsumed_tail, _STEP)
    except zlib.error:
        return size
    return size
