"""Shapes of categories, tax categories, generics, aliases and attachments."""

from __future__ import annotations

from rest_framework import serializers

from core.api import IdIn, InputSerializer
from inventory.api.serializers.catalogue import PlainDecimal
from inventory.models import AliasSource, AttachmentKind


class CategoryPatch(InputSerializer):
    name_ar = serializers.CharField(required=False, allow_blank=True, max_length=100)
    name_en = serializers.CharField(required=False, allow_blank=True, max_length=100)
    parent_id = IdIn(required=False, allow_null=True, help_text="null: at the top")


class CategoryIn(CategoryPatch):
    """A category to be."""


class CategoryOut(serializers.Serializer):
    id = serializers.IntegerField()
    name_ar = serializers.CharField()
    name_en = serializers.CharField()
    parent_id = serializers.IntegerField(allow_null=True)
    product_count = serializers.IntegerField(help_text="directly in it")


class TaxCategoryPatch(InputSerializer):
    name_ar = serializers.CharField(required=False, allow_blank=True, max_length=100)
    name_en = serializers.CharField(required=False, allow_blank=True, max_length=100)
    rate_percent = serializers.DecimalField(
        max_digits=6,
        decimal_places=3,
        min_value=0,
        max_value=100,
        required=False,
        help_text="of the price without tax, from now on",
    )
    is_active = serializers.BooleanField(required=False)


class TaxCategoryIn(InputSerializer):
    code = serializers.CharField(max_length=30)
    name_ar = serializers.CharField(required=False, allow_blank=True, max_length=100)
    name_en = serializers.CharField(required=False, allow_blank=True, max_length=100)
    rate_percent = serializers.DecimalField(
        max_digits=6, decimal_places=3, min_value=0, max_value=100
    )


class TaxCategoryOut(serializers.Serializer):
    id = serializers.IntegerField()
    code = serializers.CharField()
    name_ar = serializers.CharField()
    name_en = serializers.CharField()
    rate_percent = PlainDecimal()
    is_active = serializers.BooleanField()


class IngredientFilter(InputSerializer):
    search = serializers.CharField(
        required=False, allow_blank=True, max_length=150, help_text="beginning of a name"
    )


class IngredientNamesIn(InputSerializer):
    name_ar = serializers.CharField(allow_blank=True, max_length=150)
    name_en = serializers.CharField(allow_blank=True, max_length=150)


class GenericOut(serializers.Serializer):
    id = serializers.IntegerField()
    name_ar = serializers.CharField()
    name_en = serializers.CharField()
    product_count = serializers.IntegerField()


class AliasIn(InputSerializer):
    text = serializers.CharField(max_length=200)


class AliasOut(serializers.Serializer):
    id = serializers.IntegerField()
    text = serializers.CharField()
    origin = serializers.ChoiceField(source="source", choices=AliasSource.choices)
    created_at = serializers.DateTimeField()


class AttachmentIn(InputSerializer):
    file = serializers.FileField(
        allow_empty_file=True, help_text="PDF, JPEG, PNG or WebP and the like; judged by content"
    )
    kind = serializers.ChoiceField(choices=AttachmentKind.choices)
    caption = serializers.CharField(required=False, allow_blank=True, max_length=200)
    is_primary = serializers.BooleanField(
        required=False, help_text="the picture shown first; takes that from the one before"
    )


class AttachmentOut(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=AttachmentKind.choices)
    caption = serializers.CharField()
    is_primary = serializers.BooleanField()
    file_id = serializers.UUIDField()
    file_name = serializers.CharField(source="file.original_name")
    content_type = serializers.CharField(source="file.content_type")
    byte_size = serializers.IntegerField(source="file.byte_size")
    created_at = serializers.DateTimeField()


class AttachmentLinkOut(serializers.Serializer):
    url = serializers.CharField(help_text="Absolute URL; needs no token.")
    expires_in = serializers.IntegerField(help_text="Seconds.")
