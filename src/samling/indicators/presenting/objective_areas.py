"""The eight national objective areas, with health outcomes first and background last."""

from django.utils.translation import gettext, gettext_lazy

OBJECTIVE_AREAS = {
    "H": gettext_lazy("Hälsa"),
    "1": gettext_lazy("Det tidiga livets villkor"),
    "2": gettext_lazy("Kunskaper, kompetenser och utbildning"),
    "3": gettext_lazy("Arbete, arbetsförhållanden och arbetsmiljö"),
    "4": gettext_lazy("Inkomster och försörjningsmöjligheter"),
    "5": gettext_lazy("Boende och närmiljö"),
    "6": gettext_lazy("Levnadsvanor"),
    "7": gettext_lazy("Kontroll, inflytande och delaktighet"),
    "8": gettext_lazy("En jämlik och hälsofrämjande hälso- och sjukvård"),
    "BG": gettext_lazy("Bakgrund"),
}


def objective_area_name(code: str) -> str:
    """ "Målområde 6: Levnadsvanor"; health and background are no objective areas."""
    name = str(OBJECTIVE_AREAS[code])
    if not code.isdigit():
        return name
    return gettext("Målområde %(number)s: %(name)s") % {"number": code, "name": name}
