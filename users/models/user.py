"""Accounts: who a person is. What they may do is answered by the authentication backends."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import auth
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import PermissionDenied
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

ADMINISTER = "users.administer"  # the one notion of administrator

# No "@": a login that contains one is always an e-mail address, so the two can never collide.
username_validator = RegexValidator(
    r"^[\w.+-]+\Z", _("Use letters, digits and . + - _ only; no spaces and no @.")
)


class Language(models.TextChoices):
    ARABIC = "ar", _("Arabic")
    ENGLISH = "en", _("English")


class UserStatus(models.TextChoices):
    INVITED = "invited", _("Invited")
    ACTIVE = "active", _("Active")
    DEACTIVATED = "deactivated", _("Deactivated")


class UserManager(BaseUserManager["User"]):
    """Lookups ignore the case of usernames and e-mail addresses, as the constraints do."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        fields["email"] = self.normalize_email(fields.get("email"))
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(username, password, **{**fields, "is_superuser": True})

    def get_by_natural_key(self, username: str | None) -> User:
        name = self.model.normalize_username(username or "")
        return self.alias(folded=Lower("username")).get(folded=Lower(Value(name)))

    def get_by_login(self, identifier: str) -> User:
        """The user whose e-mail address (it has an "@") or username this is, ignoring case."""
        if "@" not in identifier:
            return self.get_by_natural_key(identifier)
        return self.alias(folded=Lower("email")).get(folded=Lower(Value(identifier)))


class User(AbstractBaseUser):
    username = models.CharField(
        _("username"),
        max_length=150,
        unique=True,
        validators=[username_validator],
        error_messages={"unique": _("This username is taken. Choose another.")},
    )
    email = models.EmailField(_("e-mail address"), blank=True, default="")
    phone = models.CharField(_("phone"), max_length=32, blank=True, default="")
    full_name = models.CharField(_("full name"), max_length=150, blank=True, default="")
    language = models.CharField(
        _("language"), max_length=2, choices=Language.choices, default=Language.ARABIC
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_superuser = models.BooleanField(_("superuser"), default=False)
    deactivated_at = models.DateTimeField(_("deactivated at"), null=True, blank=True)
    # Sessions begun before this moment are refused, whatever their tokens say.
    tokens_valid_after = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="users_user_username_unique_ci",
                violation_error_message=_("This username is taken. Choose another."),
            ),
            models.UniqueConstraint(
                Lower("email"),
                condition=~Q(email=""),
                name="users_user_email_unique_ci",
                violation_error_message=_("This e-mail address belongs to another user."),
            ),
            models.CheckConstraint(
                condition=~Q(username="") & ~Q(username__contains="@"),
                name="users_user_username_is_no_email",
            ),
            models.CheckConstraint(
                condition=Q(email="") | Q(email__contains="@"), name="users_user_email_has_at"
            ),
            models.CheckConstraint(
                condition=Q(language__in=Language.values), name="users_user_language_known"
            ),
            models.CheckConstraint(
                condition=Q(deactivated_at__isnull=True) | Q(is_active=False),
                name="users_user_deactivated_is_inactive",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return str(self)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Ends the admin's browser sessions too when every session of the user must end."""
        moment = self.tokens_valid_after.isoformat() if self.tokens_valid_after else ""
        return salted_hmac(
            "users.session", f"{self.password}|{moment}", secret=secret, algorithm="sha256"
        ).hexdigest()

    @property
    def status(self) -> UserStatus:
        if self.is_active:
            return UserStatus.ACTIVE
        return UserStatus.DEACTIVATED if self.deactivated_at else UserStatus.INVITED

    @property
    def is_staff(self) -> bool:
        """Whether Django's admin lets this user in: administrators only."""
        return self.has_perm(ADMINISTER)

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        """Whether some authentication backend grants `perm` to this active user."""
        return self._allowed("has_perm", perm, obj)

    def has_perms(self, perm_list: Iterable[str], obj: models.Model | None = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return self._allowed("has_module_perms", app_label)

    def get_all_permissions(self, obj: models.Model | None = None) -> set[str]:
        """What this user may do now: nothing while not active."""
        return self.granted_permissions() if self.is_active else set()

    def granted_permissions(self) -> set[str]:
        """What this user may do, or could do once active (invited and deactivated users)."""
        found: set[str] = set()
        for backend in auth.get_backends():
            if hasattr(backend, "granted_permissions"):
                found |= backend.granted_permissions(self)
        return found

    def _allowed(self, question: str, *arguments: Any) -> bool:
        if not self.is_active:
            return False
        if self.is_superuser:
            return True
        for backend in auth.get_backends():
            answer = getattr(backend, question, None)
            if answer is None:
                continue
            try:
                if answer(self, *arguments):
                    return True
            except PermissionDenied:  # Django's convention: a backend may veto
                return False
        return False
