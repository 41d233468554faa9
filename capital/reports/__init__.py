"""Financial reports as of any date, computed from the journal itself, not from projections.

A date is a day in the pharmacy's time zone (`entry_date`). `known_at` shows the books as they
were known at a past moment: what was recorded later, even for an earlier day, is left out.
"""
