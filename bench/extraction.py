"""How fast the embedded reader reads a digital PDF.

python -m bench.extraction [FILE]    default: the 30-page offer of ../shared/data

Goal: 30 pages from upload to ready in under 15 s; reading may take 10 s of that (0.33 s a page).
"""

import sys
import time
from pathlib import Path

from ai_integration.reading import read_document
from bench._real_files import OFFER

RUNS = 3
SECONDS_A_PAGE = 1 / 3


def main(arguments: list[str]) -> int:
    offer = Path(arguments[0]) if arguments else OFFER
    if not offer.is_file():
        print(f"skipped: {offer.name} is not here")
        return 0
    content = offer.read_bytes()
    seconds = []
    for _ in range(RUNS):
        started = time.process_time()
        document = read_document(content, "application/pdf")
        seconds.append(time.process_time() - started)
    best = min(seconds)
    print(f"{offer.name}: {document.pages} pages, {len(document.lines)} lines")
    print(f"processor seconds, {RUNS} runs: {', '.join(f'{taken:.2f}' for taken in seconds)}")
    print(f"{document.pages / best:.1f} pages/s, {best / document.pages * 1000:.0f} ms a page")
    return 0 if best / document.pages <= SECONDS_A_PAGE else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
