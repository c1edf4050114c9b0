"""Servers and orgs, without pytest's fixtures."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

import zoho_crm_mock
from zoho_crm_mock import ControlError, Server, StartError, connect, start

LEADS = "/crm/v8/Leads"
RAO = {"data": [{"Last_Name": "Rao", "Email": "rao@example.com"}]}
NOON = datetime(2026, 11, 16, 12, tzinfo=timezone.utc)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with start(empty=True) as server:
        yield server


def count(org: zoho_crm_mock.Controls) -> int:
    return int(org.call("GET", f"{LEADS}/actions/count").body["count"])


@pytest.mark.parametrize(
    ("options", "leads"),
    [
        ({}, 16),
        ({"empty": True}, 0),
        ({"seed": {"Leads": [{"Last_Name": "Rao"}, {"Last_Name": "Ito"}]}}, 2),
        ({"seed": [{"Leads": [{"Last_Name": "Rao"}]}, {"Leads": [{"Last_Name": "Ito"}]}]}, 2),
        ({"empty": True, "generate": {"Leads": 5}}, 5),
        ({"args": ["--empty"]}, 0),
    ],
)
def test_what_a_server_holds(options: dict[str, Any], leads: int) -> None:
    with start(**options) as server:
        assert count(server) == leads


def test_seeds_are_paths_too(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text("Leads:\n  - {Last_Name: Rao}\n", encoding="utf-8")
    with start(seed=path) as server:
        assert count(server) == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"seed": "nosuch"}, "nosuch"),
        ({"now": "yesterday"}, "RFC 3339"),
        ({"auth": "perhaps"}, "perhaps"),
        ({"args": ["--prot", "1"]}, "--prot"),
        ({"seed": {"Leads": [{"Last_Nam": "Rao"}]}}, "Last_Nam"),
    ],
)
def test_a_refused_start_says_why(options: dict[str, Any], said: str) -> None:
    with pytest.raises(StartError, match=said):
        start(**options)


def test_a_program_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOHO_MOCK_BIN", "/no/such/program")
    with pytest.raises(StartError, match="/no/such/program"):
        start()


def test_a_stopped_server_is_gone() -> None:
    server = start(empty=True)
    assert not server.ended
    began = time.monotonic()
    server.stop()
    assert server.ended
    assert time.monotonic() - began < 1
    server.stop()
    with pytest.raises(OSError, match="refused"):
        server.requests()


def test_a_killed_test_leaves_no_process(tmp_path: Path) -> None:
    program = (
        "import os, zoho_crm_mock as z; s = z.start(empty=True); "
        "print(s.url, flush=True); os.kill(os.getpid(), 9)"
    )
    path = str(Path(zoho_crm_mock.__file__).parent.parent)
    environment = {**os.environ, "PYTHONPATH": path}
    ran = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
        check=False,
    )
    orphan = connect(ran.stdout.strip())
    until = time.monotonic() + 5
    while reached(orphan):
        assert time.monotonic() < until
        time.sleep(0.02)


def reached(server: Server) -> bool:
    try:
        return bool(server.control("GET", "health"))
    except OSError:
        return False


def test_orgs_are_apart(server: Server) -> None:
    with server.org() as one, server.org(name="other", label="tests/a.py::b[1]") as other:
        assert one.call("POST", LEADS, RAO).status == 201
        assert (count(one), count(other), count(server)) == (1, 0, 0)
        assert other.label == "tests/a.py::b[1]"
        assert other.url.startswith(server.url)
        listed = server.control("GET", "orgs")["orgs"]
        assert {it["name"] for it in listed} >= {one.name, "other"}
    assert not server.orgs
    status, _ = one.call("GET", LEADS, fields="Last_Name")
    assert status == 401
    one.delete()


def test_a_fork_of_an_org_as_it_is(server: Server) -> None:
    with server.org() as first:
        first.call("POST", LEADS, RAO)
        with server.org(first.id) as second:
            assert count(second) == 1


def test_data_comes_and_goes(server: Server) -> None:
    with server.org() as org:
        labels = org.add({"Leads": [{"id": "#rao", "Last_Name": "Rao"}]})
        found = org.call("GET", f"{LEADS}/{labels['#rao']}")
        assert found.body["data"][0]["Last_Name"] == "Rao"
        kept = org.snapshot()
        org.reset("journal")
        assert (count(org), len(org.requests())) == (0, 1)
        kept.restore()
        assert count(org) == 1
        assert org.export()["records"]["Leads"][0]["Last_Name"] == "Rao"
        kept.delete()
        with pytest.raises(ControlError, match="there is no snapshot") as refused:
            kept.restore()
        assert (refused.value.status, refused.value.code) == (404, "NOT_FOUND")


def test_an_export_takes_the_place_of_the_data(server: Server) -> None:
    with server.org() as org, start() as other:
        before = org.export()
        company = other.export()
        labels = org.replace(company)
        assert (labels, org.export(), count(org)) == ({}, company, 16)
        with pytest.raises(ControlError, match="nothing was replaced") as refused:
            org.replace({"Leads": [{"Last_Nam": "Rao"}]})
        assert "Last_Name" in refused.value.details["problems"][0]["reason"]
        assert org.export() == company
        org.replace(before)
        assert org.export() == before
        labels = org.replace({"Leads": [{"id": "#rao", "Last_Name": "Rao"}]})
        assert org.call("GET", f"{LEADS}/{labels['#rao']}").status == 200


def test_labels(server: Server) -> None:
    name = "tests/a.py::b[1/2]"
    with server.org(label=name) as org, server.org(label=name) as again, server.org() as plain:
        assert (org.label, again.label, plain.label) == (name, name, "")
        listed = {it["id"]: it.get("label") for it in server.control("GET", "orgs")["orgs"]}
        assert (listed[org.id], listed[plain.id]) == (name, None)
        org.call("POST", LEADS, {"data": [{"Last_Name": "Rao", "Compny": "x"}]})
        org.label = "another"
        org.call("POST", LEADS, RAO)
        assert [it["label"] for it in org.requests()] == [name, "another"]
        assert [it["label"] for it in org.contract()["violations"]] == [name]
        with pytest.raises(ControlError, match="at most 1000 characters"):
            org.label = "x" * 1001
        assert org.label == "another"


def test_settings_lead_to_the_org(server: Server) -> None:
    with server.org() as org:
        assert org.env() == {
            "ZOHO_API_DOMAIN": server.url,
            "ZOHO_ACCOUNTS_URL": server.url,
            "ZOHO_TOKEN_URL": f"{server.url}/oauth/v2/token",
            "ZOHO_CLIENT_ID": org.client_id,
            "ZOHO_CLIENT_SECRET": org.client_secret,
            "ZOHO_REFRESH_TOKEN": org.refresh_token,
            "ZOHO_ACCESS_TOKEN": org.access_token,
        }
        assert "python" in org.connections()["snippets"]


def test_clocks(server: Server) -> None:
    with server.org() as org:
        org.clock.freeze(NOON)
        assert org.clock.now() == NOON
        for by in (timedelta(hours=1), "PT1H", 3600):
            org.clock.advance(by)
        assert org.clock.now() == NOON + timedelta(hours=3)
        org.clock.resume()
        assert org.clock.now() < NOON + timedelta(hours=4)
        with pytest.raises(ValueError, match="time zone"):
            org.clock.freeze(datetime(2026, 11, 16, 12))
        with pytest.raises(ValueError, match="whole seconds"):
            org.clock.advance(timedelta(milliseconds=1))


def test_faults_end_with_their_block(server: Server) -> None:
    with server.org() as org:
        with org.fault("TOO_MANY_REQUESTS", "records.count") as fault:
            assert org.call("GET", f"{LEADS}/actions/count").status == 429
            assert fault.fired == 1
        assert org.call("GET", f"{LEADS}/actions/count").status == 200
        org.fault({"status": 503}, {"module": "Leads"}, times=1, ttl=timedelta(minutes=1))
        statuses = [org.call("GET", f"{LEADS}/actions/count").status for _ in range(2)]
        assert statuses == [503, 200]
        with pytest.raises(ControlError, match="TOO_MANY_REQUEST"):
            org.fault("TOO_MANY_REQUEST")


def test_what_was_asked_is_verified(server: Server) -> None:
    with server.org() as org:
        org.call("POST", LEADS, RAO)
        assert org.verify("records.insert", count=1) == 1
        assert org.verify({"module": "Leads"}, at_least=1, at_most=1) == 1
        assert [it["status"] for it in org.requests(operation="records.insert")] == [201]
        with pytest.raises(AssertionError) as failed:
            org.verify({"operation": "records.insert", "module": "Contacts"}, count=1)
        told = str(failed.value)
        assert "expected exactly 1" in told
        assert told.splitlines()[1:] == [
            "nearest:",
            "  1: POST /crm/v8/Leads, 201 (records.insert)",
            '    $.module: expected "Contacts", found "Leads"',
        ]
        with pytest.raises(AssertionError, match="these match:\n  1: POST /crm/v8/Leads, 201"):
            org.verify("records.insert", count=0)
        with pytest.raises(ControlError, match=r"records\.insrt"):
            org.verify("records.insrt")


def test_requests_are_waited_for(server: Server) -> None:
    with server.org() as org:
        org.call("GET", f"{LEADS}/actions/count")
        nearest = r"found 0\nnearest:\n  1: GET .*\n    \$\.operation: expected"
        with pytest.raises(AssertionError, match=nearest):
            org.wait("records.insert", timeout=0.05)
        later = threading.Timer(0.05, org.call, ("POST", LEADS, RAO))
        later.start()
        came = org.wait("records.insert", count=1)
        assert came[0]["request"] == RAO
        later.join()


def test_the_contract(server: Server) -> None:
    with server.org() as org:
        org.call("POST", LEADS, {"data": [{"Last_Name": "Rao", "Compny": "Rao Boats"}]})
        report = org.contract()
        assert [it["rule"] for it in report["violations"]] == ["record.unknown_field"]
        assert report["summary"]["error"] == 1


@pytest.mark.parametrize("url", ["127.0.0.1:8080", "ftp://127.0.0.1", ""])
def test_addresses_are_checked(url: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        connect(url)


def test_a_running_server_is_joined_and_left(server: Server) -> None:
    with connect(server.url + "/") as joined, joined.org() as org:
        assert count(org) == 0
    assert not server.ended
    assert server.control("GET", "health")["status"] == "ok"


def test_an_admin_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOHO_MOCK_ADMIN_TOKEN", "secret")
    with start(empty=True) as server:
        assert connect(server.url, admin_token="secret").requests() == []
        with pytest.raises(ControlError) as refused:
            connect(server.url).requests()
        assert refused.value.status == 401


def test_an_idle_connection_is_made_anew(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zoho_crm_mock._http.IDLE", 0.0)
    assert [server.control("GET", "health")["status"] for _ in range(2)] == ["ok", "ok"]


def test_threads_have_connections_of_their_own(server: Server) -> None:
    with server.org() as org:
        threads = [
            threading.Thread(target=lambda: [count(org) for _ in range(20)]) for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert org.verify("records.count", count=80) == 80


def test_python_m_is_the_program() -> None:
    path = str(Path(zoho_crm_mock.__file__).parent.parent)
    ran = subprocess.run(
        [sys.executable, "-m", "zoho_crm_mock", "--version"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
        check=True,
    )
    assert ran.stdout.startswith("zoho-crm-mock ")
