"""Taking goods in, and back: every state x every action x every role, over HTTP.

How to read the tables: purchases/tests/matrix.py; the rest of purchasing is in
test_transition_matrix.py. `invoiced`, `sold` and `part back` are receipts that stand, of which
something became; what was built on goods is undone first.
"""

from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone

from capital.tests.factories import put_in
from purchases.models import (
    GoodsReceiptLine,
    Inspection,
    LandedCost,
    ReceiptReversalRequest,
    Receiving,
    ReceivingState,
)
from purchases.services.receipts.deliveries import NO_LEAVE
from purchases.services.receipts.inspections import Decision, inspections_decide
from purchases.services.receipts.landed_costs import (
    Bearer,
    Bill,
    landed_cost_post,
    landed_cost_reverse,
)
from purchases.services.receipts.receipts import goods_receive
from purchases.services.receipts.reversal import receipt_reverse
from purchases.services.receipts.reversal_requests import (
    reversal_request,
    reversal_request_approve,
    reversal_request_reject,
)
from purchases.services.receiving.scanning import Scan, receiving_scan
from purchases.services.receiving.sessions import (
    receiving_cancel,
    receiving_inspect,
    receiving_post,
    receiving_start,
)
from purchases.tests.factories import (
    SupplierFactory,
    actor_with,
    delivery,
    placed_order,
    two_line_order,
)
from purchases.tests.invoicing import posted, sold
from purchases.tests.matrix import Call, Machine
from purchases.tests.services.taking_in import fresh, line_of, quarantine, receive

pytestmark = pytest.mark.django_db
WHY = {"reason": "because"}


def by(role="pharmacist"):
    return {"actor": actor_with(role), "now": timezone.now()}


# --- Receivings: a delivery scanned box by box ---------------------------------------------------


def receiving(state):
    order = placed_order(need=10)
    product = line_of(order).product_id
    made = receiving_start(**by(), order_id=order.pk)
    who = {**by(), "receiving_id": made.pk}
    receiving_scan(**who, scans=[Scan(product_id=product, quantity=4)])
    if state == "inspecting":
        receiving_inspect(**who)
    if state == "posted":
        receiving_post(**who, leave=NO_LEAVE)
    if state == "cancelled":
        receiving_cancel(**who, reason="not ours")
    return made


def receiving_call(method, path, body=None):
    return lambda made: Call(
        method,
        f"receivings/{made.pk}/{path(made) if callable(path) else path}",
        body(made) if callable(body) else body or {},
    )


def more_of_it(made):
    return {"scans": [{"product_id": line_of(made.order).product_id, "quantity": 1}]}


def its_scan(made):
    return f"scans/{made.scans.earliest('pk').pk}/"


def its_terms(made):
    return f"terms/{line_of(made.order).pk}/"


RECEIVINGS = Machine(
    table="""
action        |who|draft     |inspecting|posted|cancelled
scan          |OPB|=         |-         |-     |-
scan back     |OPB|=         |-         |-     |-
change line   |OPB|=         |-         |-     |-
line out      |OPB|=         |-         |-     |-
note a check  |OPB|=         |=         |-     |-
say the price |OPB|=         |=         |-     |-
price unsaid  |OPB|=         |=         |-     |-
inspect       |OPB|inspecting|-         |-     |-
resume        |OPB|-         |draft     |-     |-
post          |OPB|posted    |posted    |-     |-
cancel        |OPB|cancelled |cancelled |-     |-
""",
    make={state: partial(receiving, state) for state in ReceivingState.values},
    calls={
        "scan": receiving_call("post", "scans/", more_of_it),
        "scan back": receiving_call("delete", its_scan),
        "change line": receiving_call("patch", "lines/1/", {"quantity": 3}),
        "line out": receiving_call("delete", "lines/1/"),
        "note a check": receiving_call("patch", "lines/1/", {"packaging_intact": True}),
        "say the price": receiving_call("put", its_terms, {"invoice_price": "1000.00"}),
        "price unsaid": receiving_call("delete", its_terms),
        "inspect": receiving_call("post", "inspect/"),
        "resume": receiving_call("post", "resume/"),
        "post": receiving_call("post", "post/"),
        "cancel": receiving_call("post", "cancel/", WHY),
    },
    state_of=lambda made: Receiving.objects.get(pk=made.pk).state,
    unaudited={"scan", "price unsaid"},
)


# --- Goods receipts and their reversal -----------------------------------------------------------


def receipt():
    """Of two lines, 10 units each."""
    order = two_line_order()
    return goods_receive(
        **by(),
        order_id=order.pk,
        deliveries=[delivery(order, position=position) for position in (1, 2)],
    )


def receipt_sold():
    made = receipt()
    sold(made.lines.get(line=1).product_id, 1, actor_with("cashier"))
    return made


def receipt_invoiced():
    made = receipt()
    posted(made)
    return made


def taken_back(lines=None):
    made = receipt()
    receipt_reverse(**by(), receipt_id=made.pk, reason="not ours", lines=lines)
    return made


def state_of_receipt(made):
    lines = GoodsReceiptLine.objects.filter(receipt_id=made.pk)
    back = lines.filter(reversal_line__isnull=False).count()
    if back:
        return "taken back" if back == lines.count() else "part back"
    return "stands"


def receipt_call(path, **body):
    return lambda made: Call("post", f"goods-receipts/{made.pk}/{path}", {**WHY, **body})


RECEIPTS = Machine(
    table="""
action        |who|stands    |invoiced|sold|part back |taken back
take back     |OP |taken back|-       |-   |taken back|-
take one back |OP |part back |-       |-   |-         |-
ask for it    |OP |=         |-       |-   |=         |-
""",
    make={
        "stands": receipt,
        "invoiced": receipt_invoiced,
        "sold": receipt_sold,
        "part back": partial(taken_back, [1]),
        "taken back": taken_back,
    },
    calls={
        "take back": receipt_call("reverse/"),
        "take one back": receipt_call("reverse/", lines=[1]),
        "ask for it": receipt_call("reversal-requests/"),
    },
    state_of=state_of_receipt,
)


def asked(decide=None):
    made = reversal_request(**by(), receipt_id=receipt().pk, reason="not ours")
    if decide == "approved":
        reversal_request_approve(**by("owner"), request_id=made.pk)
    if decide == "rejected":
        reversal_request_reject(**by("owner"), request_id=made.pk, reason="it is")
    return made


def state_of_request(made):
    found = ReceiptReversalRequest.objects.get(pk=made.pk)
    if found.decided_at is None:
        return "waits"
    return "rejected" if found.reversal_id is None else "approved"


REQUESTS = Machine(
    table="""
action |who|waits   |approved|rejected
approve|OP |approved|-       |-
reject |OP |rejected|-       |-
""",
    make={
        "waits": asked,
        "approved": partial(asked, "approved"),
        "rejected": partial(asked, "rejected"),
    },
    calls={
        "approve": lambda one: Call("post", f"receipt-reversal-requests/{one.pk}/approve/", {}),
        "reject": lambda one: Call("post", f"receipt-reversal-requests/{one.pk}/reject/", WHY),
    },
    state_of=state_of_request,
)


# --- Inspections and landed costs ----------------------------------------------------------------


def inspection(accepted=None, taken_back=False):
    quarantine()
    made = receive(placed_order(need=10), fresh(10, quarantine=True))
    found = Inspection.objects.latest("pk")
    if accepted is not None:
        inspections_decide(
            **by(), decisions=[Decision(inspection_id=found.pk, accepted_quantity=accepted)]
        )
    if taken_back:
        receipt_reverse(**by(), receipt_id=made.pk, reason="not ours")
    return found


def decide(found):
    decision = {"inspection_id": found.pk, "accepted_quantity": 10}
    return Call("post", "goods-inspections/decide/", {"decisions": [decision]})


INSPECTIONS = Machine(
    table="""
action|who|pending|decided|reversed
accept|OP |decided|-      |-
""",
    make={
        "pending": inspection,
        "decided": partial(inspection, 10),
        "reversed": partial(inspection, taken_back=True),
    },
    calls={"accept": decide},
    state_of=lambda found: Inspection.objects.get(pk=found.pk).state,
)


def landed_cost(back=False):
    made = landed_cost_post(
        **by("accountant"),
        bill=Bill(
            kind="freight",
            spread="value",
            amount=Decimal(5),
            supplier_id=SupplierFactory.create().pk,
        ),
        bearers=[Bearer(receipt_id=receive(placed_order(need=10), fresh(10)).pk)],
    )
    if back:
        landed_cost_reverse(**by("accountant"), cost_id=made.pk, reason="entered twice")
    return made


def state_of_cost(made):
    found = LandedCost.objects.get(pk=made.pk)
    return "stands" if found.reversed_at is None else "taken back"


LANDED_COSTS = Machine(
    table="""
action   |who|stands    |taken back
take back|OBA|taken back|-
""",
    make={"stands": landed_cost, "taken back": partial(landed_cost, back=True)},
    calls={"take back": lambda made: Call("post", f"landed-costs/{made.pk}/reverse/", WHY)},
    state_of=state_of_cost,
)


MACHINES = {
    "receiving": RECEIVINGS,
    "receipt": RECEIPTS,
    "reversal request": REQUESTS,
    "inspection": INSPECTIONS,
    "landed cost": LANDED_COSTS,
}


@pytest.mark.parametrize(
    ("name", "state"),
    [(name, state) for name, machine in MACHINES.items() for state in machine.make],
)
def test_every_role_does_in_every_state_what_the_table_allows_and_nothing_else(
    name, state, client_as
):
    put_in(10_000_000, now=timezone.now())
    assert MACHINES[name].walk(state, client_as) == []
