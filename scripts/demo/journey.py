"""The journey itself: from a warehouse's file to goods on the shelf and money in the books."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from scripts.demo import catalogue
from scripts.demo import printing as out
from scripts.demo.checks import eventually, require
from scripts.demo.client import JourneyFailed, Person, far_expiry
from scripts.demo.environment import ADMINISTRATOR, ADMINISTRATOR_PASSWORD, Environment
from scripts.demo.receiving import receive_by_scanning
from scripts.demo.settling import settle
from scripts.sample_offer import write_samples
from scripts.stack import StackError, manage

__all__ = ["Journey", "JourneyFailed"]

ROLES = ("owner", "purchasing", "pharmacist", "cashier", "accountant")
PASSWORD = "demo-{role}-2026"
OWNERS_MONEY = "2000000000"
SHOWN = 12
# What Django's file backend writes last: a letter without it is still being written.
LETTERS_END = f"{'-' * 79}\n"


class Journey:
    """One run. ``people`` are the users it made, by role."""

    def __init__(self, base_url: str, environment: Environment) -> None:
        self.base_url = base_url
        self.environment = environment
        self.people: list[Person] = []

    def live(self, offer: Path | None) -> None:
        """Everything in order; raises JourneyFailed at the first thing that is not as it should."""
        self._meet_the_people()
        self._put_money_in()
        if offer is None:
            self._sample_offers()
        else:
            self._own_offer(offer)
        self._review_lines()
        self._compare()
        proposals = self._propose()
        before = self._position("Before the approval")
        orders = [self._approve(proposal) for proposal in proposals]
        self._position("After the approval: committed, nothing moved yet")
        self._receive_in_two_deliveries(orders[0])
        for order in orders[1:]:
            receive_by_scanning(self._as, order)
        after = self._position("After the goods came")
        self._sell()
        settle(self._as, orders[0], self.environment.folder / "papers")
        self._prove(before, after)

    # --- People and money ----------------------------------------------------------------------

    def _meet_the_people(self) -> None:
        out.title("People: an administrator invites, everybody chooses a password")
        admin = Person(self.base_url, "administrator", ADMINISTRATOR, ADMINISTRATOR_PASSWORD)
        self.people.append(admin)
        for role in ROLES:
            invited = admin.post(
                "/users/", {"username": role, "email": f"{role}@example.org", "language": "en"}
            )
            admin.post(f"/rbac/users/{invited['id']}/roles/", {"roles": [role]}, method="PUT")
            password = PASSWORD.format(role=role)
            token = eventually(partial(self._invitation_of, role), f"the invitation of {role}")
            self.people.append(Person(self.base_url, role, role, password, invitation=token))
        out.done(f"{', '.join(ROLES)} have accepted their invitations and signed in")

    def _invitation_of(self, role: str) -> str | None:
        for letter in self.environment.mail.glob("*.log"):
            text = letter.read_text().replace("=\n", "")
            if f"To: {role}@example.org" in text and text.endswith(LETTERS_END):
                found = re.search(r"[?&#]token=(?:3D)?([\w.:=-]+)", text)
                if found:
                    return found.group(1)
        return None

    def _as(self, role: str) -> Person:
        return next(person for person in self.people if person.role == role)

    def _put_money_in(self) -> None:
        self._as("owner").post(
            "/capital/owner-contributions/",
            {"amount": OWNERS_MONEY, "account": "cash", "memo": "Opening of the demo pharmacy"},
        )
        out.done(f"the owner has put {out.money(OWNERS_MONEY)} into the cash box")

    # --- Offers --------------------------------------------------------------------------------

    def _sample_offers(self) -> None:
        out.title("Opening balance and two warehouses' offers (generated samples)")
        samples = write_samples(self.environment.samples, as_of=datetime.now(UTC).date())
        self._open(samples.opening_balance_csv.read_bytes())
        first = self._read(
            "مستودع شام الدوائي", samples.offer_pdf.name, samples.offer_pdf.read_bytes()
        )
        second = samples.second_offer_xlsx
        self._read("مستودع بردى", second.name, second.read_bytes())
        self._show_lines(first)

    def _own_offer(self, offer: Path) -> None:
        out.title(f"An offer of your own: {offer.name}")
        first = self._read("المستودع الأول", offer.name, offer.read_bytes())
        lines = self._show_lines(first)
        out.title("A small catalogue from it, short of everything, and a second warehouse")
        chosen = catalogue.chosen_lines(lines)
        require(chosen, "no line of the offer has both a name and a price")
        self._open(catalogue.opening_balance(chosen))
        self._as("pharmacist").post(f"/offers/{first}/rematch/")
        self._read("المستودع الثاني", "second.csv", catalogue.second_offer(chosen[::2]))

    def _open(self, content: bytes) -> None:
        opened = self._as("owner").upload("/inventory/opening-balance/", "opening.csv", content)
        out.done(
            f"opening balance {opened['number']}: {opened['rows']} rows, "
            f"{opened['products_created']} products, worth {out.money(opened['value'])}"
        )

    def _read(self, warehouse: str, name: str, content: bytes) -> int:
        """Upload as purchasing and wait for the worker; returns the offer's id."""
        purchasing = self._as("purchasing")
        supplier = purchasing.post("/suppliers/", {"name": warehouse})
        started = time.monotonic()
        job = purchasing.upload("/offers/upload/", name, content, supplier_id=supplier["id"])

        def finished() -> dict[str, Any] | None:
            state = purchasing.get(f"/offers/jobs/{job['id']}/")
            out.progress(
                f"{name}: {state['state']}, page {state['pages_done']} of "
                f"{state['pages_total'] or '?'}, {state['rows_found']} rows"
            )
            return None if state["state"] in ("queued", "dispatched", "received") else state

        ended = eventually(finished, f"the reading of {name}")
        out.progress_over()
        require(
            ended["state"] == "ready",
            f"{name} ended {ended['state']}: {ended['failure_code']} {ended['failure_detail']}",
        )
        offer = purchasing.get(f"/offers/{ended['offer_id']}/")
        out.done(
            f"{warehouse}: {name} read in {time.monotonic() - started:.1f} s: "
            f"{ended['pages_total']} pages, {offer['line_count']} lines; "
            f"{offer['matched_count']} matched, {offer['needs_review_count']} to review, "
            f"{offer['unmatched_count']} unmatched; deals read as {offer['direction'] or '?'}"
        )
        return int(offer["id"])

    def _show_lines(self, offer_id: int) -> list[dict[str, Any]]:
        lines = self._as("purchasing").every(f"/offers/{offer_id}/lines/")
        require(lines, "the offer has no lines")
        out.table(
            ["page.row", "name", "company", "price", "deal", "read as", "status"],
            [
                [
                    f"{line['provenance']['page']}.{line['provenance']['row']}",
                    line["name"],
                    line["company"],
                    line["list_price"] or "-",
                    line["deal_text"],
                    " / ".join(f"{t['bought']}→+{t['free']}" for t in line["deal"]["tiers"]),
                    line["status"],
                ]
                for line in lines[:SHOWN]
            ],
        )
        out.line(f"… and {max(0, len(lines) - SHOWN)} more lines")
        with_deal = [line for line in lines if line["deal_text"].strip(" .")]
        unread = [line for line in with_deal if "not_understood" in line["deal"]["flags"]]
        out.done(f"{len(with_deal)} bonus cells kept, {len(unread)} of them for a person to read")
        return lines

    def _review_lines(self) -> None:
        out.title("A pharmacist reviews what the matcher was not sure of")
        pharmacist = self._as("pharmacist")
        accepted = 0
        for offer in pharmacist.every("/offers/"):
            for line in pharmacist.every(f"/offers/{offer['id']}/lines/", status="needs_review"):
                if line["candidates"] and accepted < SHOWN:
                    best = line["candidates"][0]
                    pharmacist.post(
                        f"/offer-lines/{line['id']}/accept/", {"product_id": best["product"]["id"]}
                    )
                    accepted += 1
                    out.line(
                        f"{line['name']}  →  {best['product']['name_ar']}  "
                        f"({best['score']}: {', '.join(best['reasons'][:2])})"
                    )
        out.done(f"{accepted} suggestions accepted and remembered as names of their products")

    # --- Purchasing ----------------------------------------------------------------------------

    def _compare(self) -> None:
        out.title("Comparison by true unit cost: paid / (bought + free)")
        rows = []
        for item in self._as("purchasing").every("/offers/comparison/")[:SHOWN]:
            for place, quote in enumerate(item["quotes"][:2]):
                rows.append(
                    [
                        item["product"]["name_ar"] if place == 0 else "",
                        quote["supplier"]["name"],
                        quote["pack_price"],
                        quote["deal_text"],
                        f"{quote['packs']}+{quote['free_packs']}",
                        quote["true_pack_cost"],
                    ]
                )
        require(rows, "nothing to compare: no line of an offer fits a product that is short")
        out.table(["product", "warehouse", "list price", "deal", "bought+free", "true cost"], rows)

    def _propose(self) -> list[dict[str, Any]]:
        out.title("Proposals: what is short, from whom, how many, and why")
        built = self._as("purchasing").post("/purchase-proposals/")
        proposals = built["proposals"]
        require(proposals, "no proposal was built")
        for proposal in proposals:
            out.done(
                f"{proposal['number']} for {proposal['supplier']['name']}: "
                f"{len(proposal['lines'])} lines, {out.money(proposal['total'])}"
            )
            for line in proposal["lines"][:4]:
                out.line(f"{line['packs']}+{line['free_packs']} × {line['product']['name_ar']}")
                out.line(f"    {line['explanation']['en']}")
        if built["excluded"]:
            out.line(f"{len(built['excluded'])} products are short and offered by nobody usable")
        self._what_if(built)
        return proposals

    def _what_if(self, built: dict[str, Any]) -> None:
        half = f"{Decimal(built['spent']) / 2:.2f}"
        answer = self._as("purchasing").post(
            "/purchase-proposals/what-if/", {"build_id": built["id"], "budget": half}
        )
        asked = answer["asked"]
        require(Decimal(asked["spent"]) <= Decimal(half), f"half the money was overspent: {asked}")
        out.done(
            f"what if there were half the money? {asked['products']} products instead of"
            f" {answer['current']['products']} for {out.money(asked['spent'])}; nothing was saved"
        )

    def _approve(self, proposal: dict[str, Any]) -> dict[str, Any]:
        path = f"/purchase-proposals/{proposal['id']}"
        purchasing, owner = self._as("purchasing"), self._as("owner")
        seen = {"version": purchasing.post(f"{path}/submit/")["version"]}
        problem = purchasing.refused(f"{path}/approve/", seen)
        out.line(f"{proposal['number']}: its requester may not approve it ({problem['code']})")
        owner.post(f"{path}/approve/", seen)

        def ordered() -> dict[str, Any] | None:
            current = owner.get(f"{path}/")
            return current if current["order_id"] else None

        current = eventually(ordered, f"the worker to order {proposal['number']}")
        order = owner.get(f"/purchase-orders/{current['order_id']}/")
        out.done(f"{proposal['number']} approved by the owner; the worker placed {order['number']}")
        return order

    # --- Goods ---------------------------------------------------------------------------------

    def _receive_in_two_deliveries(self, order: dict[str, Any]) -> None:
        lines = order["lines"]
        middle = len(lines) // 2
        parts = filter(None, (lines[:middle], lines[middle:]))
        for note, part in enumerate(parts, start=1):
            receipt = self._as("pharmacist").post(
                f"/purchase-orders/{order['id']}/receive/",
                {
                    "delivery_note": f"DN-{order['number']}-{note}",
                    "lines": [_delivery(line) for line in part],
                },
            )
            out.done(
                f"{receipt['number']} on {order['number']}: {len(receipt['lines'])} batches, "
                f"{out.money(receipt['total'])}, price difference {receipt['price_difference']}"
            )
        closed = self._as("pharmacist").get(f"/purchase-orders/{order['id']}/")
        require(closed["state"] == "received", f"{order['number']} is {closed['state']}")

    def _sell(self) -> None:
        out.title("The till: FEFO stock, server prices")
        pharmacist = self._as("pharmacist")
        on_shelf = {row["product_id"] for row in pharmacist.every("/inventory/stock/")}
        priced = {
            product["id"]
            for product in pharmacist.every("/inventory/products/")
            if product["public_price"]
        }
        product_ids = sorted(on_shelf & priced)[:2]
        require(product_ids, "nothing to sell")
        sale = self._as("cashier").post(
            "/pos/checkout/",
            {
                "lines": [{"product_id": product_id, "quantity": 1} for product_id in product_ids],
                "payment": {"method": "cash", "tendered": "10000000"},
            },
        )
        out.done(
            f"{sale['number']}: {out.money(sale['total'])}, change {out.money(sale['change'])}"
        )
        waiting = self._as("owner").get("/notifications/me/")["results"]
        for notice in waiting[:3]:
            out.line(f"the owner was told: {notice['title']}")

    # --- Books ---------------------------------------------------------------------------------

    def _position(self, when: str) -> dict[str, Decimal]:
        out.title(when)
        summary = self._as("accountant").get("/capital/summary/")
        stock = self._as("accountant").every("/inventory/stock/")
        figures = {
            name: Decimal(summary[name])
            for name in ("cash", "stock_at_cost", "payables", "committed", "available")
        }
        figures["units on the shelf"] = Decimal(sum(row["quantity"] for row in stock))
        out.table(["figure", "amount"], [[name, f"{value:,}"] for name, value in figures.items()])
        return figures

    def _prove(self, before: dict[str, Decimal], after: dict[str, Decimal]) -> None:
        out.title("Do the books agree?")
        grown = after["stock_at_cost"] - before["stock_at_cost"]
        owed = after["payables"] - before["payables"]
        require(grown == owed > 0, f"stock grew by {grown}, payables by {owed}")
        out.done(f"stock at cost and payables both grew by {grown:,}")
        require(after["committed"] == 0, f"{after['committed']} is still committed")
        out.done("every commitment was used up by the receipts")
        try:
            manage("reconcile")
            manage("verify_audit")
        except StackError as error:
            raise JourneyFailed(str(error)) from error
        out.done("the ledgers reconcile and the audit chain is intact")


def _delivery(line: dict[str, Any]) -> dict[str, Any]:
    return {
        "order_line_id": line["id"],
        "batches": [
            {
                "batch_number": f"B{line['id']:05d}",
                "expiry_date": far_expiry().isoformat(),
                "quantity": line["outstanding_quantity"],
            }
        ],
    }
