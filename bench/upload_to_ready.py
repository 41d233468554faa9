"""How long a person waits: an offer uploaded over HTTP until its job is ready.

python -m bench.upload_to_ready [FILE]    default: the 30-page offer of ../shared/data

API, worker and beat run as in production; the catalogue holds 29,898 products. The first upload
finds a worker that has no index of the catalogue yet, the second one (the same file for another
supplier) may find it. Goal: 30 pages in under 15 s, both times.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import django

from bench._real_files import CATALOGUE, OFFER, catalogue_fill
from scripts.demo.client import Person
from scripts.demo.environment import ADMINISTRATOR, ADMINISTRATOR_PASSWORD, Environment
from scripts.stack import Stack

MOST_SECONDS = 15.0
MOST_PAGES = 30
WORKING = ("queued", "dispatched", "received")


def upload_and_wait(person: Person, supplier: str, offer: Path) -> tuple[dict[str, object], float]:
    """The finished job, and the seconds from sending the file to seeing it finished."""
    supplier_id = person.post("/suppliers/", {"name": supplier})["id"]
    content = offer.read_bytes()
    started = time.perf_counter()
    job = person.upload("/offers/upload/", offer.name, content, supplier_id=supplier_id)
    while job["state"] in WORKING:
        time.sleep(0.1)
        job = person.get(f"/offers/jobs/{job['id']}/")
    return job, time.perf_counter() - started


def main(arguments: list[str]) -> int:
    offer = Path(arguments[0]) if arguments else OFFER
    for needed in (offer, CATALOGUE):
        if not needed.is_file():
            print(f"skipped: {needed.name} is not here (see PHARMACIO_SHARED_DATA)")
            return 0
    environment = Environment.fresh(port=0, name="bench")
    django.setup()
    print(f"catalogue of {catalogue_fill():,} products")
    reached = []
    with Stack(port=environment.port, logs=environment.logs, worker_processes=1) as stack:
        stack.wait_until_ready()
        person = Person(stack.base_url, "administrator", ADMINISTRATOR, ADMINISTRATOR_PASSWORD)
        for supplier in ("first", "second"):
            job, seconds = upload_and_wait(person, supplier, offer)
            print(
                f"{supplier} upload of {offer.name}: {job['state']} in {seconds:.1f} s,"
                f" {job['pages_total']} pages, {job['rows_found']} lines"
            )
            pages = int(str(job["pages_total"] or 1))
            most = MOST_SECONDS * max(1.0, pages / MOST_PAGES)
            reached.append(job["state"] == "ready" and seconds < most)
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
