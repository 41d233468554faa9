"""Command line: write the sample documents into a folder."""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime
from pathlib import Path

from .documents import write_samples


def main() -> None:
    """Writes the samples and prints where they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="created if absent; files are overwritten")
    parser.add_argument(
        "--as-of",
        type=date.fromisoformat,
        default=datetime.now(UTC).date(),
        help="the day of the opening balance (YYYY-MM-DD); expiry dates follow from it",
    )
    wanted = parser.parse_args()
    for path in write_samples(wanted.folder, as_of=wanted.as_of):
        print(path)


if __name__ == "__main__":
    main()
