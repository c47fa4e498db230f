"""An outbox with a few messages, and a server to send them to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mail.unruly import Post, serving


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, settings) -> None:
    settings.SAMLING_DATA = tmp_path
    settings.SAMLING_MAIL_FROM = "Samling <samling@region.exempel.se>"


@pytest.fixture
def post(settings) -> Iterator[Post]:
    with serving() as post:
        settings.SAMLING_SMTP_URL = f"{post.url}?tls=none"
        yield post
