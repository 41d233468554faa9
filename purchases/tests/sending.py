"""Sends one order into a folder, in a process of its own that may die right after sending."""

import os
import signal
import sys

import django
from django.core.mail.backends.filebased import EmailBackend


class DiesAfterSending(EmailBackend):
    """The mail server has the e-mail, and nobody lives to say so."""

    def send_messages(self, messages):
        super().send_messages(messages)
        os.kill(os.getpid(), signal.SIGKILL)


def main(dispatch_id: int, folder: str, *, dies: bool) -> None:
    django.setup()
    from django.conf import settings

    from purchases.tasks import send_order

    settings.EMAIL_FILE_PATH = folder
    settings.EMAIL_BACKEND = (
        "purchases.tests.sending.DiesAfterSending"
        if dies
        else "django.core.mail.backends.filebased.EmailBackend"
    )
    send_order(dispatch_id)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], dies=sys.argv[3] == "dies")
