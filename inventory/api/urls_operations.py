"""Paths of what is done to stock and batches besides buying and selling."""

from django.urls import URLPattern, URLResolver, include, path

from inventory.api.views import batches, operations, write_offs

_batch = [
    path("", batches.BatchView.as_view(), name="inventory-batch"),
    path("events/", batches.BatchEventListView.as_view(), name="inventory-batch-events"),
    path("quarantine/", batches.BatchQuarantineView.as_view(), name="inventory-batch-quarantine"),
    path("release/", batches.BatchReleaseView.as_view(), name="inventory-batch-release"),
    path("lift-recall/", batches.BatchRecallLiftView.as_view(), name="inventory-batch-lift-recall"),
    path("correct/", batches.BatchCorrectView.as_view(), name="inventory-batch-correct"),
]

_transfer = [
    path("", operations.TransferView.as_view(), name="inventory-transfer"),
    path("receive/", operations.TransferReceiveView.as_view(), name="inventory-transfer-receive"),
    path("cancel/", operations.TransferCancelView.as_view(), name="inventory-transfer-cancel"),
]

_write_off = [
    path("", write_offs.WriteOffView.as_view(), name="inventory-write-off"),
    path("approve/", write_offs.WriteOffApproveView.as_view(), name="inventory-write-off-approve"),
    path("reject/", write_offs.WriteOffRejectView.as_view(), name="inventory-write-off-reject"),
    path("cancel/", write_offs.WriteOffCancelView.as_view(), name="inventory-write-off-cancel"),
]

OF_OPERATIONS: list[URLPattern | URLResolver] = [
    path("batches/<id:batch_id>/", include(_batch)),
    path("excursions/", batches.ExcursionView.as_view(), name="inventory-excursions"),
    path("recalls/", batches.RecallListView.as_view(), name="inventory-recalls"),
    path("recalls/<uuid:recall_id>/", batches.RecallView.as_view(), name="inventory-recall"),
    path("transfers/", operations.TransferListView.as_view(), name="inventory-transfers"),
    path("transfers/<uuid:transfer_id>/", include(_transfer)),
    path("repack/", operations.RepackView.as_view(), name="inventory-repack"),
    path("issue/chosen/", operations.ChosenIssueView.as_view(), name="inventory-issue-chosen"),
    path(
        "documents/<uuid:document_id>/reverse/",
        operations.DocumentReverseView.as_view(),
        name="inventory-document-reverse",
    ),
    path("write-offs/", write_offs.WriteOffListView.as_view(), name="inventory-write-offs"),
    path(
        "write-offs/expired/",
        write_offs.ExpiredWriteOffView.as_view(),
        name="inventory-write-offs-expired",
    ),
    path("write-offs/<uuid:write_off_id>/", include(_write_off)),
    path("reservations/", operations.ReservationListView.as_view(), name="inventory-reservations"),
    path(
        "locations/<id:location_id>/limits/",
        operations.LimitListView.as_view(),
        name="inventory-limits",
    ),
    path(
        "locations/<id:location_id>/limits/<id:product_id>/",
        operations.LimitView.as_view(),
        name="inventory-limit",
    ),
]
