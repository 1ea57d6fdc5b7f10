"""A server and a browser for real-browser tests, and a reader who notes what goes wrong."""

from urllib.parse import urlsplit

import pytest

from tools import live


@pytest.fixture(scope="session")
def address(browser_path, tmp_path_factory, worker_id):
    """One warm server for all tests of all workers: each of its own would import and train the same
    again.
    """
    folder = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        folder = folder.parent
    with live.shared_server(folder / "server", WEIGHTKIT_WARM="0") as url:
        yield url


@pytest.fixture(
    scope="module"
)  # not longer: Playwright's event loop would be in the way of other tests'
def chromium(browser_path):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path, args=list(live.ARGUMENTS)
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def profile(chromium):
    """A browser profile in which scripts stay compiled from page to page; the app knows a visitor
    by the page alone. What moves to say that something is at work would be drawn sixty times a
    second, without a graphics card.
    """
    with chromium.new_context(reduced_motion="reduce") as context:
        yield context


@pytest.fixture
def reader(chromium, profile):
    """reader(url, width=1280, height=800, dark=False, offline=False): a new visitor's page, idle.

    `page.errors` are its console's. After the test, no page may have seen an exception or an error
    of our own making, or asked anybody else for anything.
    """
    pages, alone = [], []

    def visit(url, width=1280, height=800, dark=False, idle=True, offline=False):
        context = profile
        if offline:
            context = chromium.new_context(offline=True)
            alone.append(context)
        context.set_default_timeout(live.PATIENCE * 1000)
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.errors = []
        page.on("console", lambda m: _note(page, m))
        page.on("pageerror", lambda e: page.errors.append(str(e)[:300]))
        page.on("request", lambda request: _note_foreign(page, request.url))
        page.on("websocket", lambda socket: _note_foreign(page, socket.url))
        pages.append(page)
        page.goto(url)
        if idle:
            live.wait_idle(page)
        return page

    yield visit
    problems = []
    for page in pages:
        problems += page.errors
        if page.is_closed():
            continue
        problems += page.locator(
            "[data-testid='stException'], [data-testid='stAlertContentError']"
        ).all_inner_texts()
        page.close()
    for context in alone:
        context.close()
    assert not problems, problems


def _note(page, message) -> None:
    if live.is_our_error(message):
        page.errors.append(f"{message.text[:300]} {message.location.get('url', '')}")


def _note_foreign(page, url: str) -> None:
    to = urlsplit(url)
    if to.scheme in ("http", "https", "ws", "wss") and to.hostname not in (
        "127.0.0.1",
        "localhost",
    ):
        page.errors.append(f"asked somebody else: {url[:300]}")
