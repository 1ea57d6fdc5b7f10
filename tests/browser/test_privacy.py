"""A reader's browser asks nobody but the server: not for a font, an icon, a script, nor to tell how
the app is used.
"""

from urllib.parse import urlsplit

import pytest
from browser.looking import assert_drawn, open_share

from tools import live
from weightkit.ui.lessons import LESSONS

pytestmark = pytest.mark.browser
ICON = "() => document.querySelector('link[rel=\"shortcut icon\"], link[rel=icon]').href"


@pytest.mark.parametrize("slug", ["", *(lesson.slug for lesson in LESSONS)])
def test_no_request_goes_anywhere_else(reader, address, slug):
    """The page before the prediction, as the sidebar, the icons of buttons and the Share panel are
    there already.
    """
    page = reader("about:blank", idle=False)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.goto(f"{address}/{slug}")
    live.wait_idle(page)
    if slug:
        open_share(page)
    page.wait_for_timeout(300)
    assert asked
    ours = urlsplit(address).netloc
    foreign = [
        url
        for url in asked
        if urlsplit(url).netloc != ours and urlsplit(url).scheme not in ("data", "blob")
    ]
    assert foreign == []
    assert page.evaluate(ICON).startswith("data:image/svg+xml")


def test_nor_from_a_page_with_its_charts_and_panels(reader, address):
    page = reader("about:blank", idle=False)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/matrix_sizes?reveal=true")
    live.wait_idle(page)
    assert_drawn(page)
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
