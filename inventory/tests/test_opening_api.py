import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from capital.public import capital_summary
from inventory.models import Batch, Product, StockLevel

pytestmark = pytest.mark.django_db
ARABIC = "الاسم,الكمية,الكلفة,رقم التشغيلة,تاريخ الانتهاء\nباراسيتول 500,12,100,B1,2030-05-31\n"
ENGLISH = (
    "name,barcode,quantity,unit cost,batch,expiry\n"
    "Paracetol 500,{barcode},{quantity},100,B1,{expiry}\n"
)


def send(client_as, content, name="opening.csv"):
    return client_as("owner").post(
        "/api/v1/inventory/opening-balance/",
        {"file": SimpleUploadedFile(name, content)},
        format="multipart",
    )


def english(barcode="", quantity="12", expiry="2030-05-31"):
    return ENGLISH.format(barcode=barcode, quantity=quantity, expiry=expiry).encode()


def workbook(rows):
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        ARABIC.encode(),
        ARABIC.encode("utf-8-sig"),
        ARABIC.encode("windows-1256"),
        english(),
        workbook([["name", "quantity", "unit cost", "batch", "expiry"],
                  ["Paracetol 500", 12, 100, "B1", "2030-05-31"]]),
    ],
    ids=["utf-8", "with mark", "windows-1256", "english", "xlsx"],
)  # fmt: skip
def test_good_file_becomes_stock_and_equity(client_as, content):
    response = send(client_as, content)
    assert response.status_code == 201, response.json()
    assert (response.json()["rows"], response.json()["quantity"]) == (1, 12)
    assert Batch.objects.get().number == "B1"
    assert StockLevel.objects.get().quantity == 12
    assert capital_summary().stock_at_cost == 1200


def test_same_file_twice_is_refused_and_changes_nothing(client_as):
    send(client_as, english())
    response = send(client_as, english())
    assert (response.status_code, response.json()["code"]) == (409, "opening_already_imported")
    assert StockLevel.objects.get().quantity == 12


@pytest.mark.parametrize(
    "row",
    [
        {"quantity": "-3"},
        {"quantity": "many"},
        {"quantity": "1.5"},
        {"expiry": "next year"},
        {"barcode": "5.28E+12"},
    ],
    ids=lambda row: next(iter(row)),
)
def test_faulty_row_is_named_and_nothing_is_imported(client_as, row):
    response = send(client_as, english() + english(**row).split(b"\n", 1)[1])
    body = response.json()
    assert response.status_code == 422
    assert body["errors"]
    assert "3" in str(body["errors"])
    assert not Product.objects.exists()
    assert not StockLevel.objects.exists()


def test_every_faulty_row_is_listed(client_as):
    rows = b"".join(english(quantity=f"-{number}").split(b"\n", 1)[1] for number in range(1, 6))
    body = send(client_as, english().split(b"\n", 1)[0] + b"\n" + rows).json()
    assert len(body["errors"]) >= 5


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\x00\x01\x02", b"PK\x03\x04broken"])
def test_file_that_is_no_opening_balance_is_refused(client_as, content):
    response = send(client_as, content)
    assert 400 <= response.status_code < 500
    assert response["Content-Type"] == "application/problem+json"
    assert not Product.objects.exists()
