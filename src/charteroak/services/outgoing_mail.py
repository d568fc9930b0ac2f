"""Mail that leaves this installation, by the server that its administrator configured; nothing leaves an exercise."""

from collections.abc import Callable

from django.conf import settings

from charteroak.adapters.mail_sender import MailSettings, NewMail, compose, load_mail_settings, send
from charteroak.services.exercise_guard import refuse_in_exercise


def mail_settings() -> MailSettings | None:
    """How mail leaves, or ``None`` where nobody configured it.

    Raises:
        MailSettingsError: what is configured cannot be used.
    """
    return load_mail_settings(settings.DATA.root)


def sender_by(configured: MailSettings | None) -> Callable[[NewMail], None] | None:
    """Sends one message, or nothing where no server is configured."""
    if configured is None:
        return None

    def send_one(mail: NewMail) -> None:
        refuse_in_exercise("Sending mail")
        send(compose(mail, configured), configured)

    return send_one
