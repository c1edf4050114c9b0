"""Zoho's own SDK for version 8, `zohocrmsdk8_0`, against zoho-crm-mock."""

import pathlib
import sys
import tempfile

from zohocrmsdk.src.com.zoho.api.authenticator import OAuthToken
from zohocrmsdk.src.com.zoho.api.authenticator.store import FileStore
from zohocrmsdk.src.com.zoho.crm.api import HeaderMap, Initializer
from zohocrmsdk.src.com.zoho.crm.api.dc import DataCenter
from zohocrmsdk.src.com.zoho.crm.api.record import BodyWrapper, Field, Record, RecordOperations


def initialise(url, folder):
    """Points the SDK at a server; any client and refresh token will do."""
    Initializer.initialize(
        environment=DataCenter.Environment(url, url + "/oauth/v2/token", url),
        token=OAuthToken(client_id="1000.ID", client_secret="secret", refresh_token="1000.a.b"),
        store=FileStore(str(pathlib.Path(folder, "tokens.csv"))),
        resource_path=str(folder),
    )


def add_lead(last_name):
    """Adds a lead and returns its id."""
    lead = Record()
    lead.add_field_value(Field.Leads.last_name(), last_name)
    body = BodyWrapper()
    body.set_data([lead])
    answer = RecordOperations("Leads").create_records(body, HeaderMap())
    return answer.get_object().get_data()[0].get_details()["id"]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        initialise(sys.argv[1], folder)
        print(add_lead("Rao"))
