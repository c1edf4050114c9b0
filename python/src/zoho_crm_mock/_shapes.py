"""What the control plane answers, as types."""

from __future__ import annotations

from typing import Any, TypedDict


class Labelled(TypedDict, total=False):
    """What was asked of an org that had a label then."""

    label: str


class Violation(Labelled):
    """Something that Zoho's contract forbids, or advises against."""

    rule: str
    severity: str
    operation: str
    path: str
    message: str
    advice: str
    request_id: int
    request: str


class Summary(TypedDict):
    """Numbers of violations."""

    error: int
    warning: int
    info: int
    rules: dict[str, int]


class Coverage(TypedDict):
    """What of the API was called."""

    operations: int
    exercised: int
    percent: float
    not_exercised: list[str]
    outcomes: dict[str, Any]
    versions: dict[str, int]


class Report(TypedDict):
    """What an org's requests broke of the contract, and what they called."""

    violations: list[Violation]
    summary: Summary
    coverage: Coverage


class Found(TypedDict):
    """A violation, as a request of the journal has it."""

    rule: str
    severity: str
    path: str
    message: str
    advice: str


class Request(Labelled):
    """A request of the journal, and its answer."""

    id: int
    time: str
    org: str
    operation: str
    method: str
    path: str
    module: str
    query: dict[str, Any]
    status: int
    duration_us: int
    request: Any
    response: Any
    request_headers: dict[str, str]
    violations: list[Found]
