"""What a reader takes along: the table behind a chart, downloads, code and notebook, the link and
its QR code.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from .. import recipes
from ..lazy import lazy
from . import class_share, own_data
from .qr import qr_code, unreachable

export, axes = lazy("weightkit.charts.export"), lazy("weightkit.charts.grammar.axes")
decks = lazy("weightkit.lessons.decks")

FRAME_HEIGHT = 540
PLATFORM = (
    "In **Moodle**, **Canvas** and the like: paste it into the source (HTML) of a page. If the"
    " frame stays empty there, the platform has put it into a sandbox, which must allow"
    " “allow-scripts” and “allow-same-origin”, or the network blocks WebSockets. A chart's HTML"
    " file, under *Table and downloads*, needs neither of the last two."
)
POWERPOINT = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
TABLE_ROWS = 5000  # more rows than this are for the CSV


def behind(page: Any, *figures: Any) -> None:
    """Under a chart, or a row of them: tables, and charts and data as files. Made only when opened,
    or clicked.
    """
    panel = st.expander(
        "Table and downloads" if len(figures) == 1 else "Tables and downloads",
        icon=":material/table:",
        type="compact",
        on_change="rerun",
        key=f"behind_{figures[0].name}",
    )
    if not panel.open:
        return
    with panel:
        for figure in figures:
            if len(figures) > 1:
                st.markdown(f"**{page.heading(figure)}**")
            _files(page, figure)


def _files(page: Any, figure: Any) -> None:
    settings, link = page.settings, page.link()
    with st.container(horizontal=True):
        _download("PNG", lambda: export.png(figure), f"{figure.name}.png", "image/png")
        _download("SVG", lambda: export.svg(figure), f"{figure.name}.svg", "image/svg+xml")
        _download(
            "HTML, works offline",
            lambda: export.html(figure, settings, link),
            f"{figure.name}.html",
            "text/html",
        )
        _download("CSV", lambda: export.csv(figure.data), f"{figure.name}.csv", "text/csv")
    as_slide(page, figure)
    table(figure.data.head(TABLE_ROWS), f"The numbers behind: {figure.title}")
    if len(figure.data) > TABLE_ROWS:
        st.caption(f"The first {TABLE_ROWS} of {len(figure.data)} rows; the CSV has them all.")


def folded(frame: Callable[[], Any], description: str) -> None:
    """A table in a panel, made when it is opened."""
    icon = ":material/table:"
    panel = st.expander(description, icon=icon, type="compact", on_change="rerun", key="numbers")
    if panel.open:
        with panel:
            table(frame(), description)


def as_slide(page: Any, figure: Any) -> None:
    """The link to this chart alone, and the iframe that shows it."""
    bare = st.toggle("As a slide without controls", key=f"bare_{figure.name}")
    said = {"controls": "none"} if bare else {}
    link = page.link(embed="true", show=figure.name, **said)
    st.code(link, language=None, wrap_lines=True)
    st.code(iframe(link, figure.title), language="html", wrap_lines=True)


def table(frame: Any, description: str) -> None:
    """A frame to read, its columns named as on the axes of charts."""
    names = {column: axes.title(column) for column in frame}
    if "metric" in frame:  # names of columns
        frame = frame.assign(metric=frame["metric"].map(axes.title))
    st.dataframe(frame, hide_index=True, alt=description, column_config=names)


def _download(label: str, data: Any, name: str, mime: str, place: str = "get") -> None:
    key = f"{place}_{name}"  # a chart and a frame may have the same name
    st.download_button(
        label,
        data,
        file_name=name,
        mime=mime,
        on_click="ignore",
        icon=":material/download:",
        key=key,
    )


def section(page: Any, config: Any, frames: Mapping[str, Any], recipe: str) -> None:
    """At the end of a page: the plain-PyTorch script of exactly these settings, the notebook, and
    everything in a zip.
    """
    slug = page.lesson.slug
    panel = st.expander(
        "The code that makes these numbers, and everything to take home",
        icon=":material/code:",
        on_change="rerun",
        key="take_home",
    )
    if not panel.open:
        return
    script = recipes.script(recipe, config)
    link, figures, settings = page.link(), list(page.figures), dict(page.settings)

    def notebook() -> bytes:
        return recipes.notebook(recipe, config, page.lesson.title, page.lesson.question, link)

    def everything() -> bytes:
        files = {f"{slug}.py": script, f"{slug}.ipynb": notebook()}
        return export.bundle(figures, dict(frames), files, settings, link)

    with panel:
        st.markdown(f"Plain PyTorch, no weightkit: it runs as it is. {recipes.promise(recipe)}")
        with st.container(horizontal=True):
            _download("Script", script, f"{slug}.py", "text/x-python")
            _download("Notebook", notebook, f"{slug}.ipynb", "application/x-ipynb+json")
            _download("Everything (zip)", everything, f"{slug}.zip", "application/zip")
            for name, frame in frames.items():
                _download(
                    f"{name}.csv",
                    lambda frame=frame: export.csv(frame),
                    f"{name}.csv",
                    "text/csv",
                    "frame",
                )
        st.code(
            script, language="python", wrap_lines=True
        )  # in full: a box that scrolls is closed to the keyboard


def share(page: Any) -> None:
    """The link to exactly this state, an iframe for slides, and a QR code for the lecture hall."""
    panel = st.popover("Share", icon=":material/share:", on_change="rerun", key="share")
    if not panel.open:
        return
    with panel:
        at_once = st.toggle("Show the result at once, without the prediction", key="share_reveal")
        link = page.link(**({"reveal": "true"} if at_once else {}))
        st.markdown("**Link** to these settings")
        st.code(link, language=None, wrap_lines=True)
        if page.own:
            st.info(own_data.SHARED, icon=":material/lock:")
        st.markdown("**For slides**: the first chart; below each chart is its own")
        st.code(
            iframe(page.link(embed="true"), page.lesson.title), language="html", wrap_lines=True
        )
        st.caption(PLATFORM)
        class_share.panel(page)
        slides(page)
        st.markdown("**For the lecture hall**")
        code = qr_code(link)
        if code is None:
            st.caption("This link is too long for a QR code.")
            return
        if warning := unreachable(link):
            st.warning(warning, icon=":material/wifi_off:")
        st.image(code, width=240, alt=f"QR code of {link}")
        if st.button("Full screen", icon=":material/fullscreen:", key="hall"):
            hall(code, link)


def slides(page: Any) -> None:
    """The page as slides, made when they are asked for; nothing before the result is shown."""
    if page.shown is None or not page.figures:
        return
    lesson, slug, (view, config) = page.lesson, page.lesson.slug, page.asked
    figures = tuple({figure.name: figure for figure in page.figures}.values())
    about = lesson.title, lesson.question, view.ask(config), page.shown.story
    deck = decks.deck(*about, dict(page.settings), page.link(), figures)
    with st.container(horizontal=True):
        _download("PowerPoint", lambda: export.pptx(deck), f"{slug}.pptx", POWERPOINT, "slides")
        _download(
            "Slides in the browser, offline",
            lambda: export.slideshow(deck),
            f"{slug}-slides.html",
            "text/html",
            "slides",
        )


@st.dialog("Scan to open this page", width="large")
def hall(code: str, link: str) -> None:
    """The QR code as large as the screen, with the link below for those who type (style.HALL)."""
    with st.container(key="hall_screen"):
        if warning := unreachable(link):
            st.warning(warning, icon=":material/wifi_off:")
        st.image(code, width="stretch", alt=f"Large QR code of {link}")
        st.code(link, language=None, wrap_lines=True)


def iframe(link: str, title: str) -> str:
    """HTML that embeds a link."""
    return (
        f'<iframe src="{html.escape(link)}" title="{html.escape(title)}" '
        f'width="960" height="{FRAME_HEIGHT}" style="border:0"></iframe>'
    )
