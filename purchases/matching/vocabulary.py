"""Words of product names that are not the name itself: forms, packs, prices, remarks.

All spellings are as folded by `core.text.fold`. Written for Arabic and English warehouse lists,
including the one-letter abbreviations that pharmacists use after a number.
"""

__all__ = [
    "FORM_FAMILY",
    "FORM_OF",
    "LONE_FORM_OF",
    "NOISE",
    "PACK_FORM_OF",
    "PRICE_REMARKS",
    "PRICE_UNITS",
    "PRICE_WORDS",
    "STRIP_WORDS",
    "SUBSTITUTE_WORDS",
    "UNIT_OF",
]


def _spellings(table: dict[str, str]) -> dict[str, str]:
    return {word: name for name, words in table.items() for word in words.split()}


# form -> words that say it.
FORM_OF = _spellings(
    {
        "tablet": "قرص اقراص اقرص قراص حب حبه حبات حبوب مضغوطه مضغوطات مضغوط تابلت مضغ ملبس"
        " tab tabs tablet tablets tabl chewable odt caplet caplets",
        "capsule": "كبسول كبسوله كبسولات كبسولتان cap caps capsule capsules softgel softgels",
        "effervescent": "فوار eff effervescent",
        "lozenge": "استحلاب lozenge lozenges pastilles",
        "sachet": "كيس اكياس ظرف ظروف sachet sachets",
        "syrup": "شراب syrup elixir",
        "suspension": "معلق susp suspension",
        "solution": "محلول solution sol soln",
        "drops": "قطره قطرات نقط نقاط drop drops",
        "cream": "كريم cream crm",
        "ointment": "مرهم oint ointment",
        "gel": "جل جيل gel",
        "lotion": "لوشن لوسيون lotion",
        "spray": "سبراي اسبراي بخاخ بخاخه اسبري سبري spray",
        "inhaler": "استنشاق للاستنشاق inhaler inhalation inh evohaler diskus turbuhaler",
        "ampoule": "امبول امبوله امبولات امبولا حقن حقنه amp amps ampoule ampoules ampule inj"
        " injection",
        "vial": "فيال فيالات vial vials",
        "syringe": "سرنجه سرنغ سرنغه محقن syringe prefilled",
        "pen": "قلم اقلام pen pens flexpen",
        "suppository": "لبوس اقماع قمع تحاميل تحميله تحميل supp suppository suppositories",
        "shampoo": "شامبو شامبوه shampoo",
        "conditioner": "بلسم conditioner",
        "soap": "صابون صابونه soap",
        "wash": "غسول دش منظف ووش واش wash douche cleanser cleansing",
        "mouthwash": "مضمضه غرغره mouthwash gargle",
        "powder": "بودره بودر powder powd",
        "serum": "سيرم سيروم سيرام serum",
        "oil": "زيت اويل oil",
        "mask": "ماسك قناع mask",
        "paste": "معجون toothpaste paste",
        "patch": "لزقه لصقه لاصقات لصقات patch patches",
        "milk": "حليب لبن milk",
        "foam": "فوم رغوه foam",
        "roll": "رول roll",
        "wipes": "مناديل منديل wipes tissues",
        "diapers": "حفاضات حفاضه diapers",
        "brush": "فرشاه فرشه brush toothbrush",
    }
)

# Forms that lists confuse, or that name the same thing in other words.
FORM_FAMILY = {
    "tablet": "oral solid",
    "capsule": "oral solid",
    "effervescent": "oral solid",
    "lozenge": "oral solid",
    "sachet": "oral powder",
    "powder": "oral powder",
    "syrup": "oral liquid",
    "suspension": "oral liquid",
    "solution": "liquid",
    "drops": "drops",
    "cream": "skin",
    "ointment": "skin",
    "gel": "skin",
    "lotion": "skin",
    "foam": "skin",
    "spray": "spray",
    "inhaler": "spray",
    "ampoule": "injection",
    "vial": "injection",
    "syringe": "injection",
    "pen": "injection",
    "suppository": "suppository",
    "shampoo": "hair",
    "conditioner": "hair",
    "oil": "hair",
    "mask": "hair",
    "serum": "hair",
    "soap": "wash",
    "wash": "wash",
    "mouthwash": "mouth",
    "paste": "mouth",
}

# One letter after a number: `20ق` is twenty tablets.
PACK_FORM_OF = {"ق": "tablet", "ك": "capsule", "ح": "tablet"}
# One letter where no number stands before it, at the end of a name.
LONE_FORM_OF = {"ق": "tablet", "ك": "capsule"}

_UNITS = (
    ("mass", 1.0, "مجم ملغ ملجم ملغم ملج مج مغ محم مجرام ميليجرام ملليجرام mg mgs"),
    ("mass", 1000.0, "جم جرام غرام غم غ gm gms gr g gram grams"),
    ("mass", 1_000_000.0, "كجم كغ كيلو كيلوجرام kg kgs"),
    ("mass", 0.001, "مكجم مكغ مكج ميكروجم ميكروجرام ميكروغرام ميكرو مايكروجرام mcg ug"),
    ("volume", 1.0, "مل ملل مللي ملي ميلي ممل ml mls cc"),
    ("volume", 1000.0, "لتر ليتر ltr liter litre liters l"),
    ("iu", 1.0, "وحده وحدات iu unit units"),
    ("percent", 1.0, "%"),
)
# unit -> (dimension, how many base units: mg, ml, IU, percent)
UNIT_OF = {
    word: (dimension, factor) for dimension, factor, words in _UNITS for word in words.split()
}

PRICE_UNITS = frozenset({"ج", "جنيه", "جني", "جنيها", "ليره", "egp", "le"})
PRICE_WORDS = frozenset({"سعر", "السعر", "بسعر", "س", "price", "سعرجديد", "سعرقديم"})

# After a price word: ج(ديد), ق(ديم), written out or not.
PRICE_REMARKS = frozenset({"ج", "ق", "جديد", "قديم", "الجديد", "القديم"})

# `بديل ميبو`: the word after it names another product, for orientation only.
SUBSTITUTE_WORDS = frozenset({"بديل", "بدل", "مثيل"})

# A strip of a box: `3 شريط`.
STRIP_WORDS = frozenset({"شريط", "شرايط", "شريطين", "strip", "strips"})

_REMARKS = """
    جديد جديده الجديد قديم قديمه القديم عاده عادي عاديه ثلاجه تلاجه التلاجه نواقص ناقص احترس هام
    مهم ركز ركزز باكو باكت باكيت علبه عبوه عرض خصم فقط جدا دوليه دولي و في من مع او ضد
    for with and of the in new dele s f c fc i u m v p o n
"""
# Remarks of the person who wrote the list, and words too small to tell anything.
NOISE = STRIP_WORDS.union(_REMARKS.split())
