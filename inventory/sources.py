"""Names for what stock movements refer to; one registry serves both ledgers."""

from capital.public import names_of, names_register

__all__ = ["names_of", "names_register"]
