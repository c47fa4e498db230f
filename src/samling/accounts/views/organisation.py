"""Signing in with an organisation's own log-in: the way there and the way back."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect import views as openid
from allauth.socialaccount.providers.saml import views as saml
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from requests import RequestException

from samling.ui.access import public

View = Callable[..., HttpResponse]


# A provider that is down, speaks nonsense, leaves out what it must say, or answers a question that
# this browser did not ask.
UNUSABLE = (OAuth2Error, RequestException, SyntaxError, ValueError, KeyError, PermissionDenied)


def usable(view: View) -> View:
    """Say on a page that the organisation's log-in can't be reached or used."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except UNUSABLE as error:
            answer: HttpResponse = render_authentication_error(request, None, exception=error)
            return answer

    return shown


def by_a_page(view: View) -> View:
    """Lead to another site by a page: the policy lets a form end at this site only."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = usable(view)(request, *args, **kwargs)
        if isinstance(answer, HttpResponseRedirect) and "://" in answer.url:
            context = {"redirect_to": answer.url}
            return render(request, "socialaccount/login_redirect.html", context)
        return answer

    return shown


class SignedOpenID(openid.OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """The provider's word is believed only when it is signed, also when it came directly."""

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        self.did_fetch_access_token = False  # by it the library means: no need to check
        return dict(super()._decode_id_token(app, id_token))

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """OAuth2Error when there is no signed word, or when it is of someone else."""
        login = super().complete_login(request, app, token, **kwargs)
        said = login.account.extra_data
        signed = said.get("id_token", {}).get("sub")
        if not signed or said.get("userinfo", {}).get("sub", signed) != signed:
            raise OAuth2Error("The id_token is missing, or of someone else than the userinfo.")
        return login


openid_login = public(by_a_page(openid.login))
saml_login = public(by_a_page(saml.login))
saml_answer = public(usable(saml.finish_acs))


@public
@usable
def openid_answer(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Where an OpenID provider sends the person back."""
    try:
        view = OAuth2CallbackView.adapter_view(SignedOpenID(request, provider_id))
        answer: HttpResponse = view(request)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    return answer


@public
def no_common_logout(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Logging out everywhere at once is not offered: unsigned requests could end sessions."""
    raise Http404
