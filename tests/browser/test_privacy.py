"""A reader's browser asks nobody but the server: not for a font, an icon, a script, nor to tell how
the app is used. On every page that a test opens `reader` looks at that; here at what it would see.
"""

from urllib.parse import urlsplit

import pytest
from browser.looking import open_share

from tools import live
from weightkit.ui.lessons import LESSONS

pytestmark = pytest.mark.browser
ICON = "() => document.querySelector('link[rel=\"shortcut icon\"], link[rel=icon]').href"


@pytest.mark.parametrize("slug", ["", LESSONS[0].slug])
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
    assert page.evaluate(ICON) == f"{address}/app/static/favicon.svg"


def test_a_foreign_request_is_noted(reader, address):
    page = reader(address)
    page.evaluate("() => fetch('http://192.0.2.1/x').catch(() => null) && null")
    page.wait_for_timeout(200)
    assert any("192.0.2.1" in error for error in page.errors)
    page.errors.clear()
