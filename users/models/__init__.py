"""Tables of accounts, by topic."""

from users.models.attempts import AttemptCounter, AttemptKind
from users.models.links import LinkPurpose, OneTimeLink
from users.models.sessions import EndReason, Session
from users.models.user import ADMINISTER, Language, User, UserManager, UserStatus

__all__ = [
    "ADMINISTER",
    "AttemptCounter",
    "AttemptKind",
    "EndReason",
    "Language",
    "LinkPurpose",
    "OneTimeLink",
    "Session",
    "User",
    "UserManager",
    "UserStatus",
]
