"""What people do in a browser, in the words of the pages' own ids and classes: the same in every language."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.system import PIN, ROOT

SCREENSHOTS = ROOT / "build" / "screenshots"
COURSE = "/courses/first-steps-python"
FIRST_LESSON = f"{COURSE}/01-hello"
INPUT_LESSON = f"{COURSE}/03-input-and-output"
HELLO = f"{FIRST_LESSON}/say-hello"
TICKETS = f"{COURSE}/08-functions/ticket-price"
HELLO_RIGHT = 'print("Hello, Python!")\n'
HELLO_WRONG = 'print("hello, Python!")\n'
VERDICT_MS = 30_000

PAINTS_FOCUS = """() => {
  let element = document.activeElement;
  while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  const shown = (one) => {
    const style = getComputedStyle(one);
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return outlined || style.boxShadow !== "none";
  };
  for (let one = element; one; one = one.parentElement ?? one.getRootNode().host) {
    if (shown(one)) return true;
    if (!one.matches(".cm-content, .cm-scroller, input[type=radio], input[type=checkbox]")) break;
  }
  return `${element.tagName}.${element.className} ${element.textContent.trim().slice(0, 40)}`;
}"""


def picture(page: Page, name: str, *, full: bool = True) -> Path:
    """A screenshot to look at, in build/screenshots."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    target = SCREENSHOTS / f"{name}.png"
    page.screenshot(path=target, full_page=full)
    return target


def choose_language(page: Page, tag: str) -> None:
    """Open the menu of languages and take one."""
    menu = page.locator("details.menu", has=page.locator("button[name=lang]"))
    menu.locator("summary").click()
    menu.locator(f"button[name=lang][value={tag}]").click()
    expect(page.locator("html")).to_have_attribute("lang", tag)


def join(page: Page, code: str, name: str) -> None:
    """From the first page into a class."""
    page.fill("input[name=code]", code)
    page.locator("main form button").first.click()
    page.fill("input[name=name]", name)
    page.fill("input[name=secret]", PIN)
    page.fill("input[name=again]", PIN)
    page.locator("main form button").click()
    page.wait_for_url("**/courses")


def sign_in(page: Page, code: str, name: str, pin: str) -> None:
    """Come back as somebody of the class."""
    page.goto("/sign-in")
    page.fill("input[name=code]", code)
    page.fill("input[name=name]", name)
    page.fill("input[name=secret]", pin)
    page.locator("main form button").click()
    page.wait_for_url("**/classes")


def write_code(page: Page, box: Locator, code: str) -> None:
    """Put this text in the place of what a code field holds, whichever editor is there by now."""
    area = box.locator("textarea")
    large = box.locator(".editor-host .cm-content")
    if not large.is_visible():
        area.focus()
        expect(large).to_be_visible()
    large.focus()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(code)
    expect(area).to_have_value(code)


def hand_in(page: Page) -> None:
    """Press the button of an exercise."""
    page.locator("#hand-in-button").click()


def verdict(page: Page, outcome: str) -> Locator:
    """Wait for the box that says how the hand-in ended."""
    box = page.locator(f".verdict[data-outcome={outcome}]")
    expect(box).to_be_visible(timeout=VERDICT_MS)
    return box


def run_cell(page: Page, cell: Locator) -> None:
    """Run a live cell and wait for its end."""
    cell.locator("[data-do=run]").click()
    expect(cell).to_have_attribute("aria-busy", "false", timeout=VERDICT_MS)


def no_sideways_scrolling(page: Page) -> None:
    """Nothing of the page is wider than the window."""
    width, window = page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
    assert width <= window, f"{page.url} is {width} wide in a window of {window}: {too_wide(page)}"


def too_wide(page: Page) -> list[str]:
    """What sticks out of the window, for the message of a failure."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("main *, header *")]
            .map((e) => [e, e.getBoundingClientRect()])
            .filter(([, r]) => r.right > innerWidth + 1 || r.left < -1)
            .slice(0, 5).map(([e]) => `${e.tagName}.${e.className}`)"""
    )
    return found


def code_is_left_to_right(page: Page) -> None:
    """Every field for code and every piece of shown code, whatever the page's direction."""
    wrong = page.evaluate(
        """() => [...document.querySelectorAll("textarea.editor-text, .editor-host, main pre")]
            .filter((e) => getComputedStyle(e).direction !== "ltr").map((e) => e.outerHTML.slice(0, 120))"""
    )
    assert wrong == []


def tab_to(page: Page, target: Locator, *, most: int = 80) -> None:
    """Press Tab until the target has the focus; everything on the way must show that it has it."""
    for _ in range(most):
        if target.evaluate("(e) => e === document.activeElement"):
            return
        page.keyboard.press("Tab")
        for _ in range(10):
            seen = page.evaluate(PAINTS_FOCUS)
            if seen is True:
                break
            page.wait_for_timeout(20)  # the large editor paints a moment after it has the focus
        assert seen is True, f"focus cannot be seen on {seen}"
    raise AssertionError(f"{target} cannot be reached with Tab from where the focus was")
