"""Forms about organisations, units, members and files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.validators import FileExtensionValidator, RegexValidator, URLValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from samling.organisations.actions.importing.enrolment import year_name
from samling.organisations.actions.logos import MOST_BYTES
from samling.organisations.actions.memberships import Term
from samling.organisations.actions.registry import OrganisationDetails
from samling.organisations.actions.units import UnitDetails
from samling.organisations.choices import Grade, Kind, UnitKind
from samling.organisations.models import Organisation, Unit
from samling.organisations.queries.registry import TreeRow, choosable_areas
from samling.places.choices import Level
from samling.places.models import Area

INDENT = "\u2003"
Choices = Sequence[tuple[str, str]]


class AreaField(forms.ChoiceField):
    """A county or municipality, or none."""

    def use(self, current: Area | None) -> None:
        """Offer the areas in force, and the one that is there already."""
        self.areas = {area.code: area for area in choosable_areas()}
        if current is not None:
            self.areas.setdefault(current.code, current)
        county = Level.COUNTY
        self.choices = [
            ("", _("inget område")),
            *(
                (code, area.name if area.level == county else f"{INDENT}{area.name}")
                for code, area in sorted(self.areas.items())
            ),
        ]

    def clean(self, value: Any) -> Area | None:
        """The area itself."""
        return self.areas.get(super().clean(value))


class DayField(forms.DateField):
    """A day, chosen in the browser's calendar."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class OrganisationForm(forms.Form):
    """An organisation's details."""

    name = forms.CharField(label=_("Namn"), max_length=200)
    kind = forms.ChoiceField(label=_("Sort"), choices=Kind.choices)
    area = AreaField(
        label=_("Område"),
        required=False,
        help_text=_("Länet eller kommunen som organisationen verkar i."),
    )
    number = forms.CharField(
        label=_("Organisationsnummer"),
        required=False,
        validators=[RegexValidator(r"^\d{6}-?\d{4}$", _("Skriv det som 212000-0001."))],
    )
    email = forms.EmailField(label=_("E-post"), required=False)
    phone = forms.CharField(label=_("Telefon"), max_length=40, required=False)
    website = forms.URLField(
        label=_("Webbplats"),
        required=False,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
    )
    registry_email = forms.EmailField(
        label=_("Registratorns e-post"),
        required=False,
        help_text=_("Dit allmänna handlingar och begäran om dem skickas."),
    )
    registry_note = forms.CharField(
        label=_("Om diariet"),
        max_length=300,
        required=False,
        help_text=_("Till exempel var diariet förs och hur ärenden numreras."),
    )

    def __init__(self, *args: Any, current: Organisation | None = None, **kwargs: Any) -> None:
        if current is not None:
            kwargs["initial"] = {
                name: getattr(current, name) for name in self.base_fields if name != "area"
            }
            kwargs["initial"]["area"] = current.area.code if current.area else ""
        super().__init__(*args, **kwargs)
        area = self.fields["area"]
        assert isinstance(area, AreaField)  # noqa: S101 - said once more, to the type checker
        area.use(current.area if current else None)

    def details(self) -> OrganisationDetails:
        """What was filled in."""
        return OrganisationDetails(**self.cleaned_data)


class UnitForm(forms.Form):
    """A unit's details."""

    name = forms.CharField(label=_("Namn"), max_length=200)
    kind = forms.ChoiceField(label=_("Sort"), choices=UnitKind.choices)
    code = forms.CharField(
        label=_("Kod"),
        max_length=64,
        help_text=_("Er egen beteckning. Den känner igen enheten när ni läser in en fil."),
    )
    area = AreaField(label=_("Område"), required=False)
    email = forms.EmailField(label=_("E-post"), required=False)
    phone = forms.CharField(label=_("Telefon"), max_length=40, required=False)

    def __init__(self, *args: Any, current: Unit | None = None, **kwargs: Any) -> None:
        if current is not None:
            kwargs["initial"] = {
                name: getattr(current, name) for name in self.base_fields if name != "area"
            }
            kwargs["initial"]["area"] = current.area.code if current.area else ""
        super().__init__(*args, **kwargs)
        area = self.fields["area"]
        assert isinstance(area, AreaField)  # noqa: S101 - said once more, to the type checker
        area.use(current.area if current else None)

    def details(self) -> UnitDetails:
        """What was filled in."""
        return UnitDetails(**{name: self.cleaned_data[name] for name in UnitForm.base_fields})


class TargetForm(forms.Form):
    """Where to: one of those that are offered."""

    target = forms.ChoiceField(required=True)

    def __init__(self, *args: Any, choices: Choices, label: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["target"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices, field.label = choices, label
        field.required = all(value for value, _label in choices)


class MergeForm(TargetForm):
    """What to merge into, chosen and confirmed; nothing is chosen beforehand."""

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, choices=[("", gettext("Välj en")), *choices], **kwargs)
        self.fields["target"].required = True

    sure = forms.BooleanField(label=_("Ja, slå ihop. Det går inte att ångra."))


class CloseForm(forms.Form):
    """Closing; what still stands there is ended only by an explicit choice."""

    with_everything = forms.BooleanField(required=False)

    def __init__(self, *args: Any, standing: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if standing:
            self.fields["with_everything"].label = _("Stäng och avsluta också %(what)s") % {
                "what": standing
            }
        else:
            del self.fields["with_everything"]


class LogoForm(forms.Form):
    """A picture for the organisation."""

    picture = forms.FileField(
        label=_("Bild"),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["picture"].help_text = _("PNG, JPEG eller WebP, högst %(size)s kB.") % {
            "size": MOST_BYTES // 1000
        }


class MembershipForm(forms.Form):
    """As what and between which days."""

    title = forms.CharField(label=_("Titel"), max_length=200, required=False)
    starts_on = DayField(label=_("Första dag"))
    ends_on = DayField(label=_("Sista dag"), required=False)

    def clean(self) -> dict[str, Any]:
        """The days in their order."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            self.add_error("ends_on", _("Sista dagen är före den första."))
        return cleaned

    def term(self) -> Term:
        """What was filled in."""
        values = self.cleaned_data
        return Term(values["starts_on"], values["ends_on"], values["title"])


class NewMemberForm(MembershipForm):
    """A person to write down as a member."""

    email = forms.EmailField(label=_("E-postadress"))
    name = forms.CharField(
        label=_("Namn"),
        max_length=200,
        required=False,
        help_text=_(
            "Behövs för den som är ny i Samling. Den som har ett konto behåller sitt namn."
        ),
    )
    field_order = ("email", "name", "title", "starts_on", "ends_on")


class EnrolmentForm(forms.Form):
    """A school year's pupils, a field for each grade."""

    def __init__(self, *args: Any, current: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for value, label in Grade.choices:
            self.fields[value] = forms.IntegerField(
                label=str(label).capitalize(),
                min_value=0,
                max_value=10_000,
                required=False,
                initial=current.get(value),
            )


class YearForm(forms.Form):
    """Which school year."""

    year = forms.TypedChoiceField(label=_("Läsår"), coerce=int)

    def __init__(self, *args: Any, years: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["year"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [(year, year_name(year)) for year in years]


class FileForm(forms.Form):
    """A spreadsheet to preview."""

    file = forms.FileField(
        label=_("Fil"),
        help_text=_("Excel (.xlsx) eller CSV. Inget ändras förrän du har sett vad som händer."),
        validators=[FileExtensionValidator(["csv", "txt", "tsv", "xlsx", "xls"])],
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.tsv,.txt"}),
    )
    close_missing = forms.BooleanField(required=False)

    def __init__(self, *args: Any, closing: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if closing:
            self.fields["close_missing"].label = closing
        else:
            del self.fields["close_missing"]


def tree_choices(rows: Iterable[TreeRow]) -> list[tuple[str, str]]:
    """The units as a list to choose from, further in the deeper they lie."""
    return [(str(row.key), f"{INDENT * row.depth}{row.name}") for row in rows]
