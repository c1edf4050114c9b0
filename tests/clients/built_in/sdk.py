"""Zoho's SDK for version 8, unmodified, in the production environment of a data centre: sdk.py US"""

import sys
import tempfile
from pathlib import Path

from zohocrmsdk.src.com.zoho.api.authenticator import OAuthToken
from zohocrmsdk.src.com.zoho.api.authenticator.store import FileStore
from zohocrmsdk.src.com.zoho.crm.api import Initializer, ParameterMap
from zohocrmsdk.src.com.zoho.crm.api.dc import EUDataCenter, INDataCenter, USDataCenter
from zohocrmsdk.src.com.zoho.crm.api.record import (
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
    location = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        tokens = Path(folder, "tokens.csv")
        Initializer.initialize(
            environment=ENVIRONMENTS[location](),
            token=OAuthToken(
                client_id="1000.CLIENT", client_secret="secret", refresh_token="1000.refresh"
            ),
            store=FileStore(str(tokens)),
            resource_path=folder,
        )
        leads = RecordOperations("Leads")
        lead = Record()
        lead.add_field_value(Field.Leads.last_name(), "Rao")
        lead.add_field_value(Field.Leads.email(), "rao@example.com")
        body = BodyWrapper()
        body.set_data([lead])
        made = leads.create_records(body).get_object()
        assert isinstance(made, ActionWrapper), made
        assert isinstance(made.get_data()[0], SuccessResponse), made.get_data()[0]
        params = ParameterMap()
        params.add(SearchRecordsParam.email, "rao@example.com")
        found = leads.search_records(params).get_object()
        assert isinstance(found, ResponseWrapper), found
        assert [one.get_key_value("Last_Name") for one in found.get_data()] == ["Rao"]
        # the SDK keeps what it was told of its data centre
        domain = {"US": "zohoapis.com", "EU": "zohoapis.eu", "IN": "zohoapis.in"}[location]
        kept = tokens.read_text(encoding="utf-8")
        assert f"https://www.{domain}" in kept, kept


main()
