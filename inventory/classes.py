"""How medicines are classed: fixed lists that the law or the trade decides, not the pharmacy."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

# WHO Collaborating Centre for Drug Statistics Methodology: anatomical letter, therapeutic number,
# pharmacological letter, chemical letter, substance number; a code may end at any level.
ATC_PATTERN = r"^[ABCDGHJLMNPRSV](\d{2}([A-Z]([A-Z](\d{2})?)?)?)?$"


class Route(models.TextChoices):
    """Where a medicine goes in. Empty on a product: not stated."""

    ORAL = "oral", _("By mouth")
    SUBLINGUAL = "sublingual", _("Under the tongue")
    BUCCAL = "buccal", _("In the cheek")
    OROMUCOSAL = "oromucosal", _("Mouth and throat")
    DENTAL = "dental", _("Teeth and gums")
    TOPICAL = "topical", _("On the skin")
    TRANSDERMAL = "transdermal", _("Through the skin")
    OPHTHALMIC = "ophthalmic", _("Eye")
    OTIC = "otic", _("Ear")
    NASAL = "nasal", _("Nose")
    INHALATION = "inhalation", _("Inhaled")
    RECTAL = "rectal", _("Rectal")
    VAGINAL = "vaginal", _("Vaginal")
    INJECTION = "injection", _("Injection, route not stated")
    INTRAVENOUS = "intravenous", _("Into a vein")
    INTRAMUSCULAR = "intramuscular", _("Into a muscle")
    SUBCUTANEOUS = "subcutaneous", _("Under the skin")
    INTRADERMAL = "intradermal", _("Into the skin")
    INTRAARTICULAR = "intraarticular", _("Into a joint")
    OTHER = "other", _("Another route")


_INJECTIONS = frozenset(
    {
        Route.INTRAVENOUS,
        Route.INTRAMUSCULAR,
        Route.SUBCUTANEOUS,
        Route.INTRADERMAL,
        Route.INTRAARTICULAR,
    }
)


def routes_like(route: str) -> list[str]:
    """Routes by which a product may stand in for one of `route`.

    Its own, and where it is not said: an injection of unstated route may be any injection.
    """
    if route == Route.INJECTION:
        return ["", route, *_INJECTIONS]
    if route in _INJECTIONS:
        return ["", route, Route.INJECTION]
    return ["", route] if route else ["", *Route.values]


class PrescriptionClass(models.TextChoices):
    """Who may have it. Empty on a product: not yet classed."""

    OTC = "otc", _("Over the counter")
    PHARMACIST = "pharmacist", _("Handed out by a pharmacist")
    PRESCRIPTION = "prescription", _("On prescription")
    HOSPITAL = "hospital", _("For hospitals")


class ControlledClass(models.TextChoices):
    """What the controlled-drug register is kept for: everything but `none`."""

    NONE = "none", _("Not controlled")
    PSYCHOTROPIC = "psychotropic", _("Psychotropic")
    NARCOTIC = "narcotic", _("Narcotic")
    PRECURSOR = "precursor", _("Precursor")


# Never without a prescription; precursors in cold remedies are sold over the counter.
NEVER_OTC = (ControlledClass.PSYCHOTROPIC, ControlledClass.NARCOTIC)


class BaseUnit(models.TextChoices):
    """The smallest unit a product is counted and sold in."""

    UNIT = "unit", _("Unit")
    TABLET = "tablet", _("Tablet")
    CAPSULE = "capsule", _("Capsule")
    STRIP = "strip", _("Strip")
    SACHET = "sachet", _("Sachet")
    SUPPOSITORY = "suppository", _("Suppository")
    AMPOULE = "ampoule", _("Ampoule")
    VIAL = "vial", _("Vial")
    SYRINGE = "syringe", _("Syringe")
    PEN = "pen", _("Pen")
    INHALER = "inhaler", _("Inhaler")
    PATCH = "patch", _("Patch")
    BOTTLE = "bottle", _("Bottle")
    TUBE = "tube", _("Tube")
    JAR = "jar", _("Jar")
    BAG = "bag", _("Bag")
    PACK = "pack", _("Pack")
    PIECE = "piece", _("Piece")
    PAIR = "pair", _("Pair")
    ROLL = "roll", _("Roll")
    METRE = "metre", _("Metre")
    GRAM = "gram", _("Gram")
    MILLILITRE = "millilitre", _("Millilitre")


class StrengthUnit(models.TextChoices):
    """What an amount of an ingredient is measured in."""

    KILOGRAM = "kg", _("kg")
    GRAM = "g", _("g")
    MILLIGRAM = "mg", _("mg")
    MICROGRAM = "mcg", _("mcg")
    LITRE = "l", _("L")
    MILLILITRE = "ml", _("mL")
    INTERNATIONAL_UNIT = "iu", _("IU")
    MILLIMOLE = "mmol", _("mmol")
    MILLIEQUIVALENT = "meq", _("mEq")
    COLONY_FORMING_UNIT = "cfu", _("CFU")
    PERCENT = "percent", _("%")


class PerUnit(models.TextChoices):
    """What a strength is dissolved in, spread over or given with: the 5 mL of 250 mg / 5 mL."""

    MILLILITRE = "ml", _("mL")
    LITRE = "l", _("L")
    GRAM = "g", _("g")
    DOSE = "dose", _("dose")
    HOUR = "hour", _("hour")
