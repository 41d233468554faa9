"""Dosage forms, whichever way they are written: what substitutes are compared by."""

from __future__ import annotations

import re

from core.text import search_key, tokens

# form -> words that say it, as folded by `core.text.fold`.
_SPELLINGS = {
    "tablet": "قرص اقراص اقرص حب حبه حبات حبوب مضغوطه مضغوطات مضغوط تابلت tab tabs tablet tablets"
    " tabl caplet caplets",
    "capsule": "كبسول كبسوله كبسولات كبسولتان cap caps capsule capsules softgel softgels",
    "lozenge": "استحلاب لوزنج lozenge lozenges loz pastille pastilles",
    "sachet": "كيس اكياس ظرف ظروف sachet sachets",
    "syrup": "شراب syrup syrups syr elixir",
    "suspension": "معلق معلقات susp suspension suspensions",
    "solution": "محلول محاليل solution solutions sol soln",
    "drops": "قطره قطرات نقط نقاط drop drops",
    "cream": "كريم creme cream creams crm",
    "ointment": "مرهم مراهم oint ointment ointments",
    "gel": "جل جيل هلامه gel gels",
    "lotion": "لوشن لوسيون غسول lotion lotions",
    "spray": "سبراي اسبراي بخاخ بخاخه spray sprays",
    "inhaler": "استنشاق منشقه inhaler inhalers inhalation inh evohaler diskus turbuhaler",
    "injection": "حقن حقنه امبول امبوله امبولات amp amps ampoule ampoules ampule inj injection"
    " injections فيال فياله فيالات vial vials سرنجه محقنه syringe syringes قلم pen pens",
    "suppository": "لبوس اقماع قمع تحاميل تحميله supp suppository suppositories",
    "pessary": "بويضات بويضه ovule ovules pessary pessaries",
    "powder": "بودره مسحوق powder powders",
    "patch": "لزقه لصقه لاصقات لصقات patch patches",
    "foam": "فوم رغوه foam",
    "mouthwash": "مضمضه غرغره mouthwash gargle",
    "shampoo": "شامبو shampoo",
    "enema": "حقنه_شرجيه enema enemas",
}
# How the medicine is let go; a retard tablet is no substitute for a plain one.
_RELEASE = {
    "modified": "retard ريتارد sr xr er cr xl la mr extended sustained prolonged modified مديد",
    "enteric": "ec enteric معويه معوي gastro",
    "effervescent": "فوار فواره eff effervescent",
    "chewable": "مضغ للمضغ chewable chew",
    "dispersible": "odt dispersible orodispersible ذوبان",
}
_FORM_OF = {word: form for form, words in _SPELLINGS.items() for word in words.split()}
_RELEASE_OF = {word: release for release, words in _RELEASE.items() for word in words.split()}
_PLACES = re.compile(r"[.\-]")


def form_key(text: str) -> str:
    """One name for a form however it is written: `"أقراص"`, `"Tabs"` and `"tablet"` are equal.

    A form with a special release keeps it (`"tablet modified"`); a form nobody has listed is
    compared as it is written, folded. "" for an empty text.
    """
    words = tokens(_PLACES.sub("", text))
    forms = {_FORM_OF[word] for word in words if word in _FORM_OF}
    if not forms:
        return search_key(text)[:80]
    releases = {_RELEASE_OF[word] for word in words if word in _RELEASE_OF}
    return " ".join([*sorted(forms), *sorted(releases)])[:80]
