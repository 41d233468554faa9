from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PurchasesConfig(AppConfig):
    name = "purchases"
    verbose_name = _("Purchasing")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from capital.public import payment_follower, reversal_follower
        from inventory.public import merge_follower, names_register
        from purchases.selectors.invoices import invoice_numbers
        from purchases.selectors.landed_costs import landed_cost_numbers
        from purchases.selectors.proposals import proposal_numbers
        from purchases.selectors.receipts import receipt_numbers, reversal_numbers
        from purchases.selectors.returns import credit_note_numbers, return_numbers
        from purchases.selectors.suppliers import supplier_names
        from purchases.services.merging import purchases_follow_merge
        from purchases.services.payments.payments import (
            payments_follow_payment,
            payments_follow_reversal,
        )

        names_register("purchases.supplier", supplier_names)
        names_register("purchases.proposal", proposal_numbers)
        names_register("purchases.goods_receipt", receipt_numbers)
        names_register("purchases.receipt_reversal", reversal_numbers)
        names_register("purchases.landed_cost", landed_cost_numbers)
        names_register("purchases.landed_cost_reversal", landed_cost_numbers)
        names_register("purchases.supplier_invoice", invoice_numbers)
        names_register("purchases.supplier_invoice_reversal", invoice_numbers)
        names_register("purchases.supplier_return", return_numbers)
        names_register("purchases.supplier_return_cancelled", return_numbers)
        names_register("purchases.credit_note", credit_note_numbers)
        merge_follower(purchases_follow_merge)
        payment_follower(payments_follow_payment)
        reversal_follower(payments_follow_reversal)
