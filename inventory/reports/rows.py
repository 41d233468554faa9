"""Rows of a report: a page of them, all of them one by one, and their totals.

`SqlRows` leaves them in the database: a page costs one query however many rows there are, and an
export reads them through a server-side cursor. `ListRows` is for what had to be computed here.
Both are what Django's paginator pages through.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, Protocol

from django.db import connection

Record = dict[str, Any]
READ_AT_ONCE = 2000


class Rows(Protocol):
    def count(self) -> int: ...

    def __len__(self) -> int: ...

    def __getitem__(self, wanted: slice) -> list[Record]: ...

    def __iter__(self) -> Iterator[Record]: ...

    @property
    def totals(self) -> Record: ...


class SqlRows:
    """The rows of one SELECT with a total order. summed: columns whose totals are shown."""

    def __init__(self, sql: str, params: dict[str, Any], *, summed: Sequence[str]) -> None:
        self._sql, self._params, self._summed = sql, params, summed

    @cached_property
    def _counted(self) -> Record:
        sums = "".join(f", coalesce(sum({name}), 0) AS {name}" for name in self._summed)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) AS rows{sums} FROM ({self._sql}) r", self._params)
            return _records(cursor, [cursor.fetchone()])[0]

    def count(self) -> int:
        return int(self._counted["rows"])

    __len__ = count

    @property
    def totals(self) -> Record:
        return {name: self._counted[name] for name in self._summed}

    def __getitem__(self, wanted: slice) -> list[Record]:
        first, beyond = wanted.start or 0, wanted.stop
        with connection.cursor() as cursor:
            cursor.execute(
                f"{self._sql} OFFSET %(first)s LIMIT %(many)s",
                {**self._params, "first": first, "many": beyond - first},
            )
            return _records(cursor, cursor.fetchall())

    def __iter__(self) -> Iterator[Record]:
        with connection.chunked_cursor() as cursor:
            cursor.execute(self._sql, self._params)
            while found := cursor.fetchmany(READ_AT_ONCE):
                yield from _records(cursor, found)


class ListRows(list[Record]):
    """Rows computed here. summed: columns whose totals are shown."""

    def __init__(self, rows: Sequence[Record], *, summed: Sequence[str]) -> None:
        super().__init__(rows)
        self._summed = summed

    def count(self) -> int:  # type: ignore[override]
        return len(self)

    @property
    def totals(self) -> Record:
        return {name: sum(row[name] or 0 for row in self) for name in self._summed}


def _records(cursor: Any, rows: Sequence[Sequence[Any]]) -> list[Record]:
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in rows]
