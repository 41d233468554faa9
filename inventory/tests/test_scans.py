from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from inventory.gs1 import check_digit_of
from inventory.models import Barcode, Batch, Packaging, Product
from inventory.scales import scale_formats, scale_read
from inventory.selectors.scans import codes_read
from inventory.tests.stock import in_days, product, receive

pytestmark = pytest.mark.django_db
API = "/api/v1/inventory/"
PRODUCTS = f"{API}products/"
GTIN = "09501101530003"
GS = "\x1d"


@pytest.fixture
def pharmacist(client_as):
    return client_as("pharmacist")


def code(client, item, value, **more):
    answer = client.post(f"{PRODUCTS}{item}/barcodes/", {"value": value, **more})
    assert answer.status_code == 201, answer.json()


def pack(client, item, name, units, **more):
    answer = client.post(f"{PRODUCTS}{item}/packagings/", {"name": name, "units": units, **more})
    assert answer.status_code == 201, answer.json()
    return answer.json()["id"]


def scan(client, text):
    answer = client.post(f"{API}scan/", {"text": text})
    assert answer.status_code == 200, answer.json()
    return answer.json()


def warned(result):
    return [warning["code"] for warning in result["warnings"]]


@pytest.fixture
def item(pharmacist):
    """30 tablets: a box of three strips, each pack with a code of its own."""
    item = product(name_en="Augmentin", base_unit="tablet")
    Product.objects.filter(pk=item).update(lifecycle="active")
    code(pharmacist, item, GTIN, packaging_id=pack(pharmacist, item, "Box", 30))
    code(pharmacist, item, "4006381333931", packaging_id=pack(pharmacist, item, "Strip", 10))
    code(pharmacist, item, "TAB-1")
    return item


@pytest.mark.parametrize(
    ("text", "units"),
    [
        (GTIN, 30), ("9501101530003", 30), (f"]E0{GTIN[1:]}", 30), ("4006381333931", 10),
        ("TAB-1", 1), (f"]d201{GTIN}", 30), (f"(01){GTIN}(30)2", 60),
    ],
)  # fmt: skip
def test_every_pack_counts_its_base_units(pharmacist, item, text, units):
    result = scan(pharmacist, text)
    assert (result["product"]["id"], result["quantity"], result["warnings"]) == (item, units, [])


def test_medicine_pack_names_its_batch_expiry_and_serial(pharmacist, item):
    expiry = in_days(90)
    receive((item, "l-45", expiry, 60, 600))
    result = scan(pharmacist, f"]d201{GTIN}17{expiry:%y%m%d}10L-45{GS}21S0001")
    assert warned(result) == []
    assert (result["batch_number"], result["expiry_date"], result["serial"], result["gtin"]) == (
        "L-45", expiry.isoformat(), "S0001", GTIN,
    )  # fmt: skip
    assert result["batch_id"] == Batch.objects.get().pk


@pytest.mark.parametrize(("days", "codes"), [(-1, ["expired"]), (0, ["expired"]), (1, [])])
def test_expired_pack_is_told(pharmacist, item, days, codes):
    assert warned(scan(pharmacist, f"(01){GTIN}(17){in_days(days):%y%m%d}")) == codes


def test_batch_nobody_received_and_one_with_another_expiry_are_told(pharmacist, item):
    receive((item, "L45", in_days(90), 60, 600))
    assert warned(scan(pharmacist, f"(01){GTIN}(10)OTHER")) == ["unknown_batch"]
    wrong = scan(pharmacist, f"(01){GTIN}(17){in_days(91):%y%m%d}(10)L45")
    assert (warned(wrong), wrong["batch_id"]) == (["expiry_differs"], None)


@pytest.mark.parametrize("status", ["quarantined", "recalled"])
def test_batch_held_back_is_told(pharmacist, item, status):
    receive((item, "L45", in_days(90), 60, 600))
    Batch.objects.update(status=status, status_reason="test", status_at="2026-01-01T00:00Z")
    assert warned(scan(pharmacist, f"(01){GTIN}(10)L45")) == [status]


def test_product_that_is_not_sold_is_told(pharmacist, item):
    Product.objects.update(lifecycle="discontinued")
    assert warned(scan(pharmacist, GTIN)) == ["not_sellable"]


def test_unknown_pack_still_says_what_is_printed_on_it(pharmacist):
    result = scan(pharmacist, f"(01){GTIN}(17)280100(10)L45")
    assert (result["product"], warned(result)) == (None, ["unknown_product"])
    assert (result["gtin"], result["batch_number"]) == (GTIN, "L45")
    assert result["expiry_date"] == "2028-01-31"


def test_code_that_breaks_the_rules_says_which(pharmacist, item):
    result = scan(pharmacist, f"(01){GTIN}(17)281301")
    assert (result["product"], warned(result)) == (None, ["unreadable"])
    assert "wrong_date" in result["warnings"][0]["detail"]


def test_carton_of_a_known_pack_asks_for_the_quantity(pharmacist, item):
    body = "1" + GTIN[1:13]
    result = scan(pharmacist, f"(01){body}{check_digit_of(body)}")
    assert (result["product"]["id"], result["quantity"]) == (item, None)
    assert warned(result) == ["unknown_packaging"]


def test_swallowed_separator_leaves_open_what_is_not_sure(pharmacist, item):
    text = f"01{GTIN}17280131" + "10ABC2199"
    result = scan(pharmacist, text)
    assert "separator_missing" in warned(result)
    assert (result["product"]["id"], result["expiry_date"]) == (item, "2028-01-31")
    assert (result["batch_number"], result["serial"], result["batch_id"]) == ("", "", None)


def test_batch_in_stock_settles_what_a_swallowed_separator_left_open(pharmacist, item):
    receive((item, "ABC", date(2028, 1, 31), 60, 600))
    result = scan(pharmacist, f"01{GTIN}17280131" + "10ABC2199")
    assert (result["batch_number"], result["serial"], warned(result)) == ("ABC", "99", [])
    assert result["batch_id"] == Batch.objects.get().pk


def test_century_is_that_of_the_pharmacys_day(item):
    text = f"(01){GTIN}(17)100101"
    with time_machine.travel("2060-01-01T12:00Z"):
        assert codes_read([text])[text].expiry_date == date(2110, 1, 1)


def test_what_a_count_reads_is_the_same(pharmacist, item):
    expiry = in_days(90)
    texts = [GTIN, "TAB-1", f"(01){GTIN}(17){expiry:%y%m%d}(10)L45", "nothing"]
    read = codes_read(texts)
    assert set(read) == set(texts[:3])
    assert [read[text].units for text in texts[:3]] == [30, 1, 30]
    assert (read[texts[2]].batch_number, read[texts[2]].expiry_date) == ("L45", expiry)


def test_scans_cost_the_same_however_many(pharmacist, item):
    one = [f"(01){GTIN}(10)L1"]
    with CaptureQueriesContext(connection) as few:
        codes_read(one)
    with CaptureQueriesContext(connection) as many:
        codes_read([f"(01){GTIN}(10)L{number}" for number in range(100)])
    assert len(many) == len(few)


# --- Article numbers and scales ----------------------------------------------------------------


def label(prefix, item, value):
    body = f"{prefix}{item:05}{value:05}"
    return body + check_digit_of(body)


@pytest.fixture
def _scales(settings):
    settings.INVENTORY_SCALE_BARCODES = scale_formats(["21:5:5:weight:3", "22:5:5:price:2"])


def test_article_number_is_found_with_or_without_leading_zeros(pharmacist):
    item = product()
    code(pharmacist, item, "04011", kind="plu")
    assert Barcode.objects.get().key == "plu:4011"
    assert {scan(pharmacist, text)["product"]["id"] for text in ("4011", "04011")} == {item}


@pytest.mark.parametrize("value", ["0", "1234567", "12a"])
def test_article_number_is_a_short_number(pharmacist, value):
    answer = pharmacist.post(f"{PRODUCTS}{product()}/barcodes/", {"value": value, "kind": "plu"})
    assert answer.json()["errors"][0]["code"] == "not_a_plu"
    assert not Barcode.objects.exists()


@pytest.mark.usefixtures("_scales")
def test_weight_of_a_label_is_grams(pharmacist):
    item = product(base_unit="gram", public_price=Decimal("0.10"))
    code(pharmacist, item, "123", kind="plu")
    result = scan(pharmacist, label("21", 123, 1250))
    assert (result["product"]["id"], result["quantity"]) == (item, 1250)


@pytest.mark.usefixtures("_scales")
def test_price_of_a_label_is_units_where_it_divides(pharmacist):
    item = product(public_price=Decimal("2.50"))
    code(pharmacist, item, "123", kind="plu")
    whole, broken = (
        scan(pharmacist, label("22", 123, 1000)),
        scan(pharmacist, label("22", 123, 999)),
    )
    assert (whole["quantity"], whole["amount"]) == (4, "10.00")
    assert (broken["quantity"], broken["amount"]) == (None, "9.99")
    assert "price_is_no_quantity" in warned(broken)


@pytest.mark.usefixtures("_scales")
def test_label_with_a_wrong_check_digit_is_no_label(pharmacist):
    item = product(base_unit="gram")
    code(pharmacist, item, "123", kind="plu")
    right = label("21", 123, 1250)
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
    assert scan(pharmacist, wrong)["product"] is None


def test_without_the_setting_there_are_no_labels(pharmacist):
    item = product(base_unit="gram")
    code(pharmacist, item, "123", kind="plu")
    assert scan(pharmacist, label("21", 123, 1250))["product"] is None


def test_label_is_read_by_its_format():
    formats = scale_formats(["20:4:6:price:3", "0212:4:4:weight:3"])
    body = "200042001500"
    assert scale_read(body + check_digit_of(body), formats).value == Decimal("1.500")
    body = "021200990250"
    read = scale_read(body + check_digit_of(body), formats)
    assert (read.item, read.kind, read.value) == ("99", "weight", Decimal("0.250"))


@pytest.mark.parametrize(
    "entry",
    ["", "21:5:5:weight", "62:5:5:weight:3", "21:5:4:weight:3", "21:5:5:length:3",
     "21:5:5:weight:6", "21:0:10:weight:3"],
)  # fmt: skip
def test_format_that_cannot_be_is_refused(entry):
    with pytest.raises(ValueError, match=r"."):
        scale_formats([entry])


def test_formats_do_not_share_a_beginning():
    with pytest.raises(ValueError, match="begins like"):
        scale_formats(["21:5:5:weight:3", "210:4:5:price:2"])


# --- Packagings over HTTP ----------------------------------------------------------------------


def test_packagings_are_changed_and_listed_smallest_first(pharmacist, item):
    path = f"{PRODUCTS}{item}/packagings/"
    strip, box = pharmacist.get(path).json()
    assert [(each["name"], each["units"]) for each in (strip, box)] == [("Strip", 10), ("Box", 30)]
    answer = pharmacist.patch(
        f"{path}{box['id']}/", {"name": "علبة", "units": 20, "price": "90.00"}
    )
    assert (answer.status_code, answer.json()["price"]) == (200, "90.00")
    assert scan(pharmacist, GTIN)["quantity"] == 20


@pytest.mark.parametrize("body", [{"units": 0}, {"units": -1}, {"name": ""}, {"price": "-1"}])
def test_packaging_that_cannot_be_is_refused_and_stays(pharmacist, item, body):
    before = list(Packaging.objects.order_by("pk").values())
    path = f"{PRODUCTS}{item}/packagings/{before[0]['id']}/"
    assert pharmacist.patch(path, body).status_code == 400
    assert list(Packaging.objects.order_by("pk").values()) == before


def test_name_of_a_packaging_is_taken_once(pharmacist, item):
    path = f"{PRODUCTS}{item}/packagings/"
    answer = pharmacist.post(path, {"name": "Box", "units": 5})
    assert (answer.status_code, answer.json()["code"]) == (409, "packaging_refused")
    assert Packaging.objects.count() == 2


def test_packaging_with_codes_is_removed_only_after_them(pharmacist, item):
    box = Packaging.objects.get(name="Box")
    path = f"{PRODUCTS}{item}/packagings/{box.pk}/"
    assert pharmacist.delete(path).json()["code"] == "packaging_in_use"
    barcode = box.barcodes.get()
    assert pharmacist.delete(f"{PRODUCTS}{item}/barcodes/{barcode.pk}/").status_code == 204
    assert pharmacist.delete(path).status_code == 204
    assert not Packaging.objects.filter(pk=box.pk).exists()


def test_packaging_of_another_product_is_not_found(pharmacist, item):
    box = Packaging.objects.get(name="Box")
    path = f"{PRODUCTS}{product()}/packagings/{box.pk}/"
    assert pharmacist.patch(path, {"units": 5}).json()["code"] == "packaging_not_found"
    assert pharmacist.delete(path).status_code == 404
    assert Packaging.objects.get(pk=box.pk).units == 30


def sizes(client, item):
    packs = client.get(f"{PRODUCTS}{item}/packagings/").json()
    return {pack["name"]: pack["units"] for pack in packs}


@pytest.fixture
def nested(pharmacist):
    """A carton of ten boxes of three strips of ten tablets; the ids by name."""
    item = product(base_unit="tablet")
    strip = pack(pharmacist, item, "Strip", 10)
    ids = {"item": item, "strip": strip}
    for name, inner, count in (("Box", "strip", 3), ("Carton", "box", 10)):
        body = {"name": name, "inner_id": ids[inner], "inner_count": count}
        answer = pharmacist.post(f"{PRODUCTS}{item}/packagings/", body)
        assert answer.status_code == 201, answer.json()
        ids[name.lower()] = answer.json()["id"]
    return ids


def change(client, ids, name, **body):
    return client.patch(f"{PRODUCTS}{ids['item']}/packagings/{ids[name]}/", body)


def test_box_of_strips_holds_what_they_hold(pharmacist, nested):
    assert sizes(pharmacist, nested["item"]) == {"Strip": 10, "Box": 30, "Carton": 300}


def test_packs_follow_what_they_are_made_of(pharmacist, nested):
    assert change(pharmacist, nested, "strip", units=12).status_code == 200
    assert sizes(pharmacist, nested["item"]) == {"Strip": 12, "Box": 36, "Carton": 360}
    assert change(pharmacist, nested, "box", inner_count=2).json()["units"] == 24
    assert sizes(pharmacist, nested["item"]) == {"Strip": 12, "Box": 24, "Carton": 240}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_size_said_in_base_units_follows_no_more(pharmacist, nested):
    answer = change(pharmacist, nested, "box", units=28)
    assert (answer.json()["units"], answer.json()["inner_id"]) == (28, None)
    change(pharmacist, nested, "strip", units=12)
    assert sizes(pharmacist, nested["item"]) == {"Strip": 12, "Box": 28, "Carton": 280}


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("strip", {"inner_id": "carton", "inner_count": 1}, "within_itself"),
        ("box", {"inner_id": "box", "inner_count": 2}, "within_itself"),
        ("box", {"inner_count": None}, "incomplete"),
        ("box", {"inner_id": 999999, "inner_count": 2}, "unknown_packaging"),
        ("box", {"inner_id": "strip", "inner_count": 3, "units": 31}, "disagrees"),
        ("strip", {"units": 2_000_000_000}, "too_many"),
    ],
)
def test_pack_that_cannot_be_made_is_refused_and_nothing_follows(
    pharmacist, nested, name, body, code
):
    before = list(Packaging.objects.order_by("pk").values())
    sent = {field: nested.get(value, value) for field, value in body.items()}
    answer = change(pharmacist, nested, name, **sent)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, code)
    assert list(Packaging.objects.order_by("pk").values()) == before


def test_pack_others_are_made_of_is_not_removed(pharmacist, nested):
    path = f"{PRODUCTS}{nested['item']}/packagings/"
    assert pharmacist.delete(f"{path}{nested['strip']}/").json()["code"] == "packaging_in_use"
    assert pharmacist.delete(f"{path}{nested['carton']}/").status_code == 204


def test_pack_needs_a_size(pharmacist, item):
    answer = pharmacist.post(f"{PRODUCTS}{item}/packagings/", {"name": "Bag"})
    assert answer.json()["errors"][0]["code"] == "required"


@pytest.mark.parametrize(
    ("sql", "constraint"),
    [
        ("UPDATE inventory_packaging SET units = 31 WHERE name = 'Box'",
         "inventory_packaging_holds_inner"),
        ("UPDATE inventory_packaging SET inner_count = NULL WHERE name = 'Box'",
         "inventory_packaging_inner_counted"),
        ("UPDATE inventory_packaging SET units = 1, inner_count = 1, inner_id = "
         "(SELECT o.id FROM inventory_packaging o WHERE o.name = 'Carton')",
         "inventory_packaging_inner_counted"),
    ],
)  # fmt: skip
def test_database_refuses_packs_that_do_not_hold_what_they_are_made_of(nested, sql, constraint):
    with (
        pytest.raises(IntegrityError) as refusal,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"{sql}; SET CONSTRAINTS ALL IMMEDIATE")
    assert refusal.value.__cause__.diag.constraint_name == constraint
