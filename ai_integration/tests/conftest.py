import pytest

from ai_integration.tests import engine_server


@pytest.fixture
def played_engine(settings):
    """The HTTP engine is chosen, and a real server plays it."""
    played = engine_server.PlayedEngine()
    server = engine_server.start(played)
    settings.AI_ENGINE = "http"
    settings.AI_ENGINE_PROCESS_URL = played.url
    settings.AI_ENGINE_API_KEY = "the-engine-key"
    settings.AI_ENGINE_TIMEOUT_SECONDS = 1
    yield played
    server.shutdown()
    server.server_close()
