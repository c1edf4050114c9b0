"""A test with the fixture of `conftest.py`; it runs under pytest."""

from test_leads import call


def test_the_same_address_is_updated_not_added(crm):
    lead = {"Last_Name": "Rao", "Email": "rao@example.com"}
    body = {"data": [lead], "duplicate_check_fields": ["Email"]}
    actions = [call(crm, "POST", "Leads/upsert", body)[1]["data"][0]["action"] for _ in range(2)]
    assert actions == ["insert", "update"]
