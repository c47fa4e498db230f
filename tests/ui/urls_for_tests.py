"""The addresses that the tests of the page shell stand on."""

from django.conf.urls.i18n import i18n_patterns
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("made up")


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("made up")


urlpatterns = i18n_patterns(
    path("komponenter/", include("samling.ui.urls")),
    path("stangd/", forbidden),
    path("konstig/", suspicious),
    path("trasig/", broken),
    prefix_default_language=False,
)
