"""Clients of third parties, in whose sources Zoho's hosts stand."""

from zoho_client import ZohoClient, ZohoCRM
from zohocrm import ZohoCRMRestClient


def zohocrmapi():
    client = ZohoCRMRestClient("1000.CLIENT", "secret", "https://app.example.com/")
    token = client.generate_access_token("1000.code")
    assert token.api_domain == "https://www.zohoapis.com", token.api_domain
    answer = client.api_fetch("Leads", params={"per_page": 2}).json()
    assert answer["info"]["count"] == 2, answer


def zoho_api_client(region):
    client = ZohoClient("1000.CLIENT", "secret", "1000.refresh", region=region)
    crm = ZohoCRM(client)
    made = crm.create_record("Leads", {"Last_Name": "Rao", "Company": region})
    assert made["data"][0]["code"] == "SUCCESS", made
    found = crm.search_records("Leads", f"(Company:equals:{region})")
    assert found["data"][0]["Last_Name"] == "Rao", found


zohocrmapi()
for region in ["com", "eu", "com.au"]:
    zoho_api_client(region)
