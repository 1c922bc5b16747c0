"""What a browser test works with: somebody at a desk, with the real application behind it.

How to write one (mark the module `pytestmark = pytest.mark.browser`):

    def test_finance_approves_what_somebody_else_submitted(desk: Desk) -> None:
        maker = desk.sign_in("mo")                     # a Page; the people are those of tests/cast.py
        maker.goto(desk.url("/finance/batches"))       # or maker.click(...), maker.get_by_role(...), expect(...)
        checker = desk.sign_in("che", dark=True)       # another browser at the same time
        axe(checker)                                   # fails on serious and critical findings
        screenshot(checker, "approve")                 # instance/test/screens/approve.png
        desk.visit(checker, "/nothing", status=404)    # a page that answers with an error on purpose

Facts are made before, in the test itself: it runs in an application context on the very database that the server
reads; commit them. `desk` fails the test at its end when a browser logged an error, a script failed, something broke
the content security policy, or the server answered 500.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, expect

from tests.cast import PASSWORD
from tests.conftest import INSTANCE, ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SCREENS = INSTANCE / "screens"
GRAVE = {"serious", "critical"}


class Desk:
    """Browsers on the application at `base`; `complaints` is what they and the server had to say against it."""

    def __init__(self, chromium: Browser, base: str) -> None:
        self.base = base
        self.complaints: list[str] = []
        self._chromium = chromium
        self._contexts: list[BrowserContext] = []
        self._expected: set[str] = set()

    def url(self, path: str) -> str:
        """The whole address of a path."""
        return self.base + path

    def page(
        self, *, dark: bool = False, width: int = 1280, language: str = "en", script: bool = True, motion: bool = False
    ) -> Page:
        """A browser in which nobody is signed in."""
        context = self._chromium.new_context(
            color_scheme="dark" if dark else "light",
            viewport={"width": width, "height": 800},
            locale={"en": "en-GB", "nl": "nl-NL"}[language],
            java_script_enabled=script,
            reduced_motion="no-preference" if motion else "reduce",
        )
        context.set_default_timeout(30_000)
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("response", self._see)
        return page

    def sign_in(self, name: str, **look: Any) -> Page:
        """A browser in which somebody of the cast has signed in, on their first page; `look` as for page()."""
        page = self.page(**look)
        page.goto(self.url("/sign-in"))
        page.fill("input[name=email]", f"{name}@cast.example")
        page.fill("input[name=password]", PASSWORD)
        page.click("main form button[type=submit]")
        page.wait_for_url(lambda url: not url.startswith(self.url("/sign-in")))
        return page

    def visit(self, page: Page, path: str, status: int = 200) -> None:
        """Opens a page and checks how it answers; an error that is expected is no complaint."""
        if status >= 400:
            self._expected.add(self.url(path))
        response = page.goto(self.url(path))
        assert response is not None
        assert response.status == status, f"{path} answered {response.status}"

    def close(self) -> None:
        """Closes every browser."""
        for context in self._contexts:
            context.close()

    def _hear(self, message: ConsoleMessage) -> None:
        failed_load = message.text.startswith("Failed to load resource")
        if message.type == "error" and not (failed_load and message.location["url"] in self._expected):
            self.complaints.append(f"{message.location['url']}: {message.text}")

    def _see(self, response: Response) -> None:
        if response.status >= 500 and response.url not in self._expected:
            self.complaints.append(f"{response.url} answered {response.status}")


OF_THE_LOOK = ["color-contrast", "link-in-text-block", "scrollable-region-focusable"]


def axe(page: Page, rules: list[str] | None = None) -> None:
    """Looks for faults that keep people out (WCAG 2.2 A and AA, good practice); fails on a serious or critical one.

    With `rules` by these alone: OF_THE_LOOK are those whose answer depends on width and colours, for a page that has
    been looked at whole in another look.
    """
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))  # by the debugger, so that the page's own policy stays in force
    only = {"runOnly": {"type": "rule", "values": rules}} if rules else {}
    result = page.evaluate("options => axe.run(document, options)", {"resultTypes": ["violations"], **only})
    faults = [
        f"{fault['impact']} {fault['id']}: {fault['help']}\n    {node['html']}\n    {node['failureSummary']}"
        for fault in result["violations"]
        if fault["impact"] in GRAVE
        for node in fault["nodes"]
    ]
    assert not faults, f"{page.url}\n" + "\n".join(faults)


def give_device(page: Page) -> None:
    """An authenticator that holds passkeys and has always just asked who holds it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    about = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    about |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": about})


def add_passkey(desk: Desk, page: Page) -> None:
    """Whoever has signed in gets a device and keeps a passkey on it."""
    give_device(page)
    page.goto(desk.url("/account/factors/passkeys/new"))
    page.get_by_label("Name of the passkey").fill("Laptop")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("status").first).to_contain_text("The passkey is added.")


def screenshot(page: Page, name: str, *, whole: bool = True) -> Path:
    """Keeps what the page looks like in instance/test/screens."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    path = SCREENS / f"{name}.png"
    page.screenshot(path=path, full_page=whole)
    return path


def fits(page: Page) -> bool:
    """Whether the page is no wider than its window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
