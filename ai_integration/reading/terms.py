"""Texts beside a table that tell terms: until when, from which order on, when goods come.

Only recognised here, so that they are taken neither for products nor for companies; what they
say is for purchasing to read.
"""

from __future__ import annotations

import re

from core.text import fold

_SAYS = re.compile(
    r"(?<![^\W\d_])(?:و?(?:ساري|ساريه|صالح|صالحه|يسري|حتي|لغايه|تنتهي|ينتهي)"
    r"|(?:الحد\s+الادني|اقل)\s+(?:ل?قيمه\s+)?(?:لل|ال|ل)?(?:طلب|فاتوره|شرا)"
    r"|(?:ال)?(?:توصيل|تسليم|توزيع)\s*:?\s*(?:كل|يوم|ايام|من|ال|خلال|في|بعد|نفس|ثاني|\d)"
    r"|مده\s+(?:ال)?(?:توصيل|تسليم)"
    r"|valid|until|expires|minimum\s+(?:order|invoice)|deliver(?:y|ies|ed))"
)


def says_terms(text: str) -> bool:
    """Whether a text that is no product tells a term of the offer."""
    return _SAYS.search(fold(text)) is not None
