"""Checks of Excel files, old and new."""

from __future__ import annotations

import io
import zipfile

import xlrd
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from files.errors import FileEncrypted, FileUnpacksTooLarge, FileUnreadable

XLS = "application/vnd.ms-excel"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ZIP = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_WORKBOOK_STREAMS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))


def identify(content: bytes) -> str | None:
    """XLS or XLSX, None for anything else; raises for a bad one."""
    if content.startswith(_ZIP):
        return _identify_zip(content)
    if content.startswith(_COMPOUND):
        return _identify_compound(content)
    return None


def _identify_zip(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as exc:
        raise FileUnreadable(_("The workbook is incomplete. Save and send it again.")) from exc
    if "xl/workbook.xml" not in {member.filename for member in members}:
        return None
    if any(member.flag_bits & 1 for member in members):
        raise _encrypted()
    # A member cannot unpack to more than it declares: zipfile stops there and the CRC fails.
    if sum(member.file_size for member in members) > settings.FILE_MAX_UNPACKED_BYTES:
        raise FileUnpacksTooLarge(
            _("Unpacked the workbook would exceed %(limit)d MB. Send only the price list.")
            % {"limit": settings.FILE_MAX_UNPACKED_BYTES // 1024 // 1024}
        )
    return XLSX


def _identify_compound(content: bytes) -> str | None:
    if _ENCRYPTED_PACKAGE in content:
        raise _encrypted()
    if not any(name in content for name in _WORKBOOK_STREAMS):
        return None
    try:
        with xlrd.open_workbook(file_contents=content, on_demand=True, logfile=io.StringIO()):
            return XLS
    except xlrd.XLRDError as exc:
        if "encrypted" in str(exc).lower():
            raise _encrypted() from exc
        raise FileUnreadable(_("The workbook cannot be opened. Save it again.")) from exc
    except Exception as exc:  # xlrd fails in many ways on damaged files
        raise FileUnreadable(_("The workbook cannot be opened. Save it again.")) from exc


def _encrypted() -> FileEncrypted:
    return FileEncrypted(_("Save the workbook without a password and send it again."))
