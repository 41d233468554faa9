"""Seconds, size and memory of a long report in each format and language.

python -m bench.rendering [ROWS]     5,000 rows of eight columns unless told otherwise; exit 1 if
                                     one takes longer than its goal
"""

import os
import resource
import sys
import time

import django

ROWS = 5_000
MOST_SECONDS = {"csv": 2.0, "xlsx": 6.0, "pdf": 30.0}


def main(count: int) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    django.setup()
    from files.public import render
    from files.tests.reports import long_report

    missed = False
    for language in ("ar", "en"):
        for kind, most in MOST_SECONDS.items():
            started = time.perf_counter()
            size = len(render(long_report(count), format=kind, language=language).read())
            took = time.perf_counter() - started
            missed |= took > most * count / ROWS
            print(f"{kind:4} {language}: {count:,} rows in {took:5.2f} s, {size / 1024:,.0f} KiB")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory at most: this process {own:,.0f} MiB, the typesetting one {peak:,.0f} MiB")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS))
