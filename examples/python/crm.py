"""A program under test: adds leads to the CRM that the environment names."""

import json
import os
import urllib.request


def add_lead(**lead):
    """Adds a lead and returns its id."""
    request = urllib.request.Request(
        os.environ["ZOHO_API_DOMAIN"] + "/crm/v8/Leads",
        data=json.dumps({"data": [lead]}).encode(),
        headers={
            "Authorization": "Zoho-oauthtoken " + os.environ["ZOHO_ACCESS_TOKEN"],
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["data"][0]["details"]["id"]
