"""Reading files and making links to them."""

from __future__ import annotations

from typing import IO, Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.files.storage import FileSystemStorage, default_storage
from django.urls import reverse

from files.errors import FileLinkExpired, FileLinkInvalid, FileNotFound
from files.models import StoredFile

_SALT = "files.download"


def file_by_id(file_id: UUID) -> StoredFile:
    """Raises FileNotFound."""
    stored = StoredFile.objects.filter(pk=file_id).first()
    if stored is None:
        raise FileNotFound
    return stored


def file_open(file_id: UUID) -> IO[Any]:
    """The content of a file, to be closed by the caller. Raises FileNotFound."""
    return content_open(file_by_id(file_id))


def content_open(stored: StoredFile) -> IO[Any]:
    """Raises FileNotFound where the storage has lost the content."""
    try:
        return default_storage.open(stored.storage_key, "rb")
    except FileNotFoundError as exc:
        raise FileNotFound from exc


def file_link(file_id: UUID) -> str:
    """A link that downloads the file without a token, for ``FILE_LINK_TTL_SECONDS``.

    A path on this backend, or with S3 a presigned URL of the bucket.
    """
    stored = file_by_id(file_id)
    if isinstance(default_storage, FileSystemStorage):
        token = signing.dumps(str(stored.pk), salt=_SALT)
        return reverse("files:download", args=[token])
    bucket: Any = default_storage  # S3Storage, whose links can expire
    return bucket.url(stored.storage_key, expire=settings.FILE_LINK_TTL_SECONDS)


def file_of_link(token: str) -> StoredFile:
    """The file a token of ``file_link`` stands for; raises FileLinkInvalid, FileLinkExpired."""
    try:
        file_id = signing.loads(token, salt=_SALT, max_age=settings.FILE_LINK_TTL_SECONDS)
    except signing.SignatureExpired as exc:
        raise FileLinkExpired from exc
    except signing.BadSignature as exc:
        raise FileLinkInvalid from exc
    return file_by_id(UUID(file_id))
