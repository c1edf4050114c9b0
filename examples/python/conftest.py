"""The server as a fixture of pytest: a test that takes `crm` gets one of its own."""

import pytest

from zoho_crm import zoho_crm


@pytest.fixture
def crm():
    with zoho_crm("--empty") as url:
        yield url
