"""Inviting and keeping accounts over HTTP."""

import re

import pytest
from django.core import mail
from django.utils import timezone

from core.models import AuditEntry
from users import tasks
from users.models import EndReason, OneTimeLink, Session, User, UserStatus
from users.tests.broker import arguments_of, queued
from users.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

USERS = "/api/v1/users/"
ACCEPT = "/api/v1/auth/invitations/accept/"
ME = "/api/v1/auth/me/"
NEW = "purple-monkey-dishwasher"


@pytest.fixture
def owner(client_as):
    return client_as("owner")


def invite(client, **fields):
    body = {"username": "layla", "email": "layla@example.com", "full_name": "Layla", **fields}
    return client.post(USERS, body)


def deliver():
    """What the worker would do with the queue; returns the secret of the last e-mail."""
    for arguments in arguments_of(tasks.link_send):
        tasks.link_send(*arguments)
    return re.search(r"#token=(\S+)", mail.outbox[-1].body)[1]


def audited(action):
    return AuditEntry.objects.filter(action=action)


def test_from_invitation_to_first_sign_in(owner, api, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        invited = invite(owner, language="en")
    assert invited.status_code == 201
    assert invited.json()["status"] == "invited"
    secret = deliver()
    assert mail.outbox[0].to == ["layla@example.com"]
    assert "layla" in mail.outbox[0].body

    accepted = api.post(ACCEPT, {"token": secret, "password": NEW})

    assert accepted.status_code == 200
    assert accepted.json()["user"]["status"] == "active"
    me = api.get(ME, HTTP_AUTHORIZATION=f"Bearer {accepted.json()['access']}")
    assert me.json()["username"] == "layla"
    assert audited("users.user_invited").get().actor_id == owner.user.pk
    assert audited("users.invitation_accepted").get().actor_id == invited.json()["id"]
    assert all(secret not in text for _name, _arguments, text in queued())
    assert api.post(ACCEPT, {"token": secret, "password": NEW}).status_code == 422


def test_nothing_is_sent_before_the_invitation_is_committed(
    owner, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as callbacks:
        invite(owner)

    assert arguments_of(tasks.link_send) == []
    assert len(callbacks) == 1


def test_an_invited_user_can_do_nothing_before_accepting(owner, api):
    invite(owner)

    answer = api.post("/api/v1/auth/login/", {"login": "layla", "password": ""})
    assert answer.status_code == 400
    answer = api.post("/api/v1/auth/login/", {"login": "layla", "password": "!"})
    assert answer.status_code == 401


def test_a_weak_first_password_leaves_the_invitation_open(
    owner, api, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        invite(owner)
    secret = deliver()

    assert api.post(ACCEPT, {"token": secret, "password": "short"}).status_code == 422
    assert User.objects.get(username="layla").status is UserStatus.INVITED
    assert api.post(ACCEPT, {"token": secret, "password": NEW}).status_code == 200


def test_a_reset_link_is_no_invitation(owner, api):
    from users.services import links

    user = UserFactory()
    link_id = links.reset_link_create(user_id=user.pk, now=timezone.now())

    answer = api.post(ACCEPT, {"token": links.link_secret(link_id), "password": NEW})

    assert answer.status_code == 422
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


def test_an_invitation_sent_again_replaces_the_first(
    owner, api, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        user_id = invite(owner).json()["id"]
    first = deliver()
    with django_capture_on_commit_callbacks(execute=True):
        assert owner.post(f"{USERS}{user_id}/resend-invitation/").status_code == 200
    second = deliver()

    assert first != second
    assert api.post(ACCEPT, {"token": first, "password": NEW}).status_code == 422
    assert api.post(ACCEPT, {"token": second, "password": NEW}).status_code == 200
    again = owner.post(f"{USERS}{user_id}/resend-invitation/")
    assert again.status_code == 409
    assert again.json()["code"] == "user_not_invited"


def test_a_corrected_address_sends_the_invitation_there_and_kills_the_old_link(
    owner, api, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        user_id = invite(owner).json()["id"]
    first = deliver()
    with django_capture_on_commit_callbacks(execute=True):
        owner.patch(f"{USERS}{user_id}/", {"email": "right@example.com"})
    deliver()

    assert mail.outbox[-1].to == ["right@example.com"]
    assert api.post(ACCEPT, {"token": first, "password": NEW}).status_code == 422


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"username": "TAKEN"}, "username_taken", "username"),
        ({"email": "Taken@Example.com"}, "email_taken", "email"),
    ],
)
def test_a_taken_name_in_any_case_is_refused_and_nothing_is_sent(
    owner, fields, code, field, django_capture_on_commit_callbacks
):
    UserFactory(username="taken", email="taken@example.com")
    before = User.objects.count()

    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        answer = invite(owner, **fields)

    assert answer.status_code == 409
    assert answer.json()["code"] == code
    assert answer.json()["errors"][0]["field"] == field
    assert User.objects.count() == before
    assert not OneTimeLink.objects.exists()
    assert callbacks == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "with space"}, "username"),
        ({"username": "a@b"}, "username"),
        ({"username": "x" * 151}, "username"),
        ({"username": "nul\u0000"}, "username"),
        ({"email": ""}, "email"),
        ({"email": "no address"}, "email"),
        ({"language": "fr"}, "language"),
        ({"phone": "<script>"}, "phone"),
        ({"is_superuser": True}, "is_superuser"),
        ({"password": "x"}, "password"),
        ({"username": None}, "username"),
        ({"username": ["a"]}, "username"),
    ],
)
def test_bad_input_is_refused_by_field(owner, fields, field):
    before = User.objects.count()

    answer = invite(owner, **fields)

    assert answer.status_code == 400
    assert field in [problem["field"] for problem in answer.json()["errors"]]
    assert User.objects.count() == before


def test_inviting_twice_under_one_key_invites_once(owner):
    body = {"username": "layla", "email": "layla@example.com"}
    first = owner.post(USERS, body, HTTP_IDEMPOTENCY_KEY="once-and-only-once")
    second = owner.post(USERS, body, HTTP_IDEMPOTENCY_KEY="once-and-only-once")

    assert first.json() == second.json()
    assert second["Idempotency-Replayed"] == "true"
    assert User.objects.filter(username="layla").count() == 1


def test_users_are_found_by_name_and_status(owner):
    UserFactory(username="layla", full_name="ليلى حسن")
    UserFactory(username="gone", deactivated=True)
    UserFactory(username="waiting", invited=True)

    def found(query):
        return [row["username"] for row in owner.get(USERS + query).json()["results"]]

    assert found("?search=LAYLA") == ["layla"]
    assert found("?search=حسن") == ["layla"]
    assert found("?status=deactivated") == ["gone"]
    assert found("?status=invited") == ["waiting"]
    assert "layla" in found("?status=active")
    assert owner.get(USERS + "?status=asleep").status_code == 400
    assert owner.get(USERS + "?serch=x").status_code == 400


def test_the_list_costs_the_same_however_long_it_is(owner, django_assert_num_queries):
    for size in (1, 30):
        UserFactory.create_batch(size)
        with django_assert_num_queries(4):
            owner.get(USERS)


def test_no_answer_carries_a_password_hash(owner):
    assert "password" not in owner.get(USERS).content.decode()


def test_a_deactivated_user_is_out_at_once_and_can_come_back(owner, client_as, api):
    client = client_as("cashier")
    path = f"{USERS}{client.user.pk}/"

    gone = owner.post(f"{path}deactivate/", {"reason": "left"})

    assert gone.json()["status"] == "deactivated"
    assert client.get(ME).status_code == 401
    assert Session.objects.get(user=client.user).end_reason == EndReason.DEACTIVATED
    login = {"login": client.user.username, "password": PASSWORD}
    assert api.post("/api/v1/auth/login/", login).status_code == 401
    assert audited("users.user_deactivated").get().reason == "left"

    assert owner.post(f"{path}deactivate/", {}).json()["code"] == "user_already_deactivated"
    assert owner.post(f"{path}activate/").json()["status"] == "active"
    assert api.post("/api/v1/auth/login/", login).status_code == 200
    assert client.get(ME).status_code == 401
    assert owner.post(f"{path}activate/").json()["code"] == "user_not_deactivated"


def test_an_open_invitation_dies_with_deactivation_and_comes_again_with_activation(
    owner, api, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        user_id = invite(owner).json()["id"]
    first = deliver()
    owner.post(f"{USERS}{user_id}/deactivate/", {})
    assert api.post(ACCEPT, {"token": first, "password": NEW}).status_code == 422

    with django_capture_on_commit_callbacks(execute=True):
        back = owner.post(f"{USERS}{user_id}/activate/")

    assert back.json()["status"] == "invited"
    assert api.post(ACCEPT, {"token": deliver(), "password": NEW}).status_code == 200


def test_the_last_administrator_cannot_be_deactivated(owner):
    UserFactory()

    answer = owner.post(f"{USERS}{owner.user.pk}/deactivate/", {})

    assert answer.status_code == 409
    assert answer.json()["code"] == "last_administrator"
    assert owner.get(ME).status_code == 200
    assert not audited("users.user_deactivated").exists()


def test_an_administrator_who_is_only_invited_or_deactivated_does_not_count(owner, user_as):
    user_as("owner", invited=True)
    user_as("owner", deactivated=True)

    answer = owner.post(f"{USERS}{owner.user.pk}/deactivate/", {})

    assert answer.status_code == 409


def test_with_a_second_administrator_the_first_can_go(owner, user_as):
    user_as("owner")

    assert owner.post(f"{USERS}{owner.user.pk}/deactivate/", {}).status_code == 200


@pytest.mark.parametrize("trait", [{}, {"deactivated": True}, {"invited": True}])
def test_a_weaker_administrator_rules_over_no_stronger_account(
    client_of, user_as, user_holding, trait
):
    """Else the owner's e-mail address could be changed, and a new password asked for."""
    user_as("owner")
    target = user_as("owner", **trait)
    client = client_of(user_holding("users.administer"))
    before = User.objects.filter(pk=target.pk).values().get()

    answers = [
        client.patch(f"{USERS}{target.pk}/", {"email": "mine@example.com"}),
        client.post(f"{USERS}{target.pk}/deactivate/", {}),
        client.post(f"{USERS}{target.pk}/activate/"),
        client.post(f"{USERS}{target.pk}/resend-invitation/"),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert {answer.json()["code"] for answer in answers} == {"beyond_own_permissions"}
    assert User.objects.filter(pk=target.pk).values().get() == before


def test_a_superuser_is_beyond_every_role(owner):
    target = UserFactory(is_superuser=True)

    answer = owner.patch(f"{USERS}{target.pk}/", {"email": "mine@example.com"})

    assert answer.status_code == 403


def test_a_change_is_audited_without_the_personal_facts(owner):
    user = UserFactory(username="layla")

    owner.patch(f"{USERS}{user.pk}/", {"username": "leila", "phone": "+963 11 123456"})

    assert audited("users.user_updated").get().changes == {
        "phone": "changed",
        "username": ["layla", "leila"],
    }


def test_a_change_that_changes_nothing_leaves_no_trace(owner):
    user = UserFactory(username="layla")

    assert owner.patch(f"{USERS}{user.pk}/", {"username": "layla"}).status_code == 200
    assert not audited("users.user_updated").exists()


@pytest.mark.parametrize("user_id", ["0", "-1", "abc", "9" * 19, "9" * 30])
def test_impossible_ids_are_404(owner, user_id):
    assert owner.get(f"{USERS}{user_id}/").status_code == 404
