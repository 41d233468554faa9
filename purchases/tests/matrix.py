"""Walks a state machine over HTTP: every state, every action, every role, against one table.

A table has a row per action and a column per state:

    action  | who    | draft    | submitted
    submit  | OPB    | submitted | -
    approve | OP(B)  | -         | approved

who: letters of ROLES; in brackets, those who may use the endpoint, and not for this. A cell is the
state it leads to, `=` for the state it is in, or `-` where the state does not allow it (409).
Everybody else is answered 403. Whatever is refused must have changed nothing at all, and whatever
is done must be audited.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from core.models import AuditEntry
from purchases.tests.snapshots import everything

ROLES = {
    "O": "owner",
    "P": "pharmacist",
    "B": "purchasing",
    "A": "accountant",
    "U": "auditor",
    "C": "cashier",
}


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    body: Mapping[str, Any]
    format: str = "json"


@dataclass(frozen=True)
class Row:
    """One action. allowed, half: letters of roles. targets: state -> cell."""

    allowed: str
    half: str
    targets: Mapping[str, str]

    def expected(self, letter: str, state: str) -> int | str:
        """403, 409, or the state it leads to."""
        if letter not in self.allowed + self.half:
            return 403
        if self.targets[state] == "-":
            return 409
        return 403 if letter in self.half else self.targets[state]


@dataclass(frozen=True)
class Machine:
    """make: state -> something in it. calls: action -> how it is asked for. state_of: as stored.

    unaudited: actions that find nothing to change here, or are kept as rows of their own.
    """

    table: str
    make: Mapping[str, Callable[[], Any]]
    calls: Mapping[str, Callable[[Any], Call]]
    state_of: Callable[[Any], str]
    unaudited: Collection[str] = ()

    def rows(self) -> dict[str, Row]:
        head, *lines = [
            [cell.strip() for cell in line.split("|")]
            for line in self.table.strip().splitlines()
            if line.strip()
        ]
        assert head[:2] == ["action", "who"]
        assert head[2:] == list(self.make), "a column for every state"
        rows = {}
        for action, who, *cells in lines:
            found = re.fullmatch(r"([A-Z]*)(?:\(([A-Z]+)\))?", who)
            assert found, who
            assert {*(found[1] + (found[2] or ""))} <= set(ROLES), who
            rows[action] = Row(found[1], found[2] or "", dict(zip(head[2:], cells, strict=True)))
        assert list(rows) == list(self.calls), "a row for every action"
        return rows

    def walk(self, state: str, client_as: Callable[[str], Any]) -> list[str]:
        """Everything that is not as the table says; nothing, if all is well."""
        clients = {letter: client_as(role) for letter, role in ROLES.items()}
        subject = self.make[state]()
        present, before = self.state_of(subject), everything()
        faults = []
        for action, row in self.rows().items():
            for letter, client in clients.items():
                expected = row.expected(letter, state)
                got = self._try(subject, action, client)
                if got != (present if expected == "=" else expected):
                    faults.append(f"{action} by {ROLES[letter]}: {got}, not {expected}")
            if everything() != before:
                faults.append(f"{action}: a refusal left something behind")
                before = everything()
        return faults

    def _try(self, subject: Any, action: str, client: Any) -> int | str:
        """The state it led to, or the status of the refusal; what succeeded is rolled back."""
        call = self.calls[action](subject)
        audited = AuditEntry.objects.count()
        with transaction.atomic():
            send = getattr(client, call.method)
            answer = send(f"/api/v1/{call.path}", call.body, format=call.format)
            if answer.status_code >= 300:
                problem = answer.json()
                known = (answer.status_code, problem["code"] != "forbidden")
                if known in {(403, False), (403, True), (409, True)}:
                    return answer.status_code
                return f"{answer.status_code} {problem['code']} {problem['errors']}"
            target = self.state_of(subject)
            is_audited = AuditEntry.objects.count() > audited
            transaction.set_rollback(True)
        if is_audited or action in self.unaudited:
            return target
        return f"{target}, but not audited"
