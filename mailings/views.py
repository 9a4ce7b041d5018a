from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from foundation.tokens import read_token
from foundation.views import private_page, unknown_link
from mailings import actions, rules
from mailings.models import OutgoingEmail


@require_http_methods(["GET", "HEAD", "POST"])
def not_me(request: HttpRequest, token: str) -> HttpResponse:
    identifier = read_token("not-me", token)
    outgoing = OutgoingEmail.objects.of_somebody().filter(uuid=identifier).first() if identifier else None
    if outgoing is None:
        return unknown_link(request)
    if request.method == "POST":
        actions.disown_email(outgoing=outgoing.uuid)
    # As the rows say: whoever comes again is not asked again.
    return private_page(request, "mailings/not_me.html", {"done": rules.was_disowned(outgoing.email)})
