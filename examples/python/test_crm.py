import crm


def test_a_lead_is_added(zoho_crm, zoho_crm_env):
    crm.add_lead(Last_Name="Rao", Email="rao@example.com")
    found = zoho_crm.call("GET", "/crm/v8/Leads/search", email="rao@example.com")
    assert [lead["Last_Name"] for lead in found.body["data"]] == ["Rao"]
    zoho_crm.verify("records.insert", count=1)
