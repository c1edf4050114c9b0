"""A small server that is called back."""

import json
import queue
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer


class Callee:
    """Answers every request with 200 and keeps the JSON that it was sent."""

    def __init__(self):
        heard = queue.Queue()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):  # noqa: N802, the name is the library's
                length = int(self.headers.get("Content-Length", "0"))
                heard.put(json.loads(self.rfile.read(length)))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._heard = heard
        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def next(self):
        """What was sent next; fails if nothing comes within five seconds."""
        return self._heard.get(timeout=5)
