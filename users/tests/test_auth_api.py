"""Signing in and out over HTTP."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from core.models import AuditEntry
from users.models import EndReason, Session, User
from users.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

LOGIN = "/api/v1/auth/login/"
REFRESH = "/api/v1/auth/refresh/"
LOGOUT = "/api/v1/auth/logout/"
ME = "/api/v1/auth/me/"


def sign_in(api, user, **extra):
    response = api.post(LOGIN, {"login": user.username, "password": PASSWORD}, **extra)
    assert response.status_code == 200, response.content
    return response.json()


def me(api, access):
    return api.get(ME, HTTP_AUTHORIZATION=f"Bearer {access}")


@pytest.mark.parametrize("login", ["Layla", "layla", "LAYLA@EXAMPLE.COM", "layla@example.com"])
def test_login_takes_username_and_email_in_any_case(api, login):
    user = UserFactory(username="Layla", email="Layla@example.com")

    answer = api.post(LOGIN, {"login": login, "password": PASSWORD})

    assert answer.status_code == 200
    assert answer.json()["user"]["id"] == user.pk
    assert me(api, answer.json()["access"]).json()["username"] == "Layla"
    assert answer["Cache-Control"] == "no-store"


def test_login_is_audited_and_remembers_where_it_came_from(api):
    user = UserFactory()

    sign_in(api, user, REMOTE_ADDR="198.51.100.7", HTTP_USER_AGENT="Till/1.0 " + "x" * 500)

    session = Session.objects.get(user=user)
    assert session.client_ip == "198.51.100.7"
    assert session.user_agent.startswith("Till/1.0")
    assert len(session.user_agent) == 200
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_id) == ("users.session_started", user.pk)
    assert User.objects.get(pk=user.pk).last_login == session.started_at


@pytest.mark.parametrize("trait", [{}, {"invited": True}, {"deactivated": True}])
def test_wrong_password_unknown_invited_and_deactivated_get_the_same_answer(api, trait):
    user = UserFactory(**trait)
    wrong = api.post(LOGIN, {"login": user.username, "password": "something else"})
    unknown = api.post(LOGIN, {"login": "nobody", "password": "something else"})

    for answer in (wrong, unknown):
        assert answer.status_code == 401
        assert answer.json()["code"] == "invalid_credentials"
        assert answer["WWW-Authenticate"] == "Bearer"
    comparable = [
        {k: v for k, v in answer.json().items() if k != "request_id"} for answer in (wrong, unknown)
    ]
    assert comparable[0] == comparable[1]
    assert not Session.objects.exists()


@pytest.mark.parametrize("trait", [{"invited": True}, {"deactivated": True}])
def test_right_password_of_an_inactive_user_is_refused(api, trait):
    user = UserFactory(**trait)
    user.set_password(PASSWORD)
    user.save()

    answer = api.post(LOGIN, {"login": user.username, "password": PASSWORD})

    assert answer.status_code == 401
    assert not Session.objects.exists()


def test_failed_login_is_audited_without_what_was_typed(api):
    UserFactory(username="layla")
    api.post(LOGIN, {"login": "secret-name@example.com", "password": "secret-password"})
    api.post(LOGIN, {"login": "layla", "password": "secret-password"})

    entries = AuditEntry.objects.filter(action="users.login_failed")
    assert entries.count() == 2
    assert "secret" not in str(list(entries.values()))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "login"),
        ({"login": "layla"}, "password"),
        ({"login": "", "password": "x"}, "login"),
        ({"login": "a\u0000b", "password": "x"}, "login"),
        ({"login": "a" * 255, "password": "x"}, "login"),
        ({"login": "layla", "password": "x" * 257}, "password"),
        ({"login": {"a": 1}, "password": "x"}, "login"),
        ({"login": "layla", "password": "x", "otp": "1"}, "otp"),
    ],
)
def test_malformed_login_names_the_field(api, body, field):
    answer = api.post(LOGIN, body)

    assert answer.status_code == 400
    assert field in [problem["field"] for problem in answer.json()["errors"]]


def test_refresh_gives_a_new_pair_and_keeps_the_session(api):
    first = sign_in(api, UserFactory())

    second = api.post(REFRESH, {"refresh": first["refresh"]}).json()

    assert second["refresh"] != first["refresh"]
    assert me(api, second["access"]).status_code == 200
    assert me(api, first["access"]).status_code == 200
    assert Session.objects.count() == 1


def test_a_used_refresh_token_ends_every_session_of_its_user_and_is_audited(api):
    user, bystander = UserFactory(), UserFactory()
    stolen_from, elsewhere = sign_in(api, user), sign_in(api, user)
    untouched = sign_in(api, bystander)
    renewed = api.post(REFRESH, {"refresh": stolen_from["refresh"]}).json()

    again = api.post(REFRESH, {"refresh": stolen_from["refresh"]})

    assert again.status_code == 401
    assert again.json()["code"] == "invalid_refresh_token"
    for pair in (renewed, elsewhere):
        assert me(api, pair["access"]).status_code == 401
        assert api.post(REFRESH, {"refresh": pair["refresh"]}).status_code == 401
    assert me(api, untouched["access"]).status_code == 200
    ended = Session.objects.filter(user=user)
    assert {session.end_reason for session in ended} == {EndReason.TOKEN_REUSED}
    entry = AuditEntry.objects.get(action="users.refresh_token_reused")
    assert entry.changes == {"sessions_ended": 2}


def test_a_token_of_a_session_that_was_signed_out_is_no_alarm(api):
    user = UserFactory()
    here, elsewhere = sign_in(api, user), sign_in(api, user)
    api.post(LOGOUT, {"refresh": here["refresh"]})

    late = api.post(REFRESH, {"refresh": here["refresh"]})

    assert late.status_code == 401
    assert me(api, elsewhere["access"]).status_code == 200


def test_an_expired_refresh_token_is_refused(api):
    pair = sign_in(api, UserFactory())

    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert api.post(REFRESH, {"refresh": pair["refresh"]}).status_code == 401


def test_an_access_token_dies_after_fifteen_minutes(api):
    pair = sign_in(api, UserFactory())

    with time_machine.travel(timezone.now() + timedelta(minutes=14)):
        assert me(api, pair["access"]).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert me(api, pair["access"]).status_code == 401


@pytest.mark.parametrize("token", ["", "abc", "a.b.c", "é" * 50])
def test_a_refresh_token_that_is_none_is_refused(api, token):
    assert api.post(REFRESH, {"refresh": token}).status_code in (400, 401)


def test_an_access_token_is_no_refresh_token_and_the_other_way_round(api):
    pair = sign_in(api, UserFactory())

    assert api.post(REFRESH, {"refresh": pair["access"]}).status_code == 401
    assert me(api, pair["refresh"]).status_code == 401


def test_a_token_under_another_key_is_refused(api):
    import jwt

    pair = sign_in(api, UserFactory())
    claims = jwt.decode(pair["access"], options={"verify_signature": False})
    forged = jwt.encode(claims, "x" * 64, algorithm="HS256")
    unsigned = jwt.encode(claims, None, algorithm="none")

    assert me(api, forged).status_code == 401
    assert me(api, unsigned).status_code == 401
    assert me(api, pair["access"]).status_code == 200


def test_logout_ends_this_session_at_once_and_leaves_the_others(api):
    user = UserFactory()
    here, elsewhere = sign_in(api, user), sign_in(api, user)

    answer = api.post(LOGOUT, {"refresh": here["refresh"]})

    assert answer.status_code == 204
    assert me(api, here["access"]).status_code == 401
    assert me(api, elsewhere["access"]).status_code == 200
    assert AuditEntry.objects.filter(action="users.logged_out").count() == 1


def test_logout_twice_is_no_error_and_audited_once(api):
    here = sign_in(api, UserFactory())

    assert api.post(LOGOUT, {"refresh": here["refresh"]}).status_code == 204
    assert api.post(LOGOUT, {"refresh": here["refresh"]}).status_code == 204
    assert AuditEntry.objects.filter(action="users.logged_out").count() == 1


def test_logout_everywhere_ends_every_session(api):
    user = UserFactory()
    here, elsewhere = sign_in(api, user), sign_in(api, user)

    api.post(LOGOUT, {"refresh": here["refresh"], "everywhere": True})

    assert me(api, here["access"]).status_code == 401
    assert me(api, elsewhere["access"]).status_code == 401
    again = sign_in(api, user)
    assert me(api, again["access"]).status_code == 200


def test_a_session_begun_before_tokens_valid_after_is_refused(api):
    user = UserFactory()
    pair = sign_in(api, user)
    User.objects.filter(pk=user.pk).update(tokens_valid_after=timezone.now())

    assert me(api, pair["access"]).status_code == 401
    assert api.post(REFRESH, {"refresh": pair["refresh"]}).status_code == 401


def test_a_valid_token_of_an_inactive_user_is_refused(api):
    user = UserFactory()
    pair = sign_in(api, user)
    User.objects.filter(pk=user.pk).update(is_active=False)

    assert me(api, pair["access"]).status_code == 401


def test_a_request_costs_one_query_to_authenticate(api, django_assert_num_queries):
    pair = sign_in(api, UserFactory())

    with django_assert_num_queries(1):
        assert me(api, pair["access"]).status_code == 200


def test_signing_in_works_with_a_dead_access_token_in_the_header(api):
    user = UserFactory()

    answer = api.post(
        LOGIN,
        {"login": user.username, "password": PASSWORD},
        HTTP_AUTHORIZATION="Bearer not.a.token",
    )

    assert answer.status_code == 200


def test_me_shows_and_changes_only_what_is_ones_own(client_as):
    client = client_as("cashier")

    changed = client.patch(ME, {"language": "ar", "phone": "+963 11 222333", "full_name": "ليلى"})

    assert changed.status_code == 200
    assert {"language": "ar", "phone": "+963 11 222333", "full_name": "ليلى"}.items() <= (
        client.get(ME).json().items()
    )
    entry = AuditEntry.objects.get(action="users.user_updated")
    assert entry.changes == {
        "full_name": "changed",
        "language": ["en", "ar"],
        "phone": "changed",
    }


@pytest.mark.parametrize(
    "body",
    [
        {"is_superuser": True},
        {"email": "new@example.com"},
        {"username": "other"},
        {"is_active": False},
        {"language": "fr"},
        {"phone": "drop table"},
        {"full_name": "x" * 151},
    ],
)
def test_me_refuses_what_one_may_not_change(client_as, body):
    client = client_as("cashier")
    before = client.get(ME).json()

    answer = client.patch(ME, body)

    assert answer.status_code == 400
    assert client.get(ME).json() == before
