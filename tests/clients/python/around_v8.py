"""Shares, clones, merges and composes with Zoho's SDK for version 8 of the API, `zohocrmsdk8_0`."""

import requests
from zohocrmsdk.src.com.zoho.crm.api import find_and_merge, record, share_records
from zohocrmsdk.src.com.zoho.crm.api.find_and_merge import FindAndMergeOperations
from zohocrmsdk.src.com.zoho.crm.api.record import Record, RecordOperations
from zohocrmsdk.src.com.zoho.crm.api.share_records import ShareRecordsOperations
from zohocrmsdk.src.com.zoho.crm.api.users import GetUsersParam, ResponseWrapper as UsersWrapper
from zohocrmsdk.src.com.zoho.crm.api.users import Users, UsersOperations
from zohocrmsdk.src.com.zoho.crm.api.util import Choice

import support
from sdk_v8 import initialise, parameters, success
from support import body, choice, count, nothing, same

LEADS = RecordOperations("Leads")


def wrapper(cls, setter, items):
    """The body of a request: a list under its key."""
    result = cls()
    getattr(result, setter)(items)
    return result


def done(item, message):
    """Checks an answer of success of any family; returns its details."""
    same(type(item).__name__, "SuccessResponse", "item")
    choice(item.get_status(), "success", "status")
    choice(item.get_code(), "SUCCESS", "code")
    said = item.get_message()
    same(said.get_value() if isinstance(said, Choice) else said, message, "message")
    return item.get_details()


def inserted(operations, **values):
    """Inserts a record; returns its id."""
    item = Record()
    for name, value in values.items():
        item.add_key_value(name, value)
    answer = operations.create_records(wrapper(record.BodyWrapper, "set_data", [item]))
    made = body(answer, 201, record.ActionWrapper).get_data()
    return success(count(made, 1, "inserted")[0], "record added")


def share(lead):
    """A lead is shared with another user, and then no longer."""
    wanted = parameters([(GetUsersParam.type, "ActiveConfirmedUsers")])
    users = body(UsersOperations().get_users(wanted), 200, UsersWrapper).get_users()
    # administrators see the lead already
    other = next(user for user in users if user.get_profile().get_name() == "Standard")
    shared = share_records.ShareRecord()
    user = Users()
    user.set_id(other.get_id())
    user.add_key_value("type", "users")
    shared.set_shared_with(user)
    shared.set_type(Choice("private"))
    shared.set_permission("read_write")
    shared.set_share_related_records(False)
    operations = ShareRecordsOperations(lead, "Leads")
    answer = operations.share_record(wrapper(share_records.BodyWrapper, "set_share", [shared]))
    made = body(answer, 201, share_records.ActionWrapper).get_share()[0]
    done(made, "record will be shared successfully")
    listed = body(operations.get_shared_record_details(), 200, share_records.ResponseWrapper)
    held = count(listed.get_share(), 1, "shares")[0]
    same(held.get_permission(), "read_write", "permission")
    same(held.get_shared_with().get_id(), other.get_id(), "shared_with")
    answer = operations.revoke_shared_record()
    done(body(answer, 200, share_records.DeleteActionWrapper).get_share(), "Sharing Revoked")


def clone_and_merge():
    """A contact is cloned, and the two become one again."""
    contacts = RecordOperations("Contacts")
    first = inserted(contacts, Last_Name="Twin", Phone="555-0100")
    answer = contacts.clone_record(first)
    copy = success(body(answer, 201, record.ActionWrapper).get_data()[0], "record added")
    merge = find_and_merge.Merge()
    child = find_and_merge.MergeData()
    child.set_id(copy)
    field = find_and_merge.DataFields()
    field.set_api_name("Phone")
    child.set_fields([field])
    merge.set_data([child])
    name = find_and_merge.MasterRecordFields()
    name.set_api_name("Last_Name")
    merge.set_master_record_fields([name])
    answer = FindAndMergeOperations("Contacts", first).merge_records(
        wrapper(find_and_merge.BodyWrapper, "set_merge", [merge])
    )
    merged = answer.get_object().get_merge()[0]
    done(merged, "The records has been merged successfully")
    nothing(contacts.get_record(copy))


def composite(url, token):
    """The SDK has no class for it; its token is used."""
    answer = requests.post(
        f"{url}/crm/v8/__composite_requests",
        headers={"Authorization": f"Zoho-oauthtoken {token}"},
        json={
            "rollback_on_fail": True,
            "__composite_requests": [
                {
                    "sub_request_id": "1",
                    "method": "POST",
                    "uri": "/crm/v8/Leads",
                    "body": {"data": [{"Last_Name": "Composed", "Company": "Harbour"}]},
                },
                {
                    "sub_request_id": "2",
                    "method": "GET",
                    "uri": "/crm/v8/Leads/@{1:$.data[0].details.id}",
                    "params": {"fields": "Last_Name"},
                },
            ],
        },
        timeout=10,
    )
    same(answer.status_code, 200, "status")
    parts = answer.json()["__composite_requests"]
    read = parts[1]["details"]["response"]
    same(read["status_code"], 200, "status of the second part")
    same(read["body"]["data"][0]["Last_Name"], "Composed", "the record of the first part")


def main():
    """Runs the steps in order."""
    args = support.arguments(__doc__)
    with support.Workspace() as workspace:
        with workspace.step("initialise with a refresh token"):
            token = initialise(args, workspace)
        with workspace.step("share"):
            share(inserted(LEADS, Last_Name="Rao", Company="Rao Boats"))
        with workspace.step("clone and merge"):
            clone_and_merge()
        with workspace.step("composite"):
            composite(args.url, token.get_access_token())


if __name__ == "__main__":
    main()
