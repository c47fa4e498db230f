"""Forms of one's own account and of those who look after people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from samling.accounts.actions.invitations import INVITE, may_invite
from samling.accounts.actions.roles import GRANT, may_grant
from samling.accounts.choices import Language
from samling.accounts.models import Person, Role
from samling.accounts.queries import roles
from samling.accounts.scopes import scopes
from samling.ui.access import EVERYWHERE, Rights

ALL = "alla"  # in the form; a scope for everything is empty
WHOLE = _("hela installationen")


class DetailsForm(forms.Form):
    """One's own name and language."""

    name = forms.CharField(label=_("Namn"), max_length=200)
    language = forms.ChoiceField(label=_("Språk i mejl"), choices=Language.choices)


class DeletionForm(forms.Form):
    """Deleting an account is confirmed by writing its address."""

    address = forms.CharField(label=_("Skriv e-postadressen för att bekräfta"), max_length=254)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_address(self) -> str:
        """The address, whatever its capitals."""
        written: str = self.cleaned_data["address"].strip()
        if written.lower() != self.person.email.lower():
            raise forms.ValidationError(_("Det är inte kontots adress. Inget är borttaget."))
        return written


class RoleScopeForm(forms.Form):
    """A role and what it is for, among those that one may give."""

    role = forms.ChoiceField(label=_("Roll"))
    scope = forms.ChoiceField(label=_("Gäller för"))
    needs_role = True

    def __init__(self, *args: Any, rights: Rights, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rights = rights
        self.by_code = {role.code: role for role in roles()}
        named = [(code, role.name) for code, role in self.by_code.items()]
        # Nobody gets a role because it stood first.
        unchosen = _("Välj en roll") if self.needs_role else _("ingen roll, bara ett konto")
        nothing = [("", unchosen)]
        self._choice("role").choices = [*nothing, *named]
        self._choice("role").required = self.needs_role
        everywhere = EVERYWHERE in rights.scopes(GRANT)
        whole = [(ALL, WHOLE)] if everywhere else []
        self._choice("scope").choices = [*whole, *scopes().choices(rights, self.permission())]

    def permission(self) -> str:
        """What one has to hold for a scope to be offered."""
        return GRANT

    def _choice(self, name: str) -> Any:
        return self.fields[name]

    def allowed(self, role: Role | None, scope: str) -> bool:
        """Whether the one who fills it in may do so."""
        return role is not None and may_grant(self.rights, role, scope)

    def clean(self) -> dict[str, Any]:
        """The role itself in place of its code."""
        cleaned = super().clean() or {}
        role = self.by_code.get(cleaned.get("role", ""))
        scope = cleaned.get("scope", "")
        scope = EVERYWHERE if scope == ALL else scope
        if not self.errors and not self.allowed(role, scope):
            raise forms.ValidationError(
                _("Du kan inte ge den rollen där. Välj en annan roll eller en annan organisation.")
            )
        return {**cleaned, "role": role, "scope": scope}


class GrantForm(RoleScopeForm):
    """Give someone a role."""

    ends_on = forms.DateField(
        label=_("Sista dag"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class InviteForm(RoleScopeForm):
    """Invite one address."""

    name = forms.CharField(label=_("Namn"), max_length=200)
    email = forms.EmailField(label=_("E-postadress"))
    field_order = ("name", "email", "role", "scope")
    needs_role = False

    def permission(self) -> str:
        """Inviting is a right of its own."""
        return INVITE

    def allowed(self, role: Role | None, scope: str) -> bool:
        """Whether the inviter may."""
        return may_invite(self.rights, role, scope)
