"""Finding products: the filtered list, and the short ranked list shown while one types.

How it stays fast on 30,000 products with core PostgreSQL is in docs/flows/catalogue.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import BooleanField, Case, F, Func, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Concat, Length

from core.text import search_key, tokens
from inventory.lifecycle import SELLABLE, Lifecycle
from inventory.models import Barcode, BarcodeKind, Product
from inventory.models.catalogue import SEARCH_CONFIG
from inventory.selectors.availability import low_stock as low_stock_condition
from inventory.selectors.catalogue import products_with_stock
from inventory.selectors.classification import category_with_descendants
from inventory.services.barcodes import barcode_clean, barcode_key, looks_like_gtin

SHORTEST_BARCODE = 6
MOST_HITS = 50
# Taken from the database before the last ordering by what is really available.
CANDIDATES = 60
# Words that more products share are no search yet ("mg", "500"): so many of them are looked at.
MOST_MATCHES = 1000
SHORT_PREFIX = 2  # letters; names only, as almost everything has some word that begins so


def products_list(
    *,
    now: datetime,
    search: str = "",
    barcode: str = "",
    low_stock: bool | None = None,
    category_id: int | None = None,
    atc_code: str = "",
    **exactly: Any,
) -> QuerySet[Product]:
    """Products with `on_hand`, `available` and `incoming` (base units), ordered by name.

    search: beginnings of words of names, strength, form, manufacturer, generics and aliases, all
    of which must occur, in any spelling; or a barcode. low_stock: only those (not) below their
    minimum. category_id: the category and all below it. atc_code: it and all below it.
    exactly: fields with the value they must have (lifecycle, controlled_class, cold_chain, …).
    """
    products = products_with_stock(now=now).filter(
        **{field: value for field, value in exactly.items() if value != ""}
    )
    if category_id is not None:
        products = products.filter(category_id__in=category_with_descendants(category_id))
    if atc_code:
        products = products.filter(atc_code__startswith=atc_code.upper())
    if barcode:
        products = _with_barcode(products, barcode)
    if search:
        products = _search(products, search)
    if low_stock is not None:
        below = low_stock_condition(now=now)
        products = products.filter(below if low_stock else ~below)
    return products.order_by("name_ar", "name_en", "pk")


@dataclass(frozen=True, slots=True)
class _Typed:
    """What somebody has typed so far. key: folded words; words: the same, the last unfinished."""

    key: str
    words: tuple[str, ...]


def products_suggest(
    *, now: datetime, text: str, limit: int = 20, sellable: bool = False
) -> list[Product]:
    """The products most likely meant by what was typed so far, best first.

    Order: a barcode that is the text, or begins so; then names that are the text, begin with it,
    have it within, have its words in this order; then everything else it is found by (generics,
    aliases, manufacturer). Of equals, what is available comes first, then the shorter name.
    Archived products are never suggested; sellable: only what may be sold. Five queries at most.
    """
    products = Product.objects.exclude(lifecycle=Lifecycle.ARCHIVED)
    if sellable:
        products = products.filter(lifecycle__in=SELLABLE)
    ranks = _by_barcode(products, text, limit) or _by_words(products, text)
    if not ranks:
        return []
    rows: QuerySet[Any] = products_with_stock(now=now).filter(pk__in=ranks)
    place = {pk: number for number, pk in enumerate(ranks)}
    return sorted(rows, key=lambda row: (ranks[row.pk], row.available <= 0, place[row.pk]))[:limit]


def _by_barcode(products: QuerySet[Product], text: str, limit: int) -> dict[int, int]:
    """Products by barcode: rank 0 where it is the text, 1 where it begins with it."""
    code = barcode_clean(text)
    if not (code.isascii() and code.isdigit() and len(code) >= SHORTEST_BARCODE):
        return {}
    if exact := list(_with_barcode(products, code).values_list("pk", flat=True)):
        return dict.fromkeys(exact, 0)
    begun = (
        Barcode.objects.filter(value__startswith=code, product__in=products)
        .order_by("value")
        .values_list("product_id", flat=True)[:limit]
    )
    return dict.fromkeys(begun, 1)


def _by_words(products: QuerySet[Product], text: str) -> dict[int, int]:
    """The best candidates by their words: product -> rank, in order.

    Names that begin with the text come by an index of their own and before everything else; only
    where they are few are all words looked at.
    """
    key = search_key(text)
    if not key:
        return {}
    typed = _Typed(key=key, words=tuple(key.split()))
    found = _ranked(products.filter(_name_begins(key)), typed)
    if len(found) >= CANDIDATES or (found and len(key) <= SHORT_PREFIX):
        return found
    # Ids by themselves first: PostgreSQL joins a limited subquery by reading the whole table.
    matches = list(
        _with_words(products, typed.words).order_by().values_list("pk", flat=True)[:MOST_MATCHES]
    )
    return found | (_ranked(Product.objects.filter(pk__in=matches), typed) if matches else {})


def _ranked(products: QuerySet[Product], typed: _Typed) -> dict[int, int]:
    rows = (
        products.annotate(
            rank=_rank(typed),
            nothing_here=Case(
                When(stock__on_hand__gt=0, then=Value(0)),
                default=Value(1),
                output_field=IntegerField(),
            ),
            length=Length("name_ar_key") + Length("name_en_key"),
        )
        .order_by("rank", "nothing_here", "length", "pk")
        .values_list("pk", "rank")[:CANDIDATES]
    )
    return dict(rows)


def _rank(typed: _Typed) -> Case:
    """0 the whole name, 1 its beginning, 2 words within it, 3 its words in this order, 4 else."""
    names = Concat(Value(" "), F("name_ar_key"), Value(" "), F("name_en_key"))
    in_order = "% ".join(typed.words)
    return Case(
        When(Q(name_ar_key=typed.key) | Q(name_en_key=typed.key), then=Value(0)),
        When(_name_begins(typed.key), then=Value(1)),
        When(_Like(names, Value(f"% {typed.key}%")), then=Value(2)),
        *[When(_Like(names, Value(f"% {in_order}%")), then=Value(3))][: len(typed.words) - 1],
        default=Value(4),
        output_field=IntegerField(),
    )


class _Like(Func):
    """`text LIKE pattern`. Folded words hold letters, digits and dots: nothing to escape."""

    template = "%(expressions)s"
    arg_joiner = " LIKE "
    output_field = BooleanField()


def _name_begins(key: str) -> Q:
    return Q(name_ar_key__startswith=key) | Q(name_en_key__startswith=key)


def _with_words(products: QuerySet[Product], words: Sequence[str]) -> QuerySet[Product]:
    query = SearchQuery(
        " & ".join(f"'{word}':*" for word in words), config=SEARCH_CONFIG, search_type="raw"
    )
    vector = SearchVector("search_text", config=SEARCH_CONFIG)
    return products.alias(found_words=vector).filter(found_words=query)


def _with_barcode(products: QuerySet[Product], barcode: str) -> QuerySet[Product]:
    value = barcode_clean(barcode)
    keys = {value}
    if looks_like_gtin(value):
        keys.add(barcode_key(value, BarcodeKind.GTIN))
    return products.filter(pk__in=Barcode.objects.filter(key__in=keys).values("product_id"))


def _search(products: QuerySet[Product], text: str) -> QuerySet[Product]:
    code = barcode_clean(text)
    if code.isascii() and code.isdigit() and len(code) >= SHORTEST_BARCODE:
        return _with_barcode(products, code)
    words = tokens(text)
    return _with_words(products, words) if words else products.none()
