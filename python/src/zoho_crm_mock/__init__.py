"""A local, in-memory double of the Zoho CRM REST API, for tests.

`start()` runs a server, `Server.org()` forks an org of a test's own on it, and the plug-in of
pytest does both: a test that takes `zoho_crm` gets an org that nobody else has.
"""

from zoho_crm_mock._control import Clock, Controls, Fault, Snapshot
from zoho_crm_mock._http import Answer, ControlError
from zoho_crm_mock._program import program
from zoho_crm_mock._server import Org, Server, StartError, connect, start
from zoho_crm_mock._shapes import Report, Request, Violation

__all__ = [
    "Answer",
    "Clock",
    "ControlError",
    "Controls",
    "Fault",
    "Org",
    "Report",
    "Request",
    "Server",
    "Snapshot",
    "StartError",
    "Violation",
    "connect",
    "program",
    "start",
]
