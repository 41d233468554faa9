"""The door of ``files`` for the apps above it."""

from files.inspection import InspectedFile, file_inspect
from files.selectors import file_link, file_open
from files.services import file_put, file_register

__all__ = [
    "InspectedFile",
    "file_inspect",
    "file_link",
    "file_open",
    "file_put",
    "file_register",
]
