"""The port every engine implements, and what it may say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol
from uuid import UUID

# (pages done, pages in all, rows found so far); may raise JobTakenAway to stop the reading.
Progress = Callable[[int, int, int], None]


@dataclass(frozen=True, slots=True)
class EngineRequest:
    """What an engine is asked to read.

    file_reference: the storage key, relative, without ``..``. target_items: (name, strength) of
    what the pharmacy is short of, a hint. open_content: returns the file's bytes.
    """

    job_id: UUID
    file_reference: str
    content_type: str
    open_content: Callable[[], bytes]
    target_items: Callable[[], list[tuple[str, str]]]


class JobTakenAway(Exception):
    """The job was cancelled, or given to another worker, while this one was reading."""


class EngineUnavailable(Exception):
    """The engine did not take the job now; another attempt may succeed. code: stable."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


class EngineRefused(Exception):
    """The engine will not take this job, however often it is asked. code: stable."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


class Engine(Protocol):
    """``answers_later``: whether the result comes through the callback instead of ``read``."""

    name: ClassVar[str]
    answers_later: ClassVar[bool]

    def read(self, request: EngineRequest, on_progress: Progress) -> dict[str, Any] | None:
        """The payload, or None where it will be called back.

        Raises EngineUnavailable, EngineRefused, JobTakenAway (from on_progress).
        """
