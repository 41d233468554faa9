"""The administration pages: one door with the API, writes through services only."""

import pytest
from django.test import Client
from django.urls import reverse

from core.models import AuditEntry
from users.models import AttemptCounter, OneTimeLink, User
from users.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/?next=/admin/"


def admin_login(user, password=PASSWORD, **extra):
    client = Client()
    answer = client.post(LOGIN, {"username": user.username, "password": password}, **extra)
    return client, answer


@pytest.fixture
def owner(user_as):
    return user_as("owner")


@pytest.fixture
def browser(owner):
    client, answer = admin_login(owner)
    assert answer.status_code == 302
    return client


def actions_audited():
    return list(AuditEntry.objects.order_by("id").values_list("action", flat=True))


def test_an_administrator_gets_in_by_email_too_and_it_is_audited(owner):
    client, _answer = admin_login(owner)
    by_email = Client().post(LOGIN, {"username": owner.email, "password": PASSWORD})

    assert client.get("/admin/").status_code == 200
    assert by_email.status_code == 302
    assert actions_audited() == ["users.admin_signed_in"] * 2


@pytest.mark.parametrize("role", ["pharmacist", "auditor"])
def test_only_administrators_get_in(role, user_as):
    client, answer = admin_login(user_as(role))

    assert answer.status_code == 200
    assert client.get("/admin/").status_code == 302


def test_failures_here_lock_the_api_and_failures_there_lock_this_door(owner, api):
    for _attempt in range(5):
        admin_login(owner, "wrong")

    refused = api.post("/api/v1/auth/login/", {"login": owner.username, "password": PASSWORD})
    _client, page = admin_login(owner)

    assert refused.status_code == 429
    assert page.status_code == 200
    assert "30" in page.content.decode()


def test_signing_out_everywhere_ends_the_browser_session_too(owner, browser, api):
    pair = api.post("/api/v1/auth/login/", {"login": owner.username, "password": PASSWORD}).json()
    assert browser.get("/admin/").status_code == 200

    api.post("/api/v1/auth/logout/", {"refresh": pair["refresh"], "everywhere": True})

    assert browser.get("/admin/").status_code == 302


def test_every_page_of_this_department_opens_and_its_cost_does_not_grow(
    owner, browser, django_assert_max_num_queries
):
    UserFactory.create_batch(20)
    for name in (
        "users_user",
        "users_session",
        "users_onetimelink",
        "users_attemptcounter",
        "rbac_role",
        "rbac_roleassignment",
        "rbac_permission",
    ):
        with django_assert_max_num_queries(12):
            page = browser.get(reverse(f"admin:{name}_changelist"))
        assert page.status_code == 200, name
    assert browser.get(reverse("admin:users_user_change", args=[owner.pk])).status_code == 200


def test_adding_a_user_invites_them(browser, django_capture_on_commit_callbacks):
    answer = browser.post(
        reverse("admin:users_user_add"),
        {"username": "layla", "email": "layla@example.com", "language": "ar"},
    )

    assert answer.status_code == 302, answer.context["errors"]
    user = User.objects.get(username="layla")
    assert not user.is_active
    assert OneTimeLink.objects.filter(user=user, purpose="invitation").count() == 1
    assert "users.user_invited" in actions_audited()


def test_changing_a_user_goes_through_the_service(browser):
    user = UserFactory(username="layla")

    answer = browser.post(
        reverse("admin:users_user_change", args=[user.pk]),
        {
            "username": "layla",
            "email": user.email,
            "full_name": "Layla",
            "phone": "",
            "language": "ar",
        },
    )

    assert answer.status_code == 302
    assert User.objects.get(pk=user.pk).full_name == "Layla"
    assert "users.user_updated" in actions_audited()


def test_a_taken_username_in_another_case_is_shown_as_a_fault_of_the_form(browser):
    UserFactory(username="layla")

    answer = browser.post(
        reverse("admin:users_user_add"),
        {"username": "LAYLA", "email": "other@example.com", "language": "ar"},
    )

    assert answer.status_code == 200
    assert User.objects.filter(username__iexact="layla").count() == 1


def test_the_last_administrator_cannot_be_deactivated_here_either(owner, browser):
    answer = browser.post(
        reverse("admin:users_user_changelist"),
        {"action": "deactivate", "_selected_action": [owner.pk]},
        follow=True,
    )

    assert User.objects.get(pk=owner.pk).is_active
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]


def test_a_weaker_administrator_cannot_change_a_stronger_one(owner, user_holding):
    weaker = user_holding("users.administer")
    client, _answer = admin_login(weaker)

    answer = client.post(
        reverse("admin:users_user_change", args=[owner.pk]),
        {
            "username": owner.username,
            "email": "mine@example.com",
            "full_name": "",
            "phone": "",
            "language": "en",
        },
        follow=True,
    )

    assert User.objects.get(pk=owner.pk).email == owner.email
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]


def test_changing_ones_password_here_ends_the_other_sessions_and_keeps_this_one(
    owner, browser, client_of
):
    elsewhere = client_of(owner)

    answer = browser.post(
        reverse("admin:password_change"),
        {
            "old_password": PASSWORD,
            "new_password1": "another-horse-battery",
            "new_password2": "another-horse-battery",
        },
    )

    assert answer.status_code == 302
    assert browser.get("/admin/").status_code == 200
    assert elsewhere.get("/api/v1/auth/me/").status_code == 401
    assert "users.password_changed" in actions_audited()


def test_guessing_the_old_password_here_is_counted(owner, browser):
    browser.post(
        reverse("admin:password_change"),
        {"old_password": "wrong", "new_password1": "another-horse", "new_password2": "x"},
    )

    assert AttemptCounter.objects.get(kind="login_account").attempts == 1
