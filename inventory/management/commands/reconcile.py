from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.audit import SYSTEM
from inventory.selectors.reconciliation import differences
from inventory.services.alerts import alerts_refresh_all
from inventory.services.reconciliation import stock_rebuild


class Command(BaseCommand):
    help = "Compare stock and balances with their ledgers; name every difference and exit 1."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--fix",
            action="store_true",
            help="set stock levels and totals to their ledger, and alerts to what holds now",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["fix"]:
            now = timezone.now()
            for sentence in stock_rebuild(actor=SYSTEM, now=now):
                self.stdout.write(f"was: {sentence}")
            alerts_refresh_all(now=now)
        found = differences()
        for sentence in found:
            self.stderr.write(sentence)
        if found:
            raise CommandError(f"{len(found)} differences")
        self.stdout.write("stock and balances agree with their ledgers")
