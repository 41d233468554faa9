"""Shapes of the notifications API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api import InputSerializer
from core.pagination import stream_of
from notifications.models import Notification, NotificationKind
from notifications.texts import phrase


class NotificationOut(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=NotificationKind.choices)
    title = serializers.CharField(help_text="in the reader's language")
    body = serializers.CharField(help_text="in the reader's language")
    params = serializers.DictField(help_text="the facts the text is made of")
    subject_type = serializers.CharField(help_text="what it is about, e.g. `purchases.proposal`")
    subject_id = serializers.CharField()
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)

    def to_representation(self, instance: Notification) -> dict[str, Any]:
        words = phrase(
            instance.kind, instance.params, language=self.context["request"].user.language
        )
        instance.title, instance.body = words.title, words.body  # type: ignore[attr-defined]
        return super().to_representation(instance)


NotificationStream = stream_of(NotificationOut, unread_count=serializers.IntegerField())


class NotificationFilter(InputSerializer):
    unread = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="only unread, or only read ones"
    )


class AllReadOut(serializers.Serializer):
    marked = serializers.IntegerField(help_text="how many were unread")
