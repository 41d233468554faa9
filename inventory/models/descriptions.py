"""What hangs on a product: its other names, pictures and papers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventory.models.catalogue import Product


class AliasSource(models.TextChoices):
    TYPED = "typed", _("Typed by staff")
    LEARNT = "learnt", _("Learnt from an offer")
    IMPORTED = "imported", _("From an imported file")
    MERGED = "merged", _("Name of a product merged into it")


class ProductAlias(models.Model):
    """Another name people look a product up by. Several products may share one."""

    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="aliases", verbose_name=_("product")
    )
    text = models.CharField(_("name"), max_length=200)
    key = models.CharField(max_length=400, editable=False)  # core.text.search_key of the text
    source = models.CharField(
        _("source"), max_length=10, choices=AliasSource, default=AliasSource.TYPED
    )
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )

    class Meta:
        verbose_name = _("other name of a product")
        verbose_name_plural = _("other names of products")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["product", "key"], name="inventory_alias_once"),
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(key=""), name="inventory_alias_readable"
            ),
            models.CheckConstraint(
                condition=Q(source__in=AliasSource.values), name="inventory_alias_source_known"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class AttachmentKind(models.TextChoices):
    IMAGE = "image", _("Picture")
    LEAFLET = "leaflet", _("Package leaflet")
    CERTIFICATE = "certificate", _("Certificate")
    OTHER = "other", _("Other paper")


class ProductAttachment(models.Model):
    """A stored file of a product. Only a picture can be the one shown first."""

    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="attachments", verbose_name=_("product")
    )
    file = models.ForeignKey(
        "files.StoredFile", on_delete=models.PROTECT, related_name="+", verbose_name=_("file")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=AttachmentKind)
    caption = models.CharField(_("caption"), max_length=200, blank=True)
    is_primary = models.BooleanField(_("shown first"), default=False)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )

    class Meta:
        verbose_name = _("attachment of a product")
        verbose_name_plural = _("attachments of products")
        ordering = ["product_id", "-is_primary", "id"]
        constraints = [
            models.UniqueConstraint(fields=["product", "file"], name="inventory_attachment_once"),
            models.UniqueConstraint(
                fields=["product"],
                condition=Q(is_primary=True),
                name="inventory_attachment_one_primary",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AttachmentKind.values), name="inventory_attachment_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(is_primary=False) | Q(kind=AttachmentKind.IMAGE),
                name="inventory_attachment_primary_is_image",
            ),
        ]

    def __str__(self) -> str:
        return self.caption or str(self.file_id)
