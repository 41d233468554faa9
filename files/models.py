"""Files people sent in. The content is immutable and lies in the configured storage."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """One file as it was sent. ``content_type`` was decided by content, never by name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sha256 = models.CharField(max_length=64, db_index=True)
    byte_size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=100)
    original_name = models.CharField(max_length=255)
    storage_key = models.CharField(max_length=255)
    pages = models.PositiveIntegerField(null=True, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        constraints = [
            models.CheckConstraint(condition=Q(byte_size__gt=0), name="files_not_empty"),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="files_sha256_is_hex"
            ),
            models.CheckConstraint(
                condition=~Q(storage_key="") & ~Q(storage_key__startswith="/"),
                name="files_key_is_relative",
            ),
        ]
        indexes = [models.Index(fields=["storage_key"], name="files_by_storage_key")]

    def __str__(self) -> str:
        return self.original_name
