"""Why a file is not taken in. Every refusal names the field ``file`` and the remedy."""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.errors import FieldProblem, Forbidden, NotFound, RuleRefused, TooLarge, UnsupportedType


class _RefusedFile:
    """Puts the refusal on the field ``file`` of the request."""

    code: ClassVar[str]
    title: ClassVar[str | Promise]

    def __init__(self, remedy: str | Promise) -> None:
        super().__init__(  # type: ignore[call-arg]
            remedy, errors=[FieldProblem("file", self.code, remedy)]
        )


class FileTooLarge(_RefusedFile, TooLarge):
    code = "file_too_large"
    title = _("The file is too large")


class FileHasTooManyPages(_RefusedFile, TooLarge):
    code = "file_has_too_many_pages"
    title = _("The file has too many pages")


class ImageHasTooManyPixels(_RefusedFile, TooLarge):
    code = "image_has_too_many_pixels"
    title = _("A picture in the file is too large")


class FileUnpacksTooLarge(_RefusedFile, TooLarge):
    code = "file_unpacks_too_large"
    title = _("The file is much larger inside than it looks")


class FileTypeNotSupported(_RefusedFile, UnsupportedType):
    code = "file_type_not_supported"
    title = _("This type of file is not supported")


class FileEmpty(_RefusedFile, RuleRefused):
    code = "file_empty"
    title = _("The file is empty")


class FileEncrypted(_RefusedFile, RuleRefused):
    code = "file_encrypted"
    title = _("The file is protected by a password")


class FileUnreadable(_RefusedFile, RuleRefused):
    code = "file_unreadable"
    title = _("The file is damaged or incomplete")


class FileNotFound(NotFound):
    code = "file_not_found"
    title = _("There is no such file")


class FileLinkInvalid(Forbidden):
    code = "file_link_invalid"
    title = _("This download link is not valid")


class FileLinkExpired(Forbidden):
    code = "file_link_expired"
    title = _("This download link has expired; ask for a new one")
