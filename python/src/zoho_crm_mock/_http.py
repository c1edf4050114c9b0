"""JSON over HTTP, with a connection that is kept."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPSConnection
from typing import Any, NamedTuple, Optional
from urllib.parse import quote, urlencode, urlsplit

# A connection that was silent for longer may have been closed meanwhile.
IDLE = 2.0
PATIENCE = 30.0
FAILED = 400


class Answer(NamedTuple):
    """The status of an answer and its JSON; None where there is no body."""

    status: int
    body: Any


class ControlError(Exception):
    """The control plane refuses something, and says why."""

    def __init__(self, status: int, code: str, message: str, details: Any) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details


class _Kept(threading.local):
    """The connection of a thread."""

    # typing: evaluated by Python 3.9, too
    connection: Optional[HTTPConnection] = None  # noqa: UP045
    process = 0
    used = 0.0


class Wire:
    """Requests to one server."""

    def __init__(self, url: str, admin_token: str | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            message = f"{url!r} is no address of a server, such as http://127.0.0.1:8080"
            raise ValueError(message)
        self.url = url.rstrip("/")
        self._secure = parts.scheme == "https"
        self._host = parts.hostname
        self._port = parts.port
        self._prefix = parts.path.rstrip("/")
        self._admin_token = admin_token
        self._kept = _Kept()

    def control(
        self,
        method: str,
        path: str,
        body: Any = None,
        params: Mapping[str, object] | None = None,
        patience: float = PATIENCE,
    ) -> Any:
        """Ask the control plane; give the JSON of its answer."""
        text = self.control_text(method, path, body, params, patience)
        return json.loads(text) if text else None

    def control_text(
        self,
        method: str,
        path: str,
        body: Any = None,
        params: Mapping[str, object] | None = None,
        patience: float = PATIENCE,
    ) -> str:
        """Ask the control plane; give the text of its answer."""
        token = self._admin_token
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        status, text = self.send(method, f"/__admin/{path}", body, params, headers, patience)
        if status < FAILED:
            return text
        try:
            error = json.loads(text)["error"]
            raise ControlError(status, error["code"], error["message"], error["details"])
        except (ValueError, KeyError, TypeError):
            message = f"{self.url}/__admin/{path} answers {status}: {text[:200]}"
            raise ControlError(status, "", message, {}) from None

    def send(  # noqa: PLR0913, PLR0917 -- these are the parts of a request
        self,
        method: str,
        path: str,
        body: Any = None,
        params: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        patience: float = PATIENCE,
    ) -> tuple[int, str]:
        """Send a request; give the status and the text of its answer."""
        target = self._prefix + quote(path, safe="/%?&=+,:;@$!*'()~")
        given = {name: value for name, value in (params or {}).items() if value is not None}
        if given:
            target += ("&" if "?" in target else "?") + urlencode(given, doseq=True)
        sent = dict(headers or {})
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        connection = self._connection(patience)
        try:
            connection.request(method, target, data, sent)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        except BaseException:
            # what comes later must not be taken for the answer to another request
            self.close()
            raise
        self._kept.used = time.monotonic()
        return answer.status, text

    def _connection(self, patience: float) -> HTTPConnection:
        """Give this thread's connection, a new one where the old one cannot be used."""
        kept = self._kept
        stale = time.monotonic() - kept.used > IDLE or kept.process != os.getpid()
        if kept.connection is None or stale:
            self.close()
            kind = HTTPSConnection if self._secure else HTTPConnection
            kept.connection = kind(self._host, self._port, timeout=patience)
            kept.process = os.getpid()
        kept.connection.timeout = patience
        if kept.connection.sock is not None:
            kept.connection.sock.settimeout(patience)
        return kept.connection

    def close(self) -> None:
        """Close this thread's connection."""
        if self._kept.connection is not None:
            self._kept.connection.close()
            self._kept.connection = None
