"""Why a text is no element string."""

from __future__ import annotations


class Gs1Unreadable(Exception):
    """The text breaks the rules of GS1.

    code: stable word: `not_gs1`, `unknown_identifier`, `too_short`, `wrong_content`,
    `wrong_check_digit`, `wrong_date`, `named_twice`. at: the application identifier or the rest
    of the text that could not be read.
    """

    def __init__(self, code: str, at: str = "") -> None:
        super().__init__(f"{code}: {at}")
        self.code = code
        self.at = at
