from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from capital.tests.factories import put_in
from core.audit import SYSTEM
from core.models import AuditEntry, OutboxEvent, local_date
from purchases.errors import (
    OfferDraftInvalid,
    OfferNotFound,
    OfferWithdrawn,
    SupplierInactive,
    SupplierNotFound,
)
from purchases.models import DispatchChannel, Offer, OfferLine, ProductAlias, Supplier
from purchases.public import OfferDraft, OfferLineDraft, offer_create
from purchases.selectors.market import market_of
from purchases.selectors.offered_terms import expected_delivery
from purchases.selectors.sources import Exclusion, sources_of
from purchases.selectors.wishes import Wishes
from purchases.services.offers.offers import offer_rematch, offer_set_terms, offer_withdraw
from purchases.services.offers.review import offer_line_correct, offer_line_ignore
from purchases.services.orders.dispatching import order_mark_sent
from purchases.services.proposals.building import proposals_build
from purchases.services.suppliers.divisions import division_create
from purchases.tests.factories import (
    OfferFactory,
    SupplierFactory,
    actor_with,
    draft_proposal,
    order_built,
    order_of_lines,
    short_product,
    source,
)
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db


def line(name="سيتامول 500 ملغ", **fields):
    return OfferLineDraft(name=name, **{"list_price": Decimal(1000), **fields})


def draft(*lines, supplier=None, source_id="1", **fields):
    return OfferDraft(
        supplier_id=(supplier or SupplierFactory()).pk,
        source_type="tests.job",
        source_id=source_id,
        engine="embedded",
        pages=1,
        lines=tuple(lines),
        **fields,
    )


def create(wanted, now, **kwargs):
    return Offer.objects.get(pk=offer_create(actor=SYSTEM, now=now, draft=wanted, **kwargs))


def test_lines_keep_what_was_printed_and_where_it_stood(now):
    offer = create(
        draft(
            line(
                company="ابن الهيثم",
                public_price=Decimal("1250.5"),
                discount_percent=Decimal("12.5"),
                deal_text="1+6",
                raw_text="سيتامول 1+6 1000",
                page=3,
                row=7,
                box=(1.5, 2.0, 30.0, 4.25),
                confidence=Decimal("0.97"),
                flags=("merged_cell",),
            )
        ),
        now,
    )
    stored = offer.lines.get()
    assert (stored.position, stored.page, stored.row) == (1, 3, 7)
    assert stored.box == [1.5, 2.0, 30.0, 4.25]
    assert (stored.company, stored.raw_text) == ("ابن الهيثم", "سيتامول 1+6 1000")
    assert (stored.list_price, stored.public_price) == (Decimal(1000), Decimal("1250.5"))
    assert (stored.discount_percent, stored.confidence) == (Decimal("12.5"), Decimal("0.97"))
    assert "merged_cell" in stored.flags
    assert offer.received_at == now


def test_the_document_votes_on_the_direction_of_its_deals(now):
    texts = ["6+1", "10+2", "12+3", "20+5", "10+1", "5+1"]
    offer = create(draft(*(line(f"دواء {t}", deal_text=t) for t in texts)), now)
    assert offer.direction == "bought_first"
    assert offer.direction_votes["larger_first"] == 6
    first = offer.lines.get(position=1)
    assert first.deal["tiers"] == [{"bought": 6, "free": 1}]


def test_the_suppliers_setting_wins_over_the_vote(now):
    supplier = SupplierFactory(deal_direction="free_first")
    offer = create(draft(line(deal_text="6+1"), supplier=supplier), now)
    assert offer.direction == "free_first"
    assert offer.direction_votes["decided_by"] == "supplier"


def test_a_line_named_as_a_product_is_matched_at_once(now):
    product = short_product(name_ar="سيتامول 500 ملغ", name_en="", strength="500 mg")
    stored = create(draft(line()), now).lines.get()
    assert (stored.status, stored.product_id, stored.decision) == ("matched", product, "matcher")
    assert stored.decided_by_id is None
    assert stored.decided_at == now


def test_a_line_like_nothing_in_the_catalogue_is_unmatched(now):
    short_product(name_ar="سيتامول 500 ملغ", name_en="")
    stored = create(draft(line("فرشاة أسنان ناعمة للأطفال")), now).lines.get()
    assert (stored.status, stored.product_id) == ("unmatched", None)


@pytest.mark.parametrize(
    ("fields", "flag"),
    [
        ({"deal_text": "1 ++ 6 +"}, "deal_needs_review"),
        ({"confidence": Decimal("0.5")}, "low_confidence"),
        ({"flags": ("review_required",)}, "review_required"),
    ],
)
def test_a_line_a_person_must_see_is_not_matched_but_suggested(fields, flag, now):
    product = short_product(name_ar="سيتامول 500 ملغ", name_en="", strength="500 mg")
    stored = create(draft(line(**fields)), now).lines.get()
    assert flag in stored.flags
    assert (stored.status, stored.product_id) == ("needs_review", None)
    assert stored.suggested_product_id == product


def test_a_price_of_nothing_is_an_unknown_price(now):
    stored = create(draft(line(list_price=Decimal(0))), now).lines.get()
    assert stored.list_price is None
    assert "list_price_unknown" in stored.flags


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("list_price", Decimal(-1)),
        ("list_price", Decimal("NaN")),
        ("list_price", Decimal("Infinity")),
        ("public_price", Decimal(10) ** 20),
        ("discount_percent", Decimal("100.1")),
        ("confidence", Decimal("1.01")),
        ("name", " \x00 "),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_its_place(field, value, now):
    supplier = SupplierFactory()
    before = everything()
    faulty = replace(line(), **{field: value})
    with pytest.raises(OfferDraftInvalid) as refusal:
        create(draft(line(), faulty, supplier=supplier), now)
    assert [problem.field for problem in refusal.value.errors] == [f"lines.1.{field}"]
    assert everything() == before


def test_no_more_than_a_hundred_faults_are_listed(now):
    with pytest.raises(OfferDraftInvalid) as refusal:
        create(draft(*(line(list_price=Decimal(-1)) for _ in range(500))), now)
    assert len(refusal.value.errors) == 100


def test_an_unknown_or_inactive_supplier_is_refused(now):
    ghost = Supplier(pk=999_999)
    with pytest.raises(SupplierNotFound):
        create(draft(line(), supplier=ghost), now)
    with pytest.raises(SupplierInactive):
        create(draft(line(), supplier=SupplierFactory(inactive=True)), now)
    assert not Offer.objects.exists()


def test_the_same_source_is_taken_in_once(now):
    supplier = SupplierFactory()
    first = create(draft(line(), supplier=supplier), now)
    before = everything()
    again = create(draft(line("other"), line("lines"), supplier=supplier), now)
    assert again == first
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_the_same_source_twice_at_once_makes_one_offer(together, now):
    wanted = draft(line(), line("دواء آخر"))
    results = together(
        [partial(offer_create, actor=SYSTEM, now=now, draft=wanted) for _ in range(3)]
    )
    assert len(set(results)) == 1
    assert (Offer.objects.count(), OfferLine.objects.count()) == (1, 2)
    assert OutboxEvent.objects.filter(name="purchases.offer_ready").count() == 1


def test_offer_ready_counts_the_lines(now):
    short_product(name_ar="سيتامول 500 ملغ", name_en="", strength="500 mg")
    offer = create(draft(line(), line("فرشاة أسنان ناعمة للأطفال")), now)
    payload = OutboxEvent.objects.get(name="purchases.offer_ready").payload
    assert payload["offer_id"] == offer.pk
    assert [payload[k] for k in ("lines", "matched", "needs_review", "unmatched")] == [2, 1, 0, 1]


def test_progress_is_told_in_lines(now):
    told = []
    create(
        draft(*(line(f"دواء {n}") for n in range(600))),
        now,
        on_progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(250, 600), (500, 600), (600, 600)]


def test_queries_do_not_grow_with_lines(now):
    supplier = SupplierFactory()
    create(draft(line("warm the index"), supplier=supplier, source_id="0"), now)
    counts = []
    for size in (3, 400):
        wanted = draft(
            *(line(f"دواء {n}", deal_text="1+6") for n in range(size)),
            supplier=supplier,
            source_id=str(size),
        )
        with CaptureQueriesContext(connection) as queries:
            create(wanted, now)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_rematch_finds_products_added_since(now, buyer):
    offer = create(draft(line()), now)
    assert offer.lines.get().status == "unmatched"
    product = short_product(name_ar="سيتامول 500 ملغ", name_en="", strength="500 mg")
    offer_rematch(actor=buyer, now=now, offer_id=offer.pk)
    stored = offer.lines.get()
    assert (stored.status, stored.product_id) == ("matched", product)
    assert AuditEntry.objects.filter(action="purchases.offer_rematched").count() == 1


def test_rematch_leaves_what_people_decided(now, buyer):
    right = short_product(name_ar="شيء آخر تماما", name_en="")
    short_product(name_ar="سيتامول 500 ملغ", name_en="", strength="500 mg")
    offer = create(draft(line(), line("فرشاة أسنان ناعمة")), now)
    first, second = offer.lines.order_by("position")
    offer_line_correct(actor=buyer, now=now, line_id=first.pk, product_id=right)
    offer_line_ignore(actor=buyer, now=now, line_id=second.pk)
    offer_rematch(actor=buyer, now=now, offer_id=offer.pk)
    assert list(offer.lines.order_by("position").values_list("status", "product_id")) == [
        ("matched", right),
        ("ignored", None),
    ]


def test_rematch_reads_deals_again_in_the_suppliers_new_direction(now, buyer):
    supplier = SupplierFactory()
    offer = create(draft(line(deal_text="6+1"), supplier=supplier), now)
    assert offer.direction == "bought_first"
    Supplier.objects.filter(pk=supplier.pk).update(deal_direction="free_first")
    offer_rematch(actor=buyer, now=now, offer_id=offer.pk)
    offer.refresh_from_db()
    assert offer.direction == "free_first"
    assert offer.lines.get().deal["tiers"] == [{"bought": 1, "free": 6}]


def test_rematch_does_not_touch_lines_an_open_proposal_rests_on(now, buyer):
    proposal = draft_proposal()
    used = proposal.lines.get().offer_line
    offer_rematch(actor=buyer, now=now, offer_id=used.offer_id)
    used.refresh_from_db()
    assert used.status == "matched"


def test_rematch_queries_do_not_grow_with_lines(now, buyer):
    counts = []
    for size in (3, 300):
        offer = create(draft(*(line(f"دواء {n}") for n in range(size)), source_id=str(size)), now)
        with CaptureQueriesContext(connection) as queries:
            offer_rematch(actor=buyer, now=now, offer_id=offer.pk)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_withdrawn_offer_is_not_matched_again(now, buyer):
    offer = OfferFactory()
    offer_withdraw(actor=buyer, now=now, offer_id=offer.pk, reason="wrong file")
    with pytest.raises(OfferWithdrawn):
        offer_rematch(actor=buyer, now=now, offer_id=offer.pk)
    assert AuditEntry.objects.get(action="purchases.offer_withdrawn").reason == "wrong file"


def test_withdrawing_twice_keeps_the_first_moment(now, buyer):
    offer = OfferFactory()
    offer_withdraw(actor=buyer, now=now, offer_id=offer.pk)
    before = everything()
    offer_withdraw(actor=buyer, now=now + timedelta(hours=1), offer_id=offer.pk)
    assert everything() == before


def test_the_last_day_of_an_offer_can_be_set(now, buyer):
    offer = OfferFactory()
    day = local_date(now) + timedelta(days=7)
    offer_set_terms(actor=buyer, now=now, offer_id=offer.pk, valid_until=day)
    offer.refresh_from_db()
    assert offer.valid_until == day


def test_an_unknown_offer_is_not_found(now, buyer):
    with pytest.raises(OfferNotFound):
        offer_withdraw(actor=buyer, now=now, offer_id=999_999)


def test_an_alias_of_the_supplier_wins_over_the_one_for_all(now, buyer):
    ours = short_product(name_ar="واحد", name_en="")
    everyones = short_product(name_ar="اثنان", name_en="")
    supplier = SupplierFactory()
    offer = create(draft(line("اسم غريب"), supplier=supplier, source_id="1"), now)
    key = offer.lines.get().match_key
    ProductAlias.objects.create(supplier=None, key=key, product_id=everyones, learnt_at=now)
    second = create(draft(line("اسم غريب"), supplier=supplier, source_id="2"), now)
    assert second.lines.get().product_id == everyones
    ProductAlias.objects.create(supplier=supplier, key=key, product_id=ours, learnt_at=now)
    third = create(draft(line("اسم غريب"), supplier=supplier, source_id="3"), now)
    assert (third.lines.get().product_id, third.lines.get().decision) == (ours, "alias")


HEADER = (
    "مستودع الشفاء للأدوية",
    "العرض ساري حتى نهاية الشهر",
    "الحد الأدنى للطلبية 500,000 ل.س",
    "التوصيل: السبت والثلاثاء",
    "التسليم خلال ٣ أيام من الطلب",
)


def test_terms_printed_beside_the_table_are_read_and_kept(now):
    offer = create(draft(line(), texts=HEADER), now)
    assert offer.printed_terms == list(HEADER)
    assert (offer.valid_until + timedelta(days=1)).day == 1
    assert timedelta(0) <= offer.valid_until - local_date(now) < timedelta(days=31)
    assert offer.minimum_order_amount == 500_000
    assert (offer.delivery_weekdays, offer.delivery_days) == ([2, 6], 3)


def test_a_person_corrects_terms_that_were_read_wrongly(buyer, now):
    offer = create(draft(line(), texts=HEADER), now)
    offer_set_terms(
        actor=buyer,
        now=now,
        offer_id=offer.pk,
        minimum_order_amount=Decimal(50_000),
        delivery_weekdays=[6, 1, 6],
    )
    last = offer.valid_until
    offer.refresh_from_db()
    assert (offer.minimum_order_amount, offer.delivery_weekdays) == (50_000, [1, 6])
    assert offer.valid_until == last
    entry = AuditEntry.objects.get(action="purchases.offer_terms_set")
    assert set(entry.changes) == {"minimum_order_amount", "delivery_weekdays"}


def test_terms_that_disagree_wait_for_a_person_to_say_which_holds(client_as, now):
    texts = (*HEADER, "أقل طلبية 1,000,000 ل.س", "التوصيل: الاثنين")
    offer = create(draft(line(), texts=texts), now)
    agreeing = create(draft(line(), texts=HEADER, source_id="2"), now)
    assert (offer.minimum_order_amount, offer.delivery_weekdays) == (1_000_000, None)
    assert offer.valid_until is not None

    client = client_as("purchasing")
    listed = {
        value: [
            each["id"]
            for each in client.get(f"/api/v1/offers/?terms_disagree={value}").json()["results"]
        ]
        for value in ("true", "false")
    }
    assert listed == {"true": [offer.pk], "false": [agreeing.pk]}

    path = f"/api/v1/offers/{offer.pk}/"
    shown = client.get(path).json()
    assert shown["disagreeing_terms"] == ["minimum_order_amount", "delivery_weekdays"]
    assert "أقل طلبية 1,000,000 ل.س" in shown["printed_terms"]
    settled = client.patch(path, {"minimum_order_amount": "1000000"}).json()
    assert settled["disagreeing_terms"] == ["delivery_weekdays"]
    settled = client.patch(path, {"delivery_weekdays": None}).json()  # neither of both
    assert (settled["disagreeing_terms"], settled["delivery_weekdays"]) == ([], None)
    assert AuditEntry.objects.filter(action="purchases.offer_terms_set").count() == 2


def test_an_offer_whose_printed_last_day_has_passed_is_no_source(now):
    product = short_product(now=now)
    supplier = SupplierFactory()
    yesterday = local_date(now) - timedelta(days=1)
    offer = create(draft(line(), supplier=supplier, texts=(f"صالح حتى {yesterday:%d/%m/%Y}",)), now)
    OfferLine.objects.filter(offer=offer).update(
        product_id=product, status="matched", decision="matcher", decided_at=now,
        suggested_product_id=None, candidates=[],
    )  # fmt: skip
    [found] = sources_of([product], now=now)[product]
    assert found.exclusion == Exclusion.EXPIRED
    offer_set_terms(actor=SYSTEM, now=now, offer_id=offer.pk, valid_until=None)
    [found] = sources_of([product], now=now)[product]
    assert found.exclusion is None


def test_the_larger_minimum_of_supplier_and_offer_is_asked_of_a_basket(now):
    product = short_product(now=now)
    supplier = SupplierFactory(minimum_order_amount=1000)
    line_of_it = source(product, supplier=supplier)
    offer = line_of_it.offer
    for printed, asked in ((None, 1000), (400, 1000), (2500, 2500)):
        Offer.objects.filter(pk=offer.pk).update(
            minimum_order_amount=printed, delivery_weekdays=[2, 6]
        )
        terms = market_of([product], Wishes(), now=now).terms[supplier.pk]
        assert terms.minimum_order_amount == asked
        assert terms.delivery_weekdays == (2, 6)


@pytest.mark.parametrize(("printed", "days"), [(None, 2), (0, 2), (2, 2), (4, 4)])
def test_an_order_is_expected_on_the_later_of_the_suppliers_and_the_printed_day(now, printed, days):
    product = short_product(now=now)
    supplier = SupplierFactory(lead_days=2)
    offer = source(product, supplier=supplier).offer
    Offer.objects.filter(pk=offer.pk).update(delivery_days=printed)
    assert market_of([product], Wishes(), now=now).terms[supplier.pk].lead_days == days
    order = order_of_offers(product, now=now)
    assert order.expected_date == local_date(order.ordered_at) + timedelta(days=days)


def order_of_offers(product, *, now):
    put_in(1_000_000, now=now)
    requester = actor_with("purchasing")
    build = proposals_build(actor=requester, now=now, product_ids=[product])
    return order_built(build, requester=requester, now=now)


def test_an_order_from_several_divisions_is_expected_when_the_last_of_them_delivers(buyer, now):
    supplier = SupplierFactory(lead_days=1)
    order = order_of_lines(lines=3, supplier=supplier)
    today = local_date(now).isoweekday()
    first, second, _third = order.lines.values_list("product_id", flat=True)
    for product_id, days in ((first, 2), (second, 5)):
        division_create(
            actor=buyer,
            now=now,
            supplier_id=supplier.pk,
            name=f"Every {days}",
            product_ids=[product_id],
            delivery_weekdays=[(today + days - 1) % 7 + 1],
        )
    assert order.expected_date == local_date(now) + timedelta(days=1)
    assert expected_delivery(order.proposal, None, now=now) == local_date(now) + timedelta(days=5)
    order_mark_sent(actor=buyer, now=now, order_id=order.pk, channel=DispatchChannel.PHONE)
    order.refresh_from_db()
    assert order.expected_date == local_date(now) + timedelta(days=5)
