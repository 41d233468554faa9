"""How a real catalogue of 29,898 products imports, with its damaged and doubled barcodes.

python -m bench.catalogue_import

Three runs: a dry run that names every fault, the import of the good rows, and the same file again,
which must change nothing. Reads catalogue/egypt_29k.csv of PHARMACIO_SHARED_DATA (default
../shared/data); says so and ends where it is absent. Uses a database of its own.
"""

from __future__ import annotations

import sys
from collections import Counter
from decimal import Decimal

from bench._imports import own_database, taken_through
from bench._real_files import CATALOGUE

MOST_SECONDS = 90.0


def tell_problems(job) -> None:
    for severity in ("error", "warning"):
        found: Counter[str] = Counter()
        for problems in job.rows.exclude(problems=[]).values_list("problems", flat=True):
            found.update(each["code"] for each in problems if each["severity"] == severity)
        for code, count in found.most_common():
            print(f"  {severity:8} {code:26} {count:6,}")


def main() -> int:
    if not CATALOGUE.exists():
        print(f"nothing measured: no real catalogue at {CATALOGUE}")
        return 0
    content = CATALOGUE.read_bytes()
    with own_database():
        from inventory.models import Barcode, Product

        dry, _seconds = taken_through("catalogue", content, CATALOGUE.name, dry_run=True)
        tell_problems(dry)
        print(f"  would: {dry.counts}")
        assert not Product.objects.exists()
        options = {"skip_faulty": True, "placeholder_price": Decimal(1)}
        job, seconds = taken_through("catalogue", content, CATALOGUE.name, **options)
        tell_problems(job)
        print(
            f"  {job.counts}; products {Product.objects.count():,}, barcodes"
            f" {Barcode.objects.count():,}, prices not known"
            f" {Product.objects.filter(public_price=None).count():,}"
        )
        again, _seconds = taken_through("catalogue", content, CATALOGUE.name, **options)
        print(f"  again: {again.counts}")
    unchanged = again.counts["created"] == again.counts["updated"] == 0
    return 0 if job.state == "done" and unchanged and seconds <= MOST_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
