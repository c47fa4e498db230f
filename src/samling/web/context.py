"""What every page knows of the installation."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from samling.ui.access import access_of
from samling.ui.components import Link


def installation(request: HttpRequest) -> dict[str, object]:
    """Owner, contact, navigation and footer of this installation."""
    return {
        "installation_owner": settings.SAMLING_OWNER,
        "installation_contact": settings.SAMLING_CONTACT,
        "demo_inbox": reverse("mail:inbox") if settings.SAMLING_DEMO else "",
        "sign_out": reverse("account_logout"),
        "navigation": _links(
            request,
            (gettext("Start"), reverse("start")),
            (gettext("Indikatorer"), reverse("indicators:index")),
            (gettext("Områden"), reverse("indicators:areas")),
            (gettext("Undersökningar"), reverse("indicators:studies")),
            # The same link for everyone, so that a public page is the same for everyone too.
            (gettext("Mina sidor"), reverse("workspace")),
            inside=_is_inside(request),
        ),
        "footer_links": _links(
            request,
            (gettext("Om Samling och siffrorna"), reverse("about")),
            (gettext("Tillgänglighetsredogörelse"), reverse("accessibility")),
        ),
    }


def _is_inside(request: HttpRequest) -> bool:
    """Whether the page lies under Mina sidor: one that somebody has to be signed in for, or one of
    the account's own."""
    match = request.resolver_match
    access = access_of(match.func) if match else None
    signed_in = access is not None and access.kind != "public"
    return signed_in or request.path.startswith(reverse("accounts:account"))


def _links(request: HttpRequest, *links: tuple[str, str], inside: bool = False) -> tuple[Link, ...]:
    here = reverse("workspace") if inside else request.path
    start = links[0][1] if links[0][1] == reverse("start") else ""
    return tuple(
        Link(
            label,
            address,
            current=here == address or (address != start and here.startswith(address)),
        )
        for label, address in links
    )
