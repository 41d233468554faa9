"""Paths of controlled products: register and signatures, below ``/api/v1/inventory/``."""

from django.urls import URLPattern, URLResolver, include, path

from inventory.api.views import register

_signature = [
    path("", register.SignatureDetailView.as_view(), name="inventory-signature"),
    path("sign/", register.SignatureSignView.as_view(), name="inventory-sign"),
    path("refuse/", register.SignatureRefuseView.as_view(), name="inventory-refuse"),
    path(
        "withdraw/",
        register.SignatureWithdrawView.as_view(),
        name="inventory-signature-withdraw",
    ),
]

_controlled: list[URLPattern | URLResolver] = [
    path("registers/", register.RegisterListView.as_view(), name="inventory-registers"),
    path(
        "registers/<id:product_id>/",
        register.RegisterPeriodView.as_view(),
        name="inventory-register",
    ),
    path(
        "registers/<id:product_id>/entries/",
        register.RegisterEntryListView.as_view(),
        name="inventory-register-entries",
    ),
    path("receive/", register.ControlledReceiptView.as_view(), name="inventory-controlled-receive"),
    path("issue/", register.ControlledIssueView.as_view(), name="inventory-controlled-issue"),
    path(
        "adjust/", register.ControlledAdjustmentView.as_view(), name="inventory-controlled-adjust"
    ),
    path("repack/", register.ControlledRepackView.as_view(), name="inventory-controlled-repack"),
    path(
        "reverse/<uuid:document_id>/",
        register.ControlledReversalView.as_view(),
        name="inventory-controlled-reverse",
    ),
    path("signatures/", register.SignatureListView.as_view(), name="inventory-signatures"),
    path(
        "signatures/<uuid:request_id>/",
        include(_signature),
    ),
]

OF_REGISTER: list[URLPattern | URLResolver] = [path("controlled/", include(_controlled))]
