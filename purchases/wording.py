"""Why a line is proposed, as figures and as a sentence in Arabic and English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.money import currency, format_money, round_money
from inventory.public import ProductSummary, Shortage
from purchases.deals import render
from purchases.models import OfferLine
from purchases.quotes import PackPrice, Quote
from purchases.selectors.sources import Priced, Source


def why(
    *,
    need: Mapping[str, int],
    chosen: OfferLine,
    price: PackPrice,
    quote: Quote,
    rivals: Sequence[Priced],
    excluded: Sequence[Source],
) -> dict[str, Any]:
    """The figures behind a choice, as JSON values.

    need: base units (needed, available, incoming, min_stock, max_stock). rivals: the other
    suppliers, cheapest first; ``saving`` compares true unit costs over what arrives and is
    negative where a person chose a dearer way.
    """
    return {
        "need": dict(need),
        "purchase": {
            "packs": quote.packs,
            "free_packs": quote.free_packs,
            "units_per_pack": quote.purchase_units,
            "quantity": quote.quantity,
            "beyond_need": quote.quantity - need["needed"],
        },
        "price": {
            "pack_price": format_money(price.price),
            "discount_percent": str(price.discount_percent.normalize() + 0),
            "amount": format_money(quote.amount),
            "true_pack_cost": str(quote.true_pack_cost),
            "true_unit_cost": str(quote.true_unit_cost),
            "currency": currency(),
        },
        "deal": _deal(chosen, price, quote),
        "next_best": _next_best(quote, rivals),
        "suppliers_compared": 1 + len(rivals),
        "excluded": [exclusion(source) for source in excluded],
        "register_required": chosen.register_required,
    }


def need_figures(short: Shortage) -> dict[str, int]:
    return {
        "needed": short.needed,
        "available": short.available,
        "incoming": short.incoming,
        "min_stock": short.min_stock,
        "max_stock": short.max_stock,
    }


def exclusion(source: Source) -> dict[str, Any]:
    """A line that did not count, and why, as JSON values."""
    return {
        "offer_line_id": source.line.pk,
        "offer_id": source.line.offer_id,
        "supplier_id": source.line.offer.supplier_id,
        "supplier_name": source.line.offer.supplier.name,
        "reason": str(source.exclusion),
    }


def _deal(chosen: OfferLine, price: PackPrice, quote: Quote) -> dict[str, Any]:
    tier = price.deal.best_tier(quote.packs)
    without = round_money(quote.amount * (quote.packs + quote.free_packs) / quote.packs)
    return {
        "printed": chosen.deal_text,
        "reading": render(price.deal),
        "tier": {"bought": tier.bought, "free": tier.free} if tier else None,
        "worth": format_money(without - quote.amount),
    }


def _next_best(quote: Quote, rivals: Sequence[Priced]) -> dict[str, Any] | None:
    if not rivals:
        return None
    rival = rivals[0]
    line = rival.source.line
    difference = rival.quote.true_unit_cost - quote.true_unit_cost
    return {
        "supplier_id": line.offer.supplier_id,
        "supplier_name": line.offer.supplier.name,
        "offer_line_id": line.pk,
        "true_unit_cost": str(rival.quote.true_unit_cost),
        "saving": format_money(difference * quote.quantity),
    }


_SENTENCES = {
    "en": {
        "need": "%(needed)s units of %(product)s are needed: %(available)s available and"
        " %(incoming)s on the way, against a minimum of %(min_stock)s and a maximum of"
        " %(max_stock)s.",
        "purchase": "%(supplier)s: %(packs)s packs of %(units)s for %(amount)s %(currency)s,"
        " which is %(true_unit_cost)s a unit.",
        "deal": "The deal %(printed)s brings %(free_packs)s packs free, worth %(worth)s"
        " %(currency)s.",
        "no_deal": "No free goods at this quantity.",
        "saving": "That saves %(saving)s %(currency)s against %(rival)s, the next best.",
        "dearer": "%(rival)s would be cheaper by %(saving)s %(currency)s.",
        "equal": "%(rival)s costs the same.",
        "alone": "No other present offer has it.",
        "register": "It must be entered in the controlled-drug register.",
        "edited": "A person set the quantity; %(proposed)s packs were proposed.",
    },
    "ar": {
        "need": "الحاجة %(needed)s وحدة من %(product)s: المتاح %(available)s والقادم %(incoming)s،"
        " والحد الأدنى %(min_stock)s والأعلى %(max_stock)s.",
        "purchase": "%(supplier)s: %(packs)s عبوة (كل عبوة %(units)s) بمبلغ %(amount)s"
        " %(currency)s، أي %(true_unit_cost)s للوحدة.",
        "deal": "العرض %(printed)s يعطي %(free_packs)s عبوة مجانا بقيمة %(worth)s %(currency)s.",
        "no_deal": "لا بضاعة مجانية عند هذه الكمية.",
        "saving": "التوفير %(saving)s %(currency)s مقارنة بالخيار التالي %(rival)s.",
        "dearer": "%(rival)s أرخص بمقدار %(saving)s %(currency)s.",
        "equal": "السعر نفسه عند %(rival)s.",
        "alone": "لا يوجد عرض حالي آخر لهذا المنتج.",
        "register": "يجب قيده في دفتر المواد المراقبة.",
        "edited": "عدّل موظف الكمية؛ كان المقترح %(proposed)s عبوة.",
    },
}


def explanation(
    figures: Mapping[str, Any], *, product: ProductSummary, supplier_name: str
) -> dict[str, str]:
    """The figures of ``why`` as one paragraph per language: ``{"ar": ..., "en": ...}``."""
    names = {
        "ar": product.name_ar or product.name_en,
        "en": product.name_en or product.name_ar,
    }
    return {
        language: _paragraph(
            sentences, figures, product_name=names[language], supplier_name=supplier_name
        )
        for language, sentences in _SENTENCES.items()
    }


def _paragraph(
    sentences: Mapping[str, str],
    figures: Mapping[str, Any],
    *,
    product_name: str,
    supplier_name: str,
) -> str:
    next_best = figures["next_best"]
    values = {
        **figures["need"],
        **figures["price"],
        "printed": figures["deal"]["printed"],
        "worth": figures["deal"]["worth"],
        "packs": figures["purchase"]["packs"],
        "free_packs": figures["purchase"]["free_packs"],
        "units": figures["purchase"]["units_per_pack"],
        "product": product_name,
        "supplier": supplier_name,
        "rival": next_best["supplier_name"] if next_best else "",
        "saving": next_best["saving"].lstrip("-") if next_best else "",
        "proposed": figures.get("packs_proposed"),
    }
    return " ".join(sentences[key] % values for key in _sentence_keys(figures))


def _sentence_keys(figures: Mapping[str, Any]) -> list[str]:
    keys = ["need", "purchase", "deal" if figures["purchase"]["free_packs"] else "no_deal"]
    keys.append(_rival_key(figures["next_best"]))
    if figures["register_required"]:
        keys.append("register")
    if "packs_proposed" in figures:
        keys.append("edited")
    return keys


def _rival_key(next_best: Mapping[str, Any] | None) -> str:
    if next_best is None:
        return "alone"
    if next_best["saving"].strip("-0.") == "":
        return "equal"
    return "dearer" if next_best["saving"].startswith("-") else "saving"
