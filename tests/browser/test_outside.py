"""What a link says is shown as it is, whatever it says: in a real browser, where Markdown becomes
HTML.
"""

from urllib.parse import urlencode

import pytest

from tools import live

pytestmark = pytest.mark.browser
HOST = "http://127.0.0.1:9"  # nobody listens there
HOSTILE = (
    f"![x]({HOST}/a.png)",
    f"[Sign in again]({HOST})",
    "$x^2$",
    "$$x^2$$",
    ":red[x]",
    ":violet-badge[x]",
    ":material/home:",
    f"<img src={HOST}/b.png>",
    f"<a href={HOST}>x</a>",
    "**bold**",
    "`code`",
    "~~gone~~",
    f"{HOST}/c",
    "www.example.org",
    "me@example.org",
    f"<{HOST}/d>",
)
MADE = (
    "a, img, .katex, strong, em, code, del, iframe, script, [data-testid='stIconMaterial'],"
    " span[style], .stMarkdownColoredText"
)


def notices(page):
    return page.locator("[data-testid='stAlert'] [data-testid='stMarkdownContainer']")


@pytest.mark.parametrize("place", ["a value", "a name", "sizes", "chain", "schedule"])
def test_nothing_but_text_comes_of_what_a_link_says(reader, address, place):
    page = reader("about:blank", idle=False)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    some = {
        "a value": HOSTILE,
        "a name": ("`epochs`", "$epochs$"),
    }  # a name is only told where it is nearly ours
    for text in some.get(place, HOSTILE[:8:3]):  # all go through one function
        query = {
            "a value": ("variance_sweep", {"dataset": text, "epochs": text}),
            "a name": (
                "variance_sweep",
                {text: "1", "reveal": "true", "n_stds": "3", "n_seeds": "1", "epochs": "1"},
            ),
            "sizes": ("matrix_sizes", {"sizes": text, "reveal": "true"}),
            "chain": ("matrix_sizes", {"view": "Broken chain", "chain": text, "reveal": "true"}),
            "schedule": ("freezing", {"schedule": text}),
        }[place]
        page.goto(f"{address}/{query[0]}?{urlencode(query[1])}")
        live.wait_idle(page)
        assert notices(page).count() >= 1, text
        for notice in notices(page).all():
            assert notice.locator(MADE).count() == 0, (text, notice.inner_html())
        said = "".join(notices(page).all_inner_texts()).replace("\u2060", "").replace(" ", "")
        assert text.replace(" ", "")[:20] in said, (text, said)
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
