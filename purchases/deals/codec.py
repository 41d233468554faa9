"""Deals as text in the grammar itself and as JSON."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from purchases.deals.direction import Direction
from purchases.deals.goods import Tier
from purchases.deals.model import Deal, DealKind, Flag, Gift, Special, SpecialKind
from purchases.deals.windows import PrintedDay, Window

__all__ = ["from_json", "render", "to_json"]

_SPECIAL_WORDS = {
    SpecialKind.SPECIAL: "عرض خاص",
    SpecialKind.TEMPORARY: "عرض مؤقت",
    SpecialKind.EXCLUSIVE: "حصرا",
}


def render(deal: Deal, direction: Direction = "free_first") -> str:
    """Write the deal in the grammar, one canonical form per meaning.

    Parsing the text and resolving it in the same direction gives the deal back (except `raw`
    and flags). A deal that was not understood is given back as it was printed.
    """
    if deal.kind is DealKind.NOT_UNDERSTOOD:
        return deal.raw
    offers = [
        *(_pair(tier, direction) for tier in deal.tiers),
        *(_gift(gift, direction) for gift in deal.other_products),
        *(_every(gift) for gift in deal.every),
        *(_special(special, direction) for special in deal.specials),
        *(f"استثناء {_pair(tier, direction)}" for tier in deal.exceptions),
    ]
    discount = "" if deal.discount_percent is None else f"خصم {deal.discount_percent:f}%"
    joint = " او " if deal.discount_instead else " + "
    parts = (
        "دفتر" if deal.register_required else "",
        "يمكن تشكيل العيارات" if deal.mixable else "",
        _window(deal.window),
        f"اقل كمية {deal.least_packs}" if deal.least_packs else "",
        deal.note,
        joint.join(part for part in (discount, " او ".join(offers)) if part),
    )
    return " / ".join(part for part in parts if part)


def _special(special: Special, direction: Direction) -> str:
    said = f"{_SPECIAL_WORDS[special.kind]} {_pair(special.tier, direction)}"
    return f"{said} {_window(special.window)}".strip()


def _window(window: Window | None) -> str:
    if window is None:
        return ""
    since = f"من {window.since}" if window.since else ""
    until = f"حتى {window.until}" if window.until else ""
    return f"{since} {until}".strip()


def _pair(tier: Tier | Gift, direction: Direction) -> str:
    first_is_free = direction == "free_first"
    first, second = (tier.free, tier.bought) if first_is_free else (tier.bought, tier.free)
    return f"{first}+{second}"


def _gift(gift: Gift, direction: Direction) -> str:
    return f"{_pair(gift, direction)} مجانا {gift.product}"


def _every(gift: Gift) -> str:
    return f"كل {gift.bought}/{gift.free} {gift.product}".strip()


def to_json(deal: Deal) -> dict[str, Any]:
    """The deal as plain JSON values, for a JSON column or an API answer."""
    percent = deal.discount_percent
    return {
        "raw": deal.raw,
        "kind": deal.kind.value,
        "tiers": [_tier_json(tier) for tier in deal.tiers],
        "exceptions": [_tier_json(tier) for tier in deal.exceptions],
        "specials": [
            {"kind": s.kind.value, **_tier_json(s.tier), "window": _window_json(s.window)}
            for s in deal.specials
        ],
        "other_products": [_gift_json(gift) for gift in deal.other_products],
        "every": [_gift_json(gift) for gift in deal.every],
        "mixable": deal.mixable,
        "register_required": deal.register_required,
        "discount_percent": None if percent is None else str(percent),
        "discount_instead": deal.discount_instead,
        "window": _window_json(deal.window),
        "least_packs": deal.least_packs,
        "note": deal.note,
        "flags": sorted(flag.value for flag in deal.flags),
    }


def from_json(stored: Mapping[str, Any]) -> Deal:
    """The deal that `to_json` wrote. Raises KeyError or ValueError for anything else.

    Deals written before days, least quantities and joined discounts were read have none.
    """
    percent = stored["discount_percent"]
    return Deal(
        raw=stored["raw"],
        kind=DealKind(stored["kind"]),
        tiers=_tiers(stored["tiers"]),
        exceptions=_tiers(stored["exceptions"]),
        specials=tuple(
            Special(
                kind=SpecialKind(row["kind"]),
                tier=Tier(row["bought"], row["free"]),
                window=_window_of(row.get("window")),
            )
            for row in stored["specials"]
        ),
        other_products=_gifts(stored["other_products"]),
        every=_gifts(stored["every"]),
        mixable=stored["mixable"],
        register_required=stored["register_required"],
        discount_percent=None if percent is None else Decimal(percent),
        discount_instead=stored.get("discount_instead", False),
        window=_window_of(stored.get("window")),
        least_packs=stored.get("least_packs"),
        note=stored["note"],
        flags=frozenset(Flag(flag) for flag in stored["flags"]),
    )


def _tier_json(tier: Tier) -> dict[str, int]:
    return {"bought": tier.bought, "free": tier.free}


def _gift_json(gift: Gift) -> dict[str, Any]:
    return {"bought": gift.bought, "free": gift.free, "product": gift.product}


def _tiers(rows: Iterable[Mapping[str, Any]]) -> tuple[Tier, ...]:
    return tuple(Tier(row["bought"], row["free"]) for row in rows)


def _gifts(rows: Iterable[Mapping[str, Any]]) -> tuple[Gift, ...]:
    return tuple(Gift(row["bought"], row["free"], row["product"]) for row in rows)


def _window_json(window: Window | None) -> dict[str, str | None] | None:
    if window is None:
        return None
    return {
        "since": str(window.since) if window.since else None,
        "until": str(window.until) if window.until else None,
    }


def _window_of(stored: Mapping[str, str | None] | None) -> Window | None:
    if stored is None:
        return None
    return Window(since=_day(stored["since"]), until=_day(stored["until"]))


def _day(text: str | None) -> PrintedDay | None:
    return None if text is None else PrintedDay(*map(int, text.split("/")))
