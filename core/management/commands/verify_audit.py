from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import audit


class Command(BaseCommand):
    help = "Recompute the audit log's hash chain; exit 1 and name every break."

    def handle(self, *args: Any, **options: Any) -> None:
        report = audit.verify()
        for fault in report.faults:
            self.stderr.write(fault)
        if not report.intact:
            raise CommandError(f"{len(report.faults)} faults in {report.entries} audit entries")
        place, digest = audit.head()
        self.stdout.write(f"{report.entries} audit entries intact; head {place} {digest}")
