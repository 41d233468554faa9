"""Results as engines send them, one of each shape."""

ITEMS = {
    "items": [
        {
            "drug_name": "لوراتيفان 1 ملغ",
            "company": "دومنا",
            "price": 4600.0,
            "confidence": 0.93,
            "review_required": False,
        },
        {"drug_name": "لوستريل 50", "company": "", "price": 0.0, "confidence": 0.4,
         "review_required": True},
    ]
}  # fmt: skip
RAW_TABLES = {
    "page_001_raw_steps": [
        {"Col_1": "دومنا"},
        {"Col_1": "4,600", "Col_2": "دفتر", "Col_3": "لوراتيفان 1 ملغ"},
        {"Col_1": "11,600", "Col_2": "1+6", "Col_3": "لوستريل 50"},
    ],
    "page_002": [{"Col_1": "15,200", "Col_2": ".", "Col_3": "ليدوكائين 100 ملغ"}],
}
DOCUMENT = {
    "document_type": "price_list",
    "language": "ar",
    "metadata": {},
    "tables": [
        {
            "page": 1,
            "title": "",
            "headers": ["السعر", "البونص", "الاسم"],
            "rows": [{"Col_1": "4,600", "Col_2": "1+6", "Col_3": "لوراتيفان 1 ملغ"}],
        }
    ],
    "line_items": [],
    "raw_text": "",
    "warnings": [],
}
BY_SHAPE = {"items": (ITEMS, 2), "raw tables": (RAW_TABLES, 3), "document": (DOCUMENT, 1)}
GARBAGE = [{}, [], "text", 5, None, {"items": "no list"}, {"items": [[1]]}, {"page_001": 7}]
