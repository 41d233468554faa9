"""``manage.py create_owner``."""

import io

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from core.models import AuditEntry
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "purple-monkey-dishwasher"
VARIABLE = "PHARMACIO_OWNER_PASSWORD"


def create_owner(*arguments):
    out = io.StringIO()
    call_command("create_owner", *arguments, stdout=out)
    return out.getvalue()


def test_the_first_owner_may_do_everything_and_can_sign_in(monkeypatch, api):
    monkeypatch.setenv(VARIABLE, PASSWORD)

    said = create_owner("--username", "boss", "--email", "boss@example.com")

    boss = get_user_model().objects.get(username="boss")
    assert boss.is_staff
    assert not boss.is_superuser
    assert boss.has_perm("rbac.manage_roles")
    login = {"login": "boss@example.com", "password": PASSWORD}
    assert api.post("/api/v1/auth/login/", login).status_code == 200
    assert PASSWORD not in said
    assert {"users.user_created", "rbac.user_roles_changed"} <= set(
        AuditEntry.objects.values_list("action", flat=True)
    )


def test_the_password_can_be_typed(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda prompt: PASSWORD)

    create_owner("--username", "boss")

    assert get_user_model().objects.get(username="boss").check_password(PASSWORD)


def test_a_mistyped_password_makes_nobody(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    typed = iter([PASSWORD, "something else"])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(typed))

    with pytest.raises(CommandError, match="differ"):
        create_owner("--username", "boss")
    assert not get_user_model().objects.exists()


@pytest.mark.parametrize(
    ("username", "password"), [("boss", "short"), ("TAKEN", PASSWORD), ("b", "12345678901")]
)
def test_a_refusal_is_said_plainly_and_makes_nobody(monkeypatch, username, password):
    UserFactory(username="taken")
    monkeypatch.setenv(VARIABLE, password)

    with pytest.raises(CommandError):
        create_owner("--username", username)
    assert get_user_model().objects.count() == 1
