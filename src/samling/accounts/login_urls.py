"""Addresses that an organisation's log-in knows by heart, so they have no language in them.

`web` includes them beside the pages in languages: an identity provider answers to the very
address that it was told of.
"""

from __future__ import annotations

from allauth.socialaccount.providers.saml import views as saml
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache

from samling.accounts.views import organisation

SAML = "konto/organisation/saml/<slug:organization_slug>/"
OIDC = "konto/organisation/oidc/<slug:provider_id>/"
urlpatterns: list[URLPattern] = [
    path(f"{OIDC}login/", organisation.openid_login, name="openid_connect_login"),
    path(f"{OIDC}login/callback/", organisation.openid_answer, name="openid_connect_callback"),
    path(f"{SAML}login/", organisation.saml_login, name="saml_login"),
    path(f"{SAML}acs/", saml.acs, name="saml_acs"),
    path(f"{SAML}acs/finish/", organisation.saml_answer, name="saml_finish_acs"),
    path(f"{SAML}sls/", organisation.no_common_logout, name="saml_sls"),
    path(f"{SAML}metadata/", saml.metadata, name="saml_metadata"),
]
for pattern in urlpatterns:
    pattern.callback = never_cache(pattern.callback)
