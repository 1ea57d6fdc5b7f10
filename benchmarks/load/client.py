"""A browser without a screen: one Streamlit session over a real WebSocket, as version 1.67 speaks
it.

    async with Session("http://localhost:8501", "variance_sweep", {"reveal": "true"}) as session:
        await session.settled()
        await session.set(session.widget(label="Epochs"), 7)
        await session.settled()
        assert not session.problems

The protocol, from streamlit/web/server/starlette/starlette_websocket.py and streamlit/proto: binary
frames; the browser sends BackMsg.rerun_script with the page (by name first, by hash afterwards),
the query string and the states of all widgets; the server answers with new_session, deltas (by path
in the element tree) and script_finished. Deltas that the client says it has cached come as a
reference to their hash.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Self
from urllib.parse import parse_qs, urlencode

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from .widgets import CLICKABLE, SETTABLE, Widget, in_url

PATIENCE = 300.0  # seconds; a busy machine is not a lost session
TEXT = ("markdown", "heading", "text", "html")
Path = tuple[int, ...]


class Lost(Exception):
    """The server ended the connection, or did not answer in time."""


class Session:
    """One visitor on one page.

    `problems` collects every exception (and error box) that the server ever sent; `seen` says how
    many seconds after opening the first text, control and chart arrived; `lost` is why the server
    ended the connection.
    """

    def __init__(
        self, url: str, page: str = "", query: Mapping[str, str] | None = None, dark: bool = False
    ):
        self.url = url.rstrip("/")
        self.page = page
        self.query: dict[str, list[str]] = {key: [value] for key, value in (query or {}).items()}
        self.dark = dark
        self.problems: list[str] = []
        self.seen: dict[str, float] = {}
        self.lost: str | None = None
        self.session_id = ""
        self.page_hash = ""
        self.n_messages = self.n_bytes = 0
        self._elements: dict[Path, tuple[Any, str, str]] = {}  # path -> element, run, fragment
        self._blocks: set[Path] = set()
        self._values: dict[str, Any] = {}
        self._run = ""
        self._running = False
        self._awaiting = False  # a rerun was asked for and has not begun
        self._runs = 0
        self._cache: dict[str, tuple[Delta, int]] = {}  # hash -> delta, the run that last used it
        self._cache_age = 2
        self._news = asyncio.Condition()
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task | None = None
        self._opened = 0.0

    # Opening and closing

    async def open(self) -> Self:
        """Connect and ask for the page."""
        self._opened = time.monotonic()
        address = "ws" + self.url.removeprefix("http") + "/_stcore/stream"
        try:
            self._socket = await connect(
                address,
                subprotocols=[
                    "streamlit",
                    "PLACEHOLDER_AUTH_TOKEN",
                    *([self.session_id] if self.session_id else []),
                ],  # type: ignore[list-item]
                origin=self.url,  # type: ignore[arg-type]
                max_size=None,
                open_timeout=PATIENCE,
                ping_interval=None,  # browsers send none
            )
        except (OSError, WebSocketException) as error:
            raise Lost(f"no connection: {error!r}") from error
        self._reader = asyncio.create_task(self._read())
        await self.rerun()
        return self

    async def close(self) -> None:
        """Leave as a closed tab does: with a closing handshake."""
        if self._socket is not None:
            with suppress(WebSocketException):
                await self._socket.close()
        await self._end_reader()

    async def kill(self) -> None:
        """Vanish as a laptop does when its lid is shut: the connection breaks in the middle."""
        if self._socket is not None:
            self._socket.transport.abort()
        await self._end_reader()

    async def come_back(self) -> Self:
        """Connect again to the same session, as a browser does by itself when its connection is
        back.
        """
        self.lost, self._running = None, False
        return await self.open()

    async def _end_reader(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            with suppress(asyncio.CancelledError):
                await self._reader

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    # What is on the page

    def elements(self, *kinds: str) -> list[Any]:
        """The elements of these kinds, from top to bottom (the sidebar after the page)."""
        return [
            getattr(e, e.WhichOneof("type"))
            for e, _ in self._sorted()
            if e.WhichOneof("type") in kinds
        ]

    @property
    def n_elements(self) -> int:
        """How many elements are on the page, of whatever kind."""
        return len(self._elements)

    @property
    def age(self) -> float:
        """Seconds since opening."""
        return time.monotonic() - self._opened

    def charts(self) -> int:
        """How many charts are on the page."""
        return len(self.elements("vega_lite_chart"))

    def text(self) -> str:
        """All words on the page that are not labels."""
        return "\n".join(getattr(e, "body", "") for e in self.elements(*TEXT, "alert"))

    def widgets(self) -> list[Widget]:
        """The widgets that a reader can use, from top to bottom."""
        return [widget for widget in self._all_widgets() if not widget.proto.disabled]

    def widget(self, label: str | None = None, key: str | None = None) -> Widget:
        """The first widget with this label or this key; KeyError that names those there are."""
        for widget in self.widgets():
            if widget.label == label or (key is not None and widget.key == key):
                return widget
        there = [widget.label for widget in self.widgets()]
        raise KeyError(f"no widget {label or key!r} on {self.page!r}; there are {there}")

    def value(self, widget: Widget) -> Any:
        """What the widget is set to now."""
        return self._values.get(widget.id)

    def _all_widgets(self) -> list[Widget]:
        found = (
            (element.WhichOneof("type"), element, fragment) for element, fragment in self._sorted()
        )
        return [
            Widget(k, getattr(e, k), fragment)
            for k, e, fragment in found
            if k in SETTABLE + CLICKABLE
        ]

    def _sorted(self) -> Iterator[tuple[Any, str]]:
        for _, (element, _, fragment) in sorted(self._elements.items(), key=lambda item: item[0]):
            yield element, fragment

    # What a reader does

    async def set(self, widget: Widget, value: Any) -> None:
        """Move a control: its new state goes to the server, and into the URL where it is bound to
        it.
        """
        self._values[widget.id] = value
        parameter = getattr(widget.proto, "query_param_key", "")
        if parameter:
            self.query.pop(parameter, None)
            if value != widget.default():
                self.query[parameter] = in_url(value)
        await self.rerun(fragment=widget.fragment)

    async def click(self, widget: Widget) -> None:
        """Press a button."""
        await self.rerun(widget.state(True), fragment=widget.fragment)

    async def rerun(self, trigger: WidgetState | None = None, fragment: str = "") -> None:
        """Ask for a run of the script with the widgets as they are now."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string = self.query_string
        state.page_script_hash = self.page_hash
        state.page_name = "" if self.page_hash else self.page
        state.fragment_id = fragment
        state.cached_message_hashes.extend(self._cache)
        state.context_info.timezone = "UTC"
        state.context_info.locale = "en-US"
        state.context_info.url = f"{self.url}/{self.page}"
        state.context_info.is_embedded = "true" in self.query.get("embed", ())
        state.context_info.color_scheme = "dark" if self.dark else "light"
        for widget in self._all_widgets():
            if self._values.get(widget.id) is not None:
                state.widget_states.widgets.append(widget.state(self._values[widget.id]))
        if trigger is not None:
            state.widget_states.widgets.append(trigger)
        self._awaiting = True
        await self.send(message)

    @property
    def query_string(self) -> str:
        """The query string as it stands in the address bar."""
        return urlencode(sorted(self.query.items()), doseq=True)

    async def send(self, message: BackMsg) -> None:
        """Send any message to the server."""
        assert self._socket is not None
        try:
            await self._socket.send(message.SerializeToString())
        except WebSocketException as error:
            raise Lost(self.lost or repr(error)) from error

    async def settled(self, timeout: float = PATIENCE) -> Self:
        """Wait until the script has answered the last request to its end."""
        await self.until(lambda: not self._running and not self._awaiting, timeout)
        return self

    async def until(self, true: Callable[[], object], timeout: float = PATIENCE) -> None:
        """Wait for messages until `true()` is; Lost if that does not come about."""
        try:
            async with asyncio.timeout(timeout), self._news:
                await self._news.wait_for(lambda: true() or self.lost)
        except TimeoutError:
            raise Lost(f"no answer from {self.page!r} within {timeout:.0f} s") from None
        if self.lost and not true():
            raise Lost(self.lost)

    # What the server says

    async def _read(self) -> None:
        assert self._socket is not None
        try:
            async for data in self._socket:
                assert isinstance(data, bytes)
                self.n_messages += 1
                self.n_bytes += len(data)
                self._take(ForwardMsg.FromString(data))
                async with self._news:
                    self._news.notify_all()
            self.lost = f"closed by the server ({self._socket.close_code})"
        except WebSocketException as error:
            self.lost = repr(error)
        except Exception as error:  # the client does not understand the server: say so, do not hang
            self.lost = f"client: {error!r}"
        async with self._news:
            self._news.notify_all()

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._begin(message)
        elif kind == "delta":
            if message.metadata.cacheable:
                self._cache[message.hash] = (message.delta, self._runs)
            self._draw(message.delta, tuple(message.metadata.delta_path))
        elif kind == "ref_hash":
            delta, _ = self._cache[message.ref_hash]
            self._cache[message.ref_hash] = (delta, self._runs)
            self._draw(delta, tuple(message.metadata.delta_path))
        elif kind == "script_finished":
            self._finish(message)
        elif kind == "page_info_changed":
            self.query = parse_qs(message.page_info_changed.query_string, keep_blank_values=True)
        elif kind == "navigation":
            self.page_hash = message.navigation.page_script_hash
        elif kind == "page_not_found":
            self.problems.append(f"page not found: {message.page_not_found.page_name!r}")
        elif kind == "session_event" and message.session_event.HasField(
            "script_compilation_exception"
        ):
            self._complain(message.session_event.script_compilation_exception)
        elif kind == "auto_rerun":
            self.problems.append(
                "the page uses fragments with run_every, which this client does not follow"
            )

    def _begin(self, message: ForwardMsg) -> None:
        session = message.new_session
        self.session_id = session.initialize.session_id or self.session_id
        self._cache_age = session.config.max_cached_message_age or self._cache_age
        if not message.metadata.run.fragment_ids and self.page_hash != session.page_script_hash:
            self.page_hash = session.page_script_hash
            self._elements.clear()
            self._blocks.clear()
        self._run = message.metadata.run.script_run_id
        self._running, self._awaiting = True, False

    def _draw(self, delta: Delta, path: Path) -> None:
        kind = delta.WhichOneof("type")
        if kind == "new_element":
            if path in self._blocks:
                self._forget(path)
            self._elements[path] = (delta.new_element, self._run, delta.fragment_id)
            self._notice(delta.new_element)
        elif kind == "add_block":
            self._elements.pop(path, None)
            self._blocks.add(path)

    def _forget(self, path: Path) -> None:
        """A block became an element: what was in it is gone."""
        inside = [p for p in self._elements if p[: len(path)] == path]
        for p in inside:
            del self._elements[p]
        self._blocks = {p for p in self._blocks if p[: len(path)] != path}

    def _notice(self, element: Any) -> None:
        kind = element.WhichOneof("type")
        if kind == "exception" and not element.exception.is_warning:
            self._complain(element.exception)
        elif kind == "alert" and element.alert.format == Alert.ERROR:
            self.problems.append(f"error box on {self.page!r}: {element.alert.body}")
        elif kind in SETTABLE:
            widget = Widget(kind, getattr(element, kind))
            by_script = widget.set_by_script()
            if by_script is not None:
                self._values[widget.id] = by_script
            else:
                self._values.setdefault(widget.id, widget.default())
        what = "text" if kind in TEXT else "control" if kind in SETTABLE + CLICKABLE else kind
        self.seen.setdefault("chart" if what == "vega_lite_chart" else what, self.age)

    def _complain(self, exception: Any) -> None:
        trace = "".join(f"\n    {line}" for line in exception.stack_trace[-3:])
        self.problems.append(f"{exception.type} on {self.page!r}: {exception.message}{trace}")

    def _finish(self, message: ForwardMsg) -> None:
        status = message.script_finished
        if status == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return  # the next run is on its way
        fragments = set(message.metadata.run.fragment_ids)
        stale = [
            path
            for path, (_, run, fragment) in self._elements.items()
            if run != self._run and (not fragments or fragment in fragments)
        ]
        if status != ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            for path in stale:
                del self._elements[path]
        if not fragments:
            self._runs += 1
            oldest = self._runs - self._cache_age
            self._cache = {
                h: (delta, run) for h, (delta, run) in self._cache.items() if run >= oldest
            }
            present = {widget.id for widget in self._all_widgets()}
            self._values = {id: value for id, value in self._values.items() if id in present}
        self._running = False
