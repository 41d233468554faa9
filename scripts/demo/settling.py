"""After the goods: the supplier's invoice held against them, what goes back, what is paid."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from scripts.demo import printing as out
from scripts.demo.checks import require
from scripts.demo.client import Who


def settle(who: Who, order: dict[str, Any], papers: Path) -> None:
    """Bill one order, dispute what is dearer than ordered, send goods back, pay the rest."""
    out.title(f"The supplier's invoice for {order['number']}, held against order and receipts")
    supplier = order["supplier"]["id"]
    invoice = _bill(who, order)
    _send_back(who, supplier)
    account = who("accountant").get(f"/supplier-accounts/{supplier}/")
    paid = who("accountant").post(
        "/supplier-payments/",
        {"supplier_id": supplier, "amount": account["balance"], "account": "cash"},
    )
    out.done(f"{out.money(paid['amount'])} paid, {out.money(paid['allocated'])} of it allocated")
    account = who("accountant").get(f"/supplier-accounts/{supplier}/")
    require(
        Decimal(account["balance"]) == 0 and Decimal(account["other"]) == 0,
        f"{order['supplier']['name']} should be owed nothing more: {account}",
    )
    out.done(
        f"nothing more is owed; a credit note over {out.money(invoice['disputed'])} is awaited"
    )
    _write_papers(who, order, papers)


def _bill(who: Who, order: dict[str, Any]) -> dict[str, Any]:
    """A posted invoice over all receipts of the order, its dearest line a tenth dearer still."""
    purchasing, accountant = who("purchasing"), who("accountant")
    receipts = [
        purchasing.get(f"/goods-receipts/{receipt['id']}/")
        for receipt in purchasing.every("/goods-receipts/", order_id=order["id"])
    ]
    lines = [
        {
            "receipt_line_id": line["id"],
            "quantity": line["quantity"],
            "amount": line["amount"],
        }
        for receipt in receipts
        for line in receipt["lines"]
    ]
    dearest = max(lines, key=lambda line: Decimal(line["amount"]))
    tenth = Decimal(dearest["amount"]) / 10
    dearest["amount"] = f"{Decimal(dearest['amount']) + tenth:.2f}"
    made = purchasing.post(
        "/supplier-invoices/",
        {
            "supplier_id": order["supplier"]["id"],
            "supplier_number": f"INV-{order['number']}",
            "invoice_date": datetime.now(UTC).date().isoformat(),
            "receipt_ids": [receipt["id"] for receipt in receipts],
            "lines": lines,
            "total": str(sum(Decimal(line["amount"]) for line in lines)),
        },
    )
    path = f"/supplier-invoices/{made['id']}"
    matched = purchasing.post(f"{path}/match/")
    require(len(matched["differences"]) == 1, f"one difference expected: {matched}")
    difference = matched["differences"][0]
    out.line(
        f"{made['number']}: {difference['kind']} of line {difference['line_position']} is"
        f" {out.money(difference['found'])}, agreed were {out.money(difference['expected'])}"
    )
    who("pharmacist").post(
        f"{path}/resolve/",
        {
            "resolutions": [{"difference_id": difference["id"], "resolution": "dispute"}],
            "reason": "Not the price of the offer",
        },
    )
    posted = accountant.post(f"{path}/post/")
    require(
        abs(Decimal(posted["disputed"]) - tenth) < 1, f"{posted['disputed']} disputed, not {tenth}"
    )
    out.done(
        f"{made['number']} posted: {out.money(posted['payable'])} owed,"
        f" {out.money(posted['disputed'])} disputed"
    )
    return posted


def _send_back(who: Who, supplier: int) -> None:
    """One unit of the delivery that can go back soonest."""
    purchasing = who("purchasing")
    row = purchasing.get("/supplier-returns/returnable/", supplier_id=supplier)["results"][0]
    line = {"receipt_line_id": row["receipt_line_id"], "quantity": 1, "reason": "damaged"}
    made = purchasing.post("/supplier-returns/", {"supplier_id": supplier, "lines": [line]})
    path = f"/supplier-returns/{made['id']}"
    who("pharmacist").post(f"{path}/approve/")
    sent = purchasing.post(f"{path}/dispatch/", {"reference": "Van of the morning"})
    cost = sent["lines"][0]["cost"]
    out.done(f"{made['number']}: one damaged unit sent back, {out.money(cost)} less is owed")


def _write_papers(who: Who, order: dict[str, Any], papers: Path) -> None:
    papers.mkdir(exist_ok=True)
    accountant = who("accountant")
    for name, path in (
        ("order", f"/purchase-orders/{order['id']}/document/"),
        ("statement", f"/supplier-accounts/{order['supplier']['id']}/statement/"),
    ):
        for language in ("ar", "en"):
            file = papers / f"{name}-{language}.pdf"
            file.write_bytes(accountant.download(path, format="pdf", language=language))
    out.done(f"order and statement of account as PDF, Arabic and English: {papers}")
