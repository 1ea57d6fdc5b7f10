"""The lesson frame: what every page has in common, so that a page is words, controls, one call and charts.

page = lesson.start("variance_sweep")
config = page.controls(experiment.Config, ["dataset", "n_seeds"], presets=experiment.PRESETS)
page.predict("...?", ["A", "B"])
result = page.run(experiment.run, config)
page.show(charts.accuracy(result.final))
page.judge("A", "because ...")
page.conclude("...")
page.finish(config, {"final": result.final})
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit import delta_generator, runtime

from ..lazy import lazy
from . import controls as widgets
from . import memory, predict, running, style, warm
from .controls import Control
from .lessons import LESSONS, Lesson, lesson

take_home = lazy("weightkit.ui.take_home")
datasets = lazy("weightkit.datasets")

memory.set_aside()  # what Streamlit has imported
# Before the first text Streamlit reads the sources of all modules (50 ms), to tell whether to warn who runs a script
# without `streamlit run`. A server need not ask.
delta_generator._use_warning_has_been_displayed = runtime.exists()
OTHER_PARAMETERS = ("reveal", "embed", "embed_options")
EMBED_HEIGHT = 165  # pixels of a plot in a 960 x 540 slide, below two rows of controls and a heading
EMBED_ROW = 45  # pixels that it gains where the controls fit into one row
EMBED_WIDTH = 920  # pixels of that row: five controls


def start(slug: str) -> Page:
    """Set up the page of this lesson: title, question, sidebar. Call it first."""
    entry = lesson(slug)
    st.set_page_config(page_title=f"{entry.title} – weightkit", page_icon=entry.icon, layout="wide")
    style.apply()
    return Page(entry)


def sidebar() -> Any:
    """The way through the course; returns the place for this visit's score (see `show_score`)."""
    with st.sidebar:
        st.page_link("streamlit_app.py", label="**weightkit**", icon=":material/home:")
        for entry in LESSONS:
            st.page_link(entry.page, label=entry.title, icon=entry.icon, help=f"{entry.part}: {entry.question}")
        return st.empty()


def show_score(place: Any, slug: str = "") -> None:
    """The score of this visit, and of this lesson, once there is one."""
    scores = {entry.slug: predict.score(entry.slug) for entry in LESSONS}
    right, total = (sum(column) for column in zip(*scores.values(), strict=True))
    here = f" (here {scores[slug][0]} of {scores[slug][1]})" if slug and scores[slug][1] else ""
    if total:
        place.caption(f"Your predictions so far: {right} of {total} right{here}")


class Page:
    """One lesson on the screen. `embedded`: inside a slide, where only the chart and its controls are shown."""

    def __init__(self, entry: Lesson):
        self.lesson = entry
        self.embedded = bool(st.context.is_embedded)
        self.dark = st.context.theme.type == "dark"
        self.figures: list[Any] = []
        self.settings: dict[str, Any] = {}
        self._controls: list[Control] = []
        self._row = 0  # pixels of the controls in a slide
        self._situation: Any = None
        if not self.embedded:
            self._score = sidebar()
            header, share = st.columns([5, 1], vertical_alignment="center")
            header.title(entry.title, anchor=False)
            self._share = share.empty()
            st.markdown(f"*{entry.part} of the course.* **{entry.question}**")
            self._intro: Any = st.container()
            left, right = st.columns([3, 7], gap="large")
            self.left, self._first_look = left.container(key="controls"), right.container(key="first_look")
            self._further_looks = right.container(key="further_looks")
            self.below = st.container()
        else:
            self._intro = None
            self.left = st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="embed_controls")
            self._first_look = self._further_looks = self.below = st.container()
        self._notices = self.left.container() if not self.embedded else st.container()
        self._verdict = self.main.container()

    @property
    def main(self) -> Any:
        """The place beside the controls; on a phone they stand behind the first figure (see style.PHONE)."""
        return self._further_looks if self.figures else self._first_look

    # Words

    def intro(self, text: str) -> None:
        """One to three sentences above everything."""
        if self._intro is not None:
            self._intro.markdown(text)

    def say(self, text: str, beside: bool = False, into: Any = None) -> None:
        """Words between the charts (`beside` the controls, `into` a column, or below); left out in a slide."""
        if not self.embedded:
            place = into if into is not None else self.main if beside else self.below
            place.markdown(text)

    def conclude(self, *sentences: str) -> None:
        """What this run shows: sentences whose numbers come from the frames just shown."""
        if not self.embedded:
            with self.below.container(border=True, key="conclusion"):
                st.markdown("**What this run shows**\n\n" + "\n".join(f"- {s}" for s in sentences))

    def notes_slip(self, *sentences: str) -> None:
        """Where the usual explanation or the course notes go wrong, kindly and with evidence."""
        if not self.embedded:
            with self.below.expander("Where the usual explanation slips", icon=":material/rule:"):
                st.markdown("\n".join(f"- {s}" for s in sentences))

    # Controls and state

    def controls(
        self,
        config: Any = None,
        keys: Sequence[str | Control] = (),
        more: Sequence[str | Control] = (),
        presets: Mapping[str, Mapping[str, Any]] | None = None,
        fixed: Mapping[str, Any] | None = None,
        prefix: str = "",
        **changes: Mapping[str, Any],
    ) -> Any:
        """Draw controls for fields of `config` (or own Controls) and return the checked Config.

        keys: always visible (at most four); more: behind "More settings"; presets: name -> settings that a click
        sets (everything else back to its default); fixed: fields that are not asked for here; changes: field name ->
        what to change in its Control; prefix: stands before the keys (in the link as well) of a view whose fields have the
        names, but not the defaults, of another view's.
        Without `config`, or for keys that are not fields, see `settings`: {key: value}.
        """
        names = {f.name for f in fields(config)} if config is not None else set()

        def control(key: str | Control) -> Control:
            if isinstance(key, Control):
                return key
            return widgets.from_field(config, key, **{"key": prefix + key, **changes.get(key, {})})

        shown, extra = [control(k) for k in keys], [control(k) for k in more]
        self._controls += shown + extra
        self._check_link(shown + extra)
        self._row += sum(map(widgets.compact_width, shown)) + (widgets.COMPACT_WIDTH if extra else 0)
        with self.left:
            for c in shown:
                self.settings[c.key] = widgets.draw(c, compact=self.embedded)
            if presets and not self.embedded:
                self._presets(presets)
            if extra:
                place = (
                    st.popover("More settings", icon=":material/tune:")
                    if self.embedded
                    else st.expander("More settings", icon=":material/tune:", expanded=self._any_changed(extra))
                )
                with place:
                    for c in extra:
                        self.settings[c.key] = widgets.draw(c)
        for c in shown + extra:
            if c.most and not self.settings[c.key]:
                self._refuse(f"Nothing is chosen under “{c.label}”: choose 1 to {c.most}")
        if config is None:
            return None
        try:
            asked = {name: self.settings[prefix + name] for name in names if prefix + name in self.settings}
            return config(**asked | dict(fixed or {}))
        except ValueError as problem:
            self._refuse(str(problem))

    def pick(self, control: Control) -> Any:
        """One more control, drawn right here: one that chooses what to look at, not what to train."""
        self._controls.append(control)
        self._check_link([control])
        self._row += widgets.compact_width(control) if control.box else 0
        self.settings[control.key] = widgets.draw(control)
        return self.settings[control.key]

    def button(self, label: str, **settings: Any) -> bool:
        """A button below the controls, or in their row in a slide; `settings` are st.button's."""
        self._row += widgets.COMPACT_WIDTH
        return self.left.button(label, **settings)

    def parsed(self, control: Control) -> Any:
        """A free text as what `control.parse` makes of it; what is wrong with it is said under the field."""
        text, parse = self.pick(control), control.parse or str
        try:
            return parse(text)
        except ValueError as problem:
            sentence = str(problem)
            self._notices.warning(f"{sentence[:1].upper()}{sentence[1:]}. Shown instead: {control.default}.")
            return parse(control.default)

    def value(self, key: str, default: Any) -> Any:
        """What a control that is drawn further down will say."""
        value = st.session_state.get(key, default)
        return value if isinstance(value, type(default)) else default

    def height(self, pixels: int) -> int:
        """Height of a plot whose labels are placed for it: these pixels, or what a slide has below its controls."""
        if not self.embedded:
            return pixels
        one_row = self._row <= EMBED_WIDTH + widgets.GAP
        return min(pixels, EMBED_HEIGHT + EMBED_ROW * one_row)

    def code(self, text: str, language: str | None = None, beside: bool = False) -> None:
        """Code or a message, as it is."""
        if not self.embedded:
            (self.main if beside else self.below).code(text, language=language, wrap_lines=True)

    def columns(self, n: int) -> list:
        """n columns below, which stack on a phone."""
        return self.below.columns(n, gap="large")

    def _any_changed(self, controls: Sequence[Control]) -> bool:
        return any(st.session_state.get(c.key, c.default) != c.default for c in controls)

    def _check_link(self, controls: Sequence[Control]) -> None:
        """Say what in the URL cannot be used; take registry names where the widget's URL form is a display name."""
        fresh = [c for c in controls if c.key not in st.session_state]
        params = {key: st.query_params.get_all(key) for key in st.query_params}
        problems = widgets.url_problems(fresh, {k: v for k, v in params.items() if k in {c.key for c in fresh}}, ())
        for c in fresh:
            values = widgets.by_registry_name(c, params.get(c.key, []))
            if values is not None:
                st.session_state[c.key] = values
        kept = st.session_state.setdefault("link_problems", {}).setdefault(self.lesson.slug, [])
        kept += [p for p in problems if p not in kept]

    def _presets(self, presets: Mapping[str, Mapping[str, Any]]) -> None:
        # Set, not forgotten: what is forgotten comes back from the link, which Streamlit does not let us change.
        defaults = {c.key: c.default for c in self._controls}

        def use(preset: Mapping[str, Any]) -> None:
            for key, value in (defaults | dict(preset)).items():
                st.session_state[key] = list(value) if isinstance(value, tuple) else value

        st.markdown("**Try this**")
        with st.container(gap=None):
            for i, (name, preset) in enumerate(presets.items()):
                st.button(
                    name, key=f"preset_{i}", on_click=use, args=(preset,), type="tertiary", icon=":material/science:"
                )

    def _refuse(self, sentence: str) -> None:
        """Show what is wrong, and end the page there: the controls stay."""
        self._verdict.error(sentence[:1].upper() + sentence[1:] + ("" if sentence.endswith(".") else "."))
        self._end()

    def _end(self) -> None:
        self._top()
        st.stop()

    # Predict, run, show

    def predict(
        self, question: str, options: Sequence[str] = (), *, number: tuple | None = None, unit: str = ""
    ) -> None:
        """Ask before showing; the page goes on once the reader has answered or asked to be shown."""
        self._situation = (question, tuple(sorted((k, str(v)) for k, v in self.settings.items())))
        if not predict.is_revealed(self.lesson.slug):
            with self.main:
                predict.ask(self.lesson.slug, question, options, number, unit)
            self._end()

    def judge(self, truth: str | float, because: str, *, tolerance: float = 0.0) -> None:
        """Judge the committed answer: equal to `truth`, or, for a number, within `tolerance` of it.

        An answer to another question (of another view, or about other settings) is not judged.
        """
        answer = predict.answer(self.lesson.slug)
        if answer is None or self.embedded or predict.question(self.lesson.slug) != self._situation[0]:
            return
        if isinstance(truth, str):
            right = answer == truth
        else:
            right, truth = abs(answer - truth) <= tolerance, f"{truth:.3g}"
        with self._verdict:
            predict.judge(self.lesson.slug, right, truth, because, self._situation)

    def run(self, work: Callable, config: Any, *, live: Callable | None = None) -> Any:
        """The result of work(config): shared, kept, with progress and live(curves) -> Figure while it trains."""
        with self.main:
            try:
                result = running.follow(work, config, live)
            except (ValueError, datasets.DatasetUnavailable) as problem:
                self._refuse(str(problem))
            except Exception:  # the runner has logged it; a reader gets a sentence, not a traceback
                self._refuse("this run failed for a reason that is ours, not yours; the server has logged it")
        if result is None:
            self._end()
        return result

    def show(self, figure: Any, *, first: bool | None = None, into: Any = None, key: str | None = None) -> Any:
        """Draw a Figure: the finding as a heading, what is drawn, the chart, and the table behind it.

        The first figure goes beside the controls (into `main`), the others below; `into` says otherwise. With
        `key`, clicks on a named selection of the chart are returned as Streamlit's selection state.
        """
        place = (
            into if into is not None else (self.main if (not self.figures if first is None else first) else self.below)
        )
        self.figures.append(figure)
        with place:
            st.markdown(f"##### {figure.title}")
            drawing = figure.drawing(self.dark)
            if not self.embedded:
                st.caption(figure.subtitle)
            elif isinstance(drawing.get("height"), int):
                drawing = drawing | {"height": self.height(drawing["height"])}
            extra: Any = {"on_select": "rerun"} if key else {}
            event = st.vega_lite_chart(drawing, alt=figure.alt, key=key or f"chart_{figure.name}", **extra)
            if not self.embedded:
                take_home.behind(self, figure)
        return event if key else None

    def pair(self, *figures: Any, beside: bool = False) -> None:
        """Two figures in columns, `beside` the controls or below; the place of a None stays empty."""
        places = self.main.columns(2, gap="medium") if beside else self.columns(2)
        for place, figure in zip(places, figures, strict=True):
            if figure is not None:
                self.show(figure, into=place)

    def finish(self, config: Any, frames: Mapping[str, Any], recipe: str | None = None) -> None:
        """The end of every page: code, data, downloads, the share panel."""
        if not self.embedded:
            with self.below:
                take_home.section(self, config, frames, recipe or self.lesson.slug)
        self._top()

    def _top(self) -> None:
        """What is drawn last although it stands first: notices about the link, and the share panel."""
        problems = st.session_state.get("link_problems", {}).get(self.lesson.slug, [])
        # A control of another view may still be in the link right after the view has changed: that is no mistake.
        known = st.session_state.setdefault("known_keys", set())
        known |= {c.key for c in self._controls} | set(OTHER_PARAMETERS)
        unknown = [k for k in st.query_params if k not in known]
        if unknown:
            problems = problems + [
                f"The link sets “{unknown[0][:40]}”, which this page does not have; it has "
                f"{', '.join(c.key for c in self._controls)}."
            ]
        for problem in problems:
            self._notices.warning(problem, icon=":material/link_off:")
        if not self.embedded:
            show_score(self._score, self.lesson.slug)
            if predict.is_revealed(self.lesson.slug):
                self.left.button(
                    "Predict again",
                    on_click=predict.again,
                    args=(self.lesson.slug,),
                    key="predict_again",
                    type="tertiary",
                    icon=":material/psychology_alt:",
                )
            with self._share.container():
                take_home.share(self)
        warm.begin(self.lesson.slug)

    # The link

    def query(self, **extra: str) -> str:
        """The URL parameters that bring back this state: every control that is not at its default."""
        pairs: list[tuple[str, str]] = []
        for c in self._controls:
            value = self.settings.get(c.key, c.default)
            if value != c.default:
                pairs += [(c.key, str(v)) for v in (value if isinstance(value, (tuple, list)) else [value])]
        return urlencode(pairs + list(extra.items()))

    def link(self, **extra: str) -> str:
        """The full address of this state."""
        base = (st.context.url or f"/{self.lesson.slug}").split("?")[0]
        query = self.query(**extra)
        return f"{base}?{query}" if query else base
