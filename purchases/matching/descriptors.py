"""Words that describe a product in ordinary language, in Arabic, English and Arabic spelling.

A list may say `هير`, `للشعر` or hair; all become one word, so that they agree. Brand words are
not here: those are compared by spelling and sound.
"""

from functools import lru_cache

__all__ = ["RIVAL_GROUP", "SIZE_WORDS", "SPELLINGS_OF", "described", "describes"]

_SPELLINGS = {
    "im": "عضل عضلي im intramuscular",
    "iv": "وريد وريدي الوريدي iv intravenous",
    "infant": "رضع infant infants infantile",
    "child": "اطفال طفل children kids kid child pediatric paediatric كيدز",
    "baby": "بيبي baby",
    "adult": "كبار بالغين adult adults",
    "large": "كبير كبيره large big لارج",
    "small": "صغير صغيره small mini ميني",
    "medium": "وسط متوسط medium ميديم",
    "men": "رجال رجالي men man male مان",
    "women": "نسا نساء سيدات حريمي women woman ladies وومن",
    "face": "وجه facial face فيشال فيس",
    "hair": "شعر hair هير",
    "skin": "بشره جلد جلدي skin سكين",
    "body": "جسم body بودي بادي",
    "hand": "يدين يد ايدي hand hands هاند",
    "foot": "قدم قدمين foot feet فوت",
    "lip": "شفاه شفايف lip lips ليب",
    "eye": "عين عيني عينيه eye eyes اي",
    "ear": "اذن ear",
    "nasal": "انف انفي nasal nose",
    "mouth": "فم فموي mouth oral اورال",
    "teeth": "اسنان teeth tooth dental",
    "nail": "اظافر nail nails",
    "vaginal": "مهبلي مهبليه vaginal vag نسايي",
    "topical": "موضعي topical",
    "night": "ليل ليلي ليلا night نايت",
    "day": "نهار نهاري day daily داي",
    "whitening": "تفتيح تبييض مبيض وايتنج وايتننج وايتيننج whitening lightening brightening",
    "moisturizing": "مرطب مرطبه ترطيب moisturizing moisturizer hydrating hydrate",
    "dandruff": "قشره dandruff antidandruff",
    "loss": "تساقط loss fall فول",
    "sun": "شمس sun صن",
    "screen": "سكرين بلوك واقي screen block sunblock sunscreen سنسكرين",
    "fragrance": "رايحه عطر معطر برفان fragrance scent perfume perfumed",
    "without": "بدون خالي free without فري",
    "sugar": "سكر sugar",
    "sweat": "عرق تعرق perspirant antiperspirant",
    "deodorant": "مزيل deodorant deo ديودورانت",
    "massage": "مساج تدليك massage",
    "antiseptic": "مطهر مطهره antiseptic",
    "acne": "acne",
    "sensitive": "حساسه الحساسه sensitive سنسيتيف",
    "anise": "ينسون يانسون anise aniseed",
    "clove": "قرنفل clove",
    "fluoride": "فلورايد فلوريد fluoride fluorid",
    "wounds": "جروح جرح wound wounds",
    "baby_food": "سيريال cereal",
    "adhesive": "لاصق adhesive plaster",
    "plus": "بلس بلاس plus",
    "forte": "فورت فورتي forte",
    "extra": "اكسترا extra",
    "advance": "ادفانس ادفانسد advance advanced",
    "retard": "ريتارد ممتد retard sr xr xl er",
    "junior": "جونيور junior jr",
    "max": "ماكس max",
    "gold": "جولد gold",
    "silver": "سيلفر silver",
    "new": "نيو",
    "strawberry": "فراوله ستروبري strawberry",
    "banana": "موز banana",
    "orange": "برتقال اورانج orange",
    "lemon": "ليمون lemon",
    "mint": "نعناع mint menthol peppermint منتول",
    "honey": "عسل honey",
    "vanilla": "فانيليا فانيلا vanilla vanilia",
    "chocolate": "شيكولاته شوكولاته شيكولاتة شوكولا chocolate choco",
    "apple": "تفاح apple",
    "coconut": "جوز coconut",
    "olive": "زيتون olive",
    "aloe": "صبار aloe الوفيرا",
    "lavender": "لافندر lavender",
    "rose": "ورد روز rose",
    "fruit": "فواكه فاكهه fruit fruits",
    "wheat": "قمح wheat",
    "rice": "ارز rice",
    "tea": "شاي tea",
    "green": "اخضر green جرين",
    "red": "احمر red",
    "blue": "ازرق blue بلو",
    "black": "اسود black بلاك",
    "white": "ابيض white وايت",
    "yellow": "اصفر yellow",
    "brown": "بني brown",
    "pink": "وردي بمبي pink بينك",
    "vitamin": "فيتامين vitamin vit",
    "calcium": "كالسيوم calcium",
    "magnesium": "ماغنسيوم مغنيسيوم مغنزيوم magnesium",
    "iron": "حديد iron",
    "zinc": "زنك zinc",
    "omega": "اوميجا اوميغا omega",
    "protein": "بروتين protein",
    "collagen": "كولاجين collagen",
    "c": "سي سى c",
    "b": "بي ب b",
    "d": "دي د d",
    "e": "ه e",
}
_DESCRIPTOR_OF = {word: name for name, words in _SPELLINGS.items() for word in words.split()}
SPELLINGS_OF = {name: tuple(words.split()) for name, words in _SPELLINGS.items()}

# What a size word says of the pack: +1 large, -1 small.
SIZE_WORDS = {"large": 1, "small": -1}

# Words that lists use for each other although products may be of either.
_ALSO_SAID = {"baby": ("infant", "child"), "infant": ("baby",), "child": ("baby",)}

# Descriptions of which a product has one: to be of another is to be another product.
RIVALS = (
    ("im", "iv"),
    ("infant", "child", "baby", "adult"),
    ("men", "women"),
    ("large", "small", "medium"),
    ("face", "hair", "body", "hand", "foot", "lip", "nail", "vaginal", "mouth"),
    ("eye", "ear", "nasal"),
    ("night", "day"),
    ("dandruff", "loss"),
    (
        "strawberry",
        "banana",
        "orange",
        "lemon",
        "mint",
        "honey",
        "vanilla",
        "chocolate",
        "apple",
        "coconut",
        "olive",
        "aloe",
        "lavender",
        "rose",
        "fruit",
        "wheat",
        "rice",
        "anise",
        "clove",
    ),
    ("green", "red", "blue", "black", "white", "yellow", "brown", "pink"),
    ("plus", "forte", "extra", "advance", "junior", "max"),
    ("retard",),
    ("acne", "whitening", "moisturizing", "antiseptic", "sensitive"),
)
RIVAL_GROUP = {word: number for number, group in enumerate(RIVALS) for word in group}

_PREFIXES = ("لل", "بال", "وال", "ال", "ل", "ب", "و")
_FIRST_OF_PREFIX = ("ل", "ب", "و", "ا")
_SHORTEST_STEM = 3


@lru_cache(maxsize=2**15)
def described(word: str) -> str:
    """The one form of a describing word, without article or preposition; other words unchanged.

    The prefix goes only where a known describing word is left (`للشعر`, `بالنعناع`): a brand may
    well begin with `ال`.
    """
    if word in _DESCRIPTOR_OF:
        return _DESCRIPTOR_OF[word]
    if word.startswith(_FIRST_OF_PREFIX):
        for prefix in _PREFIXES:
            stem = word.removeprefix(prefix)
            if stem != word and len(stem) >= _SHORTEST_STEM and stem in _DESCRIPTOR_OF:
                return _DESCRIPTOR_OF[stem]
    return word


def describes(said: str, has: frozenset[str]) -> bool | None:
    """Whether a product with these words of one group is the one described; None: it may be."""
    if said in has:
        return True
    return None if any(word in has for word in _ALSO_SAID.get(said, ())) else False
