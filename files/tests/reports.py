"""A report with one column of each kind, for the tests of exports."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

from files.rendering import Bilingual, Column, ColumnKind, Row, RowKind, Section, TableDocument

COLUMNS = (
    Column(Bilingual("الحساب", "Account")),
    Column(Bilingual("السطور", "Lines"), ColumnKind.INTEGER),
    Column(Bilingual("الكمية", "Quantity"), ColumnKind.QUANTITY),
    Column(Bilingual("الرصيد", "Balance"), ColumnKind.MONEY),
    Column(Bilingual("كلفة الوحدة", "Unit cost"), ColumnKind.UNIT_COST),
    Column(Bilingual("الحصة", "Share"), ColumnKind.PERCENT),
    Column(Bilingual("التاريخ", "Day"), ColumnKind.DATE),
    Column(Bilingual("وقت الدفع", "Paid at"), ColumnKind.DATETIME),
)
ROW = (
    Bilingual("صندوق المحل", "Shop drawer"),
    3,
    12500,
    Decimal("-1234567.50"),
    Decimal("12.345678"),
    Decimal("12.5"),
    date(2026, 3, 31),
    datetime(2026, 3, 31, 21, 30, tzinfo=UTC),
)


def report(*sections: Section, columns: tuple[Column, ...] = COLUMNS) -> TableDocument:
    return TableDocument(
        name="balances",
        dated="2026-03-31",
        title=Bilingual("كشف الحسابات", "Balances"),
        lines=(Bilingual("حتى نهاية الشهر", "To the end of the month"),),
        columns=columns,
        sections=sections or (Section((Row(ROW),)),),
        notes=(Bilingual("من دفتر القيود", "From the journal"),),
        generated_at=datetime(2026, 4, 1, 9, tzinfo=UTC),
    )


def named(*names: str) -> TableDocument:
    """A report whose one column holds `names`."""
    rows = tuple(Row((name,)) for name in names)
    return report(Section(rows), columns=COLUMNS[:1])


def long_report(count: int) -> TableDocument:
    return report(Section(_rows(count)))


def _rows(count: int) -> Iterator[Row]:
    for number in range(count):
        name = Bilingual(f"صندوق المحل {number}", f"Shop drawer {number}")
        yield Row((name, *ROW[1:]), level=number % 3)
    yield Row((Bilingual("المجموع", "Total"), *[None] * 7), RowKind.TOTAL)
