"""The Celery application: workers and beat of this backend."""

import os
from contextlib import ExitStack
from logging.config import dictConfig
from typing import Any

from celery import Celery, Task, signals
from django.conf import settings

from config.heartbeat import WorkerHeartbeat
from core.correlation import correlated, current_correlation_id

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

CORRELATION_HEADER = "pharmacio_correlation_id"
CORRELATION_STACK = "pharmacio_correlation_stack"

app = Celery("pharmacio")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(WorkerHeartbeat)


@signals.setup_logging.connect
def log_like_the_web_process(**_: Any) -> None:
    """Keep Celery from installing its own text logs."""
    dictConfig(settings.LOGGING)


@signals.before_task_publish.connect
def send_correlation_id(headers: dict[str, Any] | None = None, **_: Any) -> None:
    if headers is not None and current_correlation_id():
        headers[CORRELATION_HEADER] = current_correlation_id()


@signals.task_prerun.connect
def enter_correlation(task: Task | None = None, **_: Any) -> None:
    """Run the task under the id of the request that sent it, or under a fresh one."""
    if task is not None:
        stack = ExitStack()
        stack.enter_context(correlated(getattr(task.request, CORRELATION_HEADER, None) or ""))
        setattr(task.request, CORRELATION_STACK, stack)


@signals.task_postrun.connect
def leave_correlation(task: Task | None = None, **_: Any) -> None:
    stack = getattr(task.request, CORRELATION_STACK, None) if task is not None else None
    if stack is not None:
        stack.close()
