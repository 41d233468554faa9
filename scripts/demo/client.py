"""One person calling the API."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import requests


class JourneyFailed(Exception):
    """The backend did not do what it should; the text says what and where."""


def far_expiry() -> date:
    """Good for nearly two years, as goods that come today mostly are."""
    return datetime.now(UTC).date() + timedelta(days=700)


class Person:
    """A signed-in user of the API.

    Every unsafe request carries an Idempotency-Key, as a good client's does.
    """

    def __init__(
        self, base_url: str, role: str, username: str, password: str, *, invitation: str = ""
    ) -> None:
        """Sign in; with the secret of an ``invitation``, by choosing the password first."""
        self.role, self.username, self.password = role, username, password
        self.api = f"{base_url}/api/v1"
        self.session = requests.Session()
        self.session.headers["Accept-Language"] = "en"
        if invitation:
            signed_in = self.post(
                "/auth/invitations/accept/", {"token": invitation, "password": password}
            )
        else:
            signed_in = self.post("/auth/login/", {"login": username, "password": password})
        self.id = signed_in["user"]["id"]
        self.session.headers["Authorization"] = f"Bearer {signed_in['access']}"

    def get(self, path: str, **query: Any) -> Any:
        return self._answer(self.session.get(self.api + path, params=query, timeout=60))

    def download(self, path: str, **query: Any) -> bytes:
        response = self.session.get(self.api + path, params=query, timeout=60)
        if not response.ok:
            self._answer(response)
        return response.content

    def every(self, path: str, **query: Any) -> list[Any]:
        """All rows of a paged list."""
        page = self.get(path, page_size=200, **query)
        rows = list(page["results"])
        while page["next"]:
            page = self._answer(self.session.get(page["next"], timeout=60))
            rows += page["results"]
        return rows

    def post(self, path: str, body: Any = None, *, method: str = "POST") -> Any:
        response = self.session.request(
            method, self.api + path, json=body or {}, headers=self._key(), timeout=120
        )
        return self._answer(response)

    def upload(self, path: str, name: str, content: bytes, **fields: Any) -> Any:
        response = self.session.post(
            self.api + path,
            files={"file": (name, content)},
            data=fields,
            headers=self._key(),
            timeout=120,
        )
        return self._answer(response)

    def refused(self, path: str, body: Any = None) -> dict[str, Any]:
        """The problem a request is refused with; JourneyFailed where it is let through."""
        response = self.session.post(
            self.api + path, json=body or {}, headers=self._key(), timeout=60
        )
        if response.ok:
            raise JourneyFailed(f"{path} should have been refused to {self.username}")
        return response.json()

    @staticmethod
    def _key() -> dict[str, str]:
        return {"Idempotency-Key": str(uuid.uuid4())}

    @staticmethod
    def _answer(response: requests.Response) -> Any:
        if not response.ok:
            request = response.request
            try:
                said = json.dumps(response.json(), ensure_ascii=False, indent=2)
            except ValueError:
                said = response.text[:500]
            raise JourneyFailed(
                f"{request.method} {request.url} answered {response.status_code}:\n{said}"
            )
        return response.json() if response.content else None


# A person of the demo by role.
Who = Callable[[str], Person]
