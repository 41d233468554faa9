"""PDF offers of other kinds than the real one: orders of columns, rules, languages, producers."""

from decimal import Decimal

import pytest

from ai_integration.reading import read_document
from ai_integration.reading.errors import NoTableFound
from ai_integration.reading.terms import says_terms

from .drawn import table_pdf

ARABIC = [
    ("باراسيتول 500 ملغ 20 حبة", "2+10", 4200, 5100),
    ("ايبوفلام 400 ملغ (شراب)", "1+5او 3+10", 6900, 8300),
    ("كلافورام 1 غرام فيال", "", 12600, 15200),
    ("فيتا د 10000 / 30 حبة", "عرض خاص 5+10", 22500, 27000),
    ("لالا بلس كريم 2%", "دفتر", 9600, 11600),
    ("مينوكسال 5 % محلول", "كل 2 / 1 صابون", 30400, 36500),
]
ENGLISH = [
    ("Paracetol 500 mg 20 tabs", "10+2", 42.5, 51),
    ("Ibuflam Forte 600mg (syrup)", "", 69, 83.75),
    ("Vita C 1000 effervescent", "20+5", 126, 152),
    ("Omega-3 chewable, 60 caps", "", 225.25, 270),
    ("Glucose strips 50's", "10+1", 96, 116),
]


def amount(value):
    return f"{value:,}"


def read(content):
    return read_document(content, "application/pdf")


def told(document):
    return [
        (line.name, line.deal_text, line.list_price, line.public_price) for line in document.lines
    ]


def expected(products, *, public=True):
    return [
        (name, deal, Decimal(str(price)), Decimal(str(retail)) if public else None)
        for name, deal, price, retail in products
    ]


def arranged(products, order, headings=None):
    """Rows whose cells stand in `order`: a string of n(ame), d(eal), p(rice), r(etail), i(ndex)."""
    rows = [[headings[key] for key in order]] if headings else []
    for number, (name, deal, price, retail) in enumerate(products, start=1):
        cells = {
            "n": name, "d": deal, "p": amount(price), "r": amount(retail), "i": str(number)
        }  # fmt: skip
        rows.append([cells[key] for key in order])
    return rows


AR_HEADINGS = {"n": "الصنف", "d": "البونص", "p": "سعر الصيدلي", "r": "سعر العموم", "i": "م"}
EN_HEADINGS = {"n": "Item", "d": "Bonus", "p": "Net price", "r": "Public price", "i": "No"}
WIDTHS = {"n": 230, "d": 110, "p": 70, "r": 70, "i": 30}


def widths(order):
    return [WIDTHS[key] for key in order]


@pytest.mark.parametrize("order", ["pdn", "rpdn", "prdn", "npd", "ndpr", "rdpn", "pdni", "rpdni"])
@pytest.mark.parametrize("headings", [AR_HEADINGS, None], ids=["headings", "no headings"])
@pytest.mark.parametrize("rules", ["all", "cells"])
def test_ruled_arabic_offers_in_any_column_order(order, headings, rules):
    content = table_pdf([arranged(ARABIC, order, headings)], widths(order), rules=rules)
    assert told(read(content)) == expected(ARABIC, public="r" in order)


@pytest.mark.parametrize("order", ["npd", "ndpr", "inrpd"])
@pytest.mark.parametrize("headings", [EN_HEADINGS, None], ids=["headings", "no headings"])
def test_english_offers_left_to_right(order, headings):
    content = table_pdf([arranged(ENGLISH, order, headings)], widths(order), right_to_left=False)
    document = read(content)
    assert told(document) == expected(ENGLISH, public="r" in order)
    assert document.metadata["direction"] == "ltr"


@pytest.mark.parametrize("rules", ["all", "vertical", "none"])
def test_lines_drawn_as_whole_strings_of_presentation_forms(rules):
    content = table_pdf(
        [arranged(ARABIC, "rpdn", AR_HEADINGS)], widths("rpdn"), rules=rules, whole_lines=True
    )
    assert told(read(content)) == expected(ARABIC)


@pytest.mark.parametrize("order", ["rpdn", "pdn"])
@pytest.mark.parametrize("rules", ["vertical", "none"])
@pytest.mark.parametrize("headings", [AR_HEADINGS, None], ids=["headings", "no headings"])
def test_arabic_offers_without_rules_between_rows(order, rules, headings):
    content = table_pdf([arranged(ARABIC, order, headings)], widths(order), rules=rules)
    assert told(read(content)) == expected(ARABIC, public="r" in order)


def test_an_english_invoice_without_rules_and_with_a_letterhead():
    rows = [["No", "Item", "Qty", "Unit price", "Total"]]
    for number, (name, _, price, _) in enumerate(ENGLISH, start=1):
        rows.append([str(number), name, "3", amount(price), amount(price * 3)])
    content = table_pdf(
        [rows],
        [40, 230, 60, 80, 80],
        rules="none",
        right_to_left=False,
        before=["Invoice 1044", "Phone 0114455667", "Date 12/05/2025"],
    )
    lines = read(content).lines
    assert [line.name for line in lines] == [product[0] for product in ENGLISH]
    assert [line.list_price for line in lines] == [Decimal(str(p[2])) for p in ENGLISH]


def test_a_company_on_colour_is_carried_to_the_next_page():
    first = [["الصيدلي", "العرض", "المادة"], ["", "", "بردى فارما"], *arranged(ARABIC[:2], "pdn")]
    middle = ["", "", "شام الدواء"]
    second = [*arranged(ARABIC[2:4], "pdn"), middle, *arranged(ARABIC[4:], "pdn")]
    content = table_pdf([first, second], widths("pdn"), coloured={"بردى فارما", "شام الدواء"})
    companies = [line.company for line in read(content).lines]
    assert companies == ["بردى فارما"] * 4 + ["شام الدواء"] * 2


def test_where_colour_marks_companies_a_plain_row_without_price_is_a_product_without_price():
    rows = [["", "", "بردى فارما"], *arranged(ARABIC[:3], "pdn"), ["", "", "زنك شراب"]]
    content = table_pdf([rows], widths("pdn"), coloured={"بردى فارما"})
    last = read(content).lines[-1]
    assert (last.name, last.flags) == ("زنك شراب", ("no_price",))


def test_without_colours_a_short_row_without_price_names_the_company():
    rows = [["", "", "بردى فارما"], *arranged(ARABIC, "pdn")]
    lines = read(table_pdf([rows], widths("pdn"))).lines
    assert {line.company for line in lines} == {"بردى فارما"}
    assert len(lines) == len(ARABIC)


def test_a_price_that_cannot_be_read_is_flagged_and_its_line_kept():
    rows = arranged(ARABIC, "pdn")
    rows[2][0] = "حسب الطلب"
    line = read(table_pdf([rows], widths("pdn"))).lines[2]
    assert line.list_price is None
    assert line.flags == ("price_unreadable",)
    assert "حسب الطلب" in line.raw_text


def test_two_tables_side_by_side_are_read_right_then_left():
    right, left = ARABIC[:3], ARABIC[3:]
    rows = [a + b for a, b in zip(arranged(left, "pn"), arranged(right, "pn"), strict=True)]
    content = table_pdf([rows], [60, 190, 60, 190])
    assert [line.name for line in read(content).lines] == [product[0] for product in ARABIC]


def test_a_deal_printed_in_the_name_is_told_apart_where_no_column_holds_deals():
    rows = [
        ["128,000", "ادفانسيد 60 حبة / هابي بونص 2+10"],
        ["72,000", "اوميغا 30 حبة / هابي"],
        ["9,900", "تيني 500+600 ملغ / هابي"],
    ]
    lines = read(table_pdf([rows], [80, 300])).lines
    assert [(line.name, line.deal_text) for line in lines] == [
        ("ادفانسيد 60 حبة / هابي", "بونص 2+10"),
        ("اوميغا 30 حبة / هابي", ""),
        ("تيني 500+600 ملغ / هابي", ""),
    ]
    assert {line.company for line in lines} == {"هابي"}


def test_progress_counts_pages_and_rows():
    seen = []
    content = table_pdf([arranged(ARABIC, "pdn"), arranged(ARABIC, "pdn")], widths("pdn"))
    read_document(content, "application/pdf", on_progress=lambda *step: seen.append(step))
    assert seen == [(1, 2, 6), (2, 2, 12)]


def test_rows_are_numbered_on_each_page():
    content = table_pdf([arranged(ARABIC, "pdn"), arranged(ARABIC[:2], "pdn")], widths("pdn"))
    places = [(line.page, line.row) for line in read(content).lines]
    assert places == [(1, n) for n in range(1, 7)] + [(2, 1), (2, 2)]


def test_a_letter_is_no_offer():
    content = table_pdf([[["السادة الصيادلة الكرام"], ["نشكر لكم تعاونكم معنا"]]], [400])
    with pytest.raises(NoTableFound):
        read(content)


HEADER = "العروض سارية حتى 15/12/2026"
FOOTER = ("الحد الأدنى للطلب 500000 ل.س", "شكرا لتعاملكم معنا", "التوصيل خلال 48 ساعة")


@pytest.mark.parametrize("rules", ["all", "none"])
@pytest.mark.parametrize("pages", [1, 3])
def test_terms_above_and_below_the_table_are_kept(rules, pages):
    rows = arranged(ARABIC, "rpdn", AR_HEADINGS)
    content = table_pdf([rows] * pages, widths("rpdn"), rules=rules, before=[HEADER], after=FOOTER)
    document = read(content)
    assert document.texts == (HEADER, FOOTER[0], FOOTER[2])
    assert told(document) == expected(ARABIC) * pages


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("التوصيل كل يوم أحد", True),
        ("التوصيل في نفس اليوم", True),
        ("مدة التوصيل: 5 أيام", True),
        ("التسليم خلال 2-3 ايام", True),
        ("توصيل ٢٤-٤٨ ساعة", True),
        ("Delivered within two weeks", True),
        ("Next day delivery", True),
        ("التوصيل مجاني", False),
        ("شكرا لتعاملكم معنا", False),
        ("نحن في خدمتكم خلال أوقات الدوام", False),
    ],
)
def test_what_tells_a_term_is_recognised(text, tells):
    assert says_terms(text) is tells


@pytest.mark.parametrize("rules", ["all", "none"])
def test_the_days_of_a_bonus_cell_are_not_the_offers(rules):
    ends = ("سيتريزين 10 ملغ", "عرض خاص 5+10 حتى 15/12", 5000, 6000)
    rows = arranged([*ARABIC, ends], "rpdn", AR_HEADINGS)
    document = read(table_pdf([rows], [70, 70, 170, 200], rules=rules))
    assert document.texts == ()
    assert document.lines[-1].deal_text == ends[1]
