"""What every page knows of the installation."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from samling.ui.components import Link


def installation(request: HttpRequest) -> dict[str, object]:
    """Owner, contact, navigation and footer of this installation."""
    return {
        "installation_owner": settings.SAMLING_OWNER,
        "installation_contact": settings.SAMLING_CONTACT,
        "demo_inbox": reverse("mail:inbox") if settings.SAMLING_DEMO else "",
        "navigation": _links(
            request,
            (gettext("Start"), reverse("start")),
            (gettext("Indikatorer"), reverse("indicators:index")),
            (gettext("Områden"), reverse("indicators:areas")),
            (gettext("Undersökningar"), reverse("indicators:studies")),
            # The same link for everyone, so that a public page is the same for everyone too.
            (gettext("Mina sidor"), reverse("workspace")),
        ),
        "footer_links": _links(
            request,
            (gettext("Om Samling och siffrorna"), reverse("about")),
            (gettext("Tillgänglighetsredogörelse"), reverse("accessibility")),
        ),
    }


def _links(request: HttpRequest, *links: tuple[str, str]) -> tuple[Link, ...]:
    here = request.path
    start = links[0][1] if links[0][1] == reverse("start") else ""
    return tuple(
        Link(
            label,
            address,
            current=here == address or (address != start and here.startswith(address)),
        )
        for label, address in links
    )
