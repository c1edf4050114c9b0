"""The plug-in of pytest: an org for each test, and the contract of all of them.

Each process of pytest-xdist starts a server when a test first asks for one. What an org was asked
travels with the reports of the tests to the process that prints, so that nothing is lost when a
worker ends early.
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Iterator
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from zoho_crm_mock._contract import SEVERITIES
from zoho_crm_mock._http import ControlError
from zoho_crm_mock._pool import Pool
from zoho_crm_mock._reporter import OUTPUT, Reporter
from zoho_crm_mock._server import Org, Seed, Server, StartError, each

if TYPE_CHECKING:
    from zoho_crm_mock._shapes import Request

POOL = pytest.StashKey[Pool]()
ORG = pytest.StashKey[Org]()

NEVER = "never"
# Characters of a test's name that its org is labelled with; the names of some go on and on.
LABEL = 1000
# Requests, and characters of a body, that are shown of a test that fails.
LAST = 20
WIDTH = 400

KEYS = ("seed", "empty", "generate", "now", "auth", "strict", "credits", "wording", "allow")
MARKER = (
    f"zoho_crm(*, {', '.join(KEYS)}): what the org of a test holds, what its clock shows, which "
    "rules of the contract it breaks on purpose"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    group = parser.getgroup("zoho-crm", "Zoho CRM")
    group.addoption(
        "--zoho-crm-url",
        metavar="URL",
        default=os.environ.get("ZOHO_MOCK_URL"),
        help="a server that runs already (ZOHO_MOCK_URL); without it one is started",
    )
    group.addoption(
        "--zoho-crm-fail-on",
        choices=(*SEVERITIES, NEVER),
        default=NEVER,
        help="fail the run if Zoho's contract was broken with this severity or a worse one",
    )
    group.addoption(
        "--zoho-crm-junit",
        metavar="PATH",
        help="write the contract's report there as JUnit XML: a test case a rule",
    )
    parser.addini(
        "zoho_crm_seed", "names or paths of seeds, instead of the sample company", "args"
    )
    parser.addini("zoho_crm_options", "further options of zoho-crm-mock serve", "args")


def pytest_configure(config: pytest.Config) -> None:
    """Make room for what is shared by all tests."""
    config.addinivalue_line("markers", MARKER)
    seeds = [located(seed, config.inipath) for seed in config.getini("zoho_crm_seed")]
    pool = Pool(
        url=config.getoption("--zoho-crm-url"),
        admin_token=os.environ.get("ZOHO_MOCK_ADMIN_TOKEN"),
        usual={"seed": seeds, "args": config.getini("zoho_crm_options")},
        with_rules=config.getoption("--zoho-crm-junit") is not None,
    )
    config.stash[POOL] = pool
    config.pluginmanager.register(Reporter(config, pool.take), "zoho_crm_reporter")


def located(seed: Seed, beside: Path | None) -> Seed:
    """Give the path of a seed beside a file; names, and seeds themselves, stay."""
    if not isinstance(seed, str):
        return seed
    path = beside.parent / seed if beside else Path(seed)
    return str(path) if path.exists() else seed


@pytest.fixture(scope="session")
def _zoho_crm_pool(pytestconfig: pytest.Config) -> Iterator[Pool]:
    pool = pytestconfig.stash[POOL]
    yield pool
    pool.close()


@pytest.fixture(scope="session")
def zoho_crm_server(_zoho_crm_pool: Pool) -> Server:
    """A server, one in each process of pytest-xdist."""
    return served(_zoho_crm_pool, {})


@pytest.fixture
def zoho_crm(request: pytest.FixtureRequest, _zoho_crm_pool: Pool) -> Iterator[Org]:
    """An org of the test's own; the marker `zoho_crm` says what is in it."""
    wanted = marked(request.node)
    now, allow = wanted.pop("now", None), wanted.pop("allow", ())
    with served(_zoho_crm_pool, wanted).org(label=request.node.nodeid[:LABEL]) as org:
        _zoho_crm_pool.allow(org, allow)
        if now is not None:
            org.clock.freeze(now)
        request.node.stash[ORG] = org
        yield org


@pytest.fixture
def zoho_crm_env(zoho_crm: Org, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment, for the test, with the variables that lead to its org."""
    variables = zoho_crm.env()
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables


def served(pool: Pool, options: dict[str, Any]) -> Server:
    """Give the server with these options, or fail with the program's own words."""
    try:
        return pool.server(options)
    except (StartError, FileNotFoundError, ValueError) as error:
        pytest.fail(str(error), pytrace=False)


def marked(node: pytest.Item) -> dict[str, Any]:
    """Give what the markers of a test say, those that are nearer to it before others."""
    wanted: dict[str, Any] = {}
    for marker in node.iter_markers("zoho_crm"):
        unknown = [key for key in marker.kwargs if key not in KEYS]
        if marker.args or unknown:
            said = ", ".join(unknown) or "values without a name"
            pytest.fail(f"zoho_crm takes {', '.join(KEYS)}, not {said}", pytrace=False)
        farther = dict(marker.kwargs)
        if "seed" in wanted or "empty" in wanted:
            # they exclude each other
            farther.pop("seed", None)
            farther.pop("empty", None)
        wanted = {**farther, **wanted}
    if "seed" in wanted:
        wanted["seed"] = [located(seed, node.path) for seed in each(wanted["seed"])]
    return wanted


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, Any, None]:
    """Give the report of a test what its org was asked."""
    outcome = yield
    report = outcome.get_result()
    org = item.stash.get(ORG, None)
    if org is not None and report.failed and call.when != "teardown":
        report.sections.append((f"Zoho CRM: what {org.id} was asked", journal(org)))
    if call.when == "teardown":
        if org is not None:
            del item.stash[ORG]
        pieces = item.config.stash[POOL].take()
        if pieces:
            setattr(report, OUTPUT, pieces)


def journal(org: Org) -> str:
    """Tell what an org was asked and what it answered."""
    try:
        requests = org.requests(limit=LAST)
    except (OSError, HTTPException, ControlError) as error:
        return f"nobody answers: {error}\n{org.server.log}"
    if not requests:
        return "nothing: does the program have the address and the token of this org?"
    return "\n".join(line for request in requests for line in told(request))


def told(request: Request) -> Iterator[str]:
    """Tell a request of the journal."""
    yield (
        f"{request['method']} {request['path']} {request['status']}"
        f"  {request['operation']} {request['duration_us'] / 1000:.1f} ms"
    )
    for what in ("query", "request", "response"):
        value = request[what]
        if value:
            text = json.dumps(value, ensure_ascii=False)
            yield f"  {what}: {text if len(text) <= WIDTH else text[:WIDTH] + ' …'}"
    for found in request["violations"]:
        yield f"  {found['severity']} {found['rule']} {found['path']}: {found['message']}"
