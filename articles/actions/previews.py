from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from articles.models import ArticleRevision, PreviewLink
from articles.models.previews import ends_at
from foundation.actors import Actor


@transaction.atomic
def make_preview_link(*, revision: ArticleRevision, by: Actor, uuid: UUID | None = None) -> PreviewLink:
    """uuid: of the page on which it is asked for; asked for twice from there, it is the link that there is.

    While that leads somewhere: whoever took it back and asks anew wants one that does.
    """
    if not by.has_perm("articles.change_article"):
        raise PermissionDenied
    about = {"revision": revision, "created_by": by.account}
    this = PreviewLink.objects.open().filter(**about)
    if uuid is None or PreviewLink.objects.filter(uuid=uuid).exclude(pk__in=this.values("pk")).exists():
        uuid = uuid4()
    return PreviewLink.objects.get_or_create(uuid=uuid, **about, defaults={"expires_at": ends_at()})[0]


@transaction.atomic
def revoke_preview_link(*, link: PreviewLink, by: Actor) -> None:
    """From now on; whoever has the page open keeps what they see."""
    if not by.has_perm("articles.change_article"):
        raise PermissionDenied
    if not PreviewLink.objects.open().filter(pk=link.pk).update(revoked_at=Now(), revoked_by=by.account):
        raise ValidationError(_("This link was taken back, or has ended."))
