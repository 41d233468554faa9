"""Every operation of the OpenAPI document, tried with generated requests.

Whatever is sent, the answer is one the document promises: never a 500, always a documented
status, content type and shape.
"""

import os

import pytest
import schemathesis
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from users.services.sessions import session_start
from users.tests.factories import UserFactory

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
# These end the session they are called with, or leave it without rights.
ENDS_THE_SESSION = "^auth_(logout|change_password)$"

schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(public=True)).exclude(
    operation_id_regex=ENDS_THE_SESSION
)

# One request with a method no view serves is enough of those (core/tests/test_errors.py has more).
schema.config.phases.coverage.unexpected_methods = {"TRACE"}

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.hypothesis,
    pytest.mark.slow,
]


# Of each operation; `make soak` asks more.
EXAMPLES = 40 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 4


@pytest.fixture
def token(transactional_db):
    """Of an administrator, who may call everything."""
    administrator = UserFactory(username="prober", is_superuser=True)
    return session_start(
        user=administrator, address="192.0.2.1", user_agent="tests", now=timezone.now()
    ).access


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_every_operation_answers_as_documented(case, token, live_server):
    case.call_and_validate(
        base_url=live_server.url, headers={"Authorization": f"Bearer {token}"}, checks=CHECKS
    )
