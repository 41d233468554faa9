"""How long searching as one types takes on a catalogue of 30,000 products.

    python -m bench.search          p50, p95 and worst time at the database and of the whole call,
                                    for one letter, two letters, longer beginnings, several words,
                                    barcodes; exit 1 if the p95 at the database is 50 ms or more

The products are those of `catalogue/egypt_29k.csv` of the folder PHARMACIO_SHARED_DATA (default
../shared/data); where it is absent, made-up names of the same shape. Uses a database of its own,
made and dropped. Two in five products are in stock; levels are written without their movements.
"""

import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import django

from bench._real_files import CATALOGUE, rows_of

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from core.models import local_date  # noqa: E402
from inventory.models import (  # noqa: E402
    Barcode,
    Batch,
    Location,
    Product,
    ProductAlias,
    ProductStock,
    StockLevel,
)
from inventory.selectors.search import products_suggest  # noqa: E402
from inventory.services.barcodes import barcode_key, looks_like_gtin  # noqa: E402
from inventory.services.product_fields import product_derive  # noqa: E402

PRODUCTS = 30_000
MOST_P95_MS = 50.0
EACH = 150  # searches of each sort
CHUNK = 3000
CONSONANTS = dict(zip("bdfghjklmnprstvz", "بدفجهيكلمنبرستفز", strict=True))
VOWELS = {"a": "ا", "i": "ي", "o": "و", "e": ""}
SYLLABLES = [(c + v, arabic + VOWELS[v]) for c, arabic in CONSONANTS.items() for v in VOWELS]


def catalogue() -> Iterator[dict[str, str]]:
    if CATALOGUE.exists():
        print(f"products: {CATALOGUE.name}")
        yield from rows_of("catalogue/egypt_29k.csv")
        return
    print(f"products: made up, as there is no {CATALOGUE}")
    chance = random.Random(7)
    for number in range(PRODUCTS):
        picks = chance.choices(SYLLABLES, k=chance.randint(3, 5))
        strength, count = chance.choice((5, 10, 25, 50, 100, 250, 500)), chance.choice((10, 20, 30))
        yield {
            "name_ar": f"{''.join(each for _, each in picks)} {strength} مجم {count} قرص",
            "name_en": f"{''.join(each for each, _ in picks).upper()} {strength} MG {count} TAB",
            "price": str(chance.randint(5, 500)),
            "barcode": f"{6_221_000_000_000 + number}",
        }


def fill(rows: list[dict[str, str]]) -> list[Product]:
    now = timezone.now()
    chance = random.Random(1)
    products = {}
    for row in rows:
        product = Product(name_ar=row["name_ar"][:200], name_en=row["name_en"][:200])
        product.lifecycle = "active"
        product_derive(product)
        products.setdefault(product.identity_key, (product, row["barcode"]))
    made = Product.objects.bulk_create([each for each, _ in products.values()], batch_size=CHUNK)
    in_stock = {product.pk for product in made if chance.random() < 0.4}
    ProductStock.objects.bulk_create(
        [ProductStock(product=each, on_hand=20 * (each.pk in in_stock)) for each in made],
        batch_size=CHUNK,
    )
    batches = Batch.objects.bulk_create(
        [
            Batch(
                product_id=pk,
                number=f"B{pk}",
                expiry_date=local_date(now) + timedelta(days=chance.randint(-30, 700)),
                received_at=now,
            )
            for pk in in_stock
        ],
        batch_size=CHUNK,
    )
    place = Location.objects.get()
    StockLevel.objects.bulk_create(
        [StockLevel(batch=batch, location=place, quantity=20) for batch in batches],
        batch_size=CHUNK,
    )
    codes = {}
    for product, code in products.values():
        if looks_like_gtin(code):
            codes.setdefault(barcode_key(code, "gtin"), (product, code))
    Barcode.objects.bulk_create(
        [
            Barcode(product=product, value=code, kind="gtin", key=key, created_at=now)
            for key, (product, code) in codes.items()
        ],
        batch_size=CHUNK,
    )
    ProductAlias.objects.bulk_create(
        [
            ProductAlias(
                product=each, text=f"alias {each.pk}", key=f"alias {each.pk}", created_at=now
            )
            for each in made[:5000]
        ],
        batch_size=CHUNK,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return made


def searches(products: list[Product], codes: list[str]) -> dict[str, list[str]]:
    chance = random.Random(3)

    def beginnings(least: int, most: int) -> list[str]:
        found = []
        while len(found) < EACH:
            product = chance.choice(products)
            name = chance.choice((product.name_ar, product.name_en)).strip()
            if len(name) >= least:
                found.append(name[: chance.randint(least, most)])
        return found

    def words(count: int) -> list[str]:
        found = []
        while len(found) < EACH:
            product = chance.choice(products)
            all_words = chance.choice((product.name_ar, product.name_en)).split()
            if len(all_words) >= count:
                picked = sorted(chance.sample(range(len(all_words)), count))
                found.append(" ".join(all_words[place][:5] for place in picked))
        return found

    return {
        "one letter": beginnings(1, 1),
        "two letters": beginnings(2, 2),
        "three letters": beginnings(3, 3),
        "longer beginning": beginnings(4, 14),
        "a word in the name": words(1),
        "two words": words(2),
        "three words": words(3),
        "common words": [
            chance.choice(("مجم", "mg", "قرص", "tab", "500", "1", "ml 100", "كريم", "cream"))
            for _ in range(EACH)
        ],
        "barcode": [chance.choice(codes)[: chance.randint(6, 14)] for _ in range(EACH)],
        "nothing found": [chance.choice(("xqzv", "ظظظ", "qqq www")) for _ in range(EACH)],
    }


def measured(search: Callable[[], object]) -> tuple[float, float, int]:
    """Milliseconds at the database, of the whole call, and how many queries."""
    spent: list[float] = []

    def clock(execute, sql, params, many, context):
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent.append(time.perf_counter() - started)

    started = time.perf_counter()
    with connection.execute_wrapper(clock):
        search()
    return sum(spent) * 1000, (time.perf_counter() - started) * 1000, len(spent)


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def report(title: str, at_database: list[float], whole: list[float], queries: int) -> None:
    print(
        f"{title:20} database p50 {percentile(at_database, 0.5):6.1f}  "
        f"p95 {percentile(at_database, 0.95):6.1f}  worst {max(at_database):6.1f} ms   "
        f"whole p95 {percentile(whole, 0.95):6.1f} ms   queries <= {queries}"
    )


def run() -> int:
    rows = list(catalogue())
    started = time.perf_counter()
    products = fill(rows)
    codes = list(Barcode.objects.values_list("value", flat=True))
    print(f"{len(products):,} products, {len(codes):,} barcodes", end="")
    print(f" written in {time.perf_counter() - started:.1f} s")
    now = timezone.now()
    all_database: list[float] = []
    all_whole: list[float] = []
    most_queries = 0
    for title, texts in searches(products, codes).items():
        products_suggest(now=now, text=texts[0])
        figures = [
            measured(lambda text=text: products_suggest(now=now, text=text)) for text in texts
        ]
        at_database, whole, queries = (list(each) for each in zip(*figures, strict=True))
        report(title, at_database, whole, max(queries))
        all_database += at_database
        all_whole += whole
        most_queries = max(most_queries, *queries)
    report("all", all_database, all_whole, most_queries)
    return 0 if percentile(all_database, 0.95) < MOST_P95_MS else 1


def main() -> int:
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        return run()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
