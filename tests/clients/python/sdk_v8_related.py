"""Relates records by Zoho's SDK for version 8 of the API, `zohocrmsdk8_0`, against a server."""

from datetime import date

import sdk_v8
import support
from sdk_v8 import parameters, success
from support import choice, count, identifier, kind, same
from zohocrmsdk.src.com.zoho.crm.api.contact_roles import (
    ActionWrapper as RolesWritten,
    BodyWrapper as Roles,
    ContactRole,
    ContactRolesOperations,
    DeleteContactRolesParam,
    ResponseWrapper as RolesRead,
)
from zohocrmsdk.src.com.zoho.crm.api.deal_contact_roles import (
    ActionWrapper as DealWritten,
    BodyWrapper as DealBody,
    ContactRole as DealRole,
    Data,
    DealContactRolesOperations,
    GetAssociatedContactRolesParam,
    ResponseWrapper as DealRead,
)
from zohocrmsdk.src.com.zoho.crm.api.get_related_records_count import (
    ActionWrapper as Counted,
    BodyWrapper as Counting,
    GetRelatedRecordCount,
    GetRelatedRecordsCountOperations,
    RelatedList,
    SuccessResponse as Count,
)
from zohocrmsdk.src.com.zoho.crm.api.record import (
    BodyWrapper as RecordBody,
    PricingDetails,
    Record,
    RecordOperations,
)
from zohocrmsdk.src.com.zoho.crm.api.related_records import (
    ActionWrapper,
    APIException,
    BodyWrapper,
    DelinkRecordsParam,
    GetRelatedRecordParam,
    GetRelatedRecordsParam,
    RelatedRecordsOperations,
    ResponseWrapper,
    SuccessResponse,
)
from zohocrmsdk.src.com.zoho.crm.api.util import Choice


def insert(module, **values):
    """Inserts a record and returns its id."""
    record = Record()
    for name, value in values.items():
        record.add_key_value(name, value)
    body = RecordBody()
    body.set_data([record])
    response = RecordOperations(module).create_records(body)
    same(response.get_status_code(), 201, "status")
    item = count(response.get_object().get_data(), 1, "items")[0]
    return success(item, "record added")


def bodies(*records):
    """The body of a call that relates records."""
    result = BodyWrapper()
    result.set_data(list(records))
    return result


def related(record_id, **values):
    """A record to relate, with what the relation keeps."""
    record = Record()
    record.set_id(record_id)
    for name, value in values.items():
        record.add_key_value(name, value)
    return record


def done(response, message, number=1):
    """Checks that all items were done."""
    same(response.get_status_code(), 200, "status")
    items = count(kind(response.get_object(), ActionWrapper, "answer").get_data(), number, "items")
    for item in items:
        kind(item, SuccessResponse, "item")
        choice(item.get_code(), "SUCCESS", "code")
        choice(item.get_message(), message, "message")
        identifier(item.get_details()["id"], "id")


def listed(operations, record_id, fields, number):
    """The records of a list."""
    params = parameters([(GetRelatedRecordsParam.fields, fields)])
    response = operations.get_related_records(record_id, params)
    same(response.get_status_code(), 200, "status")
    answer = kind(response.get_object(), ResponseWrapper, "answer")
    same(answer.get_info().get_count(), number, "info.count")
    return count(answer.get_data(), number, "records")


def members(word):
    """Leads become members of a campaign, and cease to be."""
    campaign = insert("Campaigns", Campaign_Name=word)
    first, second = (insert("Leads", Last_Name=f"{word}{n}", Company=word) for n in range(2))
    leads = RelatedRecordsOperations("Leads", "Campaigns")
    body = bodies(related(first, Member_Status="Active"), related(second, Member_Status="Planning"))
    done(leads.update_related_records(campaign, body), "relation added", 2)
    found = listed(leads, campaign, "Last_Name,Member_Status", 2)
    same({lead.get_key_value("Member_Status") for lead in found}, {"Active", "Planning"}, "status")
    campaigns = RelatedRecordsOperations("Campaigns", "Leads")
    one = related(campaign, Member_Status="Left")
    done(campaigns.update_related_record(campaign, first, bodies(one)), "relation added")
    params = parameters([(GetRelatedRecordParam.fields, "Campaign_Name,Member_Status")])
    response = campaigns.get_related_record(campaign, first, params)
    found = count(response.get_object().get_data(), 1, "records")[0]
    same(found.get_key_value("Member_Status"), "Left", "status")
    done(campaigns.delink_record(campaign, first), "relation removed")
    params = parameters([(DelinkRecordsParam.ids, str(second))])
    done(leads.delink_records(campaign, params), "relation removed")
    params = parameters([(GetRelatedRecordsParam.fields, "id")])
    same(leads.get_related_records(campaign, params).get_status_code(), 204, "status of no members")


def prices(word):
    """A price book has a price for a product, and none without it."""
    product = insert("Products", Product_Name=word)
    details = PricingDetails()
    details.set_from_range(1.0)
    details.set_to_range(9.0)
    details.set_discount(1.0)
    book = insert(
        "Price_Books",
        Price_Book_Name=word,
        Pricing_Model=Choice("Flat"),
        Pricing_Details=[details],
    )
    books = RelatedRecordsOperations("Price_Books", "Products")
    body = bodies(related(book, list_price=50.56))
    done(books.update_related_record(book, product, body), "relation added")
    found = listed(books, product, "Price_Book_Name,list_price", 1)[0]
    same(found.get_key_value("list_price"), 50.56, "list_price")
    response = books.get_related_records(
        product + 999_999_999, parameters([(GetRelatedRecordsParam.fields, "id")])
    )
    error = kind(response.get_object(), APIException, "answer")
    choice(error.get_message(), "the related id given seems to be invalid", "message")


def roles(word):
    """A role of contacts is made, given in a deal, and deleted."""
    operations = ContactRolesOperations()
    role = ContactRole()
    role.set_name(word)
    role.set_sequence_number(1)
    body = Roles()
    body.set_contact_roles([role])
    response = operations.create_roles(body)
    written = kind(response.get_object(), RolesWritten, "answer").get_contact_roles()
    role_id = int(count(written, 1, "items")[0].get_details()["id"])
    read = kind(operations.get_roles().get_object(), RolesRead, "answer").get_contact_roles()
    same(read[0].get_name(), word, "the first role")
    give(word, role_id)
    params = parameters([(DeleteContactRolesParam.ids, str(role_id))])
    response = operations.delete_contact_roles(params)
    item = count(response.get_object().get_contact_roles(), 1, "items")[0]
    choice(item.get_message(), "contact role deleted", "message")


def give(word, role_id):
    """A contact gets a role in a deal."""
    contact = insert("Contacts", Last_Name=word)
    deal = insert(
        "Deals",
        Deal_Name=word,
        Closing_Date=date(2027, 1, 1),
        Stage=Choice("Qualification"),
    )
    role = DealRole()
    role.set_id(role_id)
    role.set_name(word)
    data = Data()
    data.set_contact_role(role)
    body = DealBody()
    body.set_data([data])
    operations = DealContactRolesOperations()
    response = operations.associate_contact_role_to_deal(contact, deal, body)
    item = kind(response.get_object(), DealWritten, "answer").get_data()[0]
    choice(item.get_code(), "SUCCESS", "code")
    params = parameters([(GetAssociatedContactRolesParam.fields, "Last_Name,Contact_Role")])
    response = operations.get_associated_contact_roles(deal, params)
    found = count(kind(response.get_object(), DealRead, "answer").get_data(), 1, "contacts")[0]
    same(found.get_contact_role().get_name(), word, "role")
    response = operations.get_associated_contact_roles_specific_to_contact(contact, deal)
    found = count(kind(response.get_object(), DealRead, "answer").get_data(), 1, "contacts")[0]
    same(found.get_contact_role().get_id(), role_id, "role")
    response = operations.delete_contact_role_relation(contact, deal)
    choice(response.get_object().get_data()[0].get_code(), "SUCCESS", "code")


def counts(word):
    """The number of notes of a record."""
    account = insert("Accounts", Account_Name=word)
    insert("Contacts", Last_Name=word, Account_Name=related(account))
    wanted = RelatedList()
    wanted.set_api_name("Contacts")
    item = GetRelatedRecordCount()
    item.set_related_list(wanted)
    body = Counting()
    body.set_get_related_records_count([item])
    response = GetRelatedRecordsCountOperations(account, "Accounts").get_related_records_count(body)
    answer = kind(response.get_object(), Counted, "answer").get_get_related_records_count()
    found = kind(count(answer, 1, "items")[0], Count, "item")
    same(found.get_count(), 1, "count")
    same(found.get_related_list().get_api_name(), "Contacts", "list")


def main():
    """Runs the steps in order."""
    args = support.arguments(__doc__)
    word = support.unique_word()
    with support.Workspace() as workspace:
        step = workspace.step
        with step("initialise with a refresh token"):
            sdk_v8.initialise(args, workspace)
        with step("members of campaigns"):
            members(word)
        with step("prices of products"):
            prices(word)
        with step("contact roles"):
            roles(word)
        with step("counts"):
            counts(word)


if __name__ == "__main__":
    main()
