"""The administration pages' own door: the same lockout, passwords and audit as the API's."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.correlation import client_ip
from users.errors import InvalidCredentials, PasswordRefused, TooManyAttempts
from users.models import User
from users.services import credentials, sessions


def checked(*, identifier: str, password: str, address: str) -> User | None:
    """The user these credentials belong to; None if wrong. Raises ValidationError if locked."""
    try:
        return credentials.credentials_check(
            identifier=identifier, password=password, address=address, now=timezone.now()
        )
    except InvalidCredentials:
        return None
    except TooManyAttempts as error:
        raise ValidationError(
            _("Too many attempts. Wait %(seconds)s seconds and try again."),
            code=error.code,
            params={"seconds": error.retry_after},
        ) from error


class LoginForm(AdminAuthenticationForm):
    """Counts failures where the API counts them: neither door is a way around the other."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Username or e-mail address")

    def clean(self) -> dict[str, Any]:
        identifier = self.cleaned_data.get("username")
        password = self.cleaned_data.get("password")
        if not identifier or not password or self.request is None:
            return self.cleaned_data
        address = client_ip(self.request)
        user = checked(identifier=identifier, password=password, address=address)
        if user is None:
            raise self.get_invalid_login_error()
        self.confirm_login_allowed(user)
        sessions.admin_signed_in(user=user, address=address)
        self.user_cache = user
        return self.cleaned_data


class PasswordForm(PasswordChangeForm):
    """A change of one's own password, which ends every other session."""

    required_css_class = "required"

    def __init__(self, user: User, *args: Any, address: str, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.address = address

    def clean_old_password(self) -> str:
        old = self.cleaned_data["old_password"]
        if checked(identifier=self.user.username, password=old, address=self.address) is None:
            raise ValidationError(
                self.error_messages["password_incorrect"], code="password_incorrect"
            )
        return old

    def save(self, commit: bool = True) -> User:
        self.user = credentials.password_replace(
            user_id=self.user.pk,
            current_password=self.cleaned_data["old_password"],
            new_password=self.cleaned_data["new_password1"],
            address=self.address,
            now=timezone.now(),
        )
        return self.user


class OwnPasswordView(PasswordChangeView):
    form_class = PasswordForm
    success_url = reverse_lazy("admin:password_change_done")
    template_name = "registration/password_change_form.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "address": client_ip(self.request)}

    def form_valid(self, form: PasswordChangeForm) -> Any:
        try:
            return super().form_valid(form)
        except (InvalidCredentials, PasswordRefused) as error:  # changed since the form's checks
            form.add_error(None, str(error.detail))
            return self.form_invalid(form)


class PharmacioAdminSite(AdminSite):
    site_header = _("Pharmacio administration")
    site_title = _("Pharmacio")
    index_title = _("Administration")
    login_form = LoginForm

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        request.current_app = self.name
        context = {**self.each_context(request), **(extra_context or {})}
        return OwnPasswordView.as_view(extra_context=context)(request)
