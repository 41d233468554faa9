"""Shapes of the accounts API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api import InputSerializer
from users.models import Language, UserStatus
from users.models.user import username_validator

PASSWORD_MAX_LENGTH = 256  # a bound on what is hashed


class PasswordIn(serializers.CharField):
    """A password: taken as it is, spaces included."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "max_length": PASSWORD_MAX_LENGTH,
                "trim_whitespace": False,
                "style": {"input_type": "password"},
                **kwargs,
            }
        )


class LoginIn(InputSerializer):
    login = serializers.CharField(max_length=254, help_text="Username or e-mail address.")
    password = PasswordIn()


class RefreshIn(InputSerializer):
    refresh = serializers.CharField(max_length=4096)


class LogoutIn(InputSerializer):
    refresh = serializers.CharField(max_length=4096)
    everywhere = serializers.BooleanField(
        default=False, help_text="End every session of the user, not this one only."
    )


class ChangePasswordIn(InputSerializer):
    current_password = PasswordIn()
    new_password = PasswordIn()


class PasswordResetIn(InputSerializer):
    email = serializers.EmailField(max_length=254)


class LinkPasswordIn(InputSerializer):
    token = serializers.CharField(max_length=200, help_text="The secret of the link.")
    password = PasswordIn()


class ProfileIn(InputSerializer):
    """What one may change of oneself."""

    full_name = serializers.CharField(max_length=150, allow_blank=True, required=False)
    phone = serializers.RegexField(
        r"^\+?[0-9 ()-]{5,31}\Z", max_length=32, allow_blank=True, required=False
    )
    language = serializers.ChoiceField(Language.choices, required=False)


class UserChangesIn(ProfileIn):
    """What an administrator may change of anybody."""

    username = serializers.CharField(
        max_length=150, validators=[username_validator], required=False
    )
    email = serializers.EmailField(max_length=254, allow_blank=True, required=False)


class InvitationIn(UserChangesIn):
    username = serializers.CharField(max_length=150, validators=[username_validator])
    email = serializers.EmailField(max_length=254, help_text="Where the invitation goes.")


class DeactivationIn(InputSerializer):
    reason = serializers.CharField(max_length=500, allow_blank=True, default="")


class UserFilter(InputSerializer):
    search = serializers.CharField(max_length=150, required=False)
    status = serializers.ChoiceField(UserStatus.choices, required=False)


class UserOut(serializers.Serializer):
    id = serializers.IntegerField()
    username = serializers.CharField()
    email = serializers.EmailField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    full_name = serializers.CharField(allow_blank=True)
    language = serializers.ChoiceField(Language.choices)
    status = serializers.ChoiceField(UserStatus.choices)
    is_superuser = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    last_login = serializers.DateTimeField(allow_null=True)


class TokenPairOut(serializers.Serializer):
    access = serializers.CharField(help_text="Bearer token, good for 15 minutes.")
    refresh = serializers.CharField(help_text="Good for one exchange at /auth/refresh/.")


class SignedInOut(TokenPairOut):
    user = UserOut()
