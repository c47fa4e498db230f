"""Addresses of published figures. They are stable: a view can be cited."""

from django.urls import path, register_converter

from samling.indicators.views import explorer, files, profile, release, study


class OneOf:
    """A path part that is one of a few words."""

    regex = ""

    def to_python(self, value: str) -> str:
        """The word as it is."""
        return value

    def to_url(self, value: str) -> str:
        """The word as it is."""
        return value


class PictureEnding(OneOf):
    """An image's ending."""

    regex = "svg|png"


class FileEnding(OneOf):
    """A download's ending."""

    regex = "csv|xlsx|json"


class PictureKind(OneOf):
    """A kind of picture."""

    regex = "omraden|grupper|trend|karta|skillnader|profil"


register_converter(PictureEnding, "picture_ending")
register_converter(FileEnding, "file_ending")
register_converter(PictureKind, "picture_kind")

app_name = "indicators"
urlpatterns = [
    path("indikatorer/", explorer.index, name="index"),
    path("indikatorer/<slug:study>/<slug:code>/", explorer.indicator, name="indicator"),
    path(
        "indikatorer/<slug:study>/<slug:code>.<file_ending:ending>",
        files.download,
        name="download",
    ),
    path(
        "indikatorer/<slug:study>/<slug:code>/<int:number>/",
        explorer.indicator_of_release,
        name="indicator_of_release",
    ),
    path(
        "indikatorer/<slug:study>/<slug:code>/<int:number>.<file_ending:ending>",
        files.download_of_release,
        name="download_of_release",
    ),
    path("omraden/", profile.index, name="areas"),
    path("omraden/<str:code>/", profile.area, name="area"),
    path("undersokningar/", study.index, name="studies"),
    path("undersokningar/<slug:code>/", study.page, name="study"),
    path("undersokningar/<slug:study>/<int:number>/", release.page, name="release"),
    path(
        "diagram/<slug:study>/<int:number>/<picture_kind:kind>/<str:indicator>/<str:area>/"
        "<str:period>/<str:breakdown>.<picture_ending:ending>",
        files.diagram,
        name="diagram",
    ),
]
