"""The lesson frame: what every page has in common, so that a page is words, controls, one call and
charts.

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
from contextlib import nullcontext
from dataclasses import fields
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import streamlit as st
from streamlit import delta_generator, runtime

from ..lazy import lazy
from . import controls as widgets
from . import icon, link, memory, own_data, predict, running, sent, style, visit, warm
from .controls import Control
from .lessons import LESSONS, Lesson, lesson
from .outside import SENTENCE, plain

if TYPE_CHECKING:
    from .told import Told

take_home = lazy("weightkit.ui.take_home")
datasets = lazy("weightkit.datasets")

memory.set_aside()  # what Streamlit has imported
# Before the first text Streamlit reads the sources of all modules (50 ms), to tell whether to warn
# who runs a script without `streamlit run`. A server need not ask.
delta_generator._use_warning_has_been_displayed = runtime.exists()
EMBED_HEIGHT = (
    165  # pixels of a plot in a 960 x 540 slide, below two rows of controls and a heading
)
EMBED_ROW = 45  # pixels that it gains where the controls fit into one row
EMBED_WIDTH = 920  # pixels of that row: five controls


def start(slug: str) -> Page:
    """Set up the page of this lesson: title, question, sidebar. Call it first."""
    entry = lesson(slug)
    st.set_page_config(page_title=f"{entry.title} – weightkit", layout="wide")
    style.apply(predict.commits())
    return Page(entry)


def sidebar() -> Any:
    """The way through the course; returns the place for this visit's score (see `show_score`)."""
    with st.sidebar:
        st.page_link("streamlit_app.py", label="**weightkit**", icon=":material/home:")
        for entry in LESSONS:
            st.page_link(
                entry.page,
                label=entry.title,
                icon=entry.icon,
                help=f"{entry.part}: {entry.question}",
            )
    return st.sidebar


def neighbours(entry: Lesson) -> None:
    """The way on, at the end of a page: the lesson before and the one after."""
    i = LESSONS.index(entry)
    with st.container(horizontal=True, horizontal_alignment="distribute", key="neighbours"):
        if i > 0:
            st.page_link(
                LESSONS[i - 1].page,
                label=f"Previous: {LESSONS[i - 1].title}",
                icon=":material/arrow_back:",
            )
        if i + 1 < len(LESSONS):
            after = LESSONS[i + 1]
            st.page_link(
                after.page,
                label=f"Next lesson: {after.title}",
                icon=":material/arrow_forward:",
                icon_position="right",
            )


def show_score(place: Any, slug: str = "") -> None:
    """The score of this visit, and of this lesson, once there is one."""
    scores = {entry.slug: predict.score(entry.slug) for entry in LESSONS}
    right, total = (sum(column) for column in zip(*scores.values(), strict=True))
    here = f" (here {scores[slug][0]} of {scores[slug][1]})" if slug and scores[slug][1] else ""
    if total:
        place.caption(f"Your predictions so far: {right} of {total} right{here}")


class Page:
    """One lesson on the screen. `embedded`: inside a slide, where only the chart and its controls
    are shown.
    """

    def __init__(self, entry: Lesson):
        self.lesson = entry
        self.embedded = bool(st.context.is_embedded)
        self.dark = st.context.theme.type == "dark"
        self.figures: list[Any] = []
        self.settings: dict[str, Any] = {}
        self.visit = visit.arrive(entry.slug)
        self._controls: list[Control] = []
        self._row = 0  # pixels of the controls in a slide
        self._config: Any = None
        self._about: Any = None  # what the question is asked of
        self._tolerance = 0.0
        self._offered = False  # to predict again
        if not self.embedded:
            self._score = sidebar()
            header, share = st.columns([5, 1], vertical_alignment="center")
            header.title(entry.title, anchor=False)
            self._share = share
            st.markdown(f"*{entry.part} of the course.* **{entry.question}**")
            self._intro: Any = st.container()
            left, right = st.columns([3, 7], gap="large")
            self.left, self._first_look = (
                left.container(key="controls"),
                right.container(key="first_look"),
            )
            self._further_looks = right.container(key="further_looks")
            self.below = st.container()
        else:
            self._intro = None
            self.left = st.container(
                horizontal=True, vertical_alignment="bottom", gap="small", key="embed_controls"
            )
            self._first_look = self._further_looks = self.below = st.container()
        self._notices = self.left.container() if not self.embedded else st.container()
        self._verdict = self.main.container(key="verdict")

    @property
    def main(self) -> Any:
        """The place beside the controls; on a phone they stand behind the first figure (see
        style.PHONE).
        """
        return self._further_looks if self.figures else self._first_look

    # Words

    def intro(self, text: str) -> None:
        """One to three sentences above everything."""
        if self._intro is not None:
            self._intro.markdown(text)

    def say(self, text: str, beside: bool = False, into: Any = None) -> None:
        """Words between the charts (`beside` the controls, `into` a column, or below); left out in
        a slide.
        """
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

        keys: always visible (at most four); more: behind "More settings"; presets: name -> settings
        that a click sets (everything else back to its default); fixed: fields that are not asked
        for here; changes: field name -> what to change in its Control; prefix: stands before the
        keys (in the link as well) of a view whose fields have the names, but not the defaults, of
        another view's. Without `config`, or for keys that are not fields, see `settings`: {key:
        value}.
        """
        names = {f.name for f in fields(config)} if config is not None else set()

        def control(key: str | Control) -> Control:
            if isinstance(key, Control):
                return key
            made = {"key": prefix + key, **changes.get(key, {})}
            made_of = widgets.from_field(config, key, **made)
            return own_data.offered(made_of, not self.embedded) if made_of.own else made_of

        shown, extra = [control(k) for k in keys], [control(k) for k in more]
        self._row += sum(map(widgets.compact_width, shown)) + (
            widgets.COMPACT_WIDTH if extra else 0
        )
        with self.left:
            for c in shown:
                self._ask(c, compact=self.embedded)
            if presets and not self.embedded:
                self._presets(presets)
            if extra:
                place = (
                    st.popover("More settings", icon=":material/tune:")
                    if self.embedded
                    else st.expander(
                        "More settings", icon=":material/tune:", expanded=self._any_changed(extra)
                    )
                )
                with place:
                    for c in extra:
                        self._ask(c)
        for c in shown + extra:
            if c.most and not self.settings[c.key]:
                self._refuse(f"Nothing is chosen under “{c.label}”: choose 1 to {c.most}")
        if config is None:
            return None
        try:
            asked = {
                name: self.settings[prefix + name]
                for name in names
                if prefix + name in self.settings
            }
            for c in shown + extra:
                if c.own and self.settings[c.key] == own_data.OWN:
                    asked[c.key.removeprefix(prefix)] = self._own_data()
            self._config = config(**asked | dict(fixed or {}))
            return self._config
        except ValueError as problem:
            self._refuse(str(problem))

    def _own_data(self) -> Any:
        """The Dataset of the reader's own; without one the page ends."""
        mine = own_data.held()
        if mine is None:
            self.main.info(own_data.MISSING, icon=":material/table_view:")
            self._end()
        return mine.data  # type: ignore[union-attr]

    def pick(self, control: Control) -> Any:
        """One more control, drawn right here: one that chooses what to look at, not what to
        train.
        """
        self._row += widgets.compact_width(control) if control.box else 0
        return self._ask(control)

    def _ask(self, control: Control, compact: bool = False) -> Any:
        """Draw a control with its value in this visit, and remember what it says."""
        self._controls.append(control)
        self.visit.enter(control)
        try:
            value = widgets.draw(control, compact)
        except ValueError as problem:
            value = control.default
            self._instead(problem, value)
        self.visit.keep(control, value)
        self.settings[control.key] = value
        if control.own and value == own_data.OWN:
            own_data.ask()
        return value

    def _instead(self, problem: ValueError, shown: Any) -> None:
        sentence = plain(problem, SENTENCE).removesuffix(".")
        self._notices.warning(f"{sentence[:1].upper()}{sentence[1:]}. Shown instead: {shown}.")

    def button(self, label: str, **settings: Any) -> bool:
        """A button below the controls, or in their row in a slide; `settings` are st.button's."""
        self._row += widgets.COMPACT_WIDTH
        return self.left.button(label, **settings)

    def parsed(self, control: Control) -> Any:
        """A free text as what `control.parse` makes of it; what is wrong with it is said under the
        field.
        """
        text, parse = self.pick(control), control.parse or str
        try:
            return parse(text)
        except ValueError as problem:
            self._instead(problem, control.default)
            self.settings[control.key] = control.default  # what is shown is what is shared
            return parse(control.default)

    def value(self, key: str, default: Any) -> Any:
        """What a control that is drawn further down will say."""
        return self.visit.value(key, default)

    def height(self, pixels: int) -> int:
        """Height of a plot whose labels are placed for it: these pixels, or what a slide has below
        its controls.
        """
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
        for c in controls:
            self.visit.enter(c)
        return any(st.session_state.get(c.key) != c.held(c.default) for c in controls)

    def _presets(self, presets: Mapping[str, Mapping[str, Any]]) -> None:
        views = [c.default for c in self._controls if c.key == visit.VIEW]

        def use(preset: Mapping[str, Any]) -> None:
            settings = dict(preset)
            self.visit.use(settings, settings.pop(visit.VIEW, views[0] if views else None))

        st.markdown("**Try this**")
        with st.container(gap=None):
            for i, (name, preset) in enumerate(presets.items()):
                st.button(
                    name,
                    key=f"preset_{i}",
                    on_click=use,
                    args=(preset,),
                    type="tertiary",
                    icon=":material/science:",
                )

    def _refuse(self, sentence: str) -> None:
        """Show what is wrong, and end the page there: the controls stay."""
        sentence = plain(sentence, SENTENCE)  # it may quote what a link says
        self._verdict.error(
            sentence[:1].upper() + sentence[1:] + ("" if sentence.endswith(".") else ".")
        )
        self._end()

    def _end(self) -> None:
        self._top(whole=False)
        st.stop()

    # Predict, run, show

    def predict(
        self,
        question: str,
        options: Sequence[str] = (),
        *,
        number: tuple[float, float] | None = None,
        unit: str = "",
        tolerance: float = 0.0,
    ) -> None:
        """Ask before showing; the page goes on once the reader has answered or asked to be shown.

        options: to choose from, or `number` = (low, high) of what is to be estimated to within
            `tolerance`.
        """
        self._about, self._tolerance = (question, self._config), tolerance
        if not (predict.of(self.visit.place).shown or self.embedded or self.visit.revealed):
            with self.main:
                predict.ask(
                    self.visit.place, question, self._about, options, number, unit, tolerance
                )
            self._end()

    def judge(self, truth: str | float, because: str) -> None:
        """Judge the committed answer: equal to `truth`, or, for a number, within the tolerance of
        it.

        An answer about other settings is not judged; one is counted once.
        """
        if self.embedded:
            return
        memory = predict.of(self.visit.place)
        if isinstance(truth, str):
            right = memory.answer == truth
        else:
            right = memory.answer is not None and abs(memory.answer - truth) <= self._tolerance
            truth = f"{truth:.3g}"
        verdict = memory.show(self._about, right)
        if verdict is not None:
            with self._verdict:
                predict.tell(self.visit.place, verdict, truth, because)
        if verdict == "earlier":
            self._offer_again(self._verdict)

    def _offer_again(self, place: Any) -> None:
        self._offered = True
        icon = ":material/psychology_alt:"
        place.button(
            "Predict again", on_click=self._again, key="predict_again", type="tertiary", icon=icon
        )

    def _again(self) -> None:
        """Hide the result and ask anew (callback)."""
        predict.of(self.visit.place).again()
        self.visit.hide()

    def tell(self, view: Any, config: Any) -> Told:
        """Ask the view's question; then its run, told. `view`: a module with ask, run and tell, and
        charts.live if any.

        The worker tells a run right after the training; who comes later finds both.
        """
        question = view.ask(config)
        self.predict(
            question.text,
            question.options,
            number=question.number,
            unit=question.unit,
            tolerance=question.tolerance,
        )
        told = self.told(view, config)
        if told.story.verdict is not None:
            self.judge(told.story.verdict.truth, told.story.verdict.because)
        return told

    def told(self, view: Any, config: Any) -> Told:
        """The view's run, told, with no question before it: what a reader opens beside another
        view.
        """
        told: Told = self.run(
            running.telling(view), config, live=getattr(view.charts, "live", None)
        )
        return told

    def run(self, work: Callable, config: Any, *, live: Callable | None = None) -> Any:
        """The result of work(config): shared, kept, with progress and live(curves) -> Figure while
        it trains.
        """
        self.visit.write([(c, self.settings[c.key]) for c in self._controls], whole=False)
        with self.main:
            try:
                result = running.follow(work, config, live)
            except (ValueError, datasets.DatasetUnavailable) as problem:
                self._refuse(str(problem))
            except Exception:  # the runner has logged it; a reader gets a sentence, not a traceback
                self._refuse(
                    "this run failed for a reason that is ours, not yours; the server has logged it"
                )
        if result is None:
            self._end()
        return result

    def show(
        self, figure: Any, *, first: bool | None = None, into: Any = None, key: str | None = None
    ) -> Any:
        """Draw a Figure: the finding as a heading, what is drawn, the chart, and the table behind
        it.

        The first figure goes beside the controls (into `main`), the others below; `into` says
        otherwise. With
        `key`, clicks on a named selection of the chart are returned as Streamlit's selection state.
        """
        place = (
            into
            if into is not None
            else (self.main if (not self.figures if first is None else first) else self.below)
        )
        lead = not self.figures
        self.figures.append(figure)
        with place, st.container(key="lead_figure") if lead else nullcontext():
            with st.container(key="lead") if lead else nullcontext():
                st.markdown(f"##### {figure.title}")
                if not (lead or self.embedded):
                    st.caption(figure.subtitle)
                drawing = sent.drawing(figure, self.dark)
                if self.embedded and isinstance(drawing.get("height"), int):
                    drawing = drawing | {"height": self.height(drawing["height"])}
                extra: Any = {"on_select": "rerun"} if key else {}
                event = st.vega_lite_chart(
                    drawing, alt=figure.alt, key=key or f"chart_{figure.name}", **extra
                )
            if not self.embedded:
                if lead:  # see style.LEAD
                    st.caption(figure.subtitle)
                take_home.behind(self, figure)
        return event if key else None

    def pair(self, *figures: Any, beside: bool = False) -> None:
        """Two figures in columns, `beside` the controls or below; the place of a None stays
        empty.
        """
        places = self.main.columns(2, gap="medium") if beside else self.columns(2)
        for place, figure in zip(places, figures, strict=True):
            if figure is not None:
                self.show(figure, into=place)

    def finish(self, config: Any, frames: Mapping[str, Any], recipe: str | None = None) -> None:
        """The end of every page: code, data, downloads, the way on, the share panel."""
        if not self.embedded:
            with self.below:
                take_home.section(self, config, frames, recipe or self.lesson.slug)
        self._top(whole=True)

    def _top(self, whole: bool) -> None:
        """What is drawn last although it stands first: the link and notices about it, the score,
        the share panel.

        whole: the page has drawn all its controls.
        """
        if whole:
            for name in visit.parameters():
                if name not in (*self.visit.known, visit.REVEAL) and (
                    slip := link.stray(name, self.visit.known)
                ):
                    self.visit.problems.append(slip)
                    self.visit.known.add(name)
        self.visit.write([(c, self.settings[c.key]) for c in self._controls], whole)
        for problem in self.visit.problems:
            self._notices.warning(problem, icon=":material/link_off:")
        if not self.embedded:
            show_score(self._score, self.lesson.slug)
            if whole and not self._offered:
                self._offer_again(self.left)
            neighbours(self.lesson)
            with self._share:
                take_home.share(self)
        icon.show()
        warm.begin(self.lesson.slug)

    def end(
        self, told: Told, recipe: str | None = None, more: Mapping[str, Any] | None = None
    ) -> None:
        """What the run shows, where the usual explanation slips, and the end of the page; more:
        frames of other runs.
        """
        self.conclude(*told.story.shows)
        if told.story.slips:
            self.notes_slip(*told.story.slips)
        self.finish(told.config, told.frames | dict(more or {}), recipe)

    # The link

    @property
    def own(self) -> bool:
        """Whether what is shown is of the reader's own data."""
        return isinstance(getattr(self._config, "dataset", None), datasets.Dataset)

    def query(self, **extra: str) -> str:
        """The URL parameters that bring back this state: every control that is not at its
        default.
        """
        asked = [(c, self.settings.get(c.key, c.default)) for c in self._controls]
        pairs = [
            (c.key, text)
            for c, value in asked
            if value != c.default
            for text in link.spell(c, value)
        ]
        return urlencode(pairs + list(extra.items()))

    def link(self, **extra: str) -> str:
        """The full address of this state."""
        base = (st.context.url or f"/{self.lesson.slug}").split("?")[0]
        query = self.query(**extra)
        return f"{base}?{query}" if query else base
