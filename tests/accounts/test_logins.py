"""The file with organisations' log-ins: what is wrong is said with line and mend."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts.saml_provider import key_and_certificate
from samling.accounts import logins

OIDC = """- key: regionen
  name: Region Exempel
  kind: oidc
  domains: [region.exempel.se]
  server: https://login.region.exempel.se
  client: samling
  secret_from: REGIONEN_SECRET
"""
SAML = """- key: kommunen
  name: Exempelkommunen
  kind: saml
  domains: [kommun.exempel.se, skola.exempel.se]
  entity: https://idp.kommun.exempel.se/metadata
  server: https://idp.kommun.exempel.se/sso
  certificate: kommunen.pem
"""
ENVIRONMENT = {"REGIONEN_SECRET": "hemligt"}


def read(folder, text, environment=ENVIRONMENT):
    file = folder / "logins.yaml"
    file.write_text(text, "utf-8")
    return logins.providers(file, environment)


@pytest.fixture
def certificate(tmp_path):
    pem = key_and_certificate()[1]
    (tmp_path / "kommunen.pem").write_text(pem)
    return pem


def test_without_a_file_there_are_none():
    assert logins.providers(None) == {"openid_connect": {"APPS": []}, "saml": {"APPS": []}}
    assert logins.providers("") == logins.providers(None)


def test_two_log_ins(tmp_path, certificate):
    assert read(tmp_path, OIDC + SAML) == {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "regionen",
                    "name": "Region Exempel",
                    "client_id": "samling",
                    "secret": "hemligt",
                    "settings": {
                        "server_url": "https://login.region.exempel.se",
                        "domains": ["region.exempel.se"],
                        "oauth_pkce_enabled": True,
                    },
                }
            ]
        },
        "saml": {
            "APPS": [
                {
                    "provider_id": "kommunen",
                    "name": "Exempelkommunen",
                    "client_id": "kommunen",
                    "settings": {
                        "domains": ["kommun.exempel.se", "skola.exempel.se"],
                        "idp": {
                            "entity_id": "https://idp.kommun.exempel.se/metadata",
                            "sso_url": "https://idp.kommun.exempel.se/sso",
                            "x509cert": certificate,
                        },
                        "advanced": {"strict": True, "reject_idp_initiated_sso": True},
                    },
                }
            ]
        },
    }


def test_attributes_of_ones_own_names(tmp_path, certificate):
    made = read(tmp_path, SAML + "  attributes: {email: mail, first_name: givenName}\n")
    settings = made["saml"]["APPS"][0]["settings"]
    assert settings["attribute_mapping"] == {"email": "mail", "first_name": "givenName"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (OIDC.replace("https://", "http://"), "line 5, server: Value error, the address must"),
        (OIDC.replace("[region.exempel.se]", "[]"), "line 4, domains: List should have at least"),
        (OIDC.replace("[region.exempel.se]", "['*']"), "line 4, domains: String should match"),
        (OIDC.replace("[region.exempel.se]", "[Region.SE]"), "line 4, domains: String should"),
        (OIDC.replace("kind: oidc", "kind: ldap"), "line 1, log-in: Input tag 'ldap' found"),
        (OIDC + "  extra: 1\n", "line 8, extra: Extra inputs are not permitted."),
        (OIDC.replace("  client: samling\n", ""), "line 1, client: Field required."),
        (OIDC + OIDC, "line 8, key: 'regionen' is used by two log-ins."),
        (OIDC + OIDC.replace("key: regionen", "key: b"), "line 13, client: 'samling' is used by"),
        (SAML, "line 1, log-in 'kommunen': "),
        ("key: regionen\n", "the file must be a list"),
        ("- [\n", "is not YAML"),
        ("- 1\n", "line 1, log-in: Input should be a valid dictionary"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path, text, said):
    with pytest.raises(ImproperlyConfigured) as caught:
        read(tmp_path, text)
    assert said in str(caught.value)
    assert str(tmp_path / "logins.yaml") in str(caught.value)


def test_a_secret_that_is_missing(tmp_path):
    with pytest.raises(ImproperlyConfigured, match=r"line 1, log-in 'regionen': the environment"):
        read(tmp_path, OIDC, {})


def test_a_file_that_is_missing(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="can't be read"):
        logins.providers(tmp_path / "none.yaml")


def test_a_certificate_that_is_none(tmp_path):
    (tmp_path / "kommunen.pem").write_text("hej")
    with pytest.raises(ImproperlyConfigured, match="not a certificate in PEM form"):
        read(tmp_path, SAML)
