"""How fast the need of every product is worked out, with two years of movements in the ledger.

python -m bench.need [--movements N] [--fresh]

Goal: 30,000 products with a million movements in under 20 s, in eleven queries. The database is
that of bench.ledger.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from bench.ledger import books_open

MOST_SECONDS = 20.0
QUERIES = 11


def timed(title: str, work: Callable[[], Any]) -> tuple[Any, float]:
    started, processor = time.perf_counter(), time.process_time()
    found = work()
    seconds = time.perf_counter() - started
    print(f"  {title:32} {seconds:6.2f} s ({time.process_time() - processor:.2f} s of it ours)")
    return found, seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--movements", type=int, default=1_000_000)
    parser.add_argument("--fresh", action="store_true", help="write the database anew")
    chosen = parser.parse_args()
    books_open(chosen.movements, fresh=chosen.fresh)

    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from inventory.public import abc_by_product, product_demand, product_positions
    from purchases.selectors.needs import LOTS_WITHIN, needs

    now = timezone.now()
    timed("demand", lambda: product_demand(now=now))
    timed("positions", lambda: product_positions(now=now, lots_within=LOTS_WITHIN))
    timed("ABC classes", lambda: abc_by_product(now=now))
    with CaptureQueriesContext(connection) as queries:
        found, seconds = timed("needs of all products", lambda: needs(now=now))
    one, _ = timed("need of one", lambda: needs(now=now, product_ids=[found[0].product_id]))
    bases = Counter(figures.basis.value for figures in found)
    print(
        f"{len(found):,} products, {sum(f.needed > 0 for f in found):,} needed, {dict(bases)},"
        f" {len(queries)} queries"
    )
    assert one == found[:1]
    return 0 if seconds <= MOST_SECONDS and len(queries) == QUERIES else 1


if __name__ == "__main__":
    sys.exit(main())
