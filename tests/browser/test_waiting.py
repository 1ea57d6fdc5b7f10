"""deploy/app.py: what is seen until the app is connected."""

import pytest
from conftest import ROOT

from tools import live

pytestmark = pytest.mark.browser


def test_a_page_that_cannot_connect_says_so_and_one_that_can_does_not(chromium, tmp_path):
    with (
        live.started(
            ROOT / "deploy" / "app.py", tmp_path / "log", folder=ROOT, WEIGHTKIT_WARM="0"
        ) as (
            address,
            _,
        ),
        chromium.new_context() as context,
    ):
        page = context.new_page()
        page.set_default_timeout(live.PATIENCE * 1000)
        page.goto(f"{address}/matrix_sizes")
        live.wait_idle(page)
        assert page.get_by_role("heading", name="Weight matrix sizes").count()
        assert not page.locator("#waiting").is_visible()
        blocked = context.new_page()
        blocked.set_default_timeout(live.PATIENCE * 1000)
        blocked.route_web_socket("**", lambda socket: socket.close())
        blocked.goto(f"{address}/matrix_sizes")
        blocked.get_by_text("this page is not connected yet").wait_for()
        blocked.wait_for_function("document.querySelector('#waiting img').naturalWidth > 100")
        blocked.set_content(
            f'<iframe sandbox="allow-scripts" src="{address}/matrix_sizes?embed=true"'
            ' width="900" height="500"></iframe>'
        )
        frame = blocked.frame_locator("iframe")
        frame.get_by_text("this page is not connected yet").wait_for()
