from django.http import HttpRequest

STEER_MAIL = "mailings.steer_mail"


def may_steer(request: HttpRequest) -> bool:
    """Sending again, settling, resuming and lifting, of which each can annoy many people at once."""
    return request.user.has_perm(STEER_MAIL)
