"""Mail through the server that the settings name."""

import smtplib
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from yihu.hub.foundation.notices.services.delivering import Outgoing, RefusedError, Sender, SendingError


class MailSender(Sender):
    """Plain text beside HTML that a template of ours makes; the words were masked before they came here."""

    def send(self, message: Outgoing) -> str:
        """Hand over by SMTP; a 5xx answer is final, anything else is tried again."""
        domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
        token = f"<{message.token}@{domain}>"
        mail = EmailMultiAlternatives(
            subject=" ".join(message.title.split()),
            body="\n\n----\n\n".join(message.texts),
            to=[message.to],
            headers={"Message-ID": token, "Auto-Submitted": "auto-generated"},
        )
        mail.attach_alternative(render_to_string("notices/mail.html", {"message": message}), "text/html")
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            codes = {code for code, _ in error.recipients.values()}
            raise _refusal(max(codes, default=500)) from error
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code) from error
        except (smtplib.SMTPException, OSError) as error:
            raise SendingError(f"邮件服务器无应答：{type(error).__name__}") from error
        return token


def _refusal(code: int) -> SendingError:
    """The server's text stays out: it may repeat the address."""
    words = f"邮件服务器应答 {code}"
    return RefusedError(words) if code >= 500 else SendingError(words)
