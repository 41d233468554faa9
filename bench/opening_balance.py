"""How long an opening balance of 30,000 rows takes, from upload to posted stock.

python -m bench.opening_balance [ROWS]    default: 30,000 generated rows as XLSX and as CSV

Goal: under 60 s for 30,000 rows, applied in one transaction; printed with the time of each phase.
What is judged is how long the processors were busy with it (or the clock, where that is less),
as other work on the machine is not ours. Uses a database of its own.
"""

from __future__ import annotations

import csv
import io
import sys

from bench._imports import own_database, taken_through

MOST_SECONDS = 60.0
HEADER = ["الاسم", "Name EN", "Barcode", "العيار", "الشكل", "الشركة", "الكمية", "رقم التشغيلة",
          "الصلاحية", "الكلفة", "سعر العموم", "الحد الادنى", "الحد الاعلى", "العبوة"]  # fmt: skip


def check_digit(digits: str) -> str:
    weighted = sum(int(d) * (3 if place % 2 == 0 else 1) for place, d in enumerate(digits[::-1]))
    return digits + str(-weighted % 10)


def generated(rows: int) -> list[list[object]]:
    """Rows of a mixed pharmacy: one product in eight has two batches, some have no expiry."""
    table: list[list[object]] = []
    for number in range(rows):
        item = number - 1 if number % 8 == 7 else number
        table.append([
            f"صنف دوائي {item}", f"Medicine {item}", check_digit(f"622{item:09d}"),
            f"{5 * (item % 100 + 1)} mg", ("مضغوطات", "شراب", "كبسول")[item % 3],
            f"شركة {item % 150}", 5 + number % 90, f"B{number:06d}",
            "" if number % 40 == 0 else f"20{28 + number % 5}-{1 + number % 12:02d}-28",
            f"{(number % 900) / 4 + 1:.2f}", f"{(number % 900) / 3 + 2:.2f}", 5, 60, 10,
        ])  # fmt: skip
    return table


def as_csv(table: list[list[object]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([HEADER, *table])
    return buffer.getvalue().encode("windows-1256")


def as_xlsx(table: list[list[object]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in [HEADER, *table]:
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def timed(content: bytes, name: str, rows: int) -> float:
    from inventory.models import StockMovement
    from inventory.selectors.reconciliation import differences

    before = StockMovement.objects.count()
    job, seconds = taken_through("opening", content, name)
    assert job.state == "done", (job.state, job.file_problems, job.failure_detail)
    assert StockMovement.objects.count() - before == rows
    assert list(differences()) == []
    return seconds


def main(arguments: list[str]) -> int:
    rows = int(arguments[0]) if arguments else 30_000
    table = generated(2 * rows)
    with own_database():
        slowest = max(
            timed(as_xlsx(table[:rows]), "opening.xlsx", rows),
            timed(as_csv(table[rows:]), "opening.csv", rows),
        )
    print(f"slowest {slowest:.1f} s busy; goal {MOST_SECONDS:.0f} s for 30,000 rows")
    return 0 if slowest <= MOST_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
