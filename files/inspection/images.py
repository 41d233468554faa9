"""Checks of pictures."""

from __future__ import annotations

import io
import warnings

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from files.errors import FileUnreadable, ImageHasTooManyPixels

_SIGNATURES = (
    (b"\xff\xd8\xff", "JPEG", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "PNG", "image/png"),
    (b"RIFF", "WEBP", "image/webp"),
)


def identify(content: bytes) -> str | None:
    """The picture's content type, None if it is no picture; raises if it is a bad one."""
    for signature, name, content_type in _SIGNATURES:
        if content.startswith(signature) and (name != "WEBP" or content[8:12] == b"WEBP"):
            _check(content, name)
            return content_type
    return None


def _check(content: bytes, name: str) -> None:
    damaged = FileUnreadable(_("The picture cannot be read to its end. Send it again."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[name]) as image:
                _check_pixels(image.width * image.height * getattr(image, "n_frames", 1))
                image.load()
    except Image.DecompressionBombError as exc:
        raise _too_many_pixels() from exc
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as exc:
        raise damaged from exc


def _check_pixels(pixels: int) -> None:
    if pixels > settings.FILE_MAX_PIXELS:
        raise _too_many_pixels()


def _too_many_pixels() -> ImageHasTooManyPixels:
    return ImageHasTooManyPixels(
        _("At most %(limit)d megapixels are taken. Send a smaller picture.")
        % {"limit": settings.FILE_MAX_PIXELS / 1_000_000}
    )
