"""Reports of stock as of any past moment, rebuilt from the ledger of movements.

Two clocks (docs/flows/stock-reports.md): `as_of` is the moment in the pharmacy the report is
about, `known_at` the moment up to which records are taken into account. Left out, it is now: what
was entered late counts where it belongs. With both the same, a report shows what the levels showed
at that moment.
"""
