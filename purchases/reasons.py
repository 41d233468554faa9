"""The matcher's reasons in the language of whoever reads them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from purchases.matching.descriptors import SPELLINGS_OF
from purchases.matching.vocabulary import FORM_OF

__all__ = ["TEXTS", "reason_text"]

# Codes of `purchases.matching.Reason`, with what they are shown as.
TEXTS = {
    "name_same": _("name: exactly the same"),
    "name_alike": _("name: %(said)s %% alike"),
    "remembered": _("remembered: a person decided so before"),
    "strength_agrees": _("strength agrees: %(said)s"),
    "strength_differs": _("strength differs: %(said)s ≠ %(has)s"),
    "percent_agrees": _("percent agrees: %(said)s"),
    "percent_differs": _("percent differs: %(said)s ≠ %(has)s"),
    "size_agrees": _("size agrees: %(said)s"),
    "size_differs": _("size differs: %(said)s ≠ %(has)s"),
    "pack_agrees": _("pack agrees: %(said)s"),
    "pack_differs": _("pack differs: %(said)s ≠ %(has)s"),
    "number_agrees": _("number agrees: %(said)s"),
    "number_differs": _("number differs: %(said)s ≠ %(has)s"),
    "form_agrees": _("form agrees: %(said)s"),
    "form_differs": _("form differs: %(said)s ≠ %(has)s"),
    "description_agrees": _("description agrees: %(said)s"),
    "description_differs": _("description differs: %(said)s ≠ %(has)s"),
    "price_agrees": _("price agrees: %(said)s"),
    "price_differs": _("price differs: %(said)s ≠ %(has)s"),
    "company_agrees": _("company agrees: %(said)s"),
    "company_differs": _("company differs: %(said)s ≠ %(has)s"),
    "supplier_history": _("supplier history: like “%(said)s”, which a person decided on"),
    "supplier_word": _("supplier history: by “%(said)s” this supplier means “%(has)s”"),
    "offered_before": _("supplier history: offered this product before"),
}
# The matcher's own word for a form or description -> the Arabic word it stands for.
_ARABIC = {
    **{name: spellings[0] for name, spellings in SPELLINGS_OF.items()},
    **{name: word for word, name in reversed(FORM_OF.items())},
}
_WORDED = ("form_", "description_")


def reason_text(stored: str | Sequence[str]) -> str:
    """A stored reason (code, said, has) in the active language; what is text already, as it is."""
    if isinstance(stored, str):
        return stored
    code, said, has = stored
    text = TEXTS.get(code)
    if text is None:
        return code
    if code.startswith(_WORDED) and (get_language() or "").startswith("ar"):
        said, has = _in_arabic(said), _in_arabic(has)
    return str(text) % {"said": said, "has": has}


def _in_arabic(words: str) -> str:
    return "، ".join(_ARABIC.get(word, word) for word in words.split(", "))
