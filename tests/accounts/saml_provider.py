"""A small SAML identity provider that runs for real on this machine, and lies when told to."""

from __future__ import annotations

import base64
import threading
import zlib
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from onelogin.saml2.utils import OneLogin_Saml2_Utils

MAIL = "urn:oid:0.9.2342.19200300.100.1.3"
GIVEN, FAMILY = "urn:oid:2.5.4.42", "urn:oid:2.5.4.4"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"


def key_and_certificate() -> tuple[str, str]:
    """A private key and a certificate for it, as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.exempel.se")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return (
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode(),
        certificate.public_bytes(serialization.Encoding.PEM).decode(),
    )


class Provider:
    """`attributes` is who is signed in at the organisation; `change` rewrites what is said."""

    entity = "https://idp.exempel.se/metadata"

    def __init__(self) -> None:
        self.key, self.certificate = key_and_certificate()
        self.signing = (self.key, self.certificate)
        self.name_id = "person-1"
        self.attributes = {MAIL: "siv@kommun.exempel.se", GIVEN: "Siv", FAMILY: "Saml"}
        self.audience = ""
        self.destination = ""
        self.issuer = self.entity
        self.in_response_to: str | None = None
        self.age = timedelta(0)
        self.signed = True
        self.after_signing = lambda xml: xml
        self.issued: list[str] = []
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                given = {k: v[0] for k, v in parse_qs(urlsplit(self.path).query).items()}
                page = provider.answer(given).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/sso"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def answer(self, given: dict[str, str]) -> str:
        """The page whose form carries the answer to the request, as identity providers do it."""
        request = etree.fromstring(zlib.decompress(base64.b64decode(given["SAMLRequest"]), -15))
        address = request.get("AssertionConsumerServiceURL")
        site = request.findtext("{*}Issuer")
        said = self.response(request.get("ID"), address, site)
        self.issued.append(said)
        relay = given.get("RelayState", "")
        return (
            f'<form method="post" action="{address}"><input type="hidden" name="SAMLResponse" '
            f'value="{said}"><input type="hidden" name="RelayState" value="{relay}">'
            "<button>Vidare</button></form>"
        )

    def response(self, request_id: str, address: str, site: str) -> str:
        """The signed answer in base64."""
        assertion = self.assertion(request_id, address, site)
        if self.signed:
            assertion = OneLogin_Saml2_Utils.add_sign(assertion, *self.signing).decode()
        asked = self.in_response_to if self.in_response_to is not None else request_id
        whole = self.after_signing(
            '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" '
            'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Version="2.0" '
            f'ID="{OneLogin_Saml2_Utils.generate_unique_id()}" IssueInstant="{self.at(0)}" '
            f'Destination="{self.destination or address}"'
            + (f' InResponseTo="{asked}"' if asked else "")
            + f"><saml:Issuer>{self.issuer}</saml:Issuer>"
            f'<samlp:Status><samlp:StatusCode Value="{SUCCESS}"/></samlp:Status>'
            f"{assertion}</samlp:Response>"
        )
        return base64.b64encode(whole.encode()).decode()

    def assertion(self, request_id: str, address: str, site: str) -> str:
        asked = self.in_response_to if self.in_response_to is not None else request_id
        answered = f' InResponseTo="{asked}"' if asked else ""
        attributes = "".join(
            f'<saml:Attribute Name="{name}"><saml:AttributeValue>{value}</saml:AttributeValue>'
            "</saml:Attribute>"
            for name, value in self.attributes.items()
        )
        return (
            '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Version="2.0" '
            f'ID="{OneLogin_Saml2_Utils.generate_unique_id()}" IssueInstant="{self.at(0)}">'
            f"<saml:Issuer>{self.issuer}</saml:Issuer><saml:Subject>"
            f'<saml:NameID Format="{PERSISTENT}">{self.name_id}</saml:NameID>'
            f'<saml:SubjectConfirmation Method="{BEARER}"><saml:SubjectConfirmationData '
            f'NotOnOrAfter="{self.at(5)}" Recipient="{self.destination or address}"{answered}/>'
            "</saml:SubjectConfirmation></saml:Subject>"
            f'<saml:Conditions NotBefore="{self.at(-1)}" NotOnOrAfter="{self.at(5)}">'
            f"<saml:AudienceRestriction><saml:Audience>{self.audience or site}</saml:Audience>"
            "</saml:AudienceRestriction></saml:Conditions>"
            f'<saml:AuthnStatement AuthnInstant="{self.at(0)}" SessionIndex="s1">'
            "<saml:AuthnContext><saml:AuthnContextClassRef>"
            "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
            "</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>"
            f"<saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>"
        )

    def at(self, minutes: int) -> str:
        moment = datetime.now(UTC) - self.age + timedelta(minutes=minutes)
        return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
