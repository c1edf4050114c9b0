"""The servers of a process that runs tests, and what their orgs were asked."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as ET

from zoho_crm_mock._contract import Piece, piece
from zoho_crm_mock._control import Controls
from zoho_crm_mock._server import Org, Server, connect, start

# Servers that live at once: each seed, or other option, of a marker has one.
MOST = 8


class Pool:
    """One server for each set of options."""

    def __init__(
        self,
        *,
        url: str | None,
        admin_token: str | None,
        usual: Mapping[str, Any],
        with_rules: bool,
    ) -> None:
        self._url = url
        self._admin_token = admin_token
        self._usual = usual
        self._with_rules = with_rules
        self._servers: OrderedDict[str, Server] = OrderedDict()
        self._allowed: dict[Org, Collection[str]] = {}
        self._operations: frozenset[str] = frozenset()
        self._pieces: list[Piece] = []

    def server(self, options: Mapping[str, Any]) -> Server:
        """Give the server with these options beside the usual ones; start it if there is none."""
        if self._url is not None and options:
            asked = ", ".join(options)
            message = f"the server at {self._url} runs already: it cannot be given {asked}"
            raise ValueError(message)
        key = json.dumps(options, sort_keys=True, default=str)
        server = self._servers.get(key)
        if server is not None and server.ended:
            self._servers.pop(key).stop()
            server = None
        if server is None:
            if len(self._servers) >= MOST:
                # the usual one stays
                oldest = next((it for it in self._servers if it != "{}"), "{}")
                self._close(self._servers.pop(oldest))
            server = self._start(options)
            server.before_delete = self._note
            self._servers[key] = server
        self._servers.move_to_end(key)
        return server

    def _start(self, options: Mapping[str, Any]) -> Server:
        if self._url is not None:
            return connect(self._url, admin_token=self._admin_token)
        usual = dict(self._usual)
        if "seed" in options or "empty" in options:
            usual.pop("seed", None)
        return start(**{**usual, **options})

    def allow(self, org: Org, rules: Collection[str]) -> None:
        """Take rules that an org's test breaks on purpose for kept."""
        self._allowed[org] = [rules] if isinstance(rules, str) else rules

    def take(self) -> list[Piece]:
        """Give what was asked since the last time."""
        pieces, self._pieces = self._pieces, []
        return pieces

    def close(self) -> None:
        """Stop the servers."""
        while self._servers:
            self._close(self._servers.popitem()[1])

    def _close(self, server: Server) -> None:
        try:
            if not server.ended:
                for org in list(server.orgs.values()):
                    org.delete()
                if self._url is None:
                    self._add("the default org", server)
        finally:
            server.stop()

    def _note(self, org: Org) -> None:
        self._add(org.label or org.name, org, self._allowed.pop(org, ()))

    def _add(self, label: str, org: Controls, allow: Collection[str] = ()) -> None:
        report = org.contract()
        if not report["coverage"]["exercised"] and not report["summary"]["rules"]:
            return
        rules: Sequence[str] = ()
        if not self._operations:
            listed = org.control("GET", "operations")["operations"]
            self._operations = frozenset(it["id"] for it in listed)
            rules = known_rules(org) if self._with_rules else ()
        self._pieces.append(piece(label, report, self._operations, allow, rules))


def known_rules(org: Controls) -> list[str]:
    """Give the rules that there are."""
    report = ET.fromstring(org.text("contract", format="junit"))  # noqa: S314 -- our own server's
    return [case.get("name", "") for case in report.iter("testcase")]
