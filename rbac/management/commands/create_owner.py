"""``manage.py create_owner``: the first account of a pharmacy."""

from __future__ import annotations

import getpass
import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.audit import SYSTEM
from core.errors import DomainError
from rbac.services.assignments import owner_create

PASSWORD_VARIABLE = "PHARMACIO_OWNER_PASSWORD"  # noqa: S105


class Command(BaseCommand):
    help = (
        "Creates an active user with the role of the owner. "
        f"The password comes from {PASSWORD_VARIABLE}, or is asked for."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--username", required=True)
        parser.add_argument("--email", default="")
        parser.add_argument("--full-name", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user_id = owner_create(
                actor=SYSTEM,
                now=timezone.now(),
                username=options["username"],
                email=options["email"],
                full_name=options["full_name"],
                password=os.environ.get(PASSWORD_VARIABLE) or self._asked(),
            )
        except DomainError as error:
            reasons = [str(problem.detail) for problem in error.errors]
            raise CommandError(" ".join([str(error.detail), *reasons])) from error
        self.stdout.write(f"Owner {options['username']} created (user {user_id}).")

    def _asked(self) -> str:
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("Password (again): "):
            raise CommandError("The two passwords differ.")
        return password
