"""Background work of inventory."""

from __future__ import annotations

import logging

from celery import shared_task

from inventory.selectors.reconciliation import differences

logger = logging.getLogger(__name__)


@shared_task(name="inventory.reconcile", ignore_result=True)
def reconcile() -> None:
    """Every difference is an error in the log, which is what the operations page watches."""
    for sentence in differences():
        logger.error("ledgers differ: %s", sentence)
