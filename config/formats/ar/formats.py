"""Arabic: a point before decimals, as on every price list; Django's comma reads as thousands."""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
