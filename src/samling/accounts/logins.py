"""Organisations' own log-ins, read from a file when the installation starts (SAMLING_LOGINS).

The file is a list; see docs/guides/inloggning.md. What is wrong is said with file, line and mend,
and the installation does not start: a log-in that half works is worse than none. Read by the
settings, so nothing here may touch a model.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import yaml
from cryptography.x509 import load_pem_x509_certificate
from django.core.exceptions import ImproperlyConfigured
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

LOCAL = {"127.0.0.1", "localhost"}
Text = Annotated[str, Field(min_length=1, max_length=190)]


class Login(BaseModel):
    """What every log-in says of itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    key: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    name: str = Field(min_length=1, max_length=40)
    domains: list[Annotated[str, Field(pattern=r"^[a-z0-9.-]+\.[a-z]{2,}$")]] = Field(min_length=1)


class OpenIDLogin(Login):
    """An OpenID Connect provider; the secret stands in the environment, not in the file."""

    kind: Literal["oidc"]
    server: str
    client: Text
    secret_from: Text

    _secure = field_validator("server")(lambda address: _secure(address))


class SamlLogin(Login):
    """A SAML identity provider, with the certificate that its answers are signed by."""

    kind: Literal["saml"]
    entity: Text
    server: str
    certificate: str
    attributes: dict[Literal["uid", "email", "first_name", "last_name"], str] = Field(
        default_factory=dict
    )

    _secure = field_validator("server")(lambda address: _secure(address))


AnyLogin = Annotated[OpenIDLogin | SamlLogin, Field(discriminator="kind")]
Providers = dict[str, dict[str, list[dict[str, Any]]]]


def providers(path: str | Path | None, environment: Mapping[str, str] = os.environ) -> Providers:
    """The log-ins of the file as the sign-in library wants them; none without a file.

    ImproperlyConfigured says what is wrong, on which line, and what to do.
    """
    made: Providers = {"openid_connect": {"APPS": []}, "saml": {"APPS": []}}
    if not path:
        return made
    file = Path(path)
    for line, login in _read(file):
        fail = _failure(file, line, f"log-in {login.key!r}")
        if isinstance(login, OpenIDLogin):
            made["openid_connect"]["APPS"].append(_openid(login, environment, fail))
        else:
            made["saml"]["APPS"].append(_saml(login, file, fail))
    return made


def _read(file: Path) -> list[tuple[int, OpenIDLogin | SamlLogin]]:
    try:
        node = yaml.compose(file.read_text("utf-8"), Loader=yaml.SafeLoader)
        entries = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"SAMLING_LOGINS: {file} can't be read: {error}.") from error
    except yaml.YAMLError as error:
        raise ImproperlyConfigured(f"SAMLING_LOGINS: {file} is not YAML: {error}") from error
    if not isinstance(node, yaml.SequenceNode):
        raise ImproperlyConfigured(f"{file}: the file must be a list; each log-in begins with '-'.")
    found: list[tuple[int, OpenIDLogin | SamlLogin]] = []
    for part, entry in zip(node.value, entries, strict=True):
        login = _checked(file, part, entry)
        for field in ("key", "client"):
            value = getattr(login, field, None)
            if value and value in {getattr(other, field, None) for _, other in found}:
                # The sign-in library tells two OpenID log-ins apart by their client in a session.
                raise _failure(file, _line(part, field), field)(
                    f"{value!r} is used by two log-ins. Each must have its own."
                )
        found.append((part.start_mark.line + 1, login))
    return found


def _checked(file: Path, node: yaml.Node, entry: object) -> OpenIDLogin | SamlLogin:
    try:
        checked: OpenIDLogin | SamlLogin = TypeAdapter(AnyLogin).validate_python(entry)
    except ValidationError as error:
        first = error.errors()[0]
        # The discriminator's own name stands first in the place of a field.
        place = [part for part in first["loc"] if part not in ("oidc", "saml")]
        field = str(place[0]) if place else "log-in"
        raise _failure(file, _line(node, field), field)(f"{first['msg']}.") from error
    return checked


def _line(node: yaml.Node, field: str) -> int:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    for key, value in pairs:
        if key.value == field:
            return int(value.start_mark.line) + 1
    return int(node.start_mark.line) + 1


def _failure(file: Path, line: int, what: str) -> Callable[[str], ImproperlyConfigured]:
    return lambda text: ImproperlyConfigured(f"{file}, line {line}, {what}: {text}")


def _secure(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.hostname:
        return address
    if parts.scheme == "http" and parts.hostname in LOCAL:
        return address
    raise ValueError("the address must begin with https://")


def _openid(
    login: OpenIDLogin,
    environment: Mapping[str, str],
    fail: Callable[[str], ImproperlyConfigured],
) -> dict[str, Any]:
    secret = environment.get(login.secret_from, "")
    if not secret:
        raise fail(f"the environment has no {login.secret_from}. Set it to the client's secret.")
    return {
        "provider_id": login.key,
        "name": login.name,
        "client_id": login.client,
        "secret": secret,
        "settings": {
            "server_url": login.server,
            "domains": login.domains,
            "oauth_pkce_enabled": True,
        },
    }


def _saml(
    login: SamlLogin, file: Path, fail: Callable[[str], ImproperlyConfigured]
) -> dict[str, Any]:
    certificate = file.parent / login.certificate
    try:
        pem = certificate.read_text("ascii")
        load_pem_x509_certificate(pem.encode())
    except (OSError, ValueError) as error:
        raise fail(
            f"{certificate} is not a certificate in PEM form ({error}). Ask the organisation for "
            "the certificate that its answers are signed by."
        ) from error
    settings: dict[str, Any] = {
        "domains": login.domains,
        "idp": {"entity_id": login.entity, "sso_url": login.server, "x509cert": pem},
        "advanced": {"strict": True, "reject_idp_initiated_sso": True},
    }
    if login.attributes:
        settings["attribute_mapping"] = dict(login.attributes)
    return {
        "provider_id": login.key,
        "name": login.name,
        "client_id": login.key,
        "settings": settings,
    }
