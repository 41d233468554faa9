"""Files over HTTP. Content is never public: a short signed link downloads it."""

from uuid import UUID

from django.conf import settings
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import PUBLIC, ApiView
from files import selectors
from files.api.serializers import FileLinkSerializer, StoredFileSerializer


class FileView(ApiView):
    permissions = {"get": "files.view"}

    @extend_schema(operation_id="files_read", responses=StoredFileSerializer)
    def get(self, request: Request, file_id: UUID) -> Response:
        """What is known of a file."""
        return Response(StoredFileSerializer(selectors.file_by_id(file_id)).data)


class FileLinkView(ApiView):
    permissions = {"get": "files.view"}

    @extend_schema(operation_id="files_link", responses=FileLinkSerializer)
    def get(self, request: Request, file_id: UUID) -> Response:
        """A link that downloads the file for a few minutes."""
        url = request.build_absolute_uri(selectors.file_link(file_id))
        return Response({"url": url, "expires_in": settings.FILE_LINK_TTL_SECONDS})


class DownloadView(ApiView):
    permissions = {"get": PUBLIC}
    authentication_classes = ()
    extra_problems = (403,)

    @extend_schema(
        operation_id="files_download",
        responses={
            (200, "application/octet-stream"): OpenApiResponse(
                OpenApiTypes.BINARY, description="The content, as an attachment."
            )
        },
    )
    def get(self, request: Request, token: str) -> FileResponse:
        """The content behind a signed link."""
        stored = selectors.file_of_link(token)
        return FileResponse(
            selectors.content_open(stored),
            as_attachment=True,
            filename=stored.original_name,
            content_type=stored.content_type,
            headers={"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"},
        )
