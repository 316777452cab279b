"""Scanners as they really type: fast, through an input method, into a sink, into a field, through the shell's hook."""

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.e2e.conftest import ENTER, PINS, Key, OpenBrowser, Shop, key_of, strike, type_at_once, wedge
from tests.e2e.phone import CARTON, TISSUE, WATER, counter, enrol, expect_quantity, key_in, outbox, scan_through_hook

GS = "\x1d"
SERIAL = "SN-0042-b"
PROCESS = 229  # the key code of a key that an input method has taken
SHIFT = 8
ENTER_CODE = {"code": "Enter"}
CODES_PER_SECOND = 20


@pytest.fixture(scope="module")
def counting(lasting_shop: Shop, lasting_browser: OpenBrowser) -> Page:
    """A phone at bin A-01; the tests scan into it one after the other."""
    page = counter(lasting_browser("wedge"), lasting_shop)
    wedge(page, WATER)  # the first scan opens the sheet, and shows that this scanner ends with Enter
    expect_quantity(page, "饮用天然水", 1)
    return page


@pytest.fixture
def keys(counting: Page) -> Iterator[CDPSession]:
    """The keyboard below Playwright's: key events and committed text as the system gives them to the browser."""
    session = counting.context.new_cdp_session(counting)
    yield session
    session.detach()


def codes(page: Page) -> list[str]:
    """Every code on the device's disk, in order."""
    return [json.loads(row["text"])["code"] for row in outbox(page) if row["kind"] == "scan"]


def scanned(page: Page, work: Callable[[], object], expected: int) -> list[str]:
    """The codes that `work` brought, once there are as many as expected; too many would show in the next test."""
    before = len(codes(page))
    work()
    page.wait_for_timeout(150)
    deadline = 100
    while len(codes(page)) < before + expected and deadline:
        page.wait_for_timeout(50)
        deadline -= 1
    return codes(page)[before:]


def test_twenty_codes_a_second_are_all_kept_in_their_order(counting: Page) -> None:
    sent = [f"RUN-{number:03}" for number in range(2 * CODES_PER_SECOND)]
    pull = """([sent, pause]) => new Promise(done => {
      const began = performance.now();
      const next = number => {
        if (number === sent.length) return done((performance.now() - began) / 1000);
        for (const key of [...sent[number], "Enter"])
          document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
        setTimeout(next, began + (number + 1) * pause - performance.now(), number + 1);
      };
      next(0);
    })"""
    seconds: list[float] = []
    got = scanned(counting, lambda: seconds.append(counting.evaluate(pull, [sent, 1000 / CODES_PER_SECOND])), len(sent))
    assert got == sent
    assert seconds[0] < 1.2 * len(sent) / CODES_PER_SECOND, "the page fell behind the scanner"


def test_the_same_code_again_and_again_is_no_echo(counting: Page) -> None:
    def pull() -> None:
        for _ in range(10):
            wedge(counting, TISSUE)

    assert scanned(counting, pull, 10) == [TISSUE] * 10
    expect_quantity(counting, "原木抽纸", 10)


def test_a_chinese_input_method_does_not_swallow_codes(counting: Page) -> None:
    def pull() -> None:
        taken = [{"code": _code(one), "modifiers": SHIFT if one.isupper() else 0} for one in SERIAL]
        strike(counting, [{"key": "Process", "windowsVirtualKeyCode": PROCESS} | key for key in [*taken, ENTER_CODE]])

    assert scanned(counting, pull, 1) == [SERIAL]


def test_what_an_input_method_composes_is_one_code_when_it_is_settled(counting: Page, keys: CDPSession) -> None:
    def pull() -> None:
        for length in range(1, len(SERIAL) + 1):
            text = SERIAL[:length]
            keys.send("Input.imeSetComposition", {"text": text, "selectionStart": length, "selectionEnd": length})
        keys.send("Input.insertText", {"text": SERIAL})

    assert scanned(counting, pull, 1) == [SERIAL]


@pytest.mark.parametrize("suffix", ["\n", ""], ids=["with Enter", "without a suffix"])
def test_android_types_text_into_a_sink_that_raises_no_keyboard(counting: Page, suffix: str) -> None:
    assert counting.evaluate("document.activeElement.inputMode") == "none"

    def pull() -> None:
        # Without waiting: on a busy machine the way there and back would be a pause that ends the code.
        key = {"key": "Unidentified", "code": "", "windowsVirtualKeyCode": PROCESS}
        type_at_once(
            counting,
            [
                command
                for character in WATER + suffix
                for command in (
                    ("Input.dispatchKeyEvent", key | {"type": "rawKeyDown"}),
                    ("Input.dispatchKeyEvent", key | {"type": "keyUp"}),
                    ("Input.insertText", {"text": character}),
                )
            ],
        )

    assert scanned(counting, pull, 1) == [WATER]


def test_android_may_commit_whole_codes_at_once(counting: Page, keys: CDPSession) -> None:
    sent = [WATER, CARTON, SERIAL]

    def pull() -> None:
        for code in sent:
            keys.send("Input.insertText", {"text": f"{code}\n"})

    assert scanned(counting, pull, 3) == sent


CONTROL_BRACKET = {"key": "]", "code": "BracketRight", "windowsVirtualKeyCode": 221, "modifiers": 2}
F8 = {"key": "F8", "code": "F8", "windowsVirtualKeyCode": 119}


@pytest.mark.parametrize("separator", [CONTROL_BRACKET, F8, None], ids=["Control+]", "F8", "raw"])
def test_the_group_separator_of_gs1_codes_is_kept_and_shown(
    counting: Page, keys: CDPSession, separator: Key | None
) -> None:
    head, tail = "]d201069012345678921725123110AB1", "21S77"

    def pull() -> None:
        if separator is None:
            keys.send("Input.insertText", {"text": f"{head}{GS}{tail}\n"})
        else:
            strike(counting, [*map(key_of, head), separator, *map(key_of, tail), ENTER])

    assert scanned(counting, pull, 1) == [f"{head}{GS}{tail}"]
    expect(counting.locator(".last code")).to_have_text(f"{head}␝{tail}")


def test_a_scan_wins_over_the_field_that_has_the_focus(counting: Page) -> None:
    counting.locator(".foot-keys button[aria-pressed]").click()
    field = counting.locator(".search input")
    field.press_sequentially("抽", delay=120)
    assert scanned(counting, lambda: wedge(counting, WATER), 1) == [WATER]
    expect(field).to_have_value("抽")
    counting.locator(".foot-keys button[aria-pressed]").click()


def test_a_hand_that_types_into_a_field_is_no_scanner(counting: Page) -> None:
    counting.locator(".foot-keys button[aria-pressed]").click()
    field = counting.locator(".search input")
    assert scanned(counting, lambda: field.press_sequentially("6922", delay=90), 0) == []
    expect(field).to_have_value("6922")
    counting.locator(".foot-keys button[aria-pressed]").click()


def test_shell_applications_scan_by_a_call_or_an_event(counting: Page) -> None:
    def pull() -> None:
        counting.evaluate("code => window.pandian.scan(code, { symbology: 'QR Code', source: 'camera' })", SERIAL)
        counting.evaluate("text => window.dispatchEvent(new CustomEvent('pandian:scan', { detail: { text } }))", CARTON)

    assert scanned(counting, pull, 2) == [SERIAL, CARTON]
    first, second = (json.loads(row["text"]) for row in outbox(counting)[-2:])
    assert (first["symbology"], first["source"]) == ("QR Code", "camera")
    assert (second["symbology"], second["source"], second["quantity"]) == (None, "wedge", 12)


def test_a_burst_that_arrives_while_the_screen_is_busy_is_kept(counting: Page) -> None:
    sent = [f"BUSY-{number:03}" for number in range(100)]
    assert scanned(counting, lambda: scan_through_hook(counting, sent), 100) == sent


def test_a_scanner_with_two_outputs_switched_on_counts_once_and_says_so(counting: Page) -> None:
    assert scanned(counting, lambda: wedge(counting, TISSUE * 2), 1) == [TISSUE]
    expect(counting.locator(".last")).to_contain_text("输出了两遍")


def test_a_code_scanned_at_the_pin_pad_is_no_try(lasting_shop: Shop, lasting_browser: OpenBrowser) -> None:
    page = enrol(lasting_browser("pin"), lasting_shop)
    tries: list[str] = []
    page.on("request", lambda request: tries.append(request.url) if request.url.endswith("/session/pin") else None)
    page.get_by_role("button", name="小王").click()
    key_in(page, "27")
    wedge(page, WATER)
    page.wait_for_timeout(300)
    assert tries == []
    expect(page.locator(".pin-dots .full")).to_have_count(0)
    for digit in PINS["wang"]:
        page.keyboard.press(digit, delay=70)
        page.wait_for_timeout(70)
    page.keyboard.press("Enter")
    expect(page.get_by_text("2026-11 全盘")).to_be_visible()


def _code(character: str) -> str:
    if character.isdigit():
        return f"Digit{character}"
    return "Minus" if character == "-" else f"Key{character.upper()}"
