"""Accounts for tests."""

import factory
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from users.models import User

PASSWORD = "correct-horse-battery"


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    class Params:
        invited = factory.Trait(
            is_active=False, password=factory.LazyFunction(lambda: make_password(None))
        )
        deactivated = factory.Trait(
            is_active=False, deactivated_at=factory.LazyFunction(timezone.now)
        )

    username = factory.Sequence(lambda n: f"person{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.com")
    full_name = factory.Sequence(lambda n: f"Person {n}")
    language = "en"
    password = factory.LazyFunction(lambda: make_password(PASSWORD))
