"""Why a product is proposed for a line, as facts a person can check at a glance."""

from collections.abc import Collection, Iterator

from purchases.matching.descriptors import describes
from purchases.matching.index import IndexedProduct, same_price
from purchases.matching.lines import LineReading
from purchases.matching.records import Reason

__all__ = ["explain"]


def explain(line: LineReading, product: IndexedProduct, *, joined: float) -> tuple[Reason, ...]:
    """What agrees and what differs, the name first. joined: likeness of the names, 0 to 1."""
    said = line.said
    return (
        Reason("name_alike", str(round(100 * joined))),
        *_compared("strength", line.doses, product.doses),
        *_compared("percent", said.percents, product.percents),
        *_compared("size", _in_grams(said.sizes), _in_grams(product.sizes)),
        *_compared("pack", said.packs, product.packs),
        *_compared("number", said.loose, product.numbers),
        *_compared("form", said.forms, product.forms),
        *_described(line, product),
        *_priced(line, product),
        *_compared("company", line.company, product.company),
    )


def _compared(
    what: str, said: Collection[float] | Collection[str], has: Collection[float] | Collection[str]
) -> Iterator[Reason]:
    if not said or not has:
        return
    wanted, offered = {_plain(part) for part in said}, {_plain(part) for part in has}
    common = wanted & offered
    if common:
        yield Reason(f"{what}_agrees", ", ".join(sorted(common)))
    else:
        yield Reason(f"{what}_differs", ", ".join(sorted(wanted)), ", ".join(sorted(offered)))


def _plain(part: float | str) -> str:
    return part if isinstance(part, str) else f"{part:g}"


def _in_grams(sizes: Collection[float]) -> set[float]:
    """Sizes are kept in mg or ml; a pack of more than a litre or gram reads better in thousands."""
    return {size / 1000 if size > 1000 else size for size in sizes}


def _described(line: LineReading, product: IndexedProduct) -> Iterator[Reason]:
    for group, wanted in line.rivals.items():
        words = product.rivals.get(group)
        if words and describes(wanted, words) is not None:
            yield from _compared("description", [wanted], words)


def _priced(line: LineReading, product: IndexedProduct) -> Iterator[Reason]:
    price = product.price
    if price is None or not line.prices:
        return
    closest = min(line.prices, key=lambda asked: abs(asked - price))
    if same_price(closest, price):
        yield Reason("price_agrees", f"{closest:g}")
    else:
        yield Reason("price_differs", f"{closest:g}", f"{price:g}")
