"""A browser without a screen: follows redirects, keeps cookies, sends forms as they stand."""

from __future__ import annotations

from urllib.parse import urljoin

import requests
from lxml import html


class Visitor:
    """One browser. `answer` is the page that it stands on, `trail` the addresses it came by."""

    def __init__(self, home: str) -> None:
        self.home = home
        self.session = requests.Session()
        self.answer: requests.Response | None = None
        self.trail: list[str] = []

    def _arrived(self, answer: requests.Response) -> requests.Response:
        self.answer = answer
        self.trail += [step.url for step in (*answer.history, answer)]
        return answer

    @property
    def page(self) -> html.HtmlElement:
        return html.fromstring(self.answer.text)

    @property
    def heading(self) -> str:
        return self.page.xpath("string(//h1)").strip()

    @property
    def words(self) -> str:
        return " ".join(self.page.xpath("string(//main)").split())

    def go(self, address: str) -> requests.Response:
        return self._arrived(self.session.get(urljoin(self.home, address), timeout=20))

    def send(self, action: str, **values: str) -> requests.Response:
        """Send the first form with all of `values` whose address has `action` in it."""
        form = next(
            form
            for form in self.page.forms
            if action in (form.action or self.answer.url) and {*values} <= {*form.xpath(".//@name")}
        )
        data = {k: v for k, v in form.form_values()} | values
        target = urljoin(self.answer.url, form.action or self.answer.url)
        return self._arrived(
            self.session.request(
                form.method, target, data=data, timeout=20, headers={"Referer": self.answer.url}
            )
        )

    def onward(self) -> requests.Response:
        """Follow the page that leads to another site by itself."""
        [content] = self.page.xpath("//meta[@http-equiv='refresh']/@content")
        return self.go(content.partition("url=")[2])

    def post(self, address: str, **values: str) -> requests.Response:
        """Send what no form of ours made, as another site would."""
        target = urljoin(self.home, address)
        return self._arrived(self.session.post(target, data=values, timeout=20))

    @property
    def signed_in(self) -> bool:
        answer = self.session.get(
            urljoin(self.home, "/mina-sidor/"), allow_redirects=False, timeout=20
        )
        return answer.status_code == 200

    def leave(self) -> None:
        """Close what is open to the installation; an answer that is kept would hold it."""
        self.answer = None
        self.session.close()
