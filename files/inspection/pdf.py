"""Checks of PDF files before anything reads their pages."""

from __future__ import annotations

from contextlib import closing

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from files.errors import (
    FileEncrypted,
    FileHasTooManyPages,
    FileUnpacksTooLarge,
    FileUnreadable,
    ImageHasTooManyPixels,
)
from files.inspection.streams import PackedStreams, unpacked_sizes

_HEAD_BYTES = 1024
# A page is drawn at this resolution when it has to be read as a picture.
RASTER_DPI = 200
_POINTS_PER_INCH = 72


def is_pdf(content: bytes) -> bool:
    return b"%PDF-" in content[:_HEAD_BYTES]


def check(content: bytes) -> int:
    """The number of pages; raises the error of ``files.errors`` that fits what is wrong."""
    if b"%%EOF" not in content[-_HEAD_BYTES:]:
        raise FileUnreadable(_("The end of the PDF is missing. Download or export it again."))
    _check_unpacked_size(content)
    with closing(_opened(content)) as document:
        pages = len(document)
        if pages == 0:
            raise FileUnreadable(_("The PDF has no page. Export it again."))
        if pages > settings.FILE_MAX_PAGES:
            raise FileHasTooManyPages(
                _("At most %(limit)d pages are taken; this PDF has %(pages)d. Split it.")
                % {"limit": settings.FILE_MAX_PAGES, "pages": pages}
            )
        for index in range(pages):
            _check_page(document, index)
        return pages


def _opened(content: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(content)
    except pdfium.PdfiumError as exc:
        if getattr(exc, "err_code", None) == pdfium_c.FPDF_ERR_PASSWORD:
            raise FileEncrypted(_("Save the PDF without a password and send it again.")) from exc
        raise FileUnreadable(_("The PDF cannot be opened. Export it again.")) from exc


def _check_page(document: pdfium.PdfDocument, index: int) -> None:
    try:
        page = document[index]
    except pdfium.PdfiumError as exc:
        raise FileUnreadable(
            _("Page %(page)d of the PDF cannot be read. Export it again.") % {"page": index + 1}
        ) from exc
    with closing(page):
        width, height = page.get_size()
        _check_pixels(
            width * height * (RASTER_DPI / _POINTS_PER_INCH) ** 2,
            page=index + 1,
        )
        for item in page.get_objects(filter=(pdfium_c.FPDF_PAGEOBJ_IMAGE,)):
            image_width, image_height = item.get_px_size()
            _check_pixels(image_width * image_height, page=index + 1)


def _check_pixels(pixels: float, *, page: int) -> None:
    if pixels > settings.FILE_MAX_PIXELS:
        raise ImageHasTooManyPixels(
            _("Page %(page)d has %(size)d megapixels; at most %(limit)d are taken.")
            % {
                "page": page,
                "size": pixels / 1_000_000,
                "limit": settings.FILE_MAX_PIXELS / 1_000_000,
            }
        )


def _check_unpacked_size(content: bytes) -> None:
    """Unpack every packed stream piece by piece, keeping nothing, and stop at the limit."""
    room = settings.FILE_MAX_UNPACKED_BYTES
    try:
        for size in unpacked_sizes(content):
            room -= size
            if room < 0:
                raise FileUnpacksTooLarge(
                    _("Unpacked it would exceed %(limit)d MB. Export it again, smaller.")
                    % {"limit": settings.FILE_MAX_UNPACKED_BYTES // 1024 // 1024}
                )
    except PackedStreams as exc:
        raise FileUnpacksTooLarge(
            _("The PDF is packed several times over. Print it to a new PDF and send that.")
        ) from exc
