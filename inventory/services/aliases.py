"""Other names of products, typed by staff or learnt from what suppliers write.

People search by them; the matcher of offers has its own memory, so the mark of the catalogue stays.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit
from core.audit import Actor
from core.errors import FieldProblem
from core.text import search_key
from inventory.errors import AliasNotFound, AliasRefused, ProductNotFound
from inventory.models import AliasSource, ProductAlias
from inventory.services.ledger import constraint_of, stock_lock
from inventory.services.product_fields import LONGEST_KEY
from inventory.services.search_words import search_words_write

ALIAS_ONCE = "inventory_alias_once"
LONGEST_ALIAS = 200
BATCH_SIZE = 1000


@transaction.atomic
def alias_add(*, actor: Actor, now: datetime, product_id: int, text: str) -> int:
    """Give a product another name to be found by; returns the alias's id.

    Raises ProductNotFound, AliasRefused: nothing readable in it, or the product has it already.
    """
    products = stock_lock([product_id]).products
    if product_id not in products:
        raise ProductNotFound
    key = search_key(text)[:LONGEST_KEY]
    if not key:
        raise _refused("unreadable", _("Give a name with letters or digits."))
    alias = ProductAlias(
        product_id=product_id,
        text=text.strip(),
        key=key,
        source=AliasSource.TYPED,
        created_at=now,
        created_by_id=actor.id,
    )
    try:
        with transaction.atomic():
            alias.save()
    except IntegrityError as error:
        if constraint_of(error) != ALIAS_ONCE:
            raise
        raise _refused("taken", _("The product is called so already.")) from error
    search_words_write(products.values())
    audit.record(
        actor=actor,
        action="inventory.alias_added",
        subject=alias,
        changes={"product_id": product_id, "text": alias.text},
    )
    return alias.pk


@transaction.atomic
def alias_remove(*, actor: Actor, product_id: int, alias_id: int) -> None:
    """Take another name off a product. Raises AliasNotFound."""
    products = stock_lock([product_id]).products
    alias = ProductAlias.objects.filter(pk=alias_id, product_id=product_id).first()
    if alias is None:
        raise AliasNotFound
    audit.record(
        actor=actor,
        action="inventory.alias_removed",
        subject=alias,
        changes={"product_id": product_id, "text": alias.text},
    )
    alias.delete()
    search_words_write(products.values())


@transaction.atomic
def aliases_learn(
    *,
    actor: Actor,
    now: datetime,
    names: Collection[tuple[int, str]],
    source: str = AliasSource.LEARNT,
) -> int:
    """Remember names products are called by elsewhere; returns how many were new.

    names: (product id, name); what has no letter or digit, names an unknown product, says nothing
    that its search text does not say already, or is known, is passed over. A constant number of
    queries; no audit of its own, as the caller's document says who decided.
    """
    products = stock_lock(product_id for product_id, _text in names).products
    wanted = {
        (product_id, key): text.strip()[:LONGEST_ALIAS]
        for product_id, text in names
        if product_id in products
        and (key := search_key(text[:LONGEST_ALIAS])[:LONGEST_KEY])
        and f" {key} " not in f" {products[product_id].search_text} "
    }
    known = set(
        ProductAlias.objects.filter(product_id__in=products).values_list("product_id", "key")
    )
    new = {pair: text for pair, text in wanted.items() if pair not in known}
    ProductAlias.objects.bulk_create(
        [
            ProductAlias(
                product_id=product_id,
                text=text,
                key=key,
                source=source,
                created_at=now,
                created_by_id=actor.id,
            )
            for (product_id, key), text in new.items()
        ],
        batch_size=BATCH_SIZE,
    )
    if new:
        search_words_write(products[pk] for pk in {product_id for product_id, _key in new})
    return len(new)


@transaction.atomic
def aliases_forget(*, names: Collection[tuple[int, str]]) -> int:
    """Drop learnt names that turned out to be another product's; returns how many.

    names: (product id, name). Names typed by staff stay.
    """
    products = stock_lock(product_id for product_id, _text in names).products
    wrong = {
        (product_id, search_key(text[:LONGEST_ALIAS])[:LONGEST_KEY]) for product_id, text in names
    }
    rows = [
        row
        for row in ProductAlias.objects.filter(product_id__in=products, source=AliasSource.LEARNT)
        if (row.product_id, row.key) in wrong
    ]
    ProductAlias.objects.filter(pk__in=[row.pk for row in rows]).delete()
    if rows:
        search_words_write(products[pk] for pk in {row.product_id for row in rows})
    return len(rows)


def _refused(code: str, detail: str) -> AliasRefused:
    return AliasRefused(errors=[FieldProblem("text", code, detail)])
