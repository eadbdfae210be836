"""Who may talk to the desk, and what its pages may do. Trusted side.

The server listens on 127.0.0.1 alone, but every page in the grader's browser can send requests there. So:

- a Host other than this machine's own is refused (a stranger's name that resolves to 127.0.0.1, DNS
  rebinding, would make the stranger's page one of ours);
- the address begins with a random token, which a stranger does not know, and which no Referer tells a
  stranger;
- a change that comes from another origin is refused;
- the policy lets a page load what the desk itself serves and nothing else, and run no inline script.
"""

import hmac
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OWN_HOSTS = ("127.0.0.1", "localhost")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",  # with none, a form's own Origin would be null
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_MAX_BODY = 2**20


class Guard:
    """Lets through what comes from the desk's own pages, and puts the policy on every answer."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        if scope["type"] == "http":
            refused = refusal(scope["method"], scope["path"], Headers(scope=scope), self._token)
            if refused:
                code, sentence = refused
                await PlainTextResponse(sentence + "\n", code)(scope, receive, send_guarded)
                return
        await self._app(scope, receive, send_guarded)


def refusal(method: str, path: str, headers: Mapping[str, str], token: str) -> tuple[int, str] | None:
    """Why a request is not answered: a status and a sentence; `None` for one of ours."""
    host = headers.get("host", "")
    if _name(host) not in OWN_HOSTS:
        return 421, "The desk answers only under the address that it printed."
    given = path.split("/")[1] if path.startswith("/") else ""
    if not hmac.compare_digest(given.encode(), token.encode()):
        return 404, "There is nothing here. Use the whole address that the desk printed."
    if method not in ("GET", "HEAD"):
        origin = headers.get("origin")
        if headers.get("sec-fetch-site", "same-origin") != "same-origin" or (
            origin is not None and urlsplit(origin).netloc != host
        ):
            return 403, "The desk takes changes from its own pages only."
        length = headers.get("content-length", "")
        if not length.isdigit() or int(length) > _MAX_BODY:
            return 413, "That is too long for a comment."
    return None


def _name(host: str) -> str:
    name, _, port = host.partition(":")
    return name if not port or port.isdigit() else ""
