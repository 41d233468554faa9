"""What runs by the clock: every periodic task of the house, in one table.

A task here is idempotent and cheap when there is nothing to do: beat may fire it late or twice, or
while the previous run is still busy. A message nobody took before the next one is due expires, so
that a worker coming back does not find a heap of them.
"""

from typing import Any

from celery.schedules import crontab


def every(seconds: int, task: str) -> dict[str, Any]:
    return {"task": task, "schedule": float(seconds), "options": {"expires": seconds}}


def nightly(task: str, *, at: str) -> dict[str, Any]:
    """`at`: HH:MM in the pharmacy's time zone."""
    hour, minute = at.split(":")
    return {
        "task": task,
        "schedule": crontab(hour=hour, minute=minute),
        "options": {"expires": 6 * 3600},
    }


BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # Events are relayed on commit; this finds retries that are due and what a dead worker left.
    "relay-outbox": every(10, "core.relay_outbox"),
    # Approved proposals are applied on commit; this finds what a dead worker left.
    "sweep-approved-proposals": every(30, "purchases.sweep_approved"),
    # E-mails of orders that wait for another attempt, or that a dead worker left.
    "sweep-order-dispatches": every(30, "purchases.sweep_dispatches"),
    # Orders past their time: what has not arrived is given up, its capital is free again.
    "expire-orders": every(300, "purchases.expire_orders"),
    # Proposals nobody decided in time, or whose offers are all past.
    "expire-proposals": every(300, "purchases.expire_proposals"),
    # Jobs whose worker died, whose engine never answered, or whose pause is over.
    "sweep-jobs": every(15, "ai_integration.sweep_jobs"),
    # Imports whose worker died, or whose pause is over.
    "sweep-imports": every(15, "inventory.sweep_imports"),
    # What was promised to orders that did not come for it in time.
    "expire-reservations": every(60, "inventory.expire_reservations"),
    "purge-expired": nightly("core.purge_expired", at="03:10"),
    # E-mails of invitations and resets that a broken broker or mail server held up.
    "send-unsent-links": every(300, "users.links_send_unsent"),
    # Batches come closer to their expiry and goods grow idle with the day; the hourly run finds
    # what a beat that was down at midnight left.
    "refresh-alerts-of-the-day": nightly("inventory.refresh_alerts", at="00:01"),
    "refresh-alerts": every(3600, "inventory.refresh_alerts"),
    # The demand of days that are over, for the needs of the day; then hourly what has changed.
    "keep-demand-of-the-day": nightly("inventory.keep_demand", at="00:05"),
    "keep-demand": every(3600, "inventory.keep_demand"),
    "digest-alerts": nightly("inventory.digest_alerts", at="07:30"),
    # Invoices to pay, and goods that can soon go back to their supplier no more.
    "digest-invoices-and-returns": nightly("purchases.digest_invoices_and_returns", at="07:45"),
    # Goods that wait in quarantine for their inspection.
    "digest-inspections": nightly("purchases.digest_inspections", at="07:50"),
    "reconcile": nightly("inventory.reconcile", at="03:40"),
    "sweep-orphaned-files": nightly("files.sweep_orphans", at="03:30"),
    "purge-import-rows": nightly("inventory.purge_imports", at="03:50"),
    "purge-notifications": nightly("notifications.purge", at="03:25"),
    "purge-expired-accounts": nightly("users.purge_expired", at="03:20"),
}
