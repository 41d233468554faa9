"""What lies in the Celery queue: the real messages in the real Redis."""

import base64
import json

import redis
from django.conf import settings


def queued():
    """`(task name, arguments, the whole message as text)` of every message, oldest first."""
    client = redis.Redis.from_url(settings.REDIS_URL)
    messages = client.lrange(f"{settings.REDIS_KEY_PREFIX}:celery", 0, -1)
    found = []
    for raw in reversed(messages):
        message = json.loads(raw)
        body = base64.b64decode(message["body"]).decode()
        found.append((message["headers"]["task"], json.loads(body)[0], raw.decode() + body))
    return found


def arguments_of(task):
    """The arguments of every queued call of `task`."""
    return [arguments for name, arguments, _text in queued() if name == task.name]
