"""Endpoints of the other names, pictures and papers of a product."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from core.api import ApiView
from files.public import file_link
from inventory.api.serializers.classification import (
    AliasIn,
    AliasOut,
    AttachmentIn,
    AttachmentLinkOut,
    AttachmentOut,
)
from inventory.api.views.catalogue import READ, WRITE, example
from inventory.selectors.classification import aliases_of, attachments_of
from inventory.services import aliases, attachments

# Room for the other parts of a multipart body.
FORM_OVERHEAD_BYTES = 64 * 1024


class AliasListView(ApiView):
    permissions = {"get": READ, "post": WRITE}

    @extend_schema(operation_id="inventory_aliases_list", responses=AliasOut(many=True))
    def get(self, request: Request, product_id: int) -> Response:
        """What else the product is called."""
        return Response(AliasOut(aliases_of(product_id), many=True).data)

    @extend_schema(
        operation_id="inventory_aliases_create",
        request=AliasIn,
        responses={201: AliasOut(many=True)},
        examples=example("As customers ask for it", text="حبة الصداع"),
    )
    def post(self, request: Request, product_id: int) -> Response:
        """Give a product another name to be found by."""
        aliases.alias_add(
            actor=self.actor, now=self.now, product_id=product_id, **self.parse(AliasIn)
        )
        return Response(AliasOut(aliases_of(product_id), many=True).data, status=HTTP_201_CREATED)


class AliasView(ApiView):
    permissions = {"delete": WRITE}

    @extend_schema(operation_id="inventory_aliases_delete", responses={204: None})
    def delete(self, request: Request, product_id: int, alias_id: int) -> Response:
        """Take another name off a product."""
        aliases.alias_remove(actor=self.actor, product_id=product_id, alias_id=alias_id)
        return Response(status=HTTP_204_NO_CONTENT)


class AttachmentListView(ApiView):
    permissions = {"get": READ, "post": WRITE}
    parser_classes = (MultiPartParser,)

    @property
    def max_body_bytes(self) -> int:
        return settings.FILE_MAX_BYTES + FORM_OVERHEAD_BYTES

    def prepare(self, request: Request, **kwargs: Any) -> attachments.PreparedAttachment:
        return attachments.attachment_prepare(**self.parse(AttachmentIn))

    @extend_schema(operation_id="inventory_attachments_list", responses=AttachmentOut(many=True))
    def get(self, request: Request, product_id: int) -> Response:
        """Pictures and papers of a product."""
        return Response(AttachmentOut(attachments_of(product_id), many=True).data)

    @extend_schema(
        operation_id="inventory_attachments_create",
        request={"multipart/form-data": AttachmentIn},
        responses={201: AttachmentOut(many=True)},
    )
    def post(self, request: Request, product_id: int) -> Response:
        """Hang a picture or paper on a product; its type is decided by its content."""
        attachments.attachment_add(
            actor=self.actor, now=self.now, product_id=product_id, prepared=self.prepared
        )
        rows = AttachmentOut(attachments_of(product_id), many=True)
        return Response(rows.data, status=HTTP_201_CREATED)


class AttachmentView(ApiView):
    permissions = {"delete": WRITE}

    @extend_schema(operation_id="inventory_attachments_delete", responses={204: None})
    def delete(self, request: Request, product_id: int, attachment_id: int) -> Response:
        """Take a file off a product."""
        attachments.attachment_remove(
            actor=self.actor, product_id=product_id, attachment_id=attachment_id
        )
        return Response(status=HTTP_204_NO_CONTENT)


class AttachmentLinkView(ApiView):
    permissions = {"get": READ}

    @extend_schema(operation_id="inventory_attachments_link", responses=AttachmentLinkOut)
    def get(self, request: Request, product_id: int, attachment_id: int) -> Response:
        """A link that downloads the file for a few minutes."""
        found = attachments.attachment_of(product_id, attachment_id)
        url = request.build_absolute_uri(file_link(found.file_id))
        return Response({"url": url, "expires_in": settings.FILE_LINK_TTL_SECONDS})
