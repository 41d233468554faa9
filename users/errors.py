"""What accounts cannot do, each with a stable code."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Forbidden, NotAuthenticated, NotFound, RuleRefused, Throttled


class InvalidCredentials(NotAuthenticated):
    """One answer for a wrong password, an unknown name, an invited and a deactivated user."""

    code = "invalid_credentials"
    title = _("The login or the password is wrong")


class InvalidRefreshToken(NotAuthenticated):
    code = "invalid_refresh_token"
    title = _("This session is over; sign in again")


class TooManyAttempts(Throttled):
    code = "too_many_attempts"
    title = _("Too many attempts; wait before trying again")


class InvalidLink(RuleRefused):
    """Unknown, used, revoked and expired links are not told apart."""

    code = "invalid_link"
    title = _("This link is not valid any more; ask for a new one")


class PasswordRefused(RuleRefused):
    code = "password_refused"
    title = _("This password cannot be used")


class UserNotFound(NotFound):
    code = "user_not_found"
    title = _("There is no such user")


class UsernameTaken(Conflict):
    code = "username_taken"
    title = _("This username is taken")


class EmailTaken(Conflict):
    code = "email_taken"
    title = _("This e-mail address belongs to another user")


class LastAdministrator(Conflict):
    code = "last_administrator"
    title = _("The pharmacy needs at least one active administrator")


class UserNotDeactivated(Conflict):
    code = "user_not_deactivated"
    title = _("Only a deactivated user can be activated")


class UserAlreadyDeactivated(Conflict):
    code = "user_already_deactivated"
    title = _("This user is deactivated already")


class UserNotInvited(Conflict):
    code = "user_not_invited"
    title = _("Only a user who has not yet accepted can be invited again")


class BeyondOwnPermissions(Forbidden):
    code = "beyond_own_permissions"
    title = _("You cannot decide about permissions that you do not have yourself")
