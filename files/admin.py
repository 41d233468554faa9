from django.contrib import admin

from core.admin import ReadOnlyAdmin
from files.models import StoredFile


@admin.register(StoredFile)
class StoredFileAdmin(ReadOnlyAdmin):
    list_display = ("original_name", "content_type", "byte_size", "pages", "created_at")
    list_filter = ("content_type",)
    search_fields = ("original_name", "sha256")
