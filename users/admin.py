"""Administration pages of accounts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.admin import ReadOnlyAdmin, ServiceFormAdmin, actor_of
from users.models import AttemptCounter, OneTimeLink, Session, User, UserManager
from users.services import accounts

EDITABLE = ("username", "email", "full_name", "phone", "language")


class UserForm(forms.ModelForm):
    class Meta:
        model = User
        fields = EDITABLE

    def clean_username(self) -> str:
        return User.normalize_username(self.cleaned_data["username"])

    def clean_email(self) -> str:
        return UserManager.normalize_email(self.cleaned_data["email"])


class InvitationForm(UserForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = True
        self.fields["email"].help_text = _("The invitation is sent here.")


@admin.register(User)
class UserAdmin(ServiceFormAdmin):
    list_display = ("username", "full_name", "email", "status", "is_superuser", "last_login")
    list_filter = ("is_active", "language")
    search_fields = ("username", "full_name", "email", "phone")
    readonly_fields = ("status", "is_superuser", "last_login", "created_at", "deactivated_at")
    fields = (*EDITABLE, *readonly_fields)
    actions = ("deactivate", "activate", "invite_again")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allowed(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allowed(request)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        kwargs["form"] = UserForm if change else InvitationForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return EDITABLE if obj is None else self.fields

    @admin.display(description=_("status"))
    def status(self, user: User) -> str:
        return str(user.status.label)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        actor, now = actor_of(request), timezone.now()
        if change:
            changes = {field: form.cleaned_data[field] for field in form.changed_data}
            accounts.user_update(actor=actor, now=now, user_id=obj.pk, changes=changes)
        else:
            obj.pk = accounts.user_invite(actor=actor, now=now, **form.cleaned_data).pk

    @admin.action(description=_("Deactivate: lock out at once"))
    def deactivate(self, request: HttpRequest, users: QuerySet[User]) -> None:
        self._each_user(request, users, accounts.user_deactivate)

    @admin.action(description=_("Activate again"))
    def activate(self, request: HttpRequest, users: QuerySet[User]) -> None:
        self._each_user(request, users, accounts.user_activate)

    @admin.action(description=_("Send the invitation again"))
    def invite_again(self, request: HttpRequest, users: QuerySet[User]) -> None:
        self._each_user(request, users, accounts.invitation_resend)

    def _each_user(self, request: HttpRequest, users: QuerySet[User], service: Any) -> None:
        actor, now = actor_of(request), timezone.now()
        self.each(request, users, lambda user: service(actor=actor, now=now, user_id=user.pk))


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    list_display = ("user", "started_at", "refreshed_at", "ended_at", "end_reason", "client_ip")
    list_filter = ("end_reason",)
    list_select_related = ("user",)
    search_fields = ("user__username",)
    exclude = ("refresh_jti",)


@admin.register(OneTimeLink)
class OneTimeLinkAdmin(ReadOnlyAdmin):
    list_display = ("user", "purpose", "created_at", "sent_at", "expires_at", "used_at")
    list_filter = ("purpose",)
    list_select_related = ("user",)
    exclude = ("digest",)


@admin.register(AttemptCounter)
class AttemptCounterAdmin(ReadOnlyAdmin):
    list_display = ("kind", "attempts", "last_attempt_at", "locked_until")
    list_filter = ("kind",)
