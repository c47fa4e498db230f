"""Forms of appointments and agreements."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samling.accounts.models import Person
from samling.organisations.actions.appointments import Terms
from samling.organisations.models import Organisation, RoleType
from samling.organisations.queries.appointments import role_name
from samling.organisations.terms import add_months, last_day

LONG = 2000
AGREEMENT_MONTHS = 48


class DayInput(forms.DateInput):
    """A day, as the browser's own calendar gives it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _day(label: Any, *, required: bool = True, **rest: Any) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=DayInput(), **rest)


def _text(label: Any, *, help_text: Any = "", most: int = LONG) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(
        label=label, required=False, max_length=most, help_text=help_text, widget=area
    )


class TermsForm(forms.Form):
    """Who, from when, with what. Name and address are asked for when nobody is chosen already."""

    name = forms.CharField(label=_("Namn"), max_length=200)
    email = forms.EmailField(
        label=_("E-postadress"),
        help_text=_("Har personen inget konto än får hen ett mejl som visar hur man gör."),
    )
    starts_on = _day(_("Första dag"))
    ends_on = _day(_("Sista dag"), required=False)
    training = _text(_("Utbildning"), help_text=_("Vad personen ska gå, och när."))
    plan = _text(_("Plan"), help_text=_("Vad uppdraget ska leda till och hur mycket tid det får."))

    def __init__(self, *args: Any, person: Person | None, months: int | None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.months = months
        self.fields["starts_on"].initial = timezone.localdate()
        if person is not None:
            del self.fields["name"], self.fields["email"]
        if months:
            text = _("Lämna tomt så blir det %(months)s månader.") % {"months": months}
            self.fields["ends_on"].help_text = text
        else:
            self.fields["ends_on"].help_text = _("Lämna tomt om uppdraget gäller tills vidare.")

    def usual_months(self) -> int | None:
        """How long the role usually lasts."""
        return self.months

    def terms(self) -> Terms:
        """What was filled in; the role's usual term where no last day was given."""
        given = self.cleaned_data
        ends_on = given["ends_on"] or last_day(given["starts_on"], self.usual_months())
        return Terms(given["starts_on"], ends_on, given["training"], given["plan"])


class AppointForm(TermsForm):
    """Appoint someone to a role."""

    role_type = forms.ChoiceField(label=_("Uppdrag"))
    field_order = ("role_type", "name", "email", "starts_on", "ends_on", "training", "plan")

    def __init__(self, *args: Any, roles: list[RoleType], **kwargs: Any) -> None:
        super().__init__(*args, months=None, **kwargs)
        self.by_code = {role.code: role for role in roles}
        choices = [(role.code, role_name(role)) for role in roles]
        self.fields["role_type"].choices = choices  # type: ignore[attr-defined]
        self.fields["ends_on"].help_text = _(
            "Lämna tomt så gäller uppdraget så länge som det brukar, eller tills vidare."
        )

    def role(self) -> RoleType:
        """The role that was chosen."""
        return self.by_code[self.cleaned_data["role_type"]]

    def usual_months(self) -> int | None:
        """How long the chosen role usually lasts."""
        return self.role().term_months


class AnswerForm(forms.Form):
    """Why one says no; the buttons say what one answers."""

    reason = _text(_("Hälsning"), most=300, help_text=_("Följer med till chefen om du tackar nej."))


class ChangeForm(forms.Form):
    """Last day, training and plan."""

    ends_on = _day(
        _("Sista dag"), required=False, help_text=_("Lämna tomt om uppdraget gäller tills vidare.")
    )
    training = _text(_("Utbildning"))
    trained_on = _day(_("Utbildad"), required=False, help_text=_("Dagen då utbildningen var klar."))
    plan = _text(_("Plan"))


class EndForm(forms.Form):
    """When it ends and why."""

    last_day = _day(_("Sista dag"), help_text=_("Uppdraget gäller till och med den dagen."))
    reason = _text(_("Varför"), most=300, help_text=_("Skrivs i mejlet till personen."))


class WithdrawForm(forms.Form):
    """Why it is withdrawn, when it hasn't begun."""

    reason = _text(_("Varför"), most=300, help_text=_("Skrivs i mejlet till personen."))


class ImportForm(forms.Form):
    """A file of appointments."""

    file = forms.FileField(
        label=_("Fil"), help_text=_("Excel (.xlsx) eller CSV, högst 5 MB och 2 000 rader.")
    )


class AgreementTermsForm(forms.Form):
    """When an agreement was signed and its last day; `after` is the last day of the one before."""

    signed_on = _day(_("Undertecknad"))
    expires_on = _day(_("Sista dag"), help_text=_("HFS avsiktsförklaring gäller i fyra år."))
    note = _text(_("Anteckning"))

    def __init__(self, *args: Any, after: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["signed_on"].initial = today
        start = max(after or today, today)
        self.fields["expires_on"].initial = add_months(start, AGREEMENT_MONTHS)


class AgreementForm(AgreementTermsForm):
    """A new agreement."""

    organisation = forms.ChoiceField(label=_("Organisation"))
    name = forms.CharField(label=_("Namn"), max_length=200)
    field_order = ("organisation", "name", "signed_on", "expires_on", "note")

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {str(found.key): found for found in organisations}
        choices = [(key, found.name) for key, found in self.by_key.items()]
        self.fields["organisation"].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> Organisation:
        """The organisation that was chosen."""
        return self.by_key[self.cleaned_data["organisation"]]


class EndAgreementForm(forms.Form):
    """The day that an agreement ended."""

    ended_on = _day(_("Avslutad"))
