"""Every operation of the OpenAPI document, tried with generated requests.

Whatever is sent, the answer is one the document promises: never a 500, always a documented
status, content type and shape.
"""

from functools import partial

import pytest
import schemathesis
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from core.tests.effort import IS_SOAK, tries
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
OPERATIONS = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.hypothesis,
    pytest.mark.slow,
]
generated = settings(
    max_examples=tries(3, soak=40),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def send(transactional_db, live_server):
    """Sends a case as an administrator, who may call everything, and checks the answer."""
    administrator = UserFactory(username="prober", is_superuser=True)
    token = session_start(
        user=administrator, address="192.0.2.1", user_agent="tests", now=timezone.now()
    ).access
    return partial(
        schemathesis.Case.call_and_validate,
        base_url=live_server.url,
        headers={"Authorization": f"Bearer {token}"},
        checks=CHECKS,
    )


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_every_operation_answers_as_documented(operation, send):
    @generated
    @given(st.one_of(operation.as_strategy(generation_mode=mode) for mode in GenerationMode))
    def answers_as_documented(case):
        send(case)

    answers_as_documented()


def boundaries_of(operation):
    """A test that sends each boundary of each field once: some sixty requests."""

    @schema.include(method=operation.method, path=operation.path).parametrize()
    @generated
    def test(case, send):
        send(case)

    return test


if IS_SOAK:  # a function each, as tests that Schemathesis makes of one share an id
    for each in OPERATIONS:
        name = each.definition.raw["operationId"]
        globals()[f"test_boundaries_of_{name}"] = boundaries_of(each)
