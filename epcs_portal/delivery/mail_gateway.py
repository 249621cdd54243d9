"""E-mail, by whatever backend Django is set to: SMTP in production."""

from __future__ import annotations

import smtplib
from contextlib import suppress
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from epcs_portal.delivery.gateway import DeliveryFailed, Outgoing, Receipt
from epcs_portal.delivery.problems import Problem


class Mail:
    """Plain text, and HTML where there is some. Sent twice, a message has the same Message-ID, and
    mailboxes show it once."""

    def send(self, message: Outgoing) -> Receipt:
        domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
        message_id = f"<{message.id}@{domain}>"
        server = get_connection()
        letter = EmailMultiAlternatives(
            message.subject,
            message.text,
            to=[message.to],
            headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
            connection=server,
        )
        if message.html:
            letter.attach_alternative(message.html, "text/html")
        try:
            letter.send()
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _text in error.recipients.values()]
            raise _failure(max(codes)) from None  # its text names the address
        except smtplib.SMTPAuthenticationError:
            raise DeliveryFailed(Problem.UNREACHABLE, is_permanent=False) from None
        except smtplib.SMTPResponseException as error:
            raise _failure(error.smtp_code) from None
        except (smtplib.SMTPException, OSError):
            raise DeliveryFailed(Problem.UNREACHABLE, is_permanent=False) from None
        finally:
            with suppress(smtplib.SMTPException, OSError):
                server.close()  # Django leaves a connection open whose login was refused
        return Receipt(message_id)


def _failure(code: int) -> DeliveryFailed:
    """A 5xx is the server's last word on this letter, a 4xx is not (RFC 5321 section 4.2.1)."""
    if code >= 500:
        return DeliveryFailed(Problem.MAILBOX_REFUSED, is_permanent=True)
    return DeliveryFailed(Problem.UNREACHABLE, is_permanent=False)
