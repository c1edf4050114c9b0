"""Tests against zoho-crm-mock, with nothing but the standard library."""

import json
import unittest
import urllib.parse
import urllib.request

from zoho_crm import zoho_crm


def call(url, method, path, body=None, **params):
    """What a program under test does: one request, and the status and JSON of its answer."""
    query = "?" + urllib.parse.urlencode(params) if params else ""
    request = urllib.request.Request(f"{url}/crm/v8/{path}{query}", method=method)
    request.add_header("Authorization", "Zoho-oauthtoken any")
    data = json.dumps(body).encode() if body is not None else None
    try:
        answer = urllib.request.urlopen(request, data)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        text = answer.read()
        return answer.status, json.loads(text) if text else None


class LeadsTest(unittest.TestCase):
    def setUp(self):
        self.crm = self.enterContext(zoho_crm("--empty"))

    def test_a_lead_that_was_added_is_found(self):
        lead = {"Last_Name": "Rao", "Email": "rao@example.com"}
        status, added = call(self.crm, "POST", "Leads", {"data": [lead]})
        self.assertEqual((status, added["data"][0]["code"]), (201, "SUCCESS"))

        criteria = "((Last_Name:equals:Rao)and(Email:starts_with:rao@))"
        status, found = call(self.crm, "GET", "Leads/search", criteria=criteria)
        self.assertEqual(status, 200)
        self.assertEqual(found["data"][0]["id"], added["data"][0]["details"]["id"])

    def test_a_lead_without_a_last_name_is_refused(self):
        status, answer = call(self.crm, "POST", "Leads", {"data": [{"First_Name": "Asha"}]})
        self.assertEqual((status, answer["data"][0]["code"]), (400, "MANDATORY_NOT_FOUND"))
        self.assertEqual(answer["data"][0]["details"]["api_name"], "Last_Name")

    def test_nothing_is_left_of_other_tests(self):
        status, answer = call(self.crm, "GET", "Leads", fields="Last_Name")
        self.assertEqual((status, answer), (204, None))


if __name__ == "__main__":
    unittest.main()
