"""What the database itself refuses, whoever asks: raw SQL past every service."""

import pytest
from django.db import DatabaseError, connection, transaction

from inventory.models import Reservation, StockMovement
from inventory.tests.stock import everything, in_days, issue, move, place, product, receive, reserve
from inventory.tests.test_returns import bring_back

pytestmark = pytest.mark.django_db

MOVEMENT = """
INSERT INTO inventory_stockmovement
  (kind, reason, batch_id, location_id, quantity, value, unit_cost, source_type, source_id, line,
   part, occurred_at, reverses_id, returns_id)
VALUES (%(kind)s, %(reason)s, %(batch)s, %(place)s, %(quantity)s, %(value)s, 1, %(type)s,
        %(source)s, %(line)s, %(part)s, now(), %(reverses)s, %(returns)s)
"""


def run(sql, values=None):
    """Execute and check every deferred constraint, as a commit would."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refused(sql, values=None, *, by):
    before = everything()
    with pytest.raises(DatabaseError, match=by):
        run(sql, values)
    assert everything() == before


@pytest.fixture
def stock():
    """A product with ten units in one batch, two of them moved, three sold, one brought back."""
    item, back = product(), place("back_store")
    (came,) = receive((item, "A", in_days(90), 10, 100), source="GRN")
    move(came.batch_id, 2, to=back)
    (sold,) = issue((item, 3), source="SALE")
    bring_back(sold.movement_id, 1)
    with connection.cursor() as cursor:  # as if it had been committed
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    return {"item": item, "batch": came.batch_id, "place": came.location_id, "back": back,
            "came": came.movement_id, "sold": sold.movement_id}  # fmt: skip


def movement(stock, **fields):
    return {
        "kind": "receipt", "reason": "purchase", "batch": stock["batch"], "place": stock["place"],
        "quantity": 1, "value": 1, "type": "tests.sql", "source": "1", "line": 0, "part": 0,
        "reverses": None, "returns": None, **fields,
    }  # fmt: skip


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE inventory_stockmovement SET quantity = quantity + 1",
        "UPDATE inventory_stockmovement SET party_id = '9', party_type = 'x'",
        "DELETE FROM inventory_stockmovement",
        "TRUNCATE inventory_stockmovement CASCADE",
        "UPDATE inventory_stockdocument SET value = 0",
        "DELETE FROM inventory_batchevent",
        "TRUNCATE inventory_batchevent",
    ],
)
def test_the_ledgers_take_new_rows_only(stock, sql):
    document = StockMovement.objects.filter(source_id="GRN")
    assert document.exists()
    if "batchevent" in sql and not sql.startswith("TRUNCATE"):
        run(
            "INSERT INTO inventory_batchevent (batch_id, kind, reason, number_before, number_after,"
            " action_taken, occurred_at) VALUES (%s, 'quarantine', 'x', '', '', '', now())",
            [stock["batch"]],
        )
    if "stockdocument" in sql:
        run(
            "INSERT INTO inventory_stockdocument (id, number, kind, reason, note, lines, value,"
            " file_name, occurred_at) VALUES (gen_random_uuid(), 'X', 'issue', 'sale', '', 1, 1,"
            " '', now())"
        )
    refused(sql, by="append-only")


@pytest.mark.parametrize(
    ("sql", "constraint"),
    [
        ("UPDATE inventory_stocklevel SET quantity = -1", "inventory_stocklevel_not_negative"),
        ("UPDATE inventory_productstock SET on_hand = -1", "inventory_productstock_not_negative"),
        ("UPDATE inventory_stocklevel SET quantity = 0", "nothing_is_worth_nothing"),
        ("UPDATE inventory_batch SET status = 'recalled'", "inventory_batch_held_back_says_why"),
        ("UPDATE inventory_batch SET status_reason = 'x'", "inventory_batch_status_dated"),
        ("UPDATE inventory_location SET kind = 'quarantine'", "default_is_allocatable"),
        ("UPDATE inventory_transfer SET closed_at = NULL", "closed_when_done"),
        ("UPDATE inventory_transfer SET status = 'cancelled'", "at_once_is_completed"),
        ("UPDATE inventory_transferline SET received = quantity + 1", "received_within"),
    ],
)
def test_figures_that_cannot_be_are_refused(stock, sql, constraint):
    refused(sql, by=constraint)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"source": "GRN", "type": "tests.receipt"}, "inventory_movement_effect_once"),
        ({"quantity": -1, "value": -1}, "inventory_movement_direction"),
        ({"kind": "write_off", "reason": "expiry"}, "inventory_movement_direction"),
        ({"kind": "return_out", "reason": "supplier_return"}, "inventory_movement_direction"),
        ({"quantity": 1, "value": -1}, "inventory_movement_signs_agree"),
        ({"kind": "return_in", "reason": "customer_return"}, "return_names_origin"),
        ({"kind": "transfer", "reason": "relocation"}, "a transfer leaves and arrives"),
        ({"kind": "repack", "reason": "repacking"}, "a repack leaves and arrives"),
    ],
)
def test_a_movement_that_cannot_be_is_refused(stock, fields, constraint):
    refused(MOVEMENT, movement(stock, **fields), by=constraint)


def test_a_transfer_keeps_every_batchs_quantity_and_value(stock):
    (other,) = receive((product(), "B", in_days(90), 5, 50))
    one = movement(stock, kind="transfer", reason="relocation")
    for second in (
        {"quantity": -1, "value": -1, "batch": other.batch_id},
        {"quantity": -2, "value": -1},
        {"quantity": -1, "value": -2},
    ):
        both = {**one, **second, "part": 1}
        sql = MOVEMENT.strip() + ", " + MOVEMENT[MOVEMENT.index("(%(kind)") :].replace("%(", "%(b_")
        refused(sql, {**one, **{f"b_{key}": value for key, value in both.items()}},
                by="transfer|worth the same")  # fmt: skip


def test_no_more_is_brought_back_than_went(stock):
    returned = {"kind": "return_in", "reason": "customer_return", "returns": stock["sold"]}
    run(MOVEMENT, movement(stock, **returned, quantity=2, value=20))
    refused(MOVEMENT, movement(stock, **returned, source="2"), by="brings back")
    refused(
        MOVEMENT, movement(stock, **{**returned, "returns": stock["came"]}, source="3"),
        by="brings back",
    )  # fmt: skip


def test_a_reversal_mirrors_what_it_names(stock):
    fields = {"kind": "receipt", "reason": "purchase", "reverses": stock["came"]}
    refused(MOVEMENT, movement(stock, **fields, quantity=-9, value=-90), by="mirror")
    refused(MOVEMENT, movement(stock, **fields, quantity=-10, value=-99), by="mirror")
    run(MOVEMENT, movement(stock, **fields, quantity=-10, value=-100))
    refused(MOVEMENT, movement(stock, **fields, quantity=-10, value=-100, source="2"), by="unique")


RESERVATION = """
INSERT INTO inventory_reservation
  (product_id, source_type, source_id, line, quantity, consumed, status, created_at)
VALUES (%s, 'tests.order', %s, 0, %s, 0, 'open', now())
"""


def test_no_more_is_promised_than_is_on_hand(stock):
    refused(RESERVATION, [stock["item"], "1", 9], by="9 reserved, 8 on hand")
    run(RESERVATION, [stock["item"], "1", 8])
    refused(RESERVATION, [stock["item"], "2", 1], by="9 reserved, 8 on hand")
    refused("UPDATE inventory_reservation SET quantity = 9", by="9 reserved, 8 on hand")
    refused(
        "UPDATE inventory_productstock SET on_hand = 7 WHERE product_id = %s", [stock["item"]],
        by="8 reserved, 7 on hand",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "constraint"),
    [
        ("UPDATE inventory_reservation SET consumed = 3", "consumed_within"),
        ("UPDATE inventory_reservation SET consumed = 2", "status_agrees"),
        ("UPDATE inventory_reservation SET status = 'released'", "status_agrees"),
        ("UPDATE inventory_reservation SET expires_at = created_at", "expires_later"),
        ("UPDATE inventory_reservation SET source_id = ''", "source_named"),
    ],
)
def test_a_reservation_says_what_became_of_it(stock, sql, constraint):
    reserve((stock["item"], 2))
    refused(sql, by=constraint)
    assert Reservation.objects.get().outstanding == 2
