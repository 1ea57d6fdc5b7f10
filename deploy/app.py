"""The app with a static page before it: a sentence and a picture, seen until it is connected.

    streamlit run deploy/app.py        # from the project's folder, not streamlit_app.py

Where a school's network blocks WebSockets, or a learning platform's sandbox the page's own origin,
Streamlit's page stays blank; this one says why. It is written into the page on its way to the
browser (`st.App`); Streamlit's files stay as they are.
"""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.responses import FileResponse
from starlette.routing import Route

ROOT = Path(__file__).resolve().parents[1]
if Path.cwd() != ROOT:  # Streamlit would not find .streamlit/config.toml, which bounds uploads
    raise SystemExit(
        f"start it from the project's folder: cd {ROOT} && streamlit run deploy/app.py"
    )
PICTURE = ROOT / "docs" / "app.png"
BEFORE = b'<div id="root">'
WAITING = """<style>
#waiting {
  visibility: hidden; animation: waiting 0s 3s forwards;
  position: fixed; z-index: 1; inset: auto 0 0 0; margin: 0 auto; max-width: 40rem; padding: 1rem;
  font: 16px/1.5 sans-serif; color: #0F1216; background: #FFF; border: 1px solid #D5D9DE;
}
#waiting img { width: 100%; max-height: 50vh; object-fit: cover; object-position: top }
@media (prefers-color-scheme: dark) {
  #waiting { color: #E8EAED; background: #0F1318; border-color: #3A424D }
}
@keyframes waiting { to { visibility: visible } }
body:has([data-testid="stApp"]):not(:has([data-testid="stAppSkeleton"])) #waiting { display: none }
</style>
<div id="waiting">
<p><strong>weightkit</strong> really trains small neural networks while you watch; this page is not
connected yet. If it stays so, the network blocks WebSockets, or the page stands in a sandbox
without “allow-same-origin”: open it in a window of its own, or from another network.</p>
<img src="./waiting.png" alt="A page of the app: controls, and a chart that follows them">
</div>
"""
"""Seen after three seconds without a connection, until Streamlit's skeleton goes."""


class StaticFirst:
    """ASGI middleware: pages (HTML) get `WAITING` before the place where Streamlit draws."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        headers = scope.get("headers", [])
        if scope["type"] != "http" or not any(
            name == b"accept" and b"text/html" in value for name, value in headers
        ):
            await self.app(scope, receive, send)
            return
        whole = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
        plain = [header for header in headers if header[0] not in whole]
        begun, parts = {}, []

        async def put_in(message):
            if message["type"] == "http.response.start":
                begun.update(message)
                return
            parts.append(message.get("body", b""))
            if message.get("more_body"):
                return
            body = b"".join(parts).replace(BEFORE, WAITING.encode() + BEFORE, 1)
            kept = [h for h in begun["headers"] if h[0] not in (b"content-length", b"etag")]
            length = (b"content-length", str(len(body)).encode())
            await send(begun | {"headers": [*kept, length]})
            await send({"type": "http.response.body", "body": body})

        await self.app(scope | {"headers": plain}, receive, put_in)


async def picture(request):
    return FileResponse(PICTURE)


app = st.App(
    ROOT / "streamlit_app.py",
    middleware=[Middleware(StaticFirst)],
    routes=[Route("/waiting.png", picture)],
)
