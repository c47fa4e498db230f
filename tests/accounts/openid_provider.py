"""A small OpenID Connect provider that runs for real on this machine, and lies when told to."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "samling", "hemligt-mellan-oss"


class Provider:
    """`person` is who is signed in at the organisation; the rest says how to misbehave."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.published = self.key.public_key()
        self.person = {"sub": "u1", "name": "Ove Organisation", "email": "ove@region.exempel.se"}
        self.claims: dict[str, object] = {}
        self.userinfo: dict[str, object] = {}
        self.algorithm = "RS256"
        self.without_id_token = False
        self.refuses = ""
        self.codes: dict[str, dict[str, str]] = {}
        self.client = CLIENT
        self.asked: list[str] = []
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.serve(self, urlsplit(self.path).path, parse_qs(urlsplit(self.path).query))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                provider.serve(self, urlsplit(self.path).path, parse_qs(body))

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def serve(
        self, handler: BaseHTTPRequestHandler, path: str, values: dict[str, list[str]]
    ) -> None:
        self.asked.append(path)
        given = {key: value[0] for key, value in values.items()}
        if path == "/authorize":
            handler.send_response(302)
            handler.send_header("Location", self.authorize(given))
            handler.end_headers()
            return
        status, content = getattr(
            self, "get_" + path.strip("/").replace(".", "").replace("-", "_").replace("/", "_")
        )(given)
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.end_headers()
        handler.wfile.write(json.dumps(content).encode())

    def get_well_known_openid_configuration(self, given: dict[str, str]) -> tuple[int, object]:
        return 200, {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def get_jwks(self, given: dict[str, str]) -> tuple[int, object]:
        jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.published))
        return 200, {"keys": [jwk | {"kid": "k1", "alg": "RS256", "use": "sig"}]}

    def authorize(self, given: dict[str, str]) -> str:
        if self.refuses:
            answer = {"error": self.refuses, "state": given["state"]}
        else:
            code = secrets.token_urlsafe(8)
            self.codes[code] = given
            answer = {"code": code, "state": given["state"]}
        return f"{given['redirect_uri']}?{urlencode(answer)}"

    def get_token(self, given: dict[str, str]) -> tuple[int, object]:
        asked = self.codes.pop(given.get("code", ""), None)
        if (
            not asked
            or not given["client_id"].startswith(CLIENT)
            or given["client_secret"] != SECRET
        ):
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(given["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if challenge != asked["code_challenge"] or given["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        self.client = given["client_id"]
        answer = {"access_token": "a", "token_type": "Bearer", "expires_in": 60}
        if not self.without_id_token:
            answer["id_token"] = self.id_token()
        return 200, answer

    def id_token(self) -> str:
        now = int(time.time())
        claims = {"iss": self.url, "aud": self.client, "iat": now, "exp": now + 60, **self.person}
        key = self.key if self.algorithm == "RS256" else None
        return jwt.encode(claims | self.claims, key, self.algorithm, headers={"kid": "k1"})

    def get_userinfo(self, given: dict[str, str]) -> tuple[int, object]:
        return 200, self.person | self.userinfo
