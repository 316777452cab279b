"""Every screen in both languages: accessible in light and dark, inside its window, safe from what it shows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import ConsoleMessage, Dialog, Page, Playwright, expect

from app.demo.desk import Desk
from app.demo.shop import PASSWORD
from tests.e2e.conftest import PHONE, OpenBrowser, Server, browsers, demo_company, serving
from tests.e2e.looks import Looks
from tests.e2e.phone import first_page
from tests.e2e.tours import MARKUP, MARKUP_NAME, Company, Stop, tour_desk, tour_phone

LARGE_TEXT = ("--blink-settings=defaultFontSize=32,defaultFixedFontSize=26",)
TOURS: dict[str, Callable[[Page, Company, Stop], None]] = {"phone": tour_phone, "desk": tour_desk}
# What the browser itself says when a request is refused on purpose or the network is gone.
EXPECTED = ("Failed to load resource: the server responded with a status of 40", "ERR_INTERNET_DISCONNECTED")


@pytest.fixture(scope="module")
def demo_server() -> Iterator[Server]:
    """A server over the demo's company."""
    with serving(demo_company) as server:
        yield server


@pytest.fixture(scope="module")
def company(demo_server: Server) -> Iterator[Company]:
    """The demo's company with what is hard to show."""
    with httpx.Client(base_url=demo_server.url, timeout=60) as http:
        yield Company.of(Desk.sign_in(http, "admin", PASSWORD))


@pytest.fixture(scope="module")
def open_browser(
    playwright: Playwright, demo_server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OpenBrowser]:
    """Browsers of people of that company."""
    with browsers(playwright, demo_server, tmp_path_factory.mktemp("profiles")) as opened:
        yield opened


@dataclass
class Walk:
    """What came of a walk: what was wrong with the looks, and what the browser complained of."""

    looks: Looks
    complaints: list[str]


@pytest.fixture(scope="module")
def walk(company: Company, open_browser: OpenBrowser) -> Callable[[str, str], Walk]:
    """Walk through all screens of phone or desk in a language; each walk is made once."""
    made: dict[tuple[str, str], Walk] = {}

    def walked(device: str, language: str) -> Walk:
        if (device, language) not in made:
            company.speak(language)
            context = open_browser(f"{device} {language}", language=language, phone=device == "phone")
            page = first_page(context)
            result = Walk(Looks(language), listen(page))
            TOURS[device](page, company, result.looks.everything)
            context.close()
            made[device, language] = result
        return made[device, language]

    return walked


def listen(page: Page) -> list[str]:
    """Everything the page complains of from now on: errors, warnings (CSP's too), and dialogs, which are never ours."""
    complaints: list[str] = []

    def said(message: ConsoleMessage) -> None:
        expected = any(words in message.text for words in EXPECTED)
        if message.type in {"error", "warning"} and not expected:
            complaints.append(f"{message.type}: {message.text}")

    def dialog(opened: Dialog) -> None:
        complaints.append(f"dialog: {opened.message}")
        opened.dismiss()

    page.on("console", said)
    page.on("dialog", dialog)
    page.on("pageerror", lambda error: complaints.append(f"thrown: {error}"))
    return complaints


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("device", ["phone", "desk"])
def test_every_screen_is_accessible_in_light_and_dark(
    walk: Callable[[str, str], Walk], device: str, language: str
) -> None:
    assert walk(device, language).looks.wrong["axe"] == []


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("device", ["phone", "desk"])
def test_no_screen_is_wider_than_its_window(walk: Callable[[str, str], Walk], device: str, language: str) -> None:
    assert walk(device, language).looks.wrong["overflow"] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_thumb_finds_every_key_of_the_scan_path(walk: Callable[[str, str], Walk], language: str) -> None:
    assert walk("phone", language).looks.wrong["touch"] == []


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("device", ["phone", "desk"])
def test_no_screen_complains_and_no_name_is_taken_for_markup(
    walk: Callable[[str, str], Walk], device: str, language: str
) -> None:
    assert walk(device, language).complaints == []


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("device", ["phone", "desk"])
def test_text_of_twice_the_size_stays_inside(
    company: Company, open_browser: OpenBrowser, device: str, language: str
) -> None:
    company.speak(language)
    context = open_browser(f"large {device} {language}", language=language, flags=LARGE_TEXT)
    page = first_page(context)
    looks = Looks(language)
    TOURS[device](page, company, looks.large_text)
    context.close()
    assert looks.wrong["overflow"] == []


def test_the_checks_see_what_is_wrong(open_browser: OpenBrowser) -> None:
    """The control: a page that is too wide, unreadable and too small for a thumb must be reported as that."""
    page = first_page(open_browser("control"))
    page.goto("/#/enrol")
    expect(page.locator("form")).to_be_visible()
    page.evaluate("""() => {
      const box = document.createElement("main");
      box.className = "phone";
      box.innerText = "pale";
      box.style.color = "#aaa";
      box.style.backgroundColor = "#fff";
      const part = document.createElement("div");
      part.className = "screen";
      const key = document.createElement("button");
      key.innerText = "x";
      key.style.marginLeft = "500px";
      part.append(key);
      box.append(part);
      document.querySelector("#app").append(box);
    }""")
    looks = Looks("zh")
    looks.everything("broken", page)
    assert any("color-contrast" in one for one in looks.wrong["axe"])
    assert any("page" in one for one in looks.wrong["overflow"])
    assert any("x" in one for one in looks.wrong["touch"])


def test_names_that_look_like_markup_are_shown_as_they_are(company: Company, open_browser: OpenBrowser) -> None:
    company.speak("zh")
    page = first_page(open_browser("markup", phone=False))
    complaints = listen(page)
    answer = page.goto("/")
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self' 'wasm-unsafe-eval'" in policy
    assert "require-trusted-types-for 'script'" in policy
    page.locator("input[name=login]").fill("supervisor")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit]").click()
    expect(page.locator("nav").first).to_be_visible()
    for path, text in (("items", MARKUP), ("stock", MARKUP), ("stocktakes", MARKUP), ("people", MARKUP_NAME)):
        page.goto(f"/#/{path}")
        if path == "stock":
            expect(page.get_by_role("grid", name="库存")).to_be_visible()
            page.locator(".tools .search").fill("X-1")
        expect(page.get_by_text(text).first).to_be_visible()
        assert page.locator("img[src=x], svg[onload], script:not([src])").count() == 0
    assert complaints == []


def test_a_foreign_script_does_not_run(open_browser: OpenBrowser) -> None:
    """The control of the policy itself: an inline script is refused, and the refusal is heard."""
    page = first_page(open_browser("policy", phone=False))
    page.goto("/")
    complaints = listen(page)
    page.evaluate("""() => {
      const script = document.createElement("script");
      try { script.text = "window.ran = true"; } catch { return; }
      document.head.append(script);
    }""")
    page.wait_for_timeout(100)
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in one or "TrustedScript" in one for one in complaints)


def test_large_text_is_what_the_browser_was_told(open_browser: OpenBrowser) -> None:
    page = first_page(open_browser("large", flags=LARGE_TEXT))
    page.goto("/")
    assert page.viewport_size == PHONE
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
