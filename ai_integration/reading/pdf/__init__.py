"""Digital and scanned PDF offers."""

from .document import read_pdf

__all__ = ["read_pdf"]
