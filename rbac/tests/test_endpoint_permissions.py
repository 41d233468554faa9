"""Every endpoint × method × system role, found by walking the URL configuration.

Nothing here names an endpoint but the ones that are open to everybody: a new endpoint is tested
as soon as it has a path.
"""

from __future__ import annotations

import re
import socket
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from core.api import AUTHENTICATED, PUBLIC, ApiView
from core.errors import PROBLEM_CONTENT_TYPE
from rbac.catalogue import SystemRole, declared_permissions, permissions_of_role
from rbac.models import Permission

# Whoever opens an endpoint to the world has to write it down here, with what guards it instead.
OPEN_TO_EVERYBODY = {
    "POST /api/v1/auth/login/": "the password, and lockout",
    "POST /api/v1/auth/refresh/": "the refresh token",
    "POST /api/v1/auth/logout/": "the refresh token",
    "POST /api/v1/auth/password-reset/": "limits; the link goes to the owner of the mailbox",
    "POST /api/v1/auth/password-reset/confirm/": "the secret of the link",
    "POST /api/v1/auth/invitations/accept/": "the secret of the link",
    "POST /api/v1/ocr/result/": "the engine's token",
    "GET /api/v1/files/download/<str:token>/": "the signature of the link",
}
# Open to no person: a machine's own token is asked for instead.
FOR_MACHINES = {"POST /api/v1/ocr/result/"}
# The API's documents are no part of the API: they show nothing a client may not know.
DOCUMENTS = {"/api/schema/", "/api/docs/", "/api/redoc/"}
METHODS = ("get", "post", "put", "patch", "delete")
ARGUMENTS = {
    "id": "987654321",
    "int": "987654321",
    "uuid": str(uuid.UUID(int=1)),
    "str": "no-such-thing",
    "slug": "no-such-thing",
}
_CONVERTER = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass(frozen=True)
class Endpoint:
    route: str
    method: str
    view: Any

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.route}"

    @property
    def path(self) -> str:
        """The route with an argument for every converter; fails on one it does not know."""
        return _CONVERTER.sub(lambda found: ARGUMENTS[found[1] or "str"], self.route)

    @property
    def declared(self) -> str:
        return self.view.permissions[self.method]


def walk(patterns, prefix: str = "/") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = prefix + (
            str(pattern.pattern) if isinstance(pattern.pattern, RoutePattern) else "(regex)"
        )
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, route)
        else:
            yield route, pattern


API_PATTERNS = [
    (route, pattern)
    for route, pattern in walk(get_resolver().url_patterns)
    if route.startswith("/api/") and route not in DOCUMENTS
]
VIEWS = [(route, getattr(p.callback, "cls", None)) for route, p in API_PATTERNS]
ENDPOINTS = [
    Endpoint(route, method, view)
    for route, view in VIEWS
    for method in METHODS
    if hasattr(view, method)
]
each_endpoint = pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch):
    """Whatever these requests set off must not leave the machine: Redis is all there is."""
    allowed = {urlsplit(settings.REDIS_URL).port}
    connect = socket.socket.connect

    def guarded(self, address):
        if isinstance(address, tuple) and address[1] not in allowed:
            raise AssertionError(f"a request reached for the network: {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


def send(client, endpoint: Endpoint):
    return client.generic(
        endpoint.method.upper(), endpoint.path, "{}", content_type="application/json"
    )


def code_of(answer) -> str:
    """The code of a problem; "" for an answer that is none."""
    is_problem = answer.get("Content-Type", "") == PROBLEM_CONTENT_TYPE
    return answer.json()["code"] if is_problem else ""


def test_the_walk_finds_the_endpoints_of_this_house():
    assert {"GET /api/v1/auth/me/", "PUT /api/v1/rbac/users/<id:user_id>/roles/"} <= {
        str(endpoint) for endpoint in ENDPOINTS
    }


@pytest.mark.parametrize(("route", "view"), VIEWS, ids=[route for route, _view in VIEWS])
def test_every_path_of_the_api_is_served_by_a_view_that_can_declare(route, view):
    assert "(regex)" not in route, "use path() with converters, so that arguments can be made"
    assert view is not None
    assert issubclass(view, ApiView), f"{route} must derive from core.api.ApiView"


@each_endpoint
def test_a_known_permission_is_declared(endpoint):
    assert endpoint.method in endpoint.view.permissions, f"{endpoint} declares no permission"
    assert endpoint.declared in {PUBLIC, AUTHENTICATED, *declared_permissions()}


def test_only_what_is_written_down_is_open_to_everybody():
    found = {str(endpoint) for endpoint in ENDPOINTS if endpoint.declared == PUBLIC}

    assert found <= set(OPEN_TO_EVERYBODY)


@each_endpoint
@pytest.mark.django_db
def test_nobody_gets_in_without_signing_in(endpoint, api):
    answer = send(api, endpoint)

    if str(endpoint) in FOR_MACHINES:
        assert (answer.status_code, code_of(answer)) == (401, "not_authenticated")
    elif endpoint.declared == PUBLIC:
        assert answer.status_code != 500
        assert code_of(answer) not in ("forbidden", "not_authenticated")
    else:
        assert answer.status_code == 401
        assert code_of(answer) == "not_authenticated"
        assert answer["WWW-Authenticate"].startswith("Bearer")


@each_endpoint
@pytest.mark.django_db
def test_each_role_is_refused_exactly_what_it_lacks(endpoint, client_as):
    for role in SystemRole:
        answer = send(client_as(role), endpoint)
        held = endpoint.declared in {PUBLIC, AUTHENTICATED, *permissions_of_role(role)}

        refused = answer.status_code == 403 and code_of(answer) == "forbidden"
        assert refused is not held, f"{role}: {answer.status_code}"
        if endpoint.declared != PUBLIC:
            assert answer.status_code not in (401, 405, 500), f"{role}: {answer.status_code}"


@each_endpoint
@pytest.mark.django_db
def test_a_user_without_any_role_is_refused_everything_that_has_a_permission(endpoint, client_of):
    from users.tests.factories import UserFactory

    answer = send(client_of(UserFactory()), endpoint)

    if endpoint.declared not in (PUBLIC, AUTHENTICATED):
        assert answer.status_code == 403


@pytest.mark.django_db
def test_every_declared_permission_is_in_the_database():
    in_force = Permission.objects.filter(retired_at__isnull=True).values_list("code", flat=True)

    assert set(in_force) == set(declared_permissions())
