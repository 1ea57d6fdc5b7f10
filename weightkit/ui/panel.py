"""The controls of a page: what they ask, what they say now, and the link that brings it back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from functools import partial
from typing import Any, NoReturn
from urllib.parse import urlencode

import streamlit as st

from ..lessons.views import Preset, View
from . import budget, link, own_data, slide, visit
from . import controls as widgets
from .controls import Control
from .layout import Layout
from .lessons import Lesson
from .outside import SENTENCE, plain

PRESET = "preset"  # the key of the list of presets


class Panel(Layout):
    """Controls on the left of a page, and their `settings`: {key: value}."""

    _config: Any = None

    def __init__(self, entry: Lesson, intro: str):
        super().__init__(entry, intro)
        self.settings: dict[str, Any] = {}
        self.visit = visit.arrive(entry.slug)
        self.slide = slide.asked(self.visit.link)
        self._bare = self.embedded and self.slide.bare
        self._controls: list[Control] = []
        self._likely: Callable[[], Iterator[Any]] = partial(iter, ())

    def _end(self) -> NoReturn:
        """End the page here; the controls stay."""
        raise NotImplementedError

    def _refuse(self, sentence: str) -> NoReturn:
        """End the page with what is wrong with the settings."""
        raise NotImplementedError

    def controls(
        self,
        config: Any = None,
        keys: Sequence[str | Control] = (),
        more: Sequence[str | Control] = (),
        presets: Mapping[str, Preset] | None = None,
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
            made = widgets.from_field(config, key, **{"key": prefix + key, **changes.get(key, {})})
            return own_data.offered(made, not self.embedded) if made.own else made

        shown, extra = [control(k) for k in keys], [control(k) for k in more]
        if self.embedded:
            shown, extra = self._one_row(shown, extra)
        budget.follow(self.visit, config, shown + extra, prefix, fixed)
        with self.left:
            for c in shown:
                self._ask(c, compact=self.embedded)
            if extra:
                self._more(extra)
            budget.say(self.visit, shown + extra, prefix, self.embedded)
            if presets and not self.embedded:
                self._presets(presets)
        for c in shown + extra:
            if c.most and not self.settings[c.key]:
                self._refuse(f"Nothing is chosen under “{c.label}”: choose 1 to {c.most}")
        if config is None:
            return None
        try:
            here = [name for name in names if prefix + name in self.settings]
            asked = {name: self.settings[prefix + name] for name in here}
            for c in shown + extra:
                if c.own and self.settings[c.key] == own_data.OWN:
                    asked[c.key.removeprefix(prefix)] = self._own_data()
            self._config = config(**asked | dict(fixed or {}))
            self._likely = partial(
                likely, self._config, shown + extra, prefix, presets or {}, fixed or {}
            )
            return self._config
        except ValueError as problem:
            self._refuse(str(problem))

    def choose(self, views: Sequence[View]) -> View:
        """The view of the lesson that the reader looks at."""
        by_title = {view.title: view for view in views}
        self.controls(
            None, [Control(visit.VIEW, "Look at", views[0].title, options=tuple(by_title))]
        )
        return by_title[self.settings[visit.VIEW]]

    def boxes(self, config: type, rows: Sequence[Sequence[str]], view: View) -> dict[str, Any]:
        """Numbers to type into small boxes beside the controls, row by row: {field: value}."""
        typed, main = {}, self.main
        if self.embedded and not self._bare:
            main = self.left.popover("Numbers", icon=":material/edit:", key="numbers")
        for names in rows:
            with main.container(horizontal=True, gap="small"):
                for key, name in ((view.prefix + name, name) for name in names):
                    box = widgets.from_field(config, name, key=key, label=name, box=True, step=0.1)
                    typed[name] = self._ask(box)
        return typed

    def pick(self, control: Control, *of: str) -> Any:
        """One more control, drawn right here: one that chooses what to look at, not what to
        train. of: the names of the figures that it is for; a slide of others does without it.
        """
        if not self.embedded:
            return self._ask(control)
        with self.left:
            return self._ask(control, compact=True, drawn=self.slide.concerns(of))

    def _one_row(
        self, shown: Sequence[Control], extra: Sequence[Control]
    ) -> tuple[list[Control], list[Control]]:
        """The same controls with no more beside the button for the others than a slide's row has
        room for; a list of several takes too much of it.
        """
        narrow = [c for c in shown if not c.most]
        room = max(0, slide.MOST - len(self._controls))
        return narrow[:room], [*narrow[room:], *(c for c in shown if c.most), *extra]

    def _more(self, controls: Sequence[Control]) -> None:
        """Controls in a panel, drawn when it is open."""
        if self._bare:
            for c in controls:
                self._ask(c)
            return
        unfolded = self.visit.unfolded(controls)
        fold: Any = {"icon": ":material/tune:", "on_change": "rerun", "key": "more_settings"}
        panel: Any = (
            st.popover("More settings", **fold)
            if self.embedded
            else st.expander("More settings", expanded=unfolded, **fold)
        )
        with panel:
            for c in controls:
                self._ask(c, drawn=panel.open)

    def _ask(self, control: Control, compact: bool = False, drawn: bool = True) -> Any:
        """Draw a control with its value in this visit, and remember what it says."""
        self._controls.append(control)
        drawn = drawn and not self._bare
        held = self.visit.enter(control)
        try:
            value = widgets.draw(control, held, compact) if drawn else widgets.read(control, held)
        except ValueError as problem:
            value = control.default
            self._instead(problem, value)
        if not drawn:  # the session forgets what a widget said that is no longer there, and a
            # widget of this name on the page before would be remembered in its place
            st.session_state[control.key] = control.held(value)
        self.visit.keep(control, value)
        self.settings[control.key] = value
        if drawn and control.own and value == own_data.OWN:
            own_data.ask()
        return value

    def _own_data(self) -> Any:
        """The Dataset of the reader's own; without one the page ends."""
        mine = own_data.held()
        if mine is None:
            self.main.info(own_data.MISSING, icon=":material/table_view:")
            self._end()
        return mine.data

    @property
    def own(self) -> bool:
        """Whether what is shown is of the reader's own data."""
        return own_data.is_own(self._config)

    def _instead(self, problem: ValueError, shown: Any) -> None:
        sentence = plain(problem, SENTENCE).removesuffix(".")
        self._notices.warning(f"{sentence[:1].upper()}{sentence[1:]}. Shown instead: {shown}.")

    def button(self, label: str, **settings: Any) -> bool:
        """A button below the controls, or in their row in a slide; `settings` are st.button's."""
        return not self._bare and self.left.button(label, **settings)

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
        """Height of a plot whose labels are placed for it: these pixels, or what a slide has."""
        return min(pixels, slide.PLOT) if self.embedded else pixels

    def _presets(self, presets: Mapping[str, Preset]) -> None:
        """A list of presets; the one whose settings are those of now is marked."""
        home = next((c.default for c in self._controls if c.key == visit.VIEW), None)

        def use() -> None:
            settings = dict(presets.get(str(st.session_state.get(PRESET))) or {})
            visit.of_now().use(settings, settings.pop(visit.VIEW, home))

        active = st.session_state[PRESET] = self._active(presets, home)
        looks = [preset.look if name == active else "" for name, preset in presets.items()]
        st.radio(
            "Try this",
            list(presets),
            index=None,
            key=PRESET,
            on_change=use,
            captions=looks if any(looks) else None,
        )

    def _active(self, presets: Mapping[str, Mapping[str, Any]], home: str | None) -> str | None:
        """The first preset that the settings are of: its own, and all others at their defaults."""
        held = self.visit.own.get(self.visit.view, {})
        at_first = {c.key: c.default for c in self._controls if c.key != visit.VIEW}
        for name, preset in presets.items():
            wanted = at_first | {visit.VIEW: home} | dict(preset)
            here = wanted.pop(visit.VIEW) == self.visit.view
            if here and all(_same(held.get(key), value) for key, value in wanted.items()):
                return name
        return None

    def query(self, **extra: str) -> str:
        """The URL parameters that bring back this state."""
        return urlencode(self.pairs() + list(extra.items()))

    def pairs(self) -> list[tuple[str, str]]:
        """Every control that is not at its default, as a link says it."""
        asked = [(c, self.settings.get(c.key, c.default)) for c in self._controls]
        return [
            (c.key, text)
            for c, value in asked
            if value != c.default
            for text in link.spell(c, value)
        ]

    def link(self, **extra: str) -> str:
        """The full address of this state."""
        base = (st.context.url or f"/{self.lesson.slug}").split("?")[0]
        query = self.query(**extra)
        return f"{base}?{query}" if query else base


def _same(one: Any, other: Any) -> bool:
    """Whether two values of a control are the same; of several at once in any order."""
    if isinstance(one, (tuple, list)) and isinstance(other, (tuple, list)):
        return sorted(map(str, one)) == sorted(map(str, other))
    return bool(one == other)


def likely(
    config: Any,
    controls: Sequence[Control],
    prefix: str,
    presets: Mapping[str, Mapping[str, Any]],
    fixed: Mapping[str, Any],
) -> Iterator[Any]:
    """The Configs that a reader of `config` may ask for next: one step of each control, then the
    presets; those that are not allowed are left out.
    """
    names = {f.name for f in fields(config)}
    for control in controls:
        name = control.key.removeprefix(prefix)
        for value in control.near(getattr(config, name)) if name in names else ():
            with suppress(ValueError, TypeError):
                yield budget.moved(config, controls, prefix, name, value)
    for preset in presets.values():
        settings = {key.removeprefix(prefix): value for key, value in preset.items()}
        if all(key.startswith(prefix) for key in preset if key != visit.VIEW):
            known = {key: value for key, value in settings.items() if key in names}
            with suppress(ValueError, TypeError):
                yield type(config)(**known | dict(fixed))
