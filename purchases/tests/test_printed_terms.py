"""Terms as headers and footers of offers print them, in Arabic and English."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purchases.printed_delivery import LONGEST_DELIVERY
from purchases.printed_terms import PrintedTerms, printed_terms

PRINTED_ON = date(2026, 2, 10)


def read(*texts):
    return printed_terms(texts, printed_on=PRINTED_ON)


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("العرض ساري حتى نهاية الشهر", date(2026, 2, 28)),
        ("العرض سارٍ لغاية نهاية شهر آذار", date(2026, 3, 31)),
        ("العرض حتى نهاية شهر 3", date(2026, 3, 31)),
        ("الأسعار صالحة حتى نهاية العام", date(2026, 12, 31)),
        ("ساري لغاية ١٥/٣", date(2026, 3, 15)),
        ("صالح حتى تاريخ 31-12-2026", date(2026, 12, 31)),
        ("العرض من 1/3 الى 15/3", date(2026, 3, 15)),
        ("ينتهي العرض في 28 شباط", date(2026, 2, 28)),
        ("العروض سارية حتى 5 كانون الثاني 2027", date(2027, 1, 5)),
        ("العرض ساري حتى ٣٠ أبريل", date(2026, 4, 30)),
        ("Valid until 15/3/2026", date(2026, 3, 15)),
        ("Prices valid to 31 March 2026", date(2026, 3, 31)),
        ("Valid through end of month", date(2026, 2, 28)),
        ("Offer ends 5th April", date(2026, 4, 5)),
        ("valid until 2026-06-30", date(2026, 6, 30)),
    ],
)
def test_the_last_day_is_read_as_printed(text, last):
    assert read(text) == PrintedTerms(valid_until=last)


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("الحد الأدنى للطلبية ٥٠٠٬٠٠٠ ل.س", 500_000),
        ("الحد الأدنى للطلب: 500.000 ليرة سورية", 500_000),
        ("أقل طلبية 1.5 مليون ليرة", 1_500_000),
        ("الحد الأدنى للفاتورة 300 ألف ل.س", 300_000),
        ("Minimum order: EGP 2,500", 2_500),
        ("Minimum order value is 2,500.50 EGP", Decimal("2500.50")),
        ("Min. order 500 000 SYP", 500_000),
    ],
)
def test_the_minimum_order_is_read_with_its_thousands(text, least):
    assert read(text) == PrintedTerms(minimum_order_amount=Decimal(least))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("التوصيل: السبت والثلاثاء", (2, 6)),
        ("التوصيل يومياً ما عدا الجمعة", (1, 2, 3, 4, 6, 7)),
        ("التوزيع من السبت إلى الخميس", (1, 2, 3, 4, 6, 7)),
        ("Delivery: Sun to Thu", (1, 2, 3, 4, 7)),
        ("Delivery every Monday and Thursday", (1, 4)),
    ],
)
def test_delivery_days_are_read_as_weekdays(text, days):
    assert read(text) == PrintedTerms(delivery_weekdays=days)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("التوصيل من يومين الى ثلاثة ايام", 3),
        ("التوصيل خلال ٢-٣ أيام", 3),
        ("التسليم خلال يومين من تاريخ الطلب", 2),
        ("مدة التوصيل: 5 أيام", 5),
        ("التوصيل خلال 48 ساعة", 2),
        ("التوصيل خلال ٢٤ ساعة", 1),
        ("التوصيل في نفس اليوم", 0),
        ("التوصيل في اليوم التالي", 1),
        ("التوصيل خلال أسبوع", 7),
        ("التوصيل خلال يوم واحد", 1),
        ("التوصيل خلال 3 أيام عمل", 5),
        ("Delivery within 48 hours", 2),
        ("Delivery in 2 to 3 days", 3),
        ("Delivered within two weeks", 14),
        ("Delivery time: 2-3 working days", 5),
        ("Next day: see below. Delivery: next day", 1),
        ("Same-day delivery, delivered the same day", 0),
        ("delivery within 30 hours", 2),
        ("التوصيل من 24 ساعة الى 3 ايام", 3),
        ("التوصيل خلال اسبوع الى اسبوعين", 14),
        ("Delivery within a week to two weeks", 14),
        ("Delivery: 1 week to 10 days", 10),
        ("Delivery from 24 hours to 3 days", 3),
        ("Next day delivery", 1),
        ("Prices in EGP. 2-3 days delivery", 3),
    ],
)
def test_the_wait_for_a_delivery_is_read_up_to_its_later_end(text, days):
    assert read(text) == PrintedTerms(delivery_days=days)


@pytest.mark.parametrize(
    "text",
    [
        "التوصيل كل يومين",
        "التوصيل يوم الاثنين",
        "Delivery every 2 days",
        "التوصيل خلال 200 يوم",
        "التوصيل مجاني للطلبيات فوق 3 كراتين",
        "العرض ساري خلال 3 أيام",
        "توزيع 10 علب",
    ],
)
def test_what_is_no_wait_is_not_taken_for_one(text):
    assert read(text).delivery_days is None


@given(
    st.integers(1, LONGEST_DELIVERY),
    st.integers(0, 9),
    st.sampled_from(
        [
            "التوصيل خلال {n} يوم",
            "مدة التسليم {n} أيام",
            "التوصيل من {less} الى {n} ايام",
            "Delivery within {n} days",
            "Delivered in {less}-{n} days after the order",
        ]
    ),
    st.booleans(),
)
def test_any_wait_is_read_as_it_is_printed(days, less, printed, in_arabic_digits):
    text = printed.format(n=days, less=min(less, days))
    if in_arabic_digits:
        text = text.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert read("مستودع الشفاء", text) == PrintedTerms(delivery_days=days)


@pytest.mark.parametrize(
    "text",
    [
        "حتى نفاد الكمية",
        "أقل طلب 10 علب",
        "سيتامول 500 ملغ 20 قرص",
        "حتى 31/2",
        "مستودع السبت للأدوية",
        "الحد الأدنى للطلب حسب الاتفاق",
        "",
    ],
)
def test_what_is_no_term_is_not_taken_for_one(text):
    assert read(text) == PrintedTerms()


def test_several_terms_in_several_texts_are_all_read():
    assert read(
        "مستودع الشفاء - العرض ساري حتى 20/2",
        "الحد الأدنى للفاتورة 300 ألف ل.س والتوصيل يوم الاثنين",
    ) == PrintedTerms(date(2026, 2, 20), Decimal(300_000), (1,))


def test_of_two_minimums_or_waits_the_one_that_is_safe_to_order_by_holds_and_is_named():
    found = read(
        "الحد الأدنى للطلب 1000 ل.س", "أقل طلبية 2,500 ل.س", "التوصيل خلال يومين",
        "Delivery within 4 days",
    )  # fmt: skip
    assert found == PrintedTerms(
        minimum_order_amount=Decimal(2500),
        delivery_days=4,
        disagreeing=("minimum_order_amount", "delivery_days"),
    )


def test_of_two_last_days_none_is_taken():
    found = read("العرض ساري حتى 20/2", "صالح لغاية 25/2", "الحد الأدنى للطلب 1000 ل.س")
    assert found == PrintedTerms(minimum_order_amount=Decimal(1000), disagreeing=("valid_until",))


def test_terms_told_twice_in_the_same_way_agree():
    found = read("الحد الأدنى للطلب 1000 ل.س", "Minimum order: SYP 1,000")
    assert found == PrintedTerms(minimum_order_amount=Decimal(1000))
