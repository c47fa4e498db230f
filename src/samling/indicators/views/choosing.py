"""From an address to what it chooses; what is not published is not found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from samling.indicators import queries
from samling.indicators.models import Release
from samling.indicators.presenting import addresses, fresh, labels
from samling.indicators.queries import Published
from samling.indicators.study.schema import Indicator
from samling.ui import formats
from samling.ui.components import FilterBar, Link, Notice, Option, Select
from samling.ui.conditional import public_page

published_page = public_page(fresh.stamp)


def published_or_404(study: str) -> Published:
    """The latest release of a study."""
    release = queries.latest_release(study)
    if release is None:
        raise Http404(
            gettext("Ingen publicerad undersökning har koden %(code)s.") % {"code": study}
        )
    return queries.published(release)


def of_release(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of one release, found by study and number; one that is not public any more is gone."""

    @wraps(view)
    def answer(request: HttpRequest, *, study: str, number: int, **chosen: str) -> HttpResponse:
        releases = {release.number: release for release in queries.releases_of(study)}
        if number not in releases:
            raise Http404(gettext("Den publiceringen finns inte."))
        release = releases[number]
        if release not in queries.public_releases(study):
            context = {
                "release": release,
                "about": addresses.release_page(release),
                "latest": reverse("indicators:study", args=[study]),
            }
            return render(request, "indicators/gone.html", context, status=410)
        return view(request, data=queries.published(release, pinned=True), **chosen)

    return answer


def pinned_notice(data: Published, code: str) -> Notice:
    """That a page stays with its release, and where the latest figures are."""
    release, latest = data.release, queries.latest_release(data.study.study)
    said = gettext("Sidan visar publicering %(number)s från %(date)s och ändras inte.") % {
        "number": release.number,
        "date": formats.full_date(release.published_at),
    }
    links = [Link(gettext("Om publiceringen"), addresses.release_page(release))]
    if latest is not None and latest != release:
        said += " " + gettext("Det finns nyare siffror.")
        links.append(Link(gettext("De senaste siffrorna"), _latest_page(latest, code)))
    return Notice(said, links=tuple(links))


def _latest_page(release: Release, code: str) -> str:
    """The indicator's page in the latest release, or the study's where it is no more."""
    data = queries.published(release)
    if code in {indicator.code for indicator in data.study.indicators}:
        return addresses.indicator_page(data, code)
    return reverse("indicators:study", args=[data.study.study])


def indicator_or_404(data: Published, code: str) -> Indicator:
    """An indicator of the study."""
    try:
        return data.study.indicator(code)
    except KeyError:
        raise Http404(
            gettext("Undersökningen har ingen indikator med koden %(code)s.") % {"code": code}
        ) from None


def chosen(request: HttpRequest, name: str, allowed: Iterable[str], default: str) -> str:
    """A parameter's value if it is one of those allowed, otherwise the default."""
    value = request.GET.get(name, default)
    return value if value in set(allowed) else default


def unknown_notice(request: HttpRequest, filters: FilterBar | None) -> Notice | None:
    """That the address asks for something there is none of, so that what is shown in its place
    isn't taken for it; None where all it asks for is there."""
    missing = [
        select.label
        for select in (filters.selects if filters else ())
        if (asked := request.GET.get(select.name))
        and asked not in {option.value for option in select.options}
    ]
    if not missing:
        return None
    said = gettext(
        "Adressen frågar efter något som inte finns bland siffrorna (%(what)s). I stället visas "
        "det som är valt här nedanför."
    )
    return Notice(said % {"what": ", ".join(missing).lower()}, severity="warning")


def area_select(data: Published, area: str) -> Select:
    """Choice of area: the whole first, then by name."""
    total = data.study.geography.total
    others = sorted(
        (code for code in data.areas if code != total),
        key=lambda code: labels.alphabetical(labels.area_name(code)),
    )
    return Select(
        "omrade",
        gettext("Område"),
        tuple(Option(c, labels.area_name(c), c == area) for c in (total, *others)),
    )


def grouping_select(data: Published, indicator: Indicator, grouping: str) -> Select:
    """Choice of groups; crossed breakdowns stand last."""
    return Select(
        "grupp",
        gettext("Grupper"),
        tuple(
            Option(code, labels.grouping_name(data.study, code), code == grouping)
            for code in data.groupings_of(indicator)
        ),
    )


def study_select(found: Iterable[Published], study: str, *, everything: bool = False) -> Select:
    """Choice of study, if wanted with all of them as the first."""
    options = [
        Option(d.study.study, labels.text(d.study.name), d.study.study == study) for d in found
    ]
    if everything:
        options.insert(0, Option("", gettext("Alla undersökningar"), not study))
    return Select("undersokning", gettext("Undersökning"), tuple(options))


def chosen_period(request: HttpRequest, data: Published) -> str:
    """The single or pooled period that the address chooses, the latest single one by default."""
    return chosen(request, "ar", (*data.periods, *data.pools), data.latest)


def period_select(data: Published, period: str) -> Select:
    """Choice of period: single ones, newest first, then several years together."""
    several = gettext("Flera år tillsammans")
    single = [Option(p, p, p == period) for p in reversed(data.periods)]
    pooled = [
        Option(p, labels.period_name(data.study, p), p == period, several) for p in data.pools
    ]
    return Select("ar", gettext("År"), (*single, *pooled))
