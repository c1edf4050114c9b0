"""The contract reports of many orgs as one, in which every violation has its test."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, TypedDict
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from zoho_crm_mock._shapes import Report, Violation

# Worst first.
SEVERITIES = ("error", "warning", "info")
# Violations of a rule that are shown in the terminal.
SHOWN = 3


class Piece(TypedDict):
    """The report of one org, as it travels from a worker of pytest-xdist."""

    test: str
    violations: list[Violation]
    rules: dict[str, int]
    called: list[str]
    operations: int
    # every rule that there is, where somebody has asked for them
    known: list[str]


def piece(
    test: str,
    report: Report,
    operations: Collection[str],
    allow: Collection[str] = (),
    known: Iterable[str] = (),
) -> Piece:
    """Give what is to be told of an org; rules that a test breaks on purpose are not."""
    uncalled = set(report["coverage"]["not_exercised"])
    return {
        "test": test,
        "violations": [it for it in report["violations"] if it["rule"] not in allow],
        "rules": {it: n for it, n in report["summary"]["rules"].items() if it not in allow},
        "called": sorted(set(operations) - uncalled),
        "operations": len(operations),
        "known": list(known),
    }


class Contract:
    """All pieces of a run."""

    def __init__(self) -> None:
        self._violations: dict[str, list[tuple[str, Violation]]] = {}
        self._times: dict[str, int] = {}
        self._called: set[str] = set()
        self._operations = 0
        self._known: dict[str, None] = {}

    def add(self, pieces: Iterable[Piece]) -> None:
        """Take further pieces."""
        for it in pieces:
            for violation in it["violations"]:
                found = self._violations.setdefault(violation["rule"], [])
                found.append((it["test"], violation))
            for rule, times in it["rules"].items():
                self._times[rule] = self._times.get(rule, 0) + times
            self._called.update(it["called"])
            self._known.update(dict.fromkeys(it["known"]))
            self._operations = max(self._operations, it["operations"])

    @property
    def empty(self) -> bool:
        """Whether nothing was asked."""
        return not self._called and not self._times

    def broken(self, severity: str) -> list[str]:
        """Give the rules of a severity or a worse one that were broken, worst first."""
        worst = SEVERITIES[: SEVERITIES.index(severity) + 1]
        rules = sorted(self._times, key=lambda rule: (self._rank(rule), rule))
        return [rule for rule in rules if self._severity(rule) in worst]

    def times(self, rules: Iterable[str]) -> int:
        """Give how often rules were broken."""
        return sum(self._times[rule] for rule in rules)

    def text(self, severity: str) -> str:
        """Tell of violations of a severity or a worse one, and of the coverage."""
        lines = []
        for rule in self.broken(severity):
            lines.append(f"{self._severity(rule)} {rule} ({times(self._times[rule])})")
            found = self._violations.get(rule, [])
            if found:
                lines.append(f"  {found[0][1]['advice']}")
            for test, it in found[:SHOWN]:
                lines.append(f"  - {test}: {it['request']}")
                lines.append(f"    {it['path']}: {it['message']}")
            more = self._times[rule] - min(SHOWN, len(found))
            if more > 0:
                lines.append(f"  and {more} more")
        lines.append(self.summary())
        return "\n".join(lines)

    def summary(self) -> str:
        """Give the numbers."""
        counts = dict.fromkeys(SEVERITIES, 0)
        for rule, n in self._times.items():
            counts[self._severity(rule)] += n
        called, all_of_them = len(self._called), self._operations
        told = [
            counted(n, "hint" if severity == "info" else severity)
            for severity, n in counts.items()
        ]
        percent = 100 * called / all_of_them if all_of_them else 100
        return f"{', '.join(told)}; called {called} of {all_of_them} operations ({percent:.1f} %)"

    def junit(self, severity: str) -> bytes:
        """Give a test case a rule; those of this severity or a worse one fail."""
        failing = set(self.broken(severity))
        names = [*dict.fromkeys([*self._known, *self._times])]
        suite = ET.Element("testsuite", name="contract", tests=str(len(names)))
        suite.set("failures", str(len(failing)))
        suite.set("errors", "0")
        for rule in names:
            case = ET.SubElement(suite, "testcase", classname="contract", name=rule)
            found = self._violations.get(rule, [])
            said = "".join(
                f"{test}: {it['request']}, {it['path']}: {it['message']}\n" for test, it in found
            )
            if rule in failing:
                advice = found[0][1]["advice"] if found else ""
                kind = self._severity(rule)
                ET.SubElement(case, "failure", type=kind, message=clean(advice)).text = clean(said)
            elif said:
                ET.SubElement(case, "system-out").text = clean(said)
        suites = ET.Element("testsuites", name="zoho-crm-mock", tests=suite.get("tests", ""))
        suites.set("failures", suite.get("failures", ""))
        suites.append(suite)
        ET.indent(suites)
        written: bytes = ET.tostring(suites, encoding="utf-8", xml_declaration=True)
        return written + b"\n"

    def _severity(self, rule: str) -> str:
        found = self._violations.get(rule)
        return found[0][1]["severity"] if found else SEVERITIES[0]

    def _rank(self, rule: str) -> int:
        return SEVERITIES.index(self._severity(rule))


def counted(n: int, what: str) -> str:
    """Give a number with its word."""
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


def times(n: int) -> str:
    """Give how often something was."""
    return "once" if n == 1 else f"{n} times"


def clean(text: str) -> str:
    """Give a text without what XML cannot hold."""
    return "".join(it if it >= " " or it in "\n\t" else "\ufffd" for it in text)
