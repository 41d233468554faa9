"""The engines that read offers, behind one port; ``settings.AI_ENGINE`` chooses."""

from django.conf import settings

from ai_integration.engines.embedded import EmbeddedEngine
from ai_integration.engines.http import HttpEngine
from ai_integration.engines.port import Engine


def configured_engine() -> Engine:
    return HttpEngine() if settings.AI_ENGINE == "http" else EmbeddedEngine()
