"""Why a line is proposed, as figures and as a sentence in Arabic and English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from core.money import currency, format_money, round_money
from core.text import sums_in_order
from inventory.public import ProductSummary
from purchases.counted import Language, Noun, counted
from purchases.deals import Deal, render
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


def why_mixed(
    figures: Mapping[str, Any], mates: Sequence[tuple[ProductSummary, int]], deal: Deal
) -> dict[str, Any]:
    """The figures of a line that earns its free goods together with others, or (none) alone.

    mates: the other products with their bought packs.
    """
    bought = figures["purchase"]["packs"] + sum(packs for _product, packs in mates)
    mix = {
        "packs": bought,
        "free_packs": deal.free_units(bought),
        "mates": [
            {
                "product_id": product.id,
                "name_ar": product.name_ar,
                "name_en": product.name_en,
                "packs": packs,
            }
            for product, packs in mates
        ],
    }
    return {
        **figures,
        "deal": {**figures["deal"], "tier": _tier(deal, bought)},
        "mix": mix if mates else None,
    }


def _tier(deal: Deal, packs: int) -> dict[str, int] | None:
    tier = deal.best_tier(packs)
    return {"bought": tier.bought, "free": tier.free} if tier else None


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
    without = round_money(quote.amount * (quote.packs + quote.free_packs) / quote.packs)
    return {
        "printed": chosen.deal_text,
        "reading": render(price.deal),
        "tier": _tier(price.deal, quote.packs),
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


_SENTENCES: dict[Language, dict[str, str]] = {
    "en": {
        "need": "Needed: %(needed)s of %(product)s, with %(available)s available and"
        " %(incoming)s on the way, against a minimum of %(min_stock)s and a maximum of"
        " %(max_stock)s.",
        "purchase": "%(supplier)s: %(packs)s for %(amount)s %(currency)s, which is"
        " %(true_unit_cost)s a unit.",
        "purchase_of_units": "%(supplier)s: %(packs)s of %(units)s for %(amount)s"
        " %(currency)s, which is %(true_unit_cost)s a unit.",
        "deal": "The deal %(printed)s brings %(free_packs)s free, worth %(worth)s %(currency)s.",
        "no_deal": "No free goods at this quantity.",
        "mix": "The deal is reached together with %(mates)s: %(mix_packs)s in all bring"
        " %(mix_free)s free.",
        "saving": "That saves %(saving)s %(currency)s against %(rival)s, the next best.",
        "dearer": "%(rival)s would be cheaper by %(saving)s %(currency)s.",
        "equal": "%(rival)s costs the same.",
        "alone": "No other present offer has it.",
        "demand": "Sold %(per_day)s a day over %(observed_days)s (days without stock left"
        " out); class %(abc_class)s at a service level of %(service_level)s, here in %(lead_days)s,"
        " next order after %(review_days)s: order up to %(order_up_to)s, of which"
        " %(safety_stock)s are safety stock.",
        "lasts": "It will then last %(lasts_days)s.",
        "timing": "Its best price ends on %(last_day)s; usually it costs %(usual_percent)s of that,"
        " and demand after that day counts at the usual price.",
        "plain_saving": "Buying just the need at the best list price (%(plain_supplier)s) would"
        " make as many units %(plain_saving)s %(currency)s dearer.",
        "flips_at": "%(rival_of_change)s would be chosen from %(flips_at)s a pack down (now"
        " %(rival_price)s).",
        "highest_price": "The choice holds up to %(highest_price)s a pack.",
        "sweet_spot": "%(extra_packs)s more would bring a unit down to %(spot_cost)s.",
        "first_to_go": "With less money this line falls out first.",
        "only_need": "No more than the need is bought of it, whatever the deal.",
        "register": "It must be entered in the controlled-drug register.",
        "edited": "A person set the quantity; proposed: %(proposed)s.",
    },
    "ar": {
        "need": "الحاجة %(needed)s من %(product)s: المتاح %(available)s والقادم %(incoming)s،"
        " والحد الأدنى %(min_stock)s والأعلى %(max_stock)s.",
        "purchase": "%(supplier)s: %(packs)s بمبلغ %(amount)s %(currency)s، أي"
        " %(true_unit_cost)s للوحدة.",
        "purchase_of_units": "%(supplier)s: %(packs)s (كل عبوة %(units)s) بمبلغ"
        " %(amount)s %(currency)s، أي %(true_unit_cost)s للوحدة.",
        "deal": "العرض %(printed)s يعطي %(free_packs)s مجانا بقيمة %(worth)s %(currency)s.",
        "no_deal": "لا بضاعة مجانية عند هذه الكمية.",
        "mix": "بلغنا العرض مع %(mates)s: %(mix_packs)s معا تعطي %(mix_free)s مجانا.",
        "saving": "التوفير %(saving)s %(currency)s مقارنة بالخيار التالي %(rival)s.",
        "dearer": "%(rival)s أرخص بمقدار %(saving)s %(currency)s.",
        "equal": "السعر نفسه عند %(rival)s.",
        "alone": "لا يوجد عرض حالي آخر لهذا المنتج.",
        "demand": "يباع %(per_day)s في اليوم خلال %(observed_days)s (دون أيام نفاد المخزون)؛"
        " الفئة %(abc_class)s بمستوى خدمة %(service_level)s، التوصيل خلال %(lead_days)s والطلب"
        " التالي بعد %(review_days)s: الطلب حتى %(order_up_to)s منها %(safety_stock)s مخزون أمان.",
        "lasts": "يكفي بعدها %(lasts_days)s.",
        "timing": "أفضل سعر له ينتهي في %(last_day)s؛ وهو عادة %(usual_percent)s من ذلك، والحاجة"
        " بعد هذا اليوم محسوبة بالسعر المعتاد.",
        "plain_saving": "شراء الحاجة فقط بأفضل سعر قائمة (%(plain_supplier)s) يجعل الكمية نفسها"
        " أغلى بمقدار %(plain_saving)s %(currency)s.",
        "flips_at": "يُختار %(rival_of_change)s إذا نزل سعر العبوة إلى %(flips_at)s أو أقل (الآن"
        " %(rival_price)s).",
        "highest_price": "يبقى الخيار صحيحا حتى سعر %(highest_price)s للعبوة.",
        "sweet_spot": "زيادة %(extra_packs)s تنزل كلفة الوحدة إلى %(spot_cost)s.",
        "first_to_go": "إذا قل المال يخرج هذا السطر أولا.",
        "only_need": "لا يُشترى منه أكثر من الحاجة مهما كان العرض.",
        "register": "يجب قيده في دفتر المواد المراقبة.",
        "edited": "عدّل موظف الكمية؛ كان المقترح %(proposed)s.",
    },
}
# Numbers said with what they count; True where Arabic puts them into the oblique.
_COUNTS: dict[str, tuple[Noun, bool]] = {
    "needed": ("unit", False),
    "units": ("unit", False),
    "packs": ("pack", False),
    "mix_packs": ("pack", False),
    "free_packs": ("pack", True),
    "extra_packs": ("pack", True),
    "proposed": ("pack", True),
    "observed_days": ("day", True),
    "lead_days": ("day", True),
    "review_days": ("day", True),
    "lasts_days": ("day", True),
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
            language,
            figures,
            product_name=names[language],
            supplier_name=supplier_name,
        )
        for language in _SENTENCES
    }


def _paragraph(
    language: Language,
    figures: Mapping[str, Any],
    *,
    product_name: str,
    supplier_name: str,
) -> str:
    sentences = _SENTENCES[language]
    next_best = figures["next_best"]
    price = figures["price"]
    values = {
        **figures["need"],
        "currency": price["currency"],
        "amount": _money(price["amount"]),
        "true_unit_cost": _money(price["true_unit_cost"]),
        "printed": figures["deal"]["printed"],
        "worth": _money(figures["deal"]["worth"]),
        "packs": figures["purchase"]["packs"],
        "free_packs": figures["purchase"]["free_packs"],
        "units": figures["purchase"]["units_per_pack"],
        "product": product_name,
        "supplier": supplier_name,
        "rival": next_best["supplier_name"] if next_best else "",
        "saving": _money(next_best["saving"].lstrip("-")) if next_best else "",
        "proposed": figures.get("packs_proposed"),
        **_values_of_mix(figures.get("mix"), language),
        **_values_of_choice(figures),
    }
    values |= _counts(values, language)
    return sums_in_order(" ".join(sentences[key] % values for key in _sentence_keys(figures)))


def _counts(values: Mapping[str, Any], language: Language) -> dict[str, str]:
    return {
        name: counted(values[name], noun, language, oblique=oblique)
        for name, (noun, oblique) in _COUNTS.items()
        if values.get(name) is not None
    }


def _values_of_mix(mix: Mapping[str, Any] | None, language: Language) -> dict[str, Any]:
    if not mix:
        return {}
    own, other = f"name_{language}", "name_en" if language == "ar" else "name_ar"
    between = "، " if language == "ar" else ", "
    return {
        "mates": between.join(mate[own] or mate[other] for mate in mix["mates"]),
        "mix_packs": mix["packs"],
        "mix_free": mix["free_packs"],
    }


def _values_of_choice(figures: Mapping[str, Any]) -> dict[str, Any]:
    """What only lines composed with others say; lines built before that say less."""
    need = figures.get("need_figures") or {}
    plain = figures.get("plain_best") or {}
    timing = figures.get("timing") or {}
    changes = figures.get("changes") or {}
    rival, spot = changes.get("rival") or {}, changes.get("sweet_spot") or {}
    terms = need.get("terms", {})
    return {
        **{name: terms.get(name) for name in ("abc_class", "lead_days", "review_days")},
        "service_level": _percent(terms.get("service_level")),
        "per_day": _short(need.get("demand", {}).get("per_day")),
        "observed_days": need.get("demand", {}).get("observed_days"),
        "order_up_to": need.get("order_up_to"),
        "safety_stock": need.get("safety_stock"),
        "lasts_days": figures.get("limits", {}).get("lasts_days"),
        "last_day": timing.get("last_day"),
        "usual_percent": _percent(timing.get("usual_share")),
        "plain_supplier": plain.get("supplier_name"),
        "plain_saving": _money(plain.get("saving")),
        "rival_of_change": rival.get("supplier_name"),
        "rival_price": _money(rival.get("pack_price")),
        "flips_at": _money(rival.get("flips_at")),
        "highest_price": _money(changes.get("highest_price")),
        "extra_packs": spot.get("extra_packs"),
        "spot_cost": _money(spot.get("true_unit_cost")),
    }


def _money(amount: str | None) -> str:
    """As people write money: the currency's places, thousands apart. The figures keep all."""
    return "" if amount is None else f"{round_money(Decimal(amount)):,f}"


def _percent(share: str | None) -> str:
    return "" if share is None else f"{(Decimal(share) * 100).normalize():f}%"


def _short(number: str | None) -> str:
    return "" if number is None else f"{Decimal(number):.2f}"


def _sentence_keys(figures: Mapping[str, Any]) -> list[str]:
    keys = ["need"]
    if (figures.get("need_figures") or {}).get("basis") == "demand":
        keys.append("demand")
    purchase = figures["purchase"]
    keys.append("purchase_of_units" if purchase["units_per_pack"] > 1 else "purchase")
    keys += _keys_of_free_goods(purchase["free_packs"], figures.get("mix"))
    if figures.get("limits", {}).get("lasts_days") is not None:
        keys.append("lasts")
    if figures.get("timing"):
        keys.append("timing")
    keys.append(_rival_key(figures["next_best"]))
    if not _is_zero_or_less((figures.get("plain_best") or {}).get("saving")):
        keys.append("plain_saving")
    keys += _keys_of_changes(figures.get("changes") or {})
    if figures.get("limits", {}).get("only_need"):
        keys.append("only_need")
    if figures["register_required"]:
        keys.append("register")
    if "packs_proposed" in figures:
        keys.append("edited")
    return keys


def _keys_of_free_goods(free_packs: int, mix: Mapping[str, Any] | None) -> list[str]:
    together = ["mix"] if mix and mix["free_packs"] else []
    if free_packs:
        return ["deal", *together]
    return together or ["no_deal"]


def _keys_of_changes(changes: Mapping[str, Any]) -> list[str]:
    said = {
        "flips_at": (changes.get("rival") or {}).get("flips_at"),
        "highest_price": changes.get("highest_price"),
        "sweet_spot": changes.get("sweet_spot"),
        "first_to_go": changes.get("first_to_go"),
    }
    return [key for key, value in said.items() if value]


def _is_zero_or_less(amount: str | None) -> bool:
    return amount is None or Decimal(amount) <= 0


def _rival_key(next_best: Mapping[str, Any] | None) -> str:
    if next_best is None:
        return "alone"
    if next_best["saving"].strip("-0.") == "":
        return "equal"
    return "dearer" if next_best["saving"].startswith("-") else "saving"
