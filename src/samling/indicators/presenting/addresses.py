"""Addresses of what a release shows: of the latest, or of the release that a page stays with."""

from __future__ import annotations

from django.urls import reverse

from samling.indicators.models import Release
from samling.indicators.queries import Published


def indicator_page(data: Published, code: str) -> str:
    """An indicator's page without parameters."""
    study, number = data.study.study, data.release.number
    if data.pinned:
        return reverse("indicators:indicator_of_release", args=[study, code, number])
    return reverse("indicators:indicator", args=[study, code])


def indicator_file(data: Published, code: str, ending: str) -> str:
    """An indicator's figures as a file."""
    study, number = data.study.study, data.release.number
    if data.pinned:
        return reverse("indicators:download_of_release", args=[study, code, number, ending])
    return reverse("indicators:download", args=[study, code, ending])


def release_page(release: Release) -> str:
    """What was published when, how and why; it stays when a new release has come."""
    return reverse("indicators:release", args=[release.study.code, release.number])
