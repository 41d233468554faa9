"""Command line of the demo: prepare, start the stack, live the journey, stay up or stop."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from scripts.demo import printing as out
from scripts.demo.environment import Environment
from scripts.demo.journey import Journey, JourneyFailed
from scripts.stack import Stack, StackError


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offer", type=Path, help="a warehouse's file; default: the sample")
    parser.add_argument("--exit", action="store_true", help="stop at the end instead of staying")
    parser.add_argument("--port", type=int, default=0, help="default: 8000 or a free one")
    arguments = parser.parse_args()
    if arguments.offer is not None and not arguments.offer.is_file():
        parser.error(f"there is no file {arguments.offer}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        environment = Environment.fresh(port=arguments.port)
        with Stack(port=environment.port, logs=environment.logs) as stack:
            stack.wait_until_ready()
            out.done(f"API, worker and beat are up at {stack.base_url}")
            journey = Journey(stack.base_url, environment)
            journey.live(arguments.offer)
            if not arguments.exit:
                _stay(stack, journey)
    except (StackError, JourneyFailed) as error:
        out.fault(str(error))
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


def _stay(stack: Stack, journey: Journey) -> None:
    out.title("Look around")
    out.table(
        ["who", "user name", "password"],
        [[person.role, person.username, person.password] for person in journey.people],
    )
    out.line(f"API      {stack.base_url}/api/docs/   (or /api/redoc/)")
    out.line(f"Admin    {stack.base_url}/admin/      (as owner)")
    out.line("Ctrl-C stops everything.")
    raise StackError(f"{stack.wait()} ended")


if __name__ == "__main__":
    sys.exit(main())
