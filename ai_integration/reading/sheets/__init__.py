"""Price lists as CSV, XLS and XLSX."""

from .delimited import read_csv
from .workbooks import read_xls, read_xlsx

__all__ = ["read_csv", "read_xls", "read_xlsx"]
