"""What a test does to an org, and what it asks of it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Union, cast
from urllib.parse import quote

from zoho_crm_mock._ends import Ends
from zoho_crm_mock._http import PATIENCE, Answer, ControlError, Wire

if TYPE_CHECKING:
    from zoho_crm_mock._shapes import Report, Request

# A pattern of requests, or just the name of an operation.
Match = Union[str, Mapping[str, Any]]
# A length of time: seconds, or ISO 8601 (PT1H).
Length = Union[int, str, timedelta]

NOT_VERIFIED = 422
TIMED_OUT = 408


class Controls:
    """The control plane of one org; everything else it can do is `control()`."""

    def __init__(self, wire: Wire, org: str | None, access_token: str | None = None) -> None:
        self._wire = wire
        self._org = org
        self._access_token = access_token

    def control(self, method: str, path: str, body: Any = None, **params: object) -> Any:
        """Call any operation of `/__admin/openapi.json` about this org."""
        return self._wire.control(method, path, body, {"org": self._org, **params})

    def text(self, path: str, **params: object) -> str:
        """Get what is no JSON, such as `text("contract", format="junit")`."""
        return self._wire.control_text("GET", path, None, {"org": self._org, **params})

    def call(self, method: str, path: str, body: Any = None, **params: object) -> Answer:
        """Call Zoho's API as a program would, such as `call("GET", "/crm/v8/Leads", id=1)`."""
        headers = {"Authorization": f"Zoho-oauthtoken {self.access_token}"}
        status, text = self._wire.send(method, path, body, params, headers)
        try:
            return Answer(status, json.loads(text) if text else None)
        except ValueError:
            return Answer(status, text)

    @property
    def access_token(self) -> str:
        """A token that leads to this org."""
        if self._access_token is None:
            self._access_token = str(self.connections()["access_token"])
        return self._access_token

    def connections(self) -> dict[str, Any]:
        """Addresses, client and tokens, and programs that use them, by language."""
        return cast("dict[str, Any]", self.control("GET", "connections"))

    def env(self) -> dict[str, str]:
        """The variables with which a program is pointed at this org."""
        return dict(self.connections()["environment"])

    def add(self, seed: Mapping[str, Any]) -> dict[str, str]:
        """Add records and settings in the form of a seed; give the ids of its labels."""
        added = self.control("POST", "seed", seed)
        return cast("dict[str, str]", added["labels"])

    def replace(self, seed: Mapping[str, Any]) -> dict[str, str]:
        """Put an export, or another seed, in the place of all data; give the ids of its labels."""
        loaded = self.control("PUT", "state", seed)
        return cast("dict[str, str]", loaded["labels"])

    def export(self) -> dict[str, Any]:
        """Give what the org holds, as a seed."""
        return cast("dict[str, Any]", self.control("GET", "export"))

    def reset(self, *also: str) -> None:
        """Put the data back to the beginning, with `faults`, `journal` … if they are named."""
        self.control("POST", "reset", {"also": also})

    def snapshot(self, name: str | None = None) -> Snapshot:
        """Keep the data as it is now."""
        name = name or f"snapshot-{uuid.uuid4().hex}"
        self.control("POST", "snapshots", {"name": name})
        return Snapshot(self, name)

    @property
    def clock(self) -> Clock:
        """The org's clock."""
        return Clock(self)

    def fault(
        self,
        effect: Match,
        on: Match | None = None,
        *,
        times: int | None = None,
        ttl: Length | None = None,
    ) -> Fault:
        """Let requests fail: with one of Zoho's codes, or another effect of a rule.

        `on` says which, by operation (`records.insert`) or by pattern. The rule ends with the
        `with` block, after `times`, or after `ttl`.
        """
        rule: dict[str, Any] = {"effect": {"error": effect} if isinstance(effect, str) else effect}
        if on is not None:
            rule["match"] = pattern(on)
        if times is not None:
            rule["times"] = times
        if ttl is not None:
            rule["ttl"] = length(ttl)
        return Fault(self, self.control("POST", "faults", rule)["id"])

    def requests(self, **filters: object) -> list[Request]:
        """Give the journal, oldest first; filters are `operation`, `module`, `limit` …."""
        return cast("list[Request]", self.control("GET", "requests", None, **filters)["requests"])

    def verify(
        self,
        match: Match | None = None,
        *,
        count: int | None = None,
        at_least: int | None = None,
        at_most: int | None = None,
    ) -> int:
        """Give how many requests match; AssertionError unless there are as many as expected."""
        __tracebackhide__ = True  # pytest shows the line of the test
        asked = question(match, count=count, at_least=at_least, at_most=at_most)
        try:
            return int(self.control("POST", "requests/verify", asked)["count"])
        except ControlError as refusal:
            if refusal.status != NOT_VERIFIED or refusal.code != "NOT_VERIFIED":
                raise
            raise AssertionError(explained(refusal)) from None

    def wait(
        self,
        match: Match | None = None,
        *,
        count: int | None = None,
        at_least: int | None = None,
        timeout: float = 5.0,
    ) -> list[Request]:
        """Wait for requests and give them; AssertionError when the time is over."""
        __tracebackhide__ = True
        asked = question(match, count=count, at_least=at_least)
        asked["timeout_ms"] = round(timeout * 1000)
        params = {"org": self._org}
        patience = PATIENCE + timeout
        try:
            came = self._wire.control("POST", "requests/wait", asked, params, patience)
        except ControlError as refusal:
            if refusal.status != TIMED_OUT:
                raise
            raise AssertionError(explained(refusal)) from None
        return cast("list[Request]", came["requests"])

    def contract(self) -> Report:
        """Give what the org's requests broke of Zoho's contract, and what they called."""
        return cast("Report", self.control("GET", "contract"))


class Snapshot:
    """A state of an org that is kept."""

    def __init__(self, org: Controls, name: str) -> None:
        self._org = org
        self.name = name

    def restore(self) -> None:
        """Put the org's data back to this state."""
        self._org.control("POST", f"snapshots/{quote(self.name, safe='')}/restore")

    def delete(self) -> None:
        """Keep it no longer."""
        self._org.control("DELETE", f"snapshots/{quote(self.name, safe='')}")


class Clock:
    """The time that an org's requests see."""

    def __init__(self, org: Controls) -> None:
        self._org = org

    def now(self) -> datetime:
        """Give the time that it shows, in UTC."""
        return datetime.fromisoformat(self._org.control("GET", "clock")["now"])

    def freeze(self, at: str | datetime | None = None) -> None:
        """Stop it, at a time if one is given."""
        wanted: dict[str, Any] = {"frozen": True}
        if at is not None:
            wanted["now"] = moment(at)
        self._org.control("PUT", "clock", wanted)

    def resume(self) -> None:
        """Let it go on from what it shows."""
        self._org.control("PUT", "clock", {"frozen": False})

    def advance(self, by: Length) -> None:
        """Move it on."""
        self._org.control("POST", "clock/advance", {"by": length(by)})


class Fault(Ends):
    """A rule by which requests fail, until the end of its `with` block."""

    def __init__(self, org: Controls, rule: str) -> None:
        self._org = org
        self.id = rule

    @property
    def fired(self) -> int:
        """How often it was applied."""
        return int(self._org.control("GET", f"faults/{self.id}")["fired"])

    def delete(self) -> None:
        """End it."""
        self._org.control("DELETE", f"faults/{self.id}")

    def end(self) -> None:
        """End it, as its `with` block does."""
        self.delete()


def pattern(match: Match) -> Mapping[str, Any]:
    """Give a pattern of requests: a text is an operation."""
    return {"operation": match} if isinstance(match, str) else match


def question(match: Match | None, **numbers: int | None) -> dict[str, Any]:
    """Give a question to the journal."""
    asked: dict[str, Any] = {name: n for name, n in numbers.items() if n is not None}
    if match is not None:
        asked["match"] = pattern(match)
    return asked


def length(of: Length) -> int | str:
    """Give a length of time as the control plane takes it."""
    if not isinstance(of, timedelta):
        return of
    if of % timedelta(seconds=1):
        message = f"the clock moves by whole seconds, not by {of}"
        raise ValueError(message)
    return of // timedelta(seconds=1)


def moment(at: str | datetime) -> str:
    """Give a time as the control plane takes it; one without a zone would be ambiguous."""
    if isinstance(at, str):
        return at
    if at.tzinfo is None:
        message = f"{at!r} has no time zone, such as timezone.utc"
        raise ValueError(message)
    return at.isoformat()


def explained(refusal: ControlError) -> str:
    """Tell what was expected, and what came instead."""
    return str(refusal.details.get("text", refusal.message))
