"""`make` and what it offers."""

from __future__ import annotations

import re
import subprocess

import pytest
from django.conf import settings

PROMISED = {"demo", "test", "check", "run", "services", "migrate", "bench", "up"}


def made(*arguments: str) -> str:
    done = subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_make_alone_lists_every_target_with_a_word_on_it():
    listed = dict(re.findall(r"^  make (\S+) +(\S.*)$", made(), re.MULTILINE))
    assert set(listed) >= PROMISED
    assert all(listed.values())


@pytest.mark.parametrize("target", sorted(PROMISED))
def test_every_promised_target_is_made_of_commands(target):
    assert made("--dry-run", target).strip()
