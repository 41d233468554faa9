"""Pictures and papers of products. The content is judged and stored before the transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.audit import Actor
from core.errors import FieldProblem
from files.public import InspectedFile, file_inspect, file_put, file_register
from inventory.errors import AttachmentNotFound, AttachmentRefused, ProductNotFound
from inventory.models import AttachmentKind, ProductAttachment
from inventory.services.ledger import stock_lock

MOST_ATTACHMENTS = 50


@dataclass(frozen=True, slots=True)
class PreparedAttachment:
    """A file found good and laid into the storage, with what is said of it."""

    inspected: InspectedFile
    storage_key: str
    kind: str
    caption: str
    is_primary: bool


def attachment_prepare(
    *, file: UploadedFile, kind: str, caption: str = "", is_primary: bool = False
) -> PreparedAttachment:
    """Judge a file by its content and store it; before any transaction.

    Raises AttachmentRefused where a picture is wanted and it is none, and what `file_inspect`
    refuses.
    """
    inspected = file_inspect(file)
    is_picture = inspected.content_type.startswith("image/")
    if kind == AttachmentKind.IMAGE and not is_picture:
        raise _refused("file", "not_a_picture", _("By its content this is no picture."))
    if is_primary and kind != AttachmentKind.IMAGE:
        raise _refused("is_primary", "not_a_picture", _("Only a picture can be shown first."))
    return PreparedAttachment(inspected, file_put(inspected), kind, caption.strip(), is_primary)


@transaction.atomic
def attachment_add(
    *, actor: Actor, now: datetime, product_id: int, prepared: PreparedAttachment
) -> int:
    """Hang a stored file on a product; returns the attachment's id.

    Shown first, it takes that from the one before. Raises ProductNotFound, AttachmentRefused: too
    many, or the product has a file of this content.
    """
    if product_id not in stock_lock([product_id]).products:
        raise ProductNotFound
    here = ProductAttachment.objects.filter(product_id=product_id)
    if here.count() >= MOST_ATTACHMENTS:
        raise _refused("file", "too_many", _("At most %(n)d files.") % {"n": MOST_ATTACHMENTS})
    if here.filter(file__sha256=prepared.inspected.sha256).exists():
        raise _refused("file", "taken", _("The product has this file already."))
    if prepared.is_primary:
        here.filter(is_primary=True).update(is_primary=False)
    stored = file_register(
        actor=actor, now=now, inspected=prepared.inspected, storage_key=prepared.storage_key
    )
    attachment = ProductAttachment.objects.create(
        product_id=product_id,
        file=stored,
        kind=prepared.kind,
        caption=prepared.caption,
        is_primary=prepared.is_primary,
        created_at=now,
        created_by_id=actor.id,
    )
    audit.record(
        actor=actor,
        action="inventory.attachment_added",
        subject=attachment,
        changes={
            "product_id": product_id,
            "kind": prepared.kind,
            "sha256": prepared.inspected.sha256,
        },
    )
    return attachment.pk


@transaction.atomic
def attachment_remove(*, actor: Actor, product_id: int, attachment_id: int) -> None:
    """Take a file off a product; the stored file stays. Raises AttachmentNotFound."""
    stock_lock([product_id])
    attachment = attachment_of(product_id, attachment_id)
    audit.record(
        actor=actor,
        action="inventory.attachment_removed",
        subject=attachment,
        changes={"product_id": product_id, "file_id": str(attachment.file_id)},
    )
    attachment.delete()


def attachment_of(product_id: int, attachment_id: int) -> ProductAttachment:
    """One attachment of a product. Raises AttachmentNotFound."""
    found = ProductAttachment.objects.filter(pk=attachment_id, product_id=product_id).first()
    if found is None:
        raise AttachmentNotFound
    return found


def _refused(field: str, code: str, detail: str) -> AttachmentRefused:
    return AttachmentRefused(errors=[FieldProblem(field, code, detail)])
