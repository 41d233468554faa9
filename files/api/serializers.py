from rest_framework import serializers


class StoredFileSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    original_name = serializers.CharField()
    content_type = serializers.CharField()
    byte_size = serializers.IntegerField()
    sha256 = serializers.CharField()
    pages = serializers.IntegerField(allow_null=True, help_text="Pages of a PDF, else null.")
    uploaded_by_id = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()


class FileLinkSerializer(serializers.Serializer):
    url = serializers.CharField(help_text="Absolute URL; needs no token.")
    expires_in = serializers.IntegerField(help_text="Seconds.")
