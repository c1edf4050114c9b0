"""Zoho's SDK for version 2, unmodified, in the production environment of a data centre: sdk_v2.py US"""

import sys
import tempfile
from pathlib import Path

from zcrmsdk.src.com.zoho.api.authenticator import OAuthToken
from zcrmsdk.src.com.zoho.api.authenticator.store import FileStore
from zcrmsdk.src.com.zoho.crm.api import Initializer, ParameterMap, UserSignature
from zcrmsdk.src.com.zoho.crm.api.dc import EUDataCenter, INDataCenter, USDataCenter
from zcrmsdk.src.com.zoho.crm.api.record import (
    ActionWrapper,
    BodyWrapper,
    Field,
    Record,
    RecordOperations,
    ResponseWrapper,
    SearchRecordsParam,
    SuccessResponse,
)

ENVIRONMENTS = {
    "US": USDataCenter.PRODUCTION,
    "EU": EUDataCenter.PRODUCTION,
    "IN": INDataCenter.PRODUCTION,
}


def main():
    with tempfile.TemporaryDirectory() as folder:
        Initializer.initialize(
            user=UserSignature("rao@example.com"),
            environment=ENVIRONMENTS[sys.argv[1]](),
            token=OAuthToken(
                client_id="1000.CLIENT", client_secret="secret", refresh_token="1000.refresh"
            ),
            store=FileStore(str(Path(folder, "tokens.csv"))),
            resource_path=folder,
        )
        records = RecordOperations()
        lead = Record()
        lead.add_field_value(Field.Leads.last_name(), "Rao")
        lead.add_field_value(Field.Leads.email(), "rao@example.com")
        body = BodyWrapper()
        body.set_data([lead])
        made = records.create_records("Leads", body).get_object()
        assert isinstance(made, ActionWrapper), made
        assert isinstance(made.get_data()[0], SuccessResponse), made.get_data()[0]
        params = ParameterMap()
        params.add(SearchRecordsParam.email, "rao@example.com")
        found = records.search_records("Leads", params).get_object()
        assert isinstance(found, ResponseWrapper), found
        assert [one.get_key_value("Last_Name") for one in found.get_data()] == ["Rao"]


main()
