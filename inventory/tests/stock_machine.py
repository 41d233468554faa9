"""What can be done to stock, as rules in any order, and what must hold after every step."""

from datetime import timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from capital.public import (
    capital_summary,
)
from core.audit import SYSTEM, Actor
from inventory.errors import (
    BatchTransitionRefused,
    DuplicateReservation,
    InsufficientStock,
    InvalidRepack,
    ReturnExceeded,
    ReversalRefused,
    StockReserved,
)
from inventory.models import (
    Batch,
    BatchStatus,
    MovementKind,
    ProductStock,
    StockDocument,
    StockLevel,
    StockMovement,
    Transfer,
    TransferStatus,
)
from inventory.records import AdjustmentLine, IssueLine, WriteOffItem
from inventory.selectors.availability import available_by_product, reserved_by_product
from inventory.selectors.reconciliation import differences
from inventory.services.batches import batch_quarantine, batch_release
from inventory.services.documents import stock_adjust, stock_issue_by_hand
from inventory.services.reservations import reservation_release, reservations_expire
from inventory.services.revaluation import RevaluationLine, stock_revalue
from inventory.services.reversal import document_reverse
from inventory.services.transfer_arrivals import transfer_cancel, transfer_receive
from inventory.services.write_offs import (
    write_off_approve,
    write_off_request,
    write_off_request_expired,
)
from inventory.tests.stock import (
    in_days,
    issue,
    main_store,
    move,
    on_hand,
    place,
    product,
    receive,
    reserve,
    today,
)
from inventory.tests.test_returns import bring_back, repack, send_back
from users.tests.factories import UserFactory

ITEMS = st.integers(0, 2)
QUANTITIES = st.integers(1, 30)
COSTS = st.decimals(0, 5000, places=2)
EXPIRIES = st.one_of(st.none(), st.sampled_from([0, 1, 45, 400]))
PICKS = st.integers(0, 50)
ORDERS = st.integers(0, 3)
REFUSALS = (
    BatchTransitionRefused, DuplicateReservation, InsufficientStock, InvalidRepack, ReturnExceeded,
    ReversalRefused, StockReserved,
)  # fmt: skip


class Stock(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.scope = transaction.atomic()
        self.scope.__enter__()
        self.items = [product() for _ in range(3)]
        self.places = [place("back_store"), place("fridge"), place("quarantine")]
        place("in_transit")
        self.people = [Actor(id=UserFactory().pk, label=name) for name in ("Samir", "Huda")]
        self.documents = 0

    def teardown(self):
        transaction.set_rollback(True)
        self.scope.__exit__(None, None, None)

    refusals: tuple[type[Exception], ...] = REFUSALS

    def attempt(self, work):
        """Do it or be refused; a refusal leaves nothing behind (the invariants look)."""
        try:
            with transaction.atomic():
                return work()
        except self.refusals:
            return None

    def source(self):
        self.documents += 1
        return f"S-{self.documents}"

    def level(self, pick):
        levels = list(StockLevel.objects.filter(quantity__gt=0).order_by("pk"))
        return levels[pick % len(levels)] if levels else None

    @rule(item=ITEMS, days=EXPIRIES, quantity=QUANTITIES, cost=COSTS)
    def receive(self, item, days, quantity, cost):
        expiry = None if days is None else in_days(days)
        receive((self.items[item], f"B{days}", expiry, quantity, cost))

    @rule(item=ITEMS, quantity=QUANTITIES, order=st.one_of(st.none(), ORDERS))
    def issue(self, item, quantity, order):
        source = None if order is None else ("tests.order", str(order))
        promised = self.of_others(self.items[item], order)
        effects = self.attempt(lambda: issue((self.items[item], quantity), reserved_for=source))
        for effect in effects or ():
            batch = Batch.objects.get(pk=effect.batch_id)
            assert batch.expiry_date is None or batch.expiry_date > today()
            assert batch.status == BatchStatus.RELEASED
            assert effect.location_id in (main_store(), *self.places[:2])
        if effects:
            assert sum(effect.quantity for effect in effects) == quantity
            assert on_hand(self.items[item]) >= promised

    def of_others(self, item, order):
        rows = ProductStock.objects.get(pk=item).product.reservations.filter(status="open")
        return sum(row.outstanding for row in rows.exclude(source_id=str(order)))

    @rule(pick=PICKS, quantity=QUANTITIES)
    def bring_back(self, pick, quantity):
        sold = list(StockMovement.objects.filter(kind=MovementKind.ISSUE, reason="sale"))
        if sold:
            movement = sold[pick % len(sold)]
            self.attempt(lambda: bring_back(movement.pk, quantity, source=self.source()))

    @rule(pick=PICKS, quantity=QUANTITIES, credit=st.decimals(0, 3000, places=2))
    def send_back(self, pick, quantity, credit):
        if level := self.level(pick):
            self.attempt(lambda: send_back(level.batch_id, quantity, credit, source=self.source()))

    @rule(pick=PICKS, quantity=QUANTITIES, to=ITEMS, in_transit=st.booleans())
    def transfer(self, pick, quantity, to, in_transit):
        level = self.level(pick)
        if level and level.location_id != self.places[to]:
            self.attempt(
                lambda: move(
                    level.batch_id, quantity, to=self.places[to], origin=level.location_id,
                    in_transit=in_transit and level.location.kind != "in_transit",
                )
            )  # fmt: skip

    @rule(pick=PICKS, arrives=st.booleans())
    def arrive(self, pick, arrives):
        under_way = list(Transfer.objects.filter(status=TransferStatus.IN_TRANSIT))
        if under_way:
            transfer = under_way[pick % len(under_way)]
            work = transfer_receive if arrives else transfer_cancel
            self.attempt(lambda: work(actor=SYSTEM, now=timezone.now(), transfer_id=transfer.pk))

    @rule(item=ITEMS, quantity=QUANTITIES, order=ORDERS, minutes=st.integers(1, 90))
    def reserve(self, item, quantity, order, minutes):
        free = available_by_product(self.items, now=timezone.now()).get(self.items[item], 0)
        until = timezone.now() + timedelta(minutes=minutes)
        rows = reserved_by_product([self.items[item]])
        self.attempt(
            lambda: reserve((self.items[item], quantity), order=str(order), expires_at=until)
        )
        if quantity > free:
            assert reserved_by_product([self.items[item]]) == rows

    @rule(order=ORDERS)
    def release(self, order):
        reservation_release(
            actor=SYSTEM, now=timezone.now(), source_type="tests.order", source_id=str(order)
        )

    @rule(minutes=st.integers(0, 60))
    def expire(self, minutes):
        reservations_expire(now=timezone.now() + timedelta(minutes=minutes))

    @rule(pick=PICKS)
    def quarantine(self, pick):
        if level := self.level(pick):
            options = {"actor": SYSTEM, "now": timezone.now(), "batch_id": level.batch_id}
            if level.batch.status == BatchStatus.RELEASED:
                batch_quarantine(**options, reason="Doubt")
            elif level.batch.status == BatchStatus.QUARANTINED:
                batch_release(**options, reason="Tested")

    @rule(pick=PICKS, quantity=QUANTITIES, to=ITEMS, ratio=st.integers(1, 5))
    def repack(self, pick, quantity, to, ratio):
        level = self.level(pick)
        if level and level.location_id == main_store():
            self.attempt(
                lambda: repack(level.batch_id, quantity, self.items[to], quantity * ratio,
                               number="RE", days=1)
            )  # fmt: skip

    @rule(quantity=st.integers(-20, 20).filter(bool), pick=PICKS)
    def adjust(self, quantity, pick):
        if (level := self.level(pick)) is None:
            return
        reason = "correction" if quantity > 0 else "damage"
        line = AdjustmentLine(
            line=0, batch_id=level.batch_id, quantity=quantity, location_id=level.location_id
        )
        done = self.attempt(
            lambda: stock_adjust(actor=SYSTEM, now=timezone.now(), reason=reason, lines=[line])
        )
        assert done or level.quantity < -quantity

    @rule(pick=PICKS, quantity=QUANTITIES)
    def write_off(self, pick, quantity):
        samir, huda = self.people
        level = self.level(pick)
        if level is None:
            return
        item = WriteOffItem(
            line=0, batch_id=level.batch_id, quantity=quantity, location_id=level.location_id
        )
        now = timezone.now()
        asked = self.attempt(
            lambda: write_off_request(actor=samir, now=now, reason="theft", lines=[item])
        )
        if asked:
            write_off_approve(actor=huda, now=now, write_off_id=asked)

    @rule(
        pick=PICKS,
        quantity=QUANTITIES,
        amount=st.decimals(-900, 900, places=2).filter(bool),
    )
    def revalue(self, pick, quantity, amount):
        if (level := self.level(pick)) is None:
            return
        before = self.worth(level.batch_id)
        line = RevaluationLine(line=0, batch_id=level.batch_id, quantity=quantity, amount=amount)
        (told,) = stock_revalue(
            actor=SYSTEM, now=timezone.now(), source_type="tests.cost", source_id=self.source(),
            lines=[line],
        )  # fmt: skip
        assert told.on_hand_amount + told.gone_amount == amount
        assert self.worth(level.batch_id) == before + told.on_hand_amount

    def worth(self, batch):
        return sum((x.value for x in StockLevel.objects.filter(batch=batch)), Decimal(0))

    @rule()
    def write_off_what_has_expired(self):
        samir, huda = self.people
        if StockLevel.objects.filter(quantity__gt=0, batch__expiry_date__lte=today()).exists():
            now = timezone.now()
            asked = write_off_request_expired(actor=samir, now=now)
            write_off_approve(actor=huda, now=now, write_off_id=asked)

    @rule(item=ITEMS, quantity=QUANTITIES)
    def give_away(self, item, quantity):
        line = IssueLine(line=0, product_id=self.items[item], quantity=quantity)
        self.attempt(
            lambda: stock_issue_by_hand(
                actor=SYSTEM, now=timezone.now(), reason="donation", lines=[line]
            )
        )

    @rule(pick=PICKS)
    def undo(self, pick):
        documents = list(StockDocument.objects.filter(reverses__isnull=True).order_by("number"))
        if documents:
            document = documents[pick % len(documents)]
            self.attempt(
                lambda: document_reverse(
                    actor=SYSTEM, now=timezone.now(), document_id=document.pk, reason="Mistake"
                )
            )

    @invariant()
    def the_ledgers_agree_to_the_last_digit(self):
        assert differences() == []
        levels = StockLevel.objects.all()
        assert capital_summary().stock_at_cost == sum((x.value for x in levels), Decimal(0))
        assert all(x.quantity >= 0 and (x.quantity or not x.value) for x in levels)

    @invariant()
    def no_more_is_promised_than_is_there(self):
        reserved = reserved_by_product(self.items)
        for row in ProductStock.objects.filter(product_id__in=self.items):
            assert 0 <= reserved.get(row.pk, 0) <= row.on_hand

    @invariant()
    def the_database_would_let_it_commit(self):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
