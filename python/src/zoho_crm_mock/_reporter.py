"""One contract report of a run, whichever processes its tests ran in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from zoho_crm_mock._contract import SEVERITIES, Contract, Piece

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

# The key of what a worker of pytest-xdist hands over at its end.
OUTPUT = "zoho_crm"


class Reporter:
    """Gathers what tests bring along, and tells it at the end of the run."""

    def __init__(self, config: pytest.Config, rest: Callable[[], list[Piece]]) -> None:
        self._contract = Contract()
        self._rest = rest
        # what a worker of pytest-xdist hands over; None in the process that prints
        self._output: dict[str, Any] | None = getattr(config, "workeroutput", None)
        fail_on: str = config.getoption("--zoho-crm-fail-on")
        self._fail_on = fail_on if fail_on in SEVERITIES else None
        junit: str | None = config.getoption("--zoho-crm-junit")
        self._junit = None if junit is None else config.invocation_params.dir / junit

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what the orgs of a test were asked."""
        self._contract.add(getattr(report, OUTPUT, ()))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take what a worker of pytest-xdist has left."""
        output: dict[str, Any] = getattr(node, "workeroutput", {})
        self._contract.add(output.get(OUTPUT, ()))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the report, and fail the run if the contract was broken."""
        rest = self._rest()
        if self._output is not None:
            self._output[OUTPUT] = rest
            return
        self._contract.add(rest)
        if self._junit is not None:
            write(self._junit, self._contract.junit(self._fail_on or SEVERITIES[0]))
        failed = self._fail_on is not None and self._contract.broken(self._fail_on)
        if failed and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        """Tell what was broken, and how much of the API was called."""
        if self._output is not None or self._contract.empty:
            return
        # advice is for those who ask for more
        least = "info" if terminalreporter.verbosity > 0 else "warning"
        if self._fail_on is not None and SEVERITIES.index(self._fail_on) > SEVERITIES.index(least):
            least = self._fail_on
        terminalreporter.section("Zoho CRM contract")
        terminalreporter.line(self._contract.text(least))
        if self._fail_on is not None:
            times = self._contract.times(self._contract.broken(self._fail_on))
            if times:
                said = f'failed: {times} at or above "{self._fail_on}"'
                terminalreporter.line(said, red=True)


def write(path: Path, report: bytes) -> None:
    """Write a report, in a folder that need not be there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(report)
