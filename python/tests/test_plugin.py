"""The plug-in, in suites that run in processes of their own."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from xml.etree import ElementTree as ET

import pytest

from zoho_crm_mock import Violation, start
from zoho_crm_mock._contract import SEVERITIES, Contract

ADDS = """
    def add(org, **lead):
        return org.call("POST", "/crm/v8/Leads", {"data": [lead]})

    def count(org):
        return org.call("GET", "/crm/v8/Leads/actions/count").body["count"]
"""


def run(suite: pytest.Pytester, source: str, *options: str, **outcomes: int) -> pytest.RunResult:
    """Run a file of tests and compare how many passed, failed and so on."""
    suite.makepyfile(helpers=ADDS)
    suite.makepyfile(test_it="import pytest\nfrom helpers import add, count\n" + dedented(source))
    result = suite.runpytest_subprocess(*options)
    counted: Mapping[str, int] = result.parseoutcomes()
    assert counted == outcomes, result.stdout.str() + result.stderr.str()
    return result


def dedented(source: str) -> str:
    lines = source.splitlines()
    margin = min((len(it) - len(it.lstrip()) for it in lines if it.strip()), default=0)
    return "\n".join(it[margin:] for it in lines) + "\n"


def test_each_test_has_its_org(suite: pytest.Pytester) -> None:
    run(
        suite,
        """
        seen = []

        @pytest.mark.parametrize("n", range(3))
        def test_alone(zoho_crm, n):
            assert count(zoho_crm) == 16
            assert add(zoho_crm, Last_Name="Rao").status == 201
            assert zoho_crm.label == f"test_it.py::test_alone[{n}]"
            seen.append(zoho_crm)

        def test_nothing_is_left(zoho_crm_server, zoho_crm):
            assert len(zoho_crm_server.control("GET", "orgs")["orgs"]) == 2
            assert all(add(gone, Last_Name="Rao").status == 401 for gone in seen)
            assert len(seen) == 3
        """,
        passed=4,
    )


@pytest.mark.parametrize("options", [[], ["-n", "2"]], ids=["serial", "xdist"])
def test_journal_and_contract_say_which_test_it_was(
    suite: pytest.Pytester, options: list[str]
) -> None:
    if options:
        pytest.importorskip("xdist")
    run(
        suite,
        """
        @pytest.mark.parametrize("n", ["1/2", "x" * 2000])
        def test_a(zoho_crm, n, request):
            add(zoho_crm, Last_Name="Rao", Compny="x")
            name = request.node.nodeid[:1000]
            assert [it["label"] for it in zoho_crm.requests()] == [name]
            assert zoho_crm.contract()["violations"][0]["label"] == name
        """,
        *options,
        passed=2,
    )


def test_a_test_that_is_run_again_has_another_org(suite: pytest.Pytester) -> None:
    pytest.importorskip("pytest_rerunfailures")
    source = """
        seen = []

        def test_a(zoho_crm):
            add(zoho_crm, Last_Name="Rao")
            seen.append((zoho_crm.id, zoho_crm.label, count(zoho_crm)))
            assert len(seen) == 3
            assert len({id for id, _, _ in seen}) == 3
            assert {it[1:] for it in seen} == {("test_it.py::test_a", 17)}
    """
    run(suite, source, "--reruns", "2", passed=1, rerun=2)


def test_a_run_without_orgs_starts_and_says_nothing(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZOHO_MOCK_BIN", "/no/such/program")
    result = run(suite, "def test_a(): pass", passed=1)
    result.stdout.no_fnmatch_line("*Zoho*")


def test_the_environment_is_the_orgs(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZOHO_ACCESS_TOKEN", "outside")
    run(
        suite,
        """
        import os

        def test_inside(zoho_crm, zoho_crm_env):
            assert os.environ["ZOHO_ACCESS_TOKEN"] == zoho_crm.access_token
            assert len(zoho_crm_env) == 7

        def test_outside():
            assert os.environ["ZOHO_ACCESS_TOKEN"] == "outside"
        """,
        passed=2,
    )


def test_markers_choose_data_clock_and_strictness(suite: pytest.Pytester) -> None:
    suite.makefile(".yaml", shop="Leads:\n  - {Last_Name: Ito}\n")
    suite.makeini("[pytest]\nzoho_crm_seed = shop.yaml\nzoho_crm_options = --wording zoho")
    run(
        suite,
        """
        pytestmark = pytest.mark.zoho_crm(now="2026-11-16T09:00:00Z")
        TWO = {"Leads": [{"Last_Name": "Rao"}, {"Last_Name": "Ito"}]}

        def test_the_usual(zoho_crm, zoho_crm_server):
            assert count(zoho_crm) == count(zoho_crm_server) == 1
            assert zoho_crm.clock.now().isoformat() == "2026-11-16T09:00:00+00:00"
            assert add(zoho_crm, Last_Name="Rao", Compny="x").status == 201

        @pytest.mark.zoho_crm(strict=True)
        def test_strict(zoho_crm):
            assert count(zoho_crm) == 1
            assert add(zoho_crm, Last_Name="Rao", Compny="x").status == 400

        @pytest.mark.zoho_crm(seed=TWO, now="2020-01-01T00:00:00Z")
        def test_a_seed(zoho_crm):
            assert count(zoho_crm) == 2
            assert zoho_crm.clock.now().year == 2020

        @pytest.mark.zoho_crm(seed=["shop.yaml", {"Leads": [{"Last_Name": "Rao"}]}])
        def test_a_file_and_more(zoho_crm):
            assert count(zoho_crm) == 2

        @pytest.mark.zoho_crm(empty=True, generate={"Leads": 7})
        class TestGenerated:
            def test_only(self, zoho_crm):
                assert count(zoho_crm) == 7

            @pytest.mark.zoho_crm(seed="shop.yaml")
            def test_beside_a_seed(self, zoho_crm):
                assert count(zoho_crm) == 8
        """,
        "--strict-markers",
        passed=6,
    )


def test_many_seeds_are_not_as_many_processes(suite: pytest.Pytester) -> None:
    run(
        suite,
        """
        @pytest.mark.parametrize("n", [
            pytest.param(n, marks=pytest.mark.zoho_crm(generate={"Leads": n}, empty=True))
            for n in range(1, 13)
        ])
        def test_it(zoho_crm, n):
            assert count(zoho_crm) == n
        """,
        passed=12,
    ).stdout.fnmatch_lines(["*called 1 of * operations*"])


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        ("srict=True", "*zoho_crm takes seed, *, allow, not srict"),
        ("'shop'", "*not values without a name"),
        ("seed='nosuch'", '*unknown seed "nosuch"*'),
    ],
)
def test_what_a_marker_cannot_say(suite: pytest.Pytester, marker: str, said: str) -> None:
    source = f"@pytest.mark.zoho_crm({marker})\ndef test_a(zoho_crm): pass"
    run(suite, source, errors=1).stdout.fnmatch_lines([said])


BREAKS = """
    def test_breaks(zoho_crm):
        assert add(zoho_crm, Last_Name="Rao", Compny="Rao Boats").status == 201

    def test_keeps(zoho_crm):
        assert count(zoho_crm) == 16

    @pytest.mark.zoho_crm(allow=["record.mandatory", "answer.refused"])
    def test_on_purpose(zoho_crm):
        assert add(zoho_crm, First_Name="Asha").status == 400
"""


@pytest.mark.parametrize("options", [[], ["-n", "3"]], ids=["serial", "xdist"])
def test_one_report_of_all(suite: pytest.Pytester, options: list[str]) -> None:
    if options:
        pytest.importorskip("xdist")
    result = run(suite, BREAKS, *options, "--zoho-crm-junit", "out/contract.xml", passed=3)
    result.stdout.fnmatch_lines(
        [
            "*= Zoho CRM contract =*",
            "error record.unknown_field (once)",
            "  Take API names from GET /settings/fields.",
            "  - test_it.py::test_breaks: POST /crm/v8/Leads",
            '    $.body.data[0].Compny: Leads has no field "Compny"; did you mean "Company"?',
            "1 error, 0 warnings, 0 hints; called 2 of * operations (0.8 %)",
        ]
    )
    assert result.ret == 0
    assert result.stdout.str().count("Zoho CRM contract") == 1
    suites = ET.parse(suite.path / "out/contract.xml").getroot()
    cases = {it.get("name"): it for it in suites.iter("testcase")}
    assert len(cases) > 50
    assert suites.get("failures") == "1"
    failure = cases["record.unknown_field"].find("failure")
    assert failure is not None
    assert "test_it.py::test_breaks: POST" in (failure.text or "")
    assert cases["record.mandatory"].find("failure") is None


@pytest.mark.parametrize("options", [[], ["-n", "2"]], ids=["serial", "xdist"])
@pytest.mark.parametrize(
    ("lead", "fail_on", "fails"),
    [
        ('Last_Name="Rao", Compny="x"', "error", True),
        ('Last_Name="Rao", Lead_Status="Hot"', "error", False),
        ('Last_Name="Rao", Lead_Status="Hot"', "warning", True),
        ('Last_Name="Rao", Lead_Status="Hot"', "never", False),
        ('Last_Name="Rao"', "info", False),
    ],
)
def test_a_run_fails_for_the_contract(
    suite: pytest.Pytester, options: list[str], lead: str, fail_on: str, fails: bool
) -> None:
    if options:
        pytest.importorskip("xdist")
    source = f"def test_a(zoho_crm): assert add(zoho_crm, {lead}).status == 201"
    result = run(suite, source, *options, "--zoho-crm-fail-on", fail_on, passed=1)
    assert result.ret == int(fails)
    if fails:
        result.stdout.fnmatch_lines([f'failed: 1 at or above "{fail_on}"'])


def test_a_worker_that_crashes_takes_nothing_along(suite: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    source = """
        import os

        @pytest.mark.parametrize("n", range(6))
        def test_a(zoho_crm, n):
            add(zoho_crm, Last_Name="Rao", Compny="x")
            if n == 3:
                os._exit(3)
    """
    result = run(suite, source, "-n", "2", passed=5, failed=1)
    result.stdout.fnmatch_lines(["error record.unknown_field (5 times)"])


def test_orgs_of_larger_scopes_are_reported(suite: pytest.Pytester) -> None:
    source = """
        @pytest.fixture(scope="module")
        def crm(zoho_crm_server):
            with zoho_crm_server.org(label="the module's org") as org:
                yield org

        @pytest.fixture(scope="session")
        def for_ever(zoho_crm_server):
            return zoho_crm_server.org(label="never deleted")

        def test_module(crm):
            add(crm, Last_Name="Rao", A="x")

        def test_session(for_ever, crm):
            add(for_ever, Last_Name="Rao", B="x")
            add(crm, Last_Name="Rao")

        def test_default(zoho_crm_server):
            add(zoho_crm_server, Last_Name="Rao", C="x")
            assert False
    """
    for options in ([], ["-x"]):
        run(suite, source, *options, passed=2, failed=1).stdout.fnmatch_lines(
            [
                "error record.unknown_field (3 times)",
                "  - the module's org: POST /crm/v8/Leads",
                "  - never deleted: POST /crm/v8/Leads",
                "  - the default org: POST /crm/v8/Leads",
            ]
        )


def test_a_failed_test_tells_what_was_asked(suite: pytest.Pytester) -> None:
    source = """
        def test_fails(zoho_crm):
            zoho_crm.call("GET", "/crm/v8/Leads/search", email="rao@example.com")
            add(zoho_crm, Last_Name="Rao", Compny="Rao Boats", Description="x" * 1000)
            assert False

        def test_silent(zoho_crm):
            assert False

        def test_without(zoho_crm_server):
            assert False
    """
    result = run(suite, source, failed=3)
    result.stdout.fnmatch_lines(
        [
            "*- Zoho CRM: what org1 was asked -*",
            "GET /crm/v8/Leads/search 204  records.search * ms",
            '  query: {"email": "rao@example.com"}',
            "POST /crm/v8/Leads 201  records.insert * ms",
            '  request: {"data": *"Rao Boats"*xxx …',
            '  response: {"data": *"SUCCESS"*',
            '  error record.unknown_field $.body.data[[]0].Compny: Leads has no field "Compny"*',
            "*- Zoho CRM: what org2 was asked -*",
            "nothing: does the program have the address and the token of this org?",
        ]
    )
    assert result.stdout.str().count("was asked") == 2


def test_a_server_that_dies_is_told_and_replaced(suite: pytest.Pytester) -> None:
    source = """
        def test_dies(zoho_crm):
            process = zoho_crm.server._process.popen
            process.kill()
            process.wait()
            add(zoho_crm, Last_Name="Rao")

        def test_goes_on(zoho_crm):
            assert count(zoho_crm) == 16
    """
    result = run(suite, source, failed=1, passed=1)
    result.stdout.fnmatch_lines(["nobody answers: *refused*", "*called 1 of *"])


def test_a_server_that_runs_already(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = """
        def test_it(zoho_crm, zoho_crm_server):
            assert count(zoho_crm) == 0
            assert zoho_crm.url.startswith(zoho_crm_server.url)
            add(zoho_crm, Last_Name="Rao", Compny="x")

        @pytest.mark.zoho_crm(now="2020-01-01T00:00:00Z")
        def test_clock(zoho_crm):
            assert zoho_crm.clock.now().year == 2020

        @pytest.mark.zoho_crm(strict=True)
        def test_options(zoho_crm):
            pass
    """
    with start(empty=True) as server:
        server.call("POST", "/crm/v8/Leads", {"data": [{"Last_Name": "Rao", "Before": "x"}]})
        server.reset()
        monkeypatch.setenv("ZOHO_MOCK_BIN", "/no/such/program")
        result = run(suite, source, "--zoho-crm-url", server.url, passed=2, errors=1)
        result.stdout.fnmatch_lines(
            ["*runs already: it cannot be given strict*", "error record.unknown_field (once)"]
        )
        monkeypatch.setenv("ZOHO_MOCK_URL", server.url)
        run(suite, source, passed=2, errors=1)
        assert len(server.control("GET", "orgs")["orgs"]) == 1
        assert len(server.requests()) == 1


SUITE = """
    @pytest.mark.parametrize("n", range(200))
    def test_one(zoho_crm, n):
        assert count(zoho_crm) == 16
        added = add(zoho_crm, Last_Name="Rao", Email=f"{n}@example.com").body
        id = added["data"][0]["details"]["id"]
        assert count(zoho_crm) == 17
        assert zoho_crm.call("DELETE", f"/crm/v8/Leads/{id}").status == 200
"""
PLAIN = """
    @pytest.mark.parametrize("n", range(200))
    def test_one(n):
        pass
"""


@pytest.mark.parametrize("options", [[], ["-n", "3"]], ids=["serial", "xdist"])
def test_two_hundred_orgs_take_no_time(suite: pytest.Pytester, options: list[str]) -> None:
    if options:
        pytest.importorskip("xdist")
    took = {}
    for name, source in (("plain", PLAIN), ("with orgs", SUITE)):
        began = time.monotonic()
        run(suite, source, *options, passed=200)
        took[name] = time.monotonic() - began
    sys.stderr.write(f"200 tests: {took}\n")
    # an unoptimised program on a busy machine gets more time
    most = float(os.environ.get("ZOHO_CRM_MOST_SECONDS", "10"))
    assert took["with orgs"] - took["plain"] < most, took


def test_the_numbers_of_a_report() -> None:
    contract = Contract()
    assert contract.empty
    for test in ("a", "b", "c", "d"):
        violation: Violation = {
            "rule": "query.per_page",
            "severity": "warning",
            "operation": "records.list",
            "path": "$.query.per_page",
            "message": "500 \x00",
            "advice": "At most 200.",
            "request_id": 1,
            "request": "GET /crm/v8/Leads",
        }
        contract.add(
            [
                {
                    "test": test,
                    "violations": [violation],
                    "rules": {"query.per_page": 2},
                    "called": ["records.list"],
                    "operations": 4,
                    "known": ["query.per_page", "query.page"],
                }
            ]
        )
    assert contract.text("warning").splitlines() == [
        "warning query.per_page (8 times)",
        "  At most 200.",
        *(
            line
            for test in "abc"
            for line in (f"  - {test}: GET /crm/v8/Leads", "    $.query.per_page: 500 \x00")
        ),
        "  and 5 more",
        "0 errors, 8 warnings, 0 hints; called 1 of 4 operations (25.0 %)",
    ]
    assert contract.broken("error") == []
    failures = [ET.fromstring(contract.junit(it)).get("failures") for it in SEVERITIES]
    assert failures == ["0", "1", "1"]


def test_a_setup_that_fails_tells_it_too(suite: pytest.Pytester) -> None:
    source = """
        @pytest.fixture
        def lead(zoho_crm):
            return add(zoho_crm, Lst_Name="Rao").body["data"][0]["details"]["id"]

        def test_it(lead):
            pass
    """
    run(suite, source, errors=1).stdout.fnmatch_lines(
        ["*- Zoho CRM: what org1 was asked -*", "POST /crm/v8/Leads 400 *"]
    )
