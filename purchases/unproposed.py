"""Why products that are needed are not proposed, in the language of whoever reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from purchases.basket import Unbought

__all__ = ["TEXTS", "unproposed_summary", "unproposed_text"]

TEXTS = {
    "not_short": _("There is enough of it."),
    "product_not_purchasable": _("It may not be bought."),
    "already_proposed": _("An open proposal has it already."),
    "no_usable_source": _("No offer of it can be used."),
    "not_offered": _("Nobody offers it."),
    Unbought.OVER_BUDGET: _("The money does not suffice."),
    Unbought.BELOW_MINIMUM: _("Its suppliers take no order so small."),
    Unbought.ABOVE_MAXIMUM: _("Its suppliers take no order so large."),
    Unbought.CREDIT_EXHAUSTED: _(
        "The credit its suppliers give is used up: pay, or raise the limit."
    ),
    Unbought.SHELF_LIFE: _("It would expire before it is sold."),
    Unbought.OUT_OF_RANGE: _("No quantity that may be bought covers the need."),
    Unbought.NOT_WORTH_IT: _("Buying it now would cost more than lacking it."),
}


def unproposed_text(code: str) -> str:
    """The reason in the active language; a code that is not known, as it is."""
    return str(TEXTS.get(code, code))


def unproposed_summary(excluded: Iterable[Mapping[str, Any]]) -> str:
    """Why nothing at all is proposed: each reason with how many products it holds for."""
    counts = Counter(row["reason"] for row in excluded)
    if not counts:
        return gettext("No product is short.")
    return " ".join(f"{unproposed_text(code)} ({count})" for code, count in counts.most_common())
