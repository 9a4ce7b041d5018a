"""Mails that come back, built by hand: Python's generator refuses some of their kinds."""

from email.message import EmailMessage


def returned(to: str = "", text: str = "I am sorry.", **headers: str) -> EmailMessage:
    mail = EmailMessage()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    usual = {
        "Return-Path": "<>",
        "From": "Mail Delivery <MAILER-DAEMON@mx.example>",
        "To": to or "bounces@clinic.example",
        "Subject": "Undeliverable",
    }
    for name, value in {**usual, **named}.items():
        mail[name] = value
    mail.set_content(text)
    return mail


def with_status(mail: EmailMessage, action: str, status: str, reply: str, original: str = "") -> bytes:
    """As RFC 3464 wants it: words for people, words for machines, the head of the mail."""
    about = f"Final-Recipient: rfc822; zoe@example.com\nAction: {action}\nStatus: {status}"
    machine = f"Reporting-MTA: dns; mx.example\n\n{about}\nDiagnostic-Code: smtp; {reply}\n"
    head = f"Message-ID: {original}\nSubject: Your packet\n"
    return report(mail, {"message/delivery-status": machine, "text/rfc822-headers": head})


def report(mail: EmailMessage, parts: dict[str, str], kind: str = "report") -> bytes:
    text = "".join(f"{name}: {value}\n" for name, value in mail.items() if not name.startswith(("Content-", "MIME")))
    text += f"Content-Type: multipart/{kind}; boundary=cut\n\n--cut\n\n{mail.get_content()}"
    text += "".join(f"--cut\nContent-Type: {kind}\n\n{content}\n" for kind, content in parts.items())
    return f"{text}--cut--\n".encode()
