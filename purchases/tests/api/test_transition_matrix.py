"""The full transition matrix: every state x every action x every role, over HTTP.

How to read the tables: purchases/tests/matrix.py. Where an aggregate has a column more than it has
states, the state alone does not decide: `one_of_two` waits for the first of two approvals, `paid`
is a posted invoice that something settles. Taking goods in and back is in
test_receiving_matrix.py.
"""

from functools import partial
from itertools import count

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from capital.tests.factories import put_in
from core.models import local_date
from files.tests.documents import pdf
from purchases.models import (
    CreditNote,
    InvoiceState,
    LineStatus,
    OfferLine,
    OrderState,
    Proposal,
    ProposalState,
    PurchaseOrder,
    ReturnState,
    Settlement,
    SupplierInvoice,
    SupplierPayment,
    SupplierReturn,
)
from purchases.services.invoices.credit_notes import credit_note_allocate, credit_note_reverse
from purchases.services.invoices.invoices import invoice_cancel
from purchases.services.invoices.posting import invoice_reverse
from purchases.services.offers.review import offer_line_ignore
from purchases.services.payments.payments import payment_make, payment_reverse
from purchases.services.payments.settlements import settlement_undo
from purchases.services.returns.returns import return_cancel, return_close
from purchases.tests import invoicing, returning
from purchases.tests.factories import (
    OfferLineFactory,
    actor_with,
    short_product,
    source,
    submitted_proposal,
)
from purchases.tests.invoicing import line_of, posted, received
from purchases.tests.matrix import Call, Machine
from purchases.tests.order_states import order_in
from purchases.tests.proposal_states import MAKE, approve, fresh, rule

pytestmark = pytest.mark.django_db
_numbers = count(1)
WHY = {"reason": "because"}


def stored(model, field="state"):
    return lambda subject: getattr(model.objects.get(pk=subject.pk), field)


# --- Proposals -----------------------------------------------------------------------------------


def one_of_two():
    rule(approvers=2)
    return submitted_proposal()


def second_of_two():
    return approve(one_of_two(), actor_with("pharmacist"))


def proposal_call(method, path, body):
    return lambda proposal: Call(
        method,
        f"purchase-proposals/{proposal.pk}/{path(proposal) if callable(path) else path}",
        body(proposal) if callable(body) else body,
    )


def first_line(proposal):
    return f"lines/{proposal.lines.get().pk}/"


def decision(proposal):
    return {"version": fresh(proposal).version}


def with_sources(make):
    """A proposal and two offer lines beside it: for another product, and a rival's for its own."""

    def made():
        proposal = make()
        proposal.spare = source(short_product(), price=10, supplier=proposal.supplier).pk
        proposal.rival = source(proposal.lines.get().product_id, price=10).pk
        return proposal

    return made


PROPOSALS = Machine(
    table="""
action       |who|draft    |submitted        |one_of_two       |second_of_two    |changes_requested|approved|ordered|closed|rejected|cancelled|expired
add line     |OPB|=        |-                |-                |-                |=                |-       |-      |-     |-       |-        |-
change line  |OPB|=        |-                |-                |-                |=                |-       |-      |-     |-       |-        |-
remove line  |OPB|=        |-                |-                |-                |=                |-       |-      |-     |-       |-        |-
switch source|OPB|=        |-                |-                |-                |=                |-       |-      |-     |-       |-        |-
refresh      |OPB|=        |-                |-                |-                |=                |-       |-      |-     |-       |-        |-
submit       |OPB|submitted|-                |-                |-                |submitted        |-       |-      |-     |-       |-        |-
approve      |OP |-        |approved         |submitted        |approved         |-                |-       |-      |-     |-       |-        |-
reject       |OP |-        |rejected         |rejected         |rejected         |-                |-       |-      |-     |-       |-        |-
ask changes  |OP |-        |changes_requested|changes_requested|changes_requested|-                |-       |-      |-     |-       |-        |-
cancel       |OPB|cancelled|cancelled        |cancelled        |cancelled        |cancelled        |-       |-      |-     |-       |-        |-
""",  # noqa: E501 - a table
    make={
        state: with_sources(make)
        for state, make in {
            "draft": MAKE["draft"],
            "submitted": MAKE["submitted"],
            "one_of_two": one_of_two,
            "second_of_two": second_of_two,
            **MAKE,
        }.items()
    },
    calls={
        "add line": proposal_call(
            "post", "lines/", lambda one: {"offer_line_id": one.spare, "packs": 2}
        ),
        "change line": proposal_call("patch", first_line, {"packs": 3}),
        "remove line": proposal_call("post", lambda one: f"{first_line(one)}remove/", WHY),
        "switch source": proposal_call(
            "post", lambda one: f"{first_line(one)}source/",
            lambda one: {"offer_line_id": one.rival, **WHY},
        ),
        "refresh": proposal_call("post", "refresh/", {}),
        "submit": proposal_call("post", "submit/", {}),
        "approve": proposal_call("post", "approve/", decision),
        "reject": proposal_call("post", "reject/", WHY),
        "ask changes": proposal_call("post", "request-changes/", WHY),
        "cancel": proposal_call("post", "cancel/", WHY),
    },
    state_of=stored(Proposal),
    unaudited={"refresh"},
)  # fmt: skip


# --- Orders --------------------------------------------------------------------------------------


def made_order(state):
    return order_in(state, actor_with("pharmacist"))


def order_call(path, body, method="post"):
    return lambda order: Call(
        method,
        f"purchase-orders/{order.pk}/{path}",
        body(order) if callable(body) else body,
    )


def lines_of(position=2, **fields):
    def body(order):
        return {"lines": [{"line_id": order.lines.get(position=position).pk, **fields}], **WHY}

    return body


def arriving(position, quantity):
    def body(order):
        lines = order.lines.order_by("position")
        wanted = lines if position is None else lines.filter(position=position)
        return {
            "lines": [
                {
                    "order_line_id": line.pk,
                    "batches": [{"quantity": quantity or max(1, line.outstanding_quantity)}],
                }
                for line in wanted
            ]
        }

    return body


ORDERS = Machine(
    table="""
action      |who  |open              |sent              |acknowledged      |partially_received|received|cancelled|expired
e-mail      |OPB  |=                 |=                 |=                 |=                 |-       |-        |-
mark sent   |OPB  |sent              |sent              |acknowledged      |=                 |-       |-        |-
acknowledge |OPB  |acknowledged      |acknowledged      |acknowledged      |=                 |-       |-        |-
fewer packs |OPB  |=                 |open              |open              |=                 |-       |-        |-
more packs  |OP(B)|=                 |open              |open              |=                 |-       |-        |-
cancel part |OPB  |=                 |open              |open              |=                 |-       |-        |-
receive part|OPB  |partially_received|partially_received|partially_received|=                 |-       |-        |-
receive rest|OPB  |received          |received          |received          |received          |-       |-        |-
cancel      |OPB  |cancelled         |cancelled         |cancelled         |cancelled         |-       |-        |-
wait longer |OPB  |=                 |=                 |=                 |=                 |-       |-        |-
""",  # noqa: E501 - a table
    make={state: partial(made_order, state) for state in OrderState.values},
    calls={
        "e-mail": order_call("send/", {"language": "ar", "format": "pdf"}),
        "mark sent": order_call("mark-sent/", {"channel": "phone"}),
        "acknowledge": order_call("acknowledgements/", {}),
        "fewer packs": order_call("amendments/", lines_of(packs=5)),
        "more packs": order_call("amendments/", lines_of(packs=11)),
        "cancel part": order_call("cancel-lines/", lines_of(quantity=3)),
        "receive part": order_call("receive/", arriving(2, 1)),
        "receive rest": order_call("receive/", arriving(None, None)),
        "cancel": order_call("cancel/", WHY),
        "wait longer": order_call("expiry/", {"expires_at": None}, method="put"),
    },
    state_of=stored(PurchaseOrder),
)


# --- Supplier invoices ---------------------------------------------------------------------------


def goods():
    return received(need=10, price=100)


def with_difference():
    receipt = goods()
    return invoicing.matched(receipt, line_of(receipt, amount=1100))


def paid():
    invoice = posted(goods())
    pay(invoice)
    return invoice


def pay(invoice, **fields):
    return payment_make(
        actor=actor_with("accountant"),
        now=timezone.now(),
        supplier_id=invoice.supplier_id,
        amount=invoice.total,
        account="cash",
        **fields,
    )


def ended(service, invoice):
    service(
        actor=actor_with("accountant"),
        now=timezone.now(),
        invoice_id=invoice.pk,
        reason="entered twice",
    )
    return invoice


def restated(invoice):
    line = invoice.lines.get()
    return {
        "supplier_number": f"R-{next(_numbers)}",
        "invoice_date": invoice.invoice_date.isoformat(),
        "lines": [{"product_id": line.product_id, "quantity": 10, "amount": "1000.00"}],
        "total": "1000.00",
    }


def decisions(invoice):
    return {
        "resolutions": [
            {"difference_id": found.pk, "resolution": "accept"}
            for found in invoice.differences.all()
        ],
        **WHY,
    }


def invoice_call(path, body=None, method="post"):
    return lambda invoice: Call(
        method,
        f"supplier-invoices/{invoice.pk}/{path}",
        body(invoice) if callable(body) else body or {},
    )


def scan(invoice):
    file = SimpleUploadedFile("scan.pdf", pdf())
    return Call("post", f"supplier-invoices/{invoice.pk}/files/", {"file": file}, "multipart")


INVOICES = Machine(
    table="""
action |who |draft    |matched  |differences|approved |posted  |paid|cancelled|reversed
change |OPBA|=        |draft    |draft      |draft    |-       |-   |-        |-
attach |OPBA|=        |=        |=          |=        |=       |=   |=        |=
match  |OPBA|matched  |matched  |differences|matched  |-       |-   |-        |-
approve|OPA |-        |approved |-          |-        |-       |-   |-        |-
resolve|OP  |-        |-        |approved   |-        |-       |-   |-        |-
post   |OA  |-        |-        |-          |posted   |-       |-   |-        |-
cancel |OPBA|cancelled|cancelled|cancelled  |cancelled|-       |-   |-        |-
reverse|OA  |-        |-        |-          |-        |reversed|-   |-        |-
""",
    make={
        "draft": lambda: invoicing.entered(goods()),
        "matched": lambda: invoicing.matched(goods()),
        "differences": with_difference,
        "approved": lambda: invoicing.approved(goods()),
        "posted": lambda: posted(goods()),
        "paid": paid,
        "cancelled": lambda: ended(invoice_cancel, invoicing.matched(goods())),
        "reversed": lambda: ended(invoice_reverse, posted(goods())),
    },
    calls={
        "change": invoice_call("", restated, method="put"),
        "attach": scan,
        "match": invoice_call("match/"),
        "approve": invoice_call("approve/"),
        "resolve": invoice_call("resolve/", decisions),
        "post": invoice_call("post/"),
        "cancel": invoice_call("cancel/", WHY),
        "reverse": invoice_call("reverse/", WHY),
    },
    state_of=stored(SupplierInvoice),
)


# --- Returns to suppliers ------------------------------------------------------------------------


def credited(amount=400, **facts):
    returned = returning.dispatched(goods())
    returning.credit(returned, amount, **facts)
    return returned


def return_ended(service, returned):
    return service(
        actor=actor_with("pharmacist"),
        now=timezone.now(),
        return_id=returned.pk,
        reason="they do not answer",
    )


def return_call(path, body=None, method="post"):
    return lambda returned: Call(
        method,
        f"supplier-returns/{returned.pk}/{path}",
        body(returned) if callable(body) else body or {},
    )


def less_of_it(returned):
    line = returned.lines.get()
    return {
        "lines": [{"receipt_line_id": line.receipt_line_id, "quantity": 2, "reason": "overstock"}]
    }


def credit_for(returned):
    return Call(
        "post",
        "supplier-credit-notes/",
        {
            "supplier_id": returned.supplier_id,
            "supplier_number": f"CN-{next(_numbers)}",
            "note_date": local_date(timezone.now()).isoformat(),
            "amount": "400.00",
            "return_id": returned.pk,
        },
    )


RETURNS = Machine(
    table="""
action  |who|draft    |approved  |dispatched|part_credited|credited|closed|cancelled
change  |OPB|=        |draft     |-         |-            |-       |-     |-
approve |OP |approved |-         |-         |-            |-       |-     |-
dispatch|OPB|-        |dispatched|-         |-            |-       |-     |-
credit  |OA |-        |-         |credited  |credited     |-       |-     |-
close   |OP |-        |-         |closed    |closed       |-       |-     |-
cancel  |OPB|cancelled|cancelled |cancelled |-            |-       |-     |-
""",
    make={
        "draft": lambda: returning.drafted(goods()),
        "approved": lambda: returning.approved(goods()),
        "dispatched": lambda: returning.dispatched(goods()),
        "part_credited": lambda: credited(100, final=False),
        "credited": credited,
        "closed": lambda: return_ended(return_close, returning.dispatched(goods())),
        "cancelled": lambda: return_ended(return_cancel, returning.drafted(goods())),
    },
    calls={
        "change": return_call("", less_of_it, method="put"),
        "approve": return_call("approve/"),
        "dispatch": return_call("dispatch/"),
        "credit": credit_for,
        "close": return_call("close/", WHY),
        "cancel": return_call("cancel/", WHY),
    },
    state_of=stored(SupplierReturn),
)


# --- Credit notes, payments and what they settle -------------------------------------------------


def note(allocate=False, reverse=False):
    """An unpaid invoice of 1000 and a credit note of 400 for goods that went back."""
    receipt = goods()
    posted(receipt)
    made = returning.credit(returning.dispatched(receipt), 400)
    who = {"actor": actor_with("accountant"), "now": timezone.now(), "note_id": made.pk}
    if allocate:
        credit_note_allocate(**who)
    if reverse:
        credit_note_reverse(**who, reason="entered twice")
    return made


def state_of_note(subject):
    found = CreditNote.objects.get(pk=subject.pk)
    if found.reversed_at is not None:
        return "reversed"
    return "allocated" if found.allocated else "free"


def note_call(path, body):
    return lambda found: Call("post", f"supplier-credit-notes/{found.pk}/{path}", body)


CREDIT_NOTES = Machine(
    table="""
action  |who|free     |allocated|reversed
allocate|OA |allocated|-        |-
take back|OA|reversed |-        |-
""",
    make={
        "free": note,
        "allocated": lambda: note(allocate=True),
        "reversed": lambda: note(reverse=True),
    },
    calls={"allocate": note_call("allocate/", {}), "take back": note_call("reverse/", WHY)},
    state_of=state_of_note,
)


def payment(reverse=False, **fields):
    made = pay(posted(goods()), **fields)
    if reverse:
        payment_reverse(
            actor=actor_with("owner"), now=timezone.now(), payment_id=made.pk, reason="bounced"
        )
    return made


def state_of_payment(subject):
    found = SupplierPayment.objects.get(pk=subject.pk)
    if found.reversed_at is not None:
        return "reversed"
    return "allocated" if found.allocated else "free"


PAYMENTS = Machine(
    table="""
action  |who|free     |allocated|reversed
allocate|OA |allocated|-        |-
take back|O |reversed |reversed |-
""",
    make={
        "free": lambda: payment(allocate=False),
        "allocated": payment,
        "reversed": lambda: payment(reverse=True),
    },
    calls={
        "allocate": lambda one: Call("post", f"supplier-payments/{one.pk}/allocate/", {}),
        "take back": lambda one: Call("post", f"supplier-payments/{one.pk}/reverse/", WHY),
    },
    state_of=state_of_payment,
)


def settlement(undo=False, opposite=False):
    found = payment().settlements.get()
    if undo:
        settlement_undo(actor=actor_with("accountant"), now=timezone.now(), settlement_id=found.pk)
    return Settlement.objects.get(reverses=found) if opposite else found


def state_of_settlement(subject):
    if subject.reverses_id is not None:
        return "opposite"
    return "undone" if Settlement.objects.filter(reverses=subject).exists() else "standing"


SETTLEMENTS = Machine(
    table="""
action|who|standing|undone|opposite
undo  |OA |undone  |-     |-
""",
    make={
        "standing": settlement,
        "undone": lambda: settlement(undo=True),
        "opposite": lambda: settlement(undo=True, opposite=True),
    },
    calls={"undo": lambda one: Call("post", f"supplier-settlements/{one.pk}/undo/", {})},
    state_of=state_of_settlement,
)


# --- Lines of offers -----------------------------------------------------------------------------


def offer_line(status):
    product = short_product()
    if status == "matched":
        return OfferLineFactory(matched=True, product_id=product)
    line = OfferLineFactory(
        suggested_product_id=product,
        status="unmatched" if status == "unmatched" else "needs_review",
    )
    if status == "ignored":
        offer_line_ignore(actor=actor_with("purchasing"), now=timezone.now(), line_id=line.pk)
    return line


def offer_line_call(path, body=None):
    return lambda line: Call(
        "post", f"offer-lines/{line.pk}/{path}", body(line) if callable(body) else body or {}
    )


def known_product(line):
    return {"product_id": line.suggested_product_id or line.product_id}


OFFER_LINES = Machine(
    table="""
action        |who|needs_review|unmatched|matched     |ignored
accept        |OPB|matched     |matched  |-           |-
correct       |OPB|matched     |matched  |=           |-
create product|OPB|matched     |matched  |-           |-
ignore        |OPB|ignored     |ignored  |ignored     |-
reopen        |OPB|-           |-        |needs_review|needs_review
""",
    make={
        status: partial(offer_line, status)
        for status in ("needs_review", "unmatched", "matched", "ignored")
    },
    calls={
        "accept": offer_line_call("accept/"),
        "correct": offer_line_call("correct/", known_product),
        "create product": offer_line_call("create-product/", {"name_ar": "منتج جديد"}),
        "ignore": offer_line_call("ignore/"),
        "reopen": offer_line_call("reopen/"),
    },
    state_of=stored(OfferLine, "status"),
)


MACHINES = {
    "proposal": PROPOSALS,
    "order": ORDERS,
    "invoice": INVOICES,
    "return": RETURNS,
    "credit note": CREDIT_NOTES,
    "payment": PAYMENTS,
    "settlement": SETTLEMENTS,
    "offer line": OFFER_LINES,
}


@pytest.mark.parametrize(
    ("machine", "states"),
    [
        (PROPOSALS, ProposalState),
        (ORDERS, OrderState),
        (INVOICES, InvoiceState),
        (RETURNS, ReturnState),
        (OFFER_LINES, LineStatus),
    ],
)
def test_no_state_is_left_out(machine, states):
    assert set(states.values) <= set(machine.make)


@pytest.mark.parametrize(
    ("name", "state"),
    [(name, state) for name, machine in MACHINES.items() for state in machine.make],
)
def test_every_role_does_in_every_state_what_the_table_allows_and_nothing_else(
    name, state, client_as
):
    put_in(10_000_000, now=timezone.now())
    assert MACHINES[name].walk(state, client_as) == []
