"""Applies one proposal in a process of its own; the tests kill it at chosen places."""

import sys

import django


def main(proposal_id: int) -> None:
    django.setup()
    from django.db import connection

    from purchases.tasks import apply_proposal

    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0")  # waits where the test holds it
    print("started", flush=True)  # noqa: T201 - tells the test
    apply_proposal(proposal_id)
    print("done", flush=True)  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]))
