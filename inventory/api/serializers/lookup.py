"""Shapes of finding products."""

from __future__ import annotations

from rest_framework import serializers

from core.api import InputSerializer
from inventory.selectors.search import MOST_HITS


class SuggestFilter(InputSerializer):
    text = serializers.CharField(max_length=200, help_text="what was typed so far")
    limit = serializers.IntegerField(
        required=False, min_value=1, max_value=MOST_HITS, help_text="20 if left out"
    )
    sellable = serializers.BooleanField(required=False, help_text="true: only what may be sold")
