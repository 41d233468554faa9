"""What a file really is: decided by its content, measured against the limits, never by its name.

Reading here costs little and trusts nothing: sizes are checked before anything is unpacked.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import PurePath

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from files.errors import FileEmpty, FileTooLarge, FileTypeNotSupported
from files.inspection import images, pdf, sheets, text

EXTENSIONS = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "text/csv": "csv",
    "application/vnd.ms-excel": "xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
SUPPORTED_NAMES = "PDF, JPEG, PNG, WebP, CSV, XLS, XLSX"


@dataclass(frozen=True, slots=True)
class InspectedFile:
    """A file found good. pages: of a PDF, else None. name: its base name, for showing only."""

    content: bytes
    sha256: str
    content_type: str
    pages: int | None
    name: str

    @property
    def extension(self) -> str:
        return EXTENSIONS[self.content_type]


def file_inspect(upload: UploadedFile) -> InspectedFile:
    """Decide the type of ``upload`` and check every limit.

    Raises FileTooLarge, FileEmpty, FileTypeNotSupported, FileEncrypted, FileUnreadable,
    FileHasTooManyPages, ImageHasTooManyPixels or FileUnpacksTooLarge.
    """
    if (upload.size or 0) > settings.FILE_MAX_BYTES:
        raise FileTooLarge(
            _("At most %(limit)s MB are taken; this file has %(size)s MB.")
            % {"limit": _megabytes(settings.FILE_MAX_BYTES), "size": _megabytes(upload.size or 0)}
        )
    content = upload.read()
    if not content:
        raise FileEmpty(_("The file has no content. Choose the file again."))
    content_type, pages = _identify(content)
    return InspectedFile(
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        content_type=content_type,
        pages=pages,
        name=PurePath(upload.name or "").name[-255:] or "file",
    )


def _identify(content: bytes) -> tuple[str, int | None]:
    if pdf.is_pdf(content):
        return "application/pdf", pdf.check(content)
    for kind in (images, sheets, text):
        content_type = kind.identify(content)
        if content_type:
            return content_type, None
    raise FileTypeNotSupported(
        _("By its content this is none of: %(names)s.") % {"names": SUPPORTED_NAMES}
    )


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.1f}"
