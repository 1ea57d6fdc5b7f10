"""Streamlit's widgets as a browser sees them: what they are set to, what else they could be set
to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from streamlit.proto.ButtonGroup_pb2 import ButtonGroup
from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.WidgetStates_pb2 import WidgetState

SETTABLE = (
    "slider",
    "selectbox",
    "radio",
    "button_group",
    "checkbox",
    "number_input",
    "multiselect",
    "text_input",
    "text_area",
)
CLICKABLE = ("button", "download_button")


@dataclass(frozen=True)
class Widget:
    """One widget on the page: `kind` is its field in Element, `proto` what the server sent."""

    kind: str
    proto: Any
    fragment: str = ""

    @property
    def id(self) -> str:
        return self.proto.id

    @property
    def label(self) -> str:
        return self.proto.label

    @property
    def key(self) -> str:
        """The key that the script gave; empty where it gave none. (An id reads `$$ID-hash-key`.)"""
        key = self.proto.id.split("-", 2)[-1]
        return "" if key == "None" else key

    @property
    def in_form(self) -> bool:
        return bool(self.proto.form_id)

    @property
    def is_select_slider(self) -> bool:
        return self.kind == "slider" and self.proto.type == Slider.SELECT_SLIDER

    @property
    def options(self) -> list[str]:
        """What can be picked, as displayed; empty where the widget is not a choice."""
        if self.kind == "button_group":
            return [option.content for option in self.proto.options]
        return list(getattr(self.proto, "options", ()))

    @property
    def picks_many(self) -> bool:
        return self.kind == "multiselect" or (
            self.kind == "button_group" and self.proto.click_mode == ButtonGroup.MULTI_SELECT
        )

    def default(self) -> Any:
        """The value that the script gave it, in the form that `state` takes; None where it has
        none.
        """
        p = self.proto
        if self.is_select_slider:
            picked = [self.options[int(i)] for i in p.default]
            return picked if len(picked) > 1 else picked[0]
        if self.kind == "slider":
            return list(p.default) if len(p.default) > 1 else p.default[0]
        if self.kind in ("button_group", "multiselect"):
            picked = [self.options[i] for i in p.default]
            return picked if self.picks_many else (picked[0] if picked else None)
        if self.kind in ("selectbox", "radio"):
            return self.options[p.default] if p.HasField("default") and self.options else None
        if self.kind in ("number_input", "text_input", "text_area"):
            return p.default if p.HasField("default") else None
        return p.default

    def set_by_script(self) -> Any:
        """The value that the script has set from its session state or from the URL; None where it
        has not.
        """
        p = self.proto
        if not p.set_value:
            return None
        if self.is_select_slider or self.kind in ("button_group", "multiselect"):
            picked = list(p.raw_value if self.kind == "slider" else p.raw_values)
            return picked if self.picks_many or len(picked) > 1 else (picked[0] if picked else None)
        if self.kind in ("selectbox", "radio"):
            return p.raw_value if p.HasField("raw_value") else None
        if self.kind == "slider":
            return list(p.value) if len(p.value) > 1 else p.value[0]
        return p.value

    def state(self, value: Any) -> WidgetState:
        """The message that a browser sends when the widget has this value."""
        state = WidgetState(id=self.id)
        if self.kind in CLICKABLE:
            state.trigger_value = True
        elif self.is_select_slider or self.kind in ("button_group", "multiselect"):
            state.string_array_value.data[:] = (
                value if isinstance(value, (list, tuple)) else [value]
            )
        elif self.kind == "slider":
            state.double_array_value.data[:] = (
                value if isinstance(value, (list, tuple)) else [value]
            )
        elif self.kind == "checkbox":
            state.bool_value = value
        elif self.kind == "number_input":
            state.double_value = value
        else:
            state.string_value = value
        return state

    def others(self, now: Any) -> list[Any]:
        """Values a reader could move it to from `now`, near ones first; empty for text and
        ranges.
        """
        if self.kind == "checkbox":
            return [not now]
        if self.options:
            if self.picks_many:
                return [[o] for o in self.options if [o] != now]
            return [o for o in self.options if o != now]
        if self.kind == "slider" and not isinstance(now, list):
            p = self.proto
            steps = range(1, round((p.max - p.min) / p.step) + 1)
            near = (round(now + sign * k * p.step, 12) for k in steps for sign in (1, -1))
            return [value for value in near if p.min <= value <= p.max]
        if self.kind == "number_input" and now is not None:
            p, step = self.proto, self.proto.step or 1
            return [
                v
                for v in (now + step, now - step)
                if (not p.has_min or v >= p.min) and (not p.has_max or v <= p.max)
            ]
        return []


def in_url(value: Any) -> list[str]:
    """A value as a browser writes it into the query string: one string for each repeated
    parameter.
    """
    if isinstance(value, (list, tuple)):
        return [text for item in value for text in in_url(item)]
    if isinstance(value, bool):
        return [str(value).lower()]
    if isinstance(value, float):
        return [f"{value:.15g}"]
    return [str(value)]
