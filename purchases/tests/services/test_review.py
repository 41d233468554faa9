"""Every status of a line against every decision, and what is learnt from it."""

from functools import partial

import pytest
from django.utils import timezone

from core.models import AuditEntry
from inventory.public import products_by_id
from purchases.errors import (
    OfferLineInUse,
    OfferLineNotFound,
    OfferLineStateRefused,
    ProductNotSuggested,
    ProductUnknown,
)
from purchases.models import OfferLine, ProductAlias
from purchases.services.offers.review import (
    NewProduct,
    offer_line_accept,
    offer_line_correct,
    offer_line_create_product,
    offer_line_ignore,
    offer_line_reopen,
)
from purchases.states import LINE_TRANSITIONS, LineAction
from purchases.tests.factories import (
    OfferFactory,
    OfferLineFactory,
    SupplierFactory,
    draft_proposal,
    short_product,
)
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db


def line_in(status, product, actor):
    if status == "matched":
        return OfferLineFactory(matched=True, product_id=product)
    line = OfferLineFactory(
        suggested_product_id=product,
        status="unmatched" if status == "unmatched" else "needs_review",
    )
    if status == "ignored":
        offer_line_ignore(actor=actor, now=timezone.now(), line_id=line.pk)
    return line


def actions(product):
    return {
        LineAction.ACCEPT: offer_line_accept,
        LineAction.CORRECT: partial(offer_line_correct, product_id=product),
        LineAction.CREATE_PRODUCT: partial(
            offer_line_create_product, product=NewProduct(name_ar="منتج جديد")
        ),
        LineAction.IGNORE: offer_line_ignore,
        LineAction.REOPEN: offer_line_reopen,
    }


@pytest.mark.parametrize("action", list(LineAction))
@pytest.mark.parametrize("status", ["needs_review", "unmatched", "matched", "ignored"])
def test_every_status_takes_exactly_the_decisions_of_the_table(status, action, buyer, now):
    line = line_in(status, short_product(), buyer)
    call = partial(actions(short_product())[action], actor=buyer, now=now, line_id=line.pk)
    before = everything()
    target = LINE_TRANSITIONS.get((status, action))
    if target is None:
        with pytest.raises(OfferLineStateRefused) as refusal:
            call()
        assert refusal.value.extra["state"] == status
        assert everything() == before
    else:
        call()
        line.refresh_from_db()
        assert line.status == target


def twins(product=None, *, supplier=None, count=3, **fields):
    """Lines of one name in several offers of one supplier."""
    supplier = supplier or SupplierFactory()
    return [
        OfferLineFactory(
            offer=OfferFactory(supplier=supplier),
            name="Cetamol 500",
            suggested_product_id=product,
            **fields,
        )
        for _ in range(count)
    ]


def test_accepting_takes_the_best_suggestion_and_remembers_it(buyer, now):
    product = short_product()
    line = OfferLineFactory(suggested_product_id=product)
    offer_line_accept(actor=buyer, now=now, line_id=line.pk)
    line.refresh_from_db()
    assert (line.product_id, line.decision, line.decided_by_id) == (product, "accepted", buyer.id)
    alias = ProductAlias.objects.get()
    assert (alias.supplier_id, alias.key, alias.product_id) == (
        line.offer.supplier_id,
        line.match_key,
        product,
    )


def test_only_suggestions_can_be_accepted(buyer, now):
    line, other = OfferLineFactory(suggested_product_id=short_product()), short_product()
    before = everything()
    for call in (
        partial(offer_line_accept, line_id=line.pk, product_id=other),
        partial(offer_line_accept, line_id=OfferLineFactory().pk),
    ):
        with pytest.raises(ProductNotSuggested):
            call(actor=buyer, now=now)
    assert OfferLine.objects.get(pk=line.pk).status == "needs_review"
    assert before["purchases_productalias"] == everything()["purchases_productalias"]


def test_a_correction_decides_the_identical_lines_of_the_supplier_at_once(buyer, now):
    product = short_product()
    first, *others = twins()
    [stranger] = twins(count=1)
    offer_line_correct(actor=buyer, now=now, line_id=first.pk, product_id=product)
    for other in others:
        other.refresh_from_db()
        assert (other.status, other.product_id, other.decision) == ("matched", product, "alias")
    stranger.refresh_from_db()
    assert stranger.status == "needs_review"


def test_a_correction_overrules_the_matcher_on_identical_lines(buyer, now):
    wrong, right = short_product(), short_product()
    supplier = SupplierFactory()
    lines = [
        OfferLineFactory(
            offer=OfferFactory(supplier=supplier), name="Same", matched=True, product_id=wrong
        )
        for _ in range(2)
    ]
    offer_line_correct(actor=buyer, now=now, line_id=lines[0].pk, product_id=right)
    assert set(OfferLine.objects.values_list("product_id", flat=True)) == {right}


def test_a_correction_does_not_overrule_another_persons_decision(buyer, pharmacist, now):
    first, second = twins(count=2)
    mine, theirs = short_product(), short_product()
    offer_line_correct(actor=pharmacist, now=now, line_id=first.pk, product_id=theirs)
    offer_line_correct(actor=pharmacist, now=now, line_id=second.pk, product_id=theirs)
    offer_line_correct(actor=buyer, now=now, line_id=second.pk, product_id=mine)
    first.refresh_from_db()
    assert first.product_id == theirs
    assert ProductAlias.objects.get().product_id == mine


def test_a_twin_that_a_person_must_look_at_stays_open(buyer, now):
    first, held = twins(count=2)
    OfferLine.objects.filter(pk=held.pk).update(flags=["deal_needs_review"])
    offer_line_correct(actor=buyer, now=now, line_id=first.pk, product_id=short_product())
    held.refresh_from_db()
    assert held.status == "needs_review"


def test_a_misread_deal_can_be_typed_again(buyer, now):
    line = OfferLineFactory(deal_text="1 + + 6", suggested_product_id=short_product())
    offer_line_accept(actor=buyer, now=now, line_id=line.pk, deal_text="1+6")
    line.refresh_from_db()
    assert line.deal["tiers"] == [{"bought": 6, "free": 1}]
    assert line.deal_text == "1+6"
    changes = AuditEntry.objects.get(action="purchases.offer_line_accepted").changes
    assert changes["deal_text"] == ["1 + + 6", "1+6"]


def test_an_unknown_product_cannot_be_the_correction(buyer, now):
    line = OfferLineFactory()
    before = everything()
    with pytest.raises(ProductUnknown):
        offer_line_correct(actor=buyer, now=now, line_id=line.pk, product_id=999_999)
    assert everything() == before


def test_a_product_made_from_a_line_takes_its_public_price_per_base_unit(buyer, now):
    line = OfferLineFactory(public_price=1250)
    offer_line_create_product(
        actor=buyer,
        now=now,
        line_id=line.pk,
        product=NewProduct(name_ar="جديد", strength="5 mg", purchase_units=10),
    )
    line.refresh_from_db()
    product = products_by_id([line.product_id])[line.product_id]
    assert (product.name_ar, product.public_price, product.purchase_units) == ("جديد", 125, 10)
    assert line.decision == "created"


def test_reopening_forgets_what_the_line_taught(buyer, now):
    first, *others = twins(short_product())
    offer_line_accept(actor=buyer, now=now, line_id=first.pk)
    offer_line_reopen(actor=buyer, now=now, line_id=first.pk)
    assert not ProductAlias.objects.exists()
    for line in (first, *others):
        line.refresh_from_db()
        assert (line.status, line.product_id, line.decision) == ("needs_review", None, "")


def test_a_line_an_open_proposal_rests_on_cannot_be_changed(buyer, now):
    proposal = draft_proposal()
    line = proposal.lines.get().offer_line
    other = short_product()
    before = everything()
    for call in (
        partial(offer_line_correct, product_id=other),
        offer_line_ignore,
        offer_line_reopen,
    ):
        with pytest.raises(OfferLineInUse) as refusal:
            call(actor=buyer, now=now, line_id=line.pk)
        assert refusal.value.extra == {"proposals": [proposal.number]}
    assert everything() == before


def test_an_unknown_line_is_not_found(buyer, now):
    with pytest.raises(OfferLineNotFound):
        offer_line_ignore(actor=buyer, now=now, line_id=999_999)


@pytest.mark.django_db(transaction=True)
def test_two_people_correcting_two_twins_at_once_do_not_deadlock(together, buyer, pharmacist):
    one, other = short_product(), short_product()
    for _ in range(5):
        first, second = twins(count=2)
        results = together(
            [
                partial(
                    offer_line_correct,
                    actor=actor,
                    now=timezone.now(),
                    line_id=line.pk,
                    product_id=product,
                )
                for actor, line, product in ((buyer, first, one), (pharmacist, second, other))
            ]
        )
        assert [type(result) for result in results] == [OfferLine, OfferLine]
        alias = ProductAlias.objects.get(supplier=first.offer.supplier)
        assert alias.product_id in (one, other)
