"""Settings of the REST API: authentication, manners, its OpenAPI document, other origins."""

from datetime import timedelta

from corsheaders.defaults import default_headers as cors_default_headers

from config.settings.environment import env

SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=15),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=7),
    "UPDATE_LAST_LOGIN": False,  # the login service does it
    "ALGORITHM": "HS256",
    "AUTH_HEADER_TYPES": ("Bearer",),
}

THROTTLE_RATES = {
    "anon": env("THROTTLE_ANON", default="60/min"),
    "user": env("THROTTLE_USER", default="1200/min"),
    "login": env("THROTTLE_LOGIN", default="10/min"),
    "refresh": env("THROTTLE_REFRESH", default="60/min"),
    "password_reset": env("THROTTLE_PASSWORD_RESET", default="5/hour"),
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["users.authentication.JWTAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["core.permissions.DeclaredPermission"],  # deny by default
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "core.pagination.PagePagination",
    "DEFAULT_SCHEMA_CLASS": "config.openapi.ProblemAutoSchema",
    "DEFAULT_THROTTLE_CLASSES": [
        "users.throttling.AddressThrottle",
        "users.throttling.UserThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": THROTTLE_RATES,
    "EXCEPTION_HANDLER": "core.errors.problem_exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "COERCE_DECIMAL_TO_STRING": True,  # money travels as strings
    "FORMAT_SUFFIX_KWARG": None,
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Pharmacio API",
    "DESCRIPTION": "Backend of a pharmacy: offers, purchasing, stock, money and sales.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",  # served from here: no internet needed
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": True,
    # Names by the noun, so that a further field or choice never renames one of a client's types.
    "ENUM_NAME_OVERRIDES": {
        "ProposalActionEnum": "purchases.allowed.PROPOSAL_ACTIONS",
        "OrderActionEnum": "purchases.allowed.ORDER_ACTIONS",
        "ReceivingActionEnum": "purchases.allowed.RECEIVING_ACTIONS",
        "ReceiptActionEnum": "purchases.allowed.RECEIPT_ACTIONS",
        "InvoiceActionEnum": "purchases.allowed.INVOICE_ACTIONS",
        "ReturnActionEnum": "purchases.allowed.RETURN_ACTIONS",
        "UserStatusEnum": "users.models.UserStatus",
        "LanguageEnum": "users.models.Language",
        "AccountTypeEnum": "capital.chart.AccountType",
        "SideEnum": "capital.chart.Side",
        "StatementFormatEnum": "capital.models.StatementFormat",
        "CommitmentStatusEnum": "capital.models.CommitmentStatus",
        "BuildMethodEnum": "purchases.models.BuildMethod",
        "BuildStatusEnum": "purchases.models.BuildStatus",
        "PeriodStatusEnum": "capital.models.PeriodStatus",
        "PeriodChangeKindEnum": "capital.models.PeriodChangeKind",
        "CreditTermsEnum": "capital.models.CreditTerms",
        "CapitalOperationEnum": "capital.models.OperationKind",
        "DrawerKindEnum": "capital.models.DrawerKind",
        "CashSessionStatusEnum": "capital.models.SessionStatus",
        "ControlledClassEnum": "inventory.classes.ControlledClass",
        "ApprovalControlledClassEnum": "purchases.models.ControlledRule",
        "LifecycleEnum": "inventory.lifecycle.Lifecycle",
        "BarcodeKindEnum": "inventory.models.BarcodeKind",
        "AttachmentKindEnum": "inventory.models.AttachmentKind",
        "AliasSourceEnum": "inventory.models.AliasSource",
        "StrengthUnitEnum": "inventory.classes.StrengthUnit",
        "PerUnitEnum": "inventory.classes.PerUnit",
        "MovementKindEnum": "inventory.models.MovementKind",
        "MovementReasonEnum": "inventory.models.MovementReason",
        "ImportKindEnum": "inventory.models.ImportKind",
        "ImportModeEnum": "inventory.models.ImportMode",
        "ImportStateEnum": "inventory.models.ImportState",
        "CountModeEnum": "inventory.models.CountMode",
        "BatchStatusEnum": "inventory.models.BatchStatus",
        "BatchEventKindEnum": "inventory.models.BatchEventKind",
        "LocationKindEnum": "inventory.models.LocationKind",
        "ReservationStatusEnum": "inventory.models.ReservationStatus",
        "TransferStatusEnum": "inventory.models.TransferStatus",
        "StockIssueReasonEnum": "inventory.postings.ISSUE_REASONS",
        "WriteOffReasonEnum": "inventory.postings.WRITE_OFF_REASONS",
        "WriteOffStatusEnum": "inventory.models.WriteOffStatus",
        "StockAlertKindEnum": "inventory.models.AlertKind",
        "SupplierInvoiceStateEnum": "purchases.models.InvoiceState",
        "InvoiceDifferenceKindEnum": "purchases.models.DifferenceKind",
        "SettlementKindEnum": "purchases.models.SettlementKind",
        "SupplierReturnStateEnum": "purchases.models.ReturnState",
        "SupplierReturnReasonEnum": "purchases.models.ReturnReason",
        "CreditReasonEnum": "purchases.models.CreditReason",
        "DealDirectionEnum": "purchases.models.DealDirection",
        "PaymentMethodEnum": "sales.models.PaymentMethod",
        "ProposalStateEnum": "purchases.models.ProposalState",
        "PurchaseOrderStateEnum": "purchases.models.OrderState",
        "ReceivingStateEnum": "purchases.models.ReceivingState",
        "InspectionStateEnum": "purchases.models.InspectionState",
        "LandedCostKindEnum": "purchases.models.LandedCostKind",
        "CostSpreadEnum": "purchases.models.Spread",
        "PaidFromEnum": "purchases.models.PaidFrom",
    },
    "SORT_OPERATION_PARAMETERS": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.openapi.add_problem_schema",
    ],
}

# Origins of front ends that run elsewhere than under this API's own host.
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[])
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_HEADERS = [*cors_default_headers, "idempotency-key", "x-request-id"]
CORS_EXPOSE_HEADERS = ["X-Request-ID", "Retry-After", "Content-Disposition", "Location"]
