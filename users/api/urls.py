"""Paths of accounts, below ``/api/v1/``."""

from django.urls import path

from users.api import auth_views, user_views

urlpatterns = [
    path("auth/login/", auth_views.LoginView.as_view(), name="auth-login"),
    path("auth/refresh/", auth_views.RefreshView.as_view(), name="auth-refresh"),
    path("auth/logout/", auth_views.LogoutView.as_view(), name="auth-logout"),
    path("auth/me/", auth_views.MeView.as_view(), name="auth-me"),
    path(
        "auth/change-password/",
        auth_views.ChangePasswordView.as_view(),
        name="auth-change-password",
    ),
    path(
        "auth/password-reset/", auth_views.PasswordResetView.as_view(), name="auth-password-reset"
    ),
    path(
        "auth/password-reset/confirm/",
        auth_views.PasswordResetConfirmView.as_view(),
        name="auth-password-reset-confirm",
    ),
    path(
        "auth/invitations/accept/",
        auth_views.InvitationAcceptView.as_view(),
        name="auth-invitation-accept",
    ),
    path("users/", user_views.UserListView.as_view(), name="users"),
    path("users/<id:user_id>/", user_views.UserView.as_view(), name="user"),
    path(
        "users/<id:user_id>/deactivate/",
        user_views.UserDeactivateView.as_view(),
        name="user-deactivate",
    ),
    path(
        "users/<id:user_id>/activate/", user_views.UserActivateView.as_view(), name="user-activate"
    ),
    path(
        "users/<id:user_id>/resend-invitation/",
        user_views.InvitationResendView.as_view(),
        name="user-resend-invitation",
    ),
]
