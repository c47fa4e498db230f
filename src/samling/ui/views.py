"""The component gallery: every component in use, with what it is given."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from samling.ui.conditional import public_page
from samling.ui.gallery import from_rooms, gallery_page, specimens


@public_page(lambda: "gallery")
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component with made-up figures."""
    context = {
        "page": gallery_page(),
        "example_data": True,
        "specimens": specimens(request.GET),
        "from_rooms": from_rooms(),
    }
    return render(request, "ui/gallery.html", context)
