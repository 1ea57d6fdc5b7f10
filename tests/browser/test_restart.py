"""What a reader has done outlives the server's process, and a reload."""

import re

import pytest

from tools import live

pytestmark = pytest.mark.browser


def test_a_restarted_server_gets_its_readers_back_with_their_settings_and_predictions(
    reader, tmp_path
):
    port, warm = live.free_port(), {"WEIGHTKIT_WARM": "0"}
    with live.started(live.APP, tmp_path / "first.log", port, **warm) as (address, process):
        page = reader(f"{address}/weight_changes?epochs=6")
        page.get_by_role("radiogroup", name="Your answer").get_by_role(
            "radio"
        ).first.dispatch_event("click")
        page.get_by_role("button", name="Commit and see").click()
        page.get_by_text("You said").wait_for()
        score = page.get_by_text("Your predictions so far: ")
        score.wait_for()
        said, verdict = score.inner_text(), page.locator(".st-key-verdict").inner_text()
        live.wait_idle(page)
        process.kill()
        process.wait()
    with live.started(live.APP, tmp_path / "second.log", port, **warm):
        page.locator("[data-test-script-state='running']").wait_for()  # in a session of its own
        live.wait_idle(page)
        page.get_by_text("You said").wait_for()
        live.wait_idle(page)
        page.get_by_role("slider", name="Weights after epoch").press("ArrowLeft")
        page.wait_for_url(re.compile(r"\bepoch=5"))
        live.wait_idle(page)
        assert "epochs=6" in page.url
        assert (score.inner_text(), page.locator(".st-key-verdict").inner_text()) == (said, verdict)
        assert page.get_by_role("dialog").count() == 0
        page.reload()
        page.get_by_text("You said").wait_for()
        live.wait_idle(page)
        assert (score.inner_text(), page.locator(".st-key-verdict").inner_text()) == (said, verdict)
