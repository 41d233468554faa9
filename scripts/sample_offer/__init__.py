"""Sample documents for the demo and the tests: invented products, suppliers and prices.

    python -m scripts.sample_offer FOLDER

writes a warehouse's Arabic PDF offer, a second supplier's XLSX and CSV of the same products, and an
opening balance. The same day gives the same bytes.
"""

from .documents import SampleFiles, write_samples

__all__ = ["SampleFiles", "write_samples"]
