"""A real SMTP server, which misbehaves when told to, and an authority for its certificates."""

# ruff: noqa: N802 - aiosmtpd names its methods after the commands

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import socket
import socketserver
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "samling", "en:lng@hemlig%2f+sak"


@dataclass
class Trouble:
    """What to do at a stage of the conversation: "drop", "delay" or an answer such as "451 no".

    Stages are banner, EHLO, MAIL, RCPT, DATA and dot; "taken" is after the message has been
    taken and before the answer. It is done `times` times, for `receiver` alone if one is given.
    """

    stage: str
    what: str
    times: int = 1_000_000
    receiver: str = ""


@dataclass
class Post:
    """What the server has taken, and how it has been spoken to."""

    trouble: list[Trouble] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    ids: Counter[str] = field(default_factory=Counter)
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    encrypted: bool = False
    logins: list[tuple[str, str]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def misbehave(self, stage: str, what: str, times: int = 1_000_000, receiver: str = "") -> None:
        self.trouble.append(Trouble(stage, what, times, receiver))

    def behave(self) -> None:
        self.trouble.clear()

    def at(self, stage: str, receiver: str = "") -> str:
        for trouble in self.trouble:
            fits = trouble.receiver in ("", receiver)
            if trouble.stage == stage and trouble.times > 0 and fits:
                trouble.times -= 1
                return trouble.what
        return ""


class Handler:
    """Takes what the server hands over."""

    def __init__(self, post: Post, extensions: tuple[str, ...]) -> None:
        self.post = post
        self.extensions = extensions

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, name: str, lines: list[str]
    ) -> list[str]:
        session.host_name = name
        return [*lines[:-1], *(f"250-{word}" for word in self.extensions), lines[-1]]

    async def handle_DATA(self, server: Unruly, session: Session, envelope: Envelope) -> str:
        refused = await server.verdict("dot")
        if refused:
            return refused
        self.post.encrypted = session.ssl is not None
        self.post.envelopes.append(envelope)
        self.post.ids[message_from_bytes(envelope.content)["Message-ID"]] += 1
        return await server.verdict("taken") or "250 taken"


class Unruly(SMTP):
    """The conversation, with trouble at each stage."""

    post: Post

    async def trouble(self, stage: str, receiver: str = "") -> bool:
        """Make the trouble that is due; whether the answer has been given or never will be."""
        what = self.post.at(stage, receiver)
        if what == "drop":
            self.transport.abort()
        elif what == "delay":
            await asyncio.sleep(30)
        elif what:
            await self.push(what)
            if what.startswith("421"):
                self.transport.close()
        return bool(what)

    async def verdict(self, stage: str) -> str:
        """The answer to the dot when there is trouble; nobody hears it after "drop" or "delay"."""
        what = self.post.at(stage)
        if what == "drop":
            self.transport.abort()
        elif what == "delay":
            await asyncio.sleep(30)
        return "421 gone" if what in ("drop", "delay") else what

    async def smtp_EHLO(self, hostname: str) -> None:
        self.post.connections += 1
        if not await self.trouble("EHLO"):
            await super().smtp_EHLO(hostname)

    async def smtp_MAIL(self, arg: str) -> None:
        self.post.commands.append(f"MAIL {arg}")
        if not await self.trouble("MAIL"):
            await super().smtp_MAIL(arg.split(" RET=")[0])

    async def smtp_RCPT(self, arg: str) -> None:
        self.post.commands.append(f"RCPT {arg}")
        if not await self.trouble("RCPT", arg.split("<")[1].split(">")[0]):
            await super().smtp_RCPT(arg.split(" NOTIFY=")[0])

    async def smtp_DATA(self, arg: str) -> None:
        if not await self.trouble("DATA"):
            await super().smtp_DATA(arg)

    async def push(self, status: str | bytes) -> None:
        if status in (b"250 taken", "250 taken") and self.post.at("answer") == "garbage":
            status = "what?"
        await super().push(status)


class Served(Controller):
    """One server on a port of its own."""

    def __init__(self, post: Post, extensions: tuple[str, ...] = (), **given: object) -> None:
        self.post = post
        super().__init__(Handler(post, extensions), hostname="127.0.0.1", port=free_port(), **given)

    def factory(self) -> SMTP:
        server = Unruly(self.handler, **self.SMTP_kwargs)
        server.post = self.post
        return server


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(*, pipelining: bool = True, **given: object) -> Iterator[Post]:
    """A running server; `given` goes to aiosmtpd."""
    post = Post()
    controller = Served(post, ("PIPELINING", "DSN") if pipelining else (), **given)
    controller.start()
    post.port = controller.port
    try:
        yield post
    finally:
        controller.stop()


@contextmanager
def hanging_up(answer: bytes = b"") -> Iterator[Post]:
    """A server that says `answer` to whoever connects, and hangs up."""
    post = Post()

    class Rude(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            post.connections += 1
            self.request.sendall(answer)

    with socketserver.TCPServer(("127.0.0.1", 0), Rude) as server:
        post.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield post
        finally:
            server.shutdown()
            thread.join()


def let_in(post_logins: list[tuple[str, str]]):  # type: ignore[no-untyped-def]
    """An authenticator that knows one user."""

    def check(server, session, envelope, mechanism, data):  # type: ignore[no-untyped-def]
        assert isinstance(data, LoginPassword)
        post_logins.append((data.login.decode(), data.password.decode()))
        right = post_logins[-1] == (USER, PASSWORD)
        return AuthResult(success=right, handled=False)

    return check


@dataclass(frozen=True)
class Authority:
    """A certificate authority made for the tests, with a server's certificate signed by it."""

    ca: Path
    chain: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        made.load_cert_chain(self.chain, self.key)
        return made


def authority(folder: Path, *, name: str = "127.0.0.1", days: int = 1) -> Authority:
    """An authority and a certificate for `name` that lasts `days` from now."""
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Provmyndigheten")])
    begins = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=3)
    ends = begins + datetime.timedelta(days=days + 3)
    ca = (
        x509.CertificateBuilder()
        .subject_name(ca_name)
        .issuer_name(ca_name)
        .public_key(ca_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + datetime.timedelta(days=9))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    own = x509.IPAddress(ipaddress.ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(ca_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([own]), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    folder.mkdir(exist_ok=True)
    made = Authority(folder / "ca.pem", folder / "server.pem", folder / "server.key")
    made.ca.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    made.chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return made
