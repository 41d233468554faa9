import threading
from datetime import date

import pytest
from django.db import connection, transaction

from core.numbering import fiscal_year, next_number


@pytest.mark.django_db
def test_numbers_of_a_series_count_up_within_a_year_and_start_again_in_the_next():
    assert next_number("GRN", on=date(2026, 3, 1)) == "GRN-2026-000001"
    assert next_number("GRN", on=date(2026, 12, 31)) == "GRN-2026-000002"
    assert next_number("PO", on=date(2026, 3, 1)) == "PO-2026-000001"
    assert next_number("GRN", on=date(2027, 1, 1)) == "GRN-2027-000001"


@pytest.mark.parametrize(
    ("start_month", "day", "year"),
    [
        (1, date(2026, 1, 1), 2026),
        (7, date(2026, 6, 30), 2025),
        (7, date(2026, 7, 1), 2026),
    ],
)
def test_fiscal_year_begins_in_the_configured_month(settings, start_month, day, year):
    settings.FISCAL_YEAR_START_MONTH = start_month
    assert fiscal_year(day) == year


@pytest.mark.django_db(transaction=True)
def test_a_number_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="transaction"):
        next_number("GRN", on=date(2026, 3, 1))


@pytest.mark.django_db(transaction=True)
def test_concurrent_documents_leave_no_gap_even_when_some_roll_back():
    taken = []

    def document(fails):
        try:
            with transaction.atomic():
                number = next_number("SALE", on=date(2026, 3, 1))
                if fails:
                    raise ValueError
                taken.append(number)
        except ValueError:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=document, args=(n % 3 == 0,)) for n in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [f"SALE-2026-{n:06d}" for n in range(1, 17)]
