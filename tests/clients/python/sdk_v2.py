"""Runs Zoho's SDK for version 2 of the API, `zohocrmsdk2_0`, against a server."""

import time

from zcrmsdk.src.com.zoho.api.authenticator import OAuthToken
from zcrmsdk.src.com.zoho.api.authenticator.store import FileStore
from zcrmsdk.src.com.zoho.api.logger import Logger
from zcrmsdk.src.com.zoho.crm.api import Initializer, ParameterMap, UserSignature
from zcrmsdk.src.com.zoho.crm.api.dc import DataCenter
from zcrmsdk.src.com.zoho.crm.api.exception import SDKException
from zcrmsdk.src.com.zoho.crm.api.fields import (
    Field as FieldMetadata,
    FieldsOperations,
    PickListValue,
    ResponseWrapper as FieldsWrapper,
)
from zcrmsdk.src.com.zoho.crm.api.layouts import Layout
from zcrmsdk.src.com.zoho.crm.api.modules import (
    Module,
    ModulesOperations,
    ResponseWrapper as ModulesWrapper,
)
from zcrmsdk.src.com.zoho.crm.api.org import (
    LicenseDetails,
    Org,
    OrgOperations,
    ResponseWrapper as OrgWrapper,
)
from zcrmsdk.src.com.zoho.crm.api.profiles import Profile
from zcrmsdk.src.com.zoho.crm.api.query import (
    APIException as QueryException,
    BodyWrapper as Query,
    QueryOperations,
    ResponseWrapper as QueryWrapper,
)
from zcrmsdk.src.com.zoho.crm.api.record import (
    ActionWrapper,
    APIException,
    BodyWrapper,
    DeletedRecord,
    DeletedRecordsWrapper,
    DeleteRecordsParam,
    Field,
    GetDeletedRecordsParam,
    GetRecordsParam,
    Info,
    Record,
    RecordOperations,
    ResponseWrapper,
    SearchRecordsParam,
    SuccessResponse,
)
from zcrmsdk.src.com.zoho.crm.api.roles import Role
from zcrmsdk.src.com.zoho.crm.api.users import (
    GetUsersParam,
    Info as UsersInfo,
    ResponseWrapper as UsersWrapper,
    User,
    UsersOperations,
)
from zcrmsdk.src.com.zoho.crm.api.util import Choice, Constants, Utility

import bulk_v2
import support
from support import body, choice, count, identifier, kind, moment, nothing, same, text, that

LEADS = "Leads"
RECORDS = RecordOperations()

# The live API has the first wording, the documented samples of version 2 the second.
ADDED = ("record added", "Record added successfully")
UPDATED = ("record updated", "Record updated successfully")
NOT_DELETED = ("record not deleted", "Record does not exist")


def initialise(args, workspace):
    """Sets the SDK up; it asks for a token when it is first used."""
    environment = DataCenter.Environment(args.url, args.url + "/oauth/v2/token", args.url, "smoke")
    token = OAuthToken(
        client_id=args.client_id,
        client_secret=args.client_secret,
        refresh_token=args.refresh_token,
    )
    store = FileStore(str(workspace.tokens))
    Initializer.initialize(
        user=UserSignature("smoke@example.com"),
        environment=environment,
        token=token,
        store=store,
        resource_path=str(workspace.path),
        logger=Logger.get_instance(Logger.Levels.INFO, str(workspace.log)),
    )
    body(OrgOperations().get_organization(), 200, OrgWrapper)
    text(token.get_access_token(), "access token")
    left = int(token.get_expires_in()) / 1000 - time.time()
    that(3000 < left <= 3600, f"access token: expires in {left:.0f} s, not within the hour")
    stored = count(store.get_tokens(), 1, "token store")
    same(stored[0].get_access_token(), token.get_access_token(), "stored access token")


def parameters(pairs):
    """A parameter map of the given parameters and values."""
    result = ParameterMap()
    for param, value in pairs:
        result.add(param, value)
    return result


def request(records, check=None):
    """The body of a write."""
    result = BodyWrapper()
    result.set_data(records)
    if check is not None:
        result.set_duplicate_check_fields(check)
    return result


def success(item, message):
    """Checks the answer for one record and returns the record's id."""
    kind(item, SuccessResponse, "item")
    choice(item.get_status(), "success", "status")
    choice(item.get_code(), "SUCCESS", "code")
    choice(item.get_message(), message, "message")
    details = kind(item.get_details(), dict, "details")
    return int(text(details["id"], "details.id"))


def written(item, message):
    """As `success`, for a record that was added or updated."""
    details = kind(item.get_details(), dict, "details")
    moment(details["Created_Time"], "details.Created_Time")
    moment(details["Modified_Time"], "details.Modified_Time")
    for key in ("Created_By", "Modified_By"):
        user(details[key], f"details.{key}")
    return success(item, message)


def refused(item, code, message):
    """Checks an error and returns its details."""
    kind(item, APIException, "item")
    choice(item.get_status(), "error", "status")
    choice(item.get_code(), code, "code")
    choice(item.get_message(), message, "message")
    return kind(item.get_details(), dict, "details")


def user(value, what):
    """Checks the short form of a user."""
    kind(value, User, what)
    identifier(value.get_id(), f"{what}.id")
    text(value.get_name(), f"{what}.name")


def ids(records):
    """The ids of the records, each of them checked."""
    return [identifier(kind(record, Record, "record").get_id(), "id") for record in records]


def modules():
    """Every module has its names and its id, and Leads is among them."""
    found = body(ModulesOperations().get_modules(), 200, ModulesWrapper).get_modules()
    for module in found:
        name = text(kind(module, Module, "module").get_api_name(), "api_name")
        identifier(module.get_id(), f"{name}.id")
        text(module.get_module_name(), f"{name}.module_name")
        text(module.get_plural_label(), f"{name}.plural_label")
        text(kind(module.get_generated_type(), Choice, name).get_value(), f"{name}.generated_type")
        kind(module.get_api_supported(), bool, f"{name}.api_supported")
    leads = next((module for module in found if module.get_api_name() == "Leads"), None)
    that(leads is not None, "Leads is missing")
    same(leads.get_api_supported(), True, "Leads.api_supported")
    same(leads.get_creatable(), True, "Leads.creatable")
    same(leads.get_generated_type().get_value(), "default", "Leads.generated_type")
    text(leads.get_singular_label(), "Leads.singular_label")
    kind(leads.get_sequence_number(), int, "Leads.sequence_number")
    kind(leads.get_profiles(), list, "Leads.profiles")


def fields():
    """Every field has its names and types; returns the field by name."""
    found = {}
    for field in body(FieldsOperations(LEADS).get_fields(), 200, FieldsWrapper).get_fields():
        name = text(kind(field, FieldMetadata, "field").get_api_name(), "api_name")
        found[name] = field
        identifier(field.get_id(), f"{name}.id")
        text(field.get_field_label(), f"{name}.field_label")
        text(field.get_data_type(), f"{name}.data_type")
        text(field.get_json_type(), f"{name}.json_type")
        kind(field.get_system_mandatory(), bool, f"{name}.system_mandatory")
        kind(field.get_custom_field(), bool, f"{name}.custom_field")
        kind(field.get_view_type().get_edit(), bool, f"{name}.view_type.edit")
        for value in kind(field.get_pick_list_values(), list, f"{name}.pick_list_values"):
            text(kind(value, PickListValue, name).get_display_value(), f"{name}.display_value")
            text(value.get_actual_value(), f"{name}.actual_value")
    for name, data_type, json_type in (
        ("Owner", "ownerlookup", "jsonobject"),
        ("Last_Name", "text", "string"),
        ("Email", "email", "string"),
        ("Lead_Source", "picklist", "string"),
        ("No_of_Employees", "integer", "integer"),
        ("Annual_Revenue", "currency", "double"),
        ("Email_Opt_Out", "boolean", "boolean"),
        ("Created_Time", "datetime", "string"),
    ):
        that(name in found, f"{name} is missing")
        same(found[name].get_data_type(), data_type, f"{name}.data_type")
        same(found[name].get_json_type(), json_type, f"{name}.json_type")
    same(found["Last_Name"].get_system_mandatory(), True, "Last_Name.system_mandatory")
    kind(found["Last_Name"].get_length(), int, "Last_Name.length")
    usable(found)
    return found


def usable(found):
    """The SDK maps each field to a type of its own before it writes; some it cannot map."""
    Utility.fill_data_type()
    for name, field in found.items():
        if name in Constants.KEYS_TO_SKIP:
            continue
        detail = {}
        Utility.set_data_type(detail, field, LEADS)
        data_type = field.get_data_type()
        that("name" in detail, f"{name}: with a {data_type} the SDK cannot write any record")
    that("id" not in found, "with id among the fields, the SDK takes ids for text")


def lead(word, number, source):
    """A lead with a value of every common type."""
    result = Record()
    result.add_field_value(Field.Leads.first_name(), f"Number{number}")
    result.add_field_value(Field.Leads.last_name(), f"{word} Smoke")
    result.add_field_value(Field.Leads.company(), "Example & Söhne")
    result.add_field_value(Field.Leads.email(), address(word, number))
    result.add_field_value(Field.Leads.lead_source(), Choice(source))
    result.add_field_value(Field.Leads.no_of_employees(), 10 + number)
    result.add_field_value(Field.Leads.annual_revenue(), 1250.75)
    result.add_field_value(Field.Leads.email_opt_out(), True)
    return result


def address(word, number):
    """The e-mail address of a lead of this run."""
    return f"{word}.{number}@example.com"


def insert(word, source):
    """Adds three leads; returns their ids."""
    records = [lead(word, number, source) for number in (1, 2, 3)]
    answer = RECORDS.create_records(LEADS, request(records))
    items = count(body(answer, 201, ActionWrapper).get_data(), 3, "data")
    added = [written(item, ADDED) for item in items]
    same(sorted(set(added)), added, "ids, which rise")
    return added


def insert_incomplete(word):
    """A lead without its mandatory field is refused."""
    record = Record()
    record.add_field_value(Field.Leads.email(), address(word, 9))
    answer = RECORDS.create_records(LEADS, request([record]))
    (item,) = count(body(answer, 202, ActionWrapper).get_data(), 1, "data")
    details = refused(item, "MANDATORY_NOT_FOUND", "required field not found")
    same(details.get("api_name"), "Last_Name", "details.api_name")


def get(lead_id):
    """The one record with this id."""
    wrapper = body(RECORDS.get_record(lead_id, LEADS), 200, ResponseWrapper)
    same(wrapper.get_info(), None, "info")
    (record,) = count(wrapper.get_data(), 1, "data")
    same(ids([record]), [lead_id], "id")
    return record


def get_one(word, source, lead_id):
    """Values come back as they were given, each in its own type."""
    record = get(lead_id)
    value = record.get_key_value
    same(value("First_Name"), "Number1", "First_Name")
    same(value("Last_Name"), f"{word} Smoke", "Last_Name")
    same(value("Full_Name"), f"Number1 {word} Smoke", "Full_Name")
    same(value("Company"), "Example & Söhne", "Company")
    same(value("Email"), address(word, 1), "Email")
    choice(value("Lead_Source"), source, "Lead_Source")
    same(value("No_of_Employees"), 11, "No_of_Employees")
    same(value("Annual_Revenue"), 1250.75, "Annual_Revenue")
    same(value("Email_Opt_Out"), True, "Email_Opt_Out")
    same(value("Phone"), None, "Phone")
    same(record.get_tag(), [], "Tag")
    user(value("Owner"), "Owner")
    text(value("Owner").get_email(), "Owner.email")
    user(record.get_created_by(), "Created_By")
    user(record.get_modified_by(), "Modified_By")
    age = time.time() - moment(record.get_created_time(), "Created_Time").timestamp()
    that(-60 < age < 600, f"Created_Time: {age:.0f} s ago")
    same(record.get_modified_time(), record.get_created_time(), "Modified_Time")
    layout = value("Layout")
    if layout is not None:
        identifier(kind(layout, Layout, "Layout").get_id(), "Layout.id")
        text(layout.get_name(), "Layout.name")
    text(value("$currency_symbol"), "$currency_symbol")
    same(value("$editable"), True, "$editable")
    kind(value("$approval"), dict, "$approval")
    same(value("$approved"), True, "$approved")
    same(value("$state"), "save", "$state")
    same(value("$converted"), False, "$converted")


def list_pages(added):
    """Two pages of two, newest first, each record whole."""
    pages = []
    for page in (1, 2):
        chosen = parameters(
            [
                (GetRecordsParam.sort_by, "id"),
                (GetRecordsParam.sort_order, "desc"),
                (GetRecordsParam.page, page),
                (GetRecordsParam.per_page, 2),
            ]
        )
        wrapper = body(RECORDS.get_records(LEADS, chosen), 200, ResponseWrapper)
        info = kind(wrapper.get_info(), Info, "info")
        same(info.get_page(), page, "info.page")
        same(info.get_per_page(), 2, "info.per_page")
        same(info.get_count(), len(wrapper.get_data()), "info.count")
        kind(info.get_more_records(), bool, "info.more_records")
        pages.append((wrapper.get_data(), info))
    first, second = pages
    same(first[1].get_more_records(), True, "info.more_records of page 1")
    same(ids(first[0]), [added[2], added[1]], "page 1")
    same(ids(second[0])[0], added[0], "page 2")
    for record in first[0]:
        same(record.get_key_value("Email_Opt_Out"), True, "Email_Opt_Out")
        same(record.get_key_value("$editable"), True, "$editable")
        user(record.get_key_value("Owner"), "Owner")
        moment(record.get_created_time(), "Created_Time")


def list_with_fields(added):
    """A list may name its fields; the others are left out."""
    chosen = parameters(
        [
            (GetRecordsParam.fields, "Last_Name"),
            (GetRecordsParam.fields, "Email"),
            (GetRecordsParam.ids, str(added[1])),
        ]
    )
    wrapper = body(RECORDS.get_records(LEADS, chosen), 200, ResponseWrapper)
    (record,) = count(wrapper.get_data(), 1, "data")
    same(ids([record]), [added[1]], "id")
    text(record.get_key_value("Last_Name"), "Last_Name")
    text(record.get_key_value("Email"), "Email")
    that("Company" not in record.get_key_values(), "Company was not asked for")


def update(word, added):
    """Changes one record by its path and two by their bodies."""
    record = Record()
    record.set_id(added[0])
    record.add_field_value(Field.Leads.company(), "Renamed")
    record.add_field_value(Field.Leads.no_of_employees(), 25)
    answer = RECORDS.update_record(added[0], LEADS, request([record]))
    (item,) = count(body(answer, 200, ActionWrapper).get_data(), 1, "data")
    same(written(item, UPDATED), added[0], "id")
    record = get(added[0])
    same(record.get_key_value("Company"), "Renamed", "Company")
    same(record.get_key_value("No_of_Employees"), 25, "No_of_Employees")
    same(record.get_key_value("Email"), address(word, 1), "Email, which was not sent")

    changes = []
    for lead_id in added[1:]:
        record = Record()
        record.set_id(lead_id)
        record.add_field_value(Field.Leads.annual_revenue(), 99.5)
        changes.append(record)
    answer = RECORDS.update_records(LEADS, request(changes))
    items = count(body(answer, 200, ActionWrapper).get_data(), 2, "data")
    same([written(item, UPDATED) for item in items], added[1:], "ids")
    same(get(added[2]).get_key_value("Annual_Revenue"), 99.5, "Annual_Revenue")


def upsert(word, source, added):
    """Adds one lead and finds another by its e-mail address; returns the new id."""
    known = lead(word, 2, source)
    known.add_field_value(Field.Leads.company(), "Upserted")
    answer = RECORDS.upsert_records(LEADS, request([lead(word, 4, source), known], check=["Email"]))
    new, old = count(body(answer, 200, ActionWrapper).get_data(), 2, "data")
    new_id = written(new, ADDED)
    choice(new.get_action(), "insert", "action")
    same(new.get_duplicate_field(), None, "duplicate_field")
    same(written(old, UPDATED), added[1], "id")
    choice(old.get_action(), "update", "action")
    same(old.get_duplicate_field(), "Email", "duplicate_field")
    same(get(added[1]).get_key_value("Company"), "Upserted", "Company")
    return new_id


def search(pairs):
    """The ids that a search finds, in order of age."""
    wrapper = body(RECORDS.search_records(LEADS, parameters(pairs)), 200, ResponseWrapper)
    info = kind(wrapper.get_info(), Info, "info")
    same(info.get_page(), 1, "info.page")
    same(info.get_per_page(), 200, "info.per_page")
    same(info.get_count(), len(wrapper.get_data()), "info.count")
    same(info.get_more_records(), False, "info.more_records")
    return sorted(ids(wrapper.get_data()))


def search_criteria(word, everyone):
    """Finds leads by conditions."""
    criteria = SearchRecordsParam.criteria
    same(search([(criteria, f"(Last_Name:starts_with:{word})")]), everyone, "starts_with")
    both = f"((Last_Name:starts_with:{word})and(Email:equals:{address(word, 3)}))"
    same(search([(criteria, both)]), [everyone[2]], "and")
    nothing(RECORDS.search_records(LEADS, parameters([(criteria, f"(Last_Name:equals:{word}x)")])))


def search_email(word, everyone):
    """Finds a lead by its e-mail address."""
    same(search([(SearchRecordsParam.email, address(word, 4))]), [everyone[3]], "email")


def search_word(word, everyone):
    """Finds leads by a word of their names."""
    same(search([(SearchRecordsParam.word, word)]), everyone, "word")


def coql(word, everyone):
    """Finds leads by a query."""

    def ask(text):
        query = Query()
        query.set_select_query(text)
        return QueryOperations().get_records(query)

    where = f"Last_Name like '{word}%'"
    answer = ask(f"select Last_Name from Leads where {where} order by id desc limit 2")
    wrapper = body(answer, 200, QueryWrapper)
    same(wrapper.get_info().get_count(), 2, "info.count")
    same(wrapper.get_info().get_more_records(), True, "info.more_records")
    same(ids(wrapper.get_data()), sorted(everyone, reverse=True)[:2], "rows")
    that(wrapper.get_data()[0].get_key_value("Last_Name").startswith(word), "Last_Name")
    nothing(ask("select id from Leads where Last_Name = 'nobody has this name'"))
    error = body(ask("select id from Leads"), 400, QueryException)
    choice(error.get_code(), "SYNTAX_ERROR", "code")


def delete(everyone):
    """Deletes all leads of this run, with one id among them that nobody has."""
    unknown = everyone[0] + 999_999_999
    chosen = everyone[:2] + [unknown] + everyone[2:]
    param = (DeleteRecordsParam.ids, ",".join(map(str, chosen)))
    answer = RECORDS.delete_records(LEADS, parameters([param]))
    items = count(body(answer, 202, ActionWrapper).get_data(), len(chosen), "data")
    details = refused(items.pop(2), "INVALID_DATA", NOT_DELETED)
    same(details.get("id"), unknown, "details.id")
    same([success(item, "record deleted") for item in items], everyone, "ids")
    nothing(RECORDS.get_record(everyone[0], LEADS))


def deleted(word, everyone):
    """The deleted leads are listed, the last one first."""
    param = (GetDeletedRecordsParam.type, "all")
    answer = RECORDS.get_deleted_records(LEADS, parameters([param]))
    wrapper = body(answer, 200, DeletedRecordsWrapper)
    same(kind(wrapper.get_info(), Info, "info").get_page(), 1, "info.page")
    mine = [kind(item, DeletedRecord, "item") for item in wrapper.get_data()][: len(everyone)]
    same(sorted(identifier(item.get_id(), "id") for item in mine), everyone, "ids")
    for item in mine:
        same(item.get_type(), "recycle", "type")
        that(word in text(item.get_display_name(), "display_name"), "display_name is another's")
        moment(item.get_deleted_time(), "deleted_time")
        user(item.get_deleted_by(), "deleted_by")
        user(item.get_created_by(), "created_by")


def users(user_type):
    """The users of one type, each of them checked."""
    answer = UsersOperations().get_users(parameters([(GetUsersParam.type, user_type)]))
    if answer is not None and answer.get_status_code() == 204:
        nothing(answer)
        return []
    wrapper = body(answer, 200, UsersWrapper)
    found = wrapper.get_users()
    if user_type != "CurrentUser":
        info = kind(wrapper.get_info(), UsersInfo, "info")
        same(info.get_count(), len(found), "info.count")
        same(info.get_more_records(), False, "info.more_records")
    for item in found:
        identifier(kind(item, User, "user").get_id(), "id")
        text(item.get_full_name(), "full_name")
        text(item.get_email(), "email")
        kind(item.get_confirm(), bool, "confirm")
        kind(item.get_offset(), int, "offset")
        text(item.get_time_zone(), "time_zone")
        identifier(kind(item.get_role(), Role, "role").get_id(), "role.id")
        text(item.get_role().get_name(), "role.name")
        identifier(kind(item.get_profile(), Profile, "profile").get_id(), "profile.id")
        traits = (item.get_status(), item.get_confirm(), item.get_profile().get_name())
        that(support.user_matches(user_type, *traits), f"{item.get_email()} {traits} is among them")
    return found


def users_of_all_types(workspace):
    """Asks for each type."""
    found = {}
    for user_type in support.USER_TYPES:
        with workspace.step(f"users of type {user_type}"):
            found[user_type] = users(user_type)
            if user_type in ("AllUsers", "ActiveUsers"):
                that(found[user_type], "there is no user")
    with workspace.step("current user"):
        (current,) = count(found["CurrentUser"], 1, "users")
        that(
            current.get_id() in [item.get_id() for item in found["AllUsers"]],
            "the current user is not among all users",
        )
        answer = UsersOperations().get_user(current.get_id())
        (alone,) = count(body(answer, 200, UsersWrapper).get_users(), 1, "users")
        same(alone.get_email(), current.get_email(), "email")
        text(current.get_last_name(), "last_name")
        text(current.get_time_format(), "time_format")


def organisation():
    """The org has its names, its currency and its licence."""
    wrapper = body(OrgOperations().get_organization(), 200, OrgWrapper)
    (org,) = count(wrapper.get_org(), 1, "org")
    kind(org, Org, "org")
    identifier(org.get_id(), "id")
    for what in ("company_name", "zgid", "time_zone", "currency", "iso_code", "primary_email"):
        text(getattr(org, f"get_{what}")(), what)
    text(org.get_currency_symbol(), "currency_symbol")
    kind(org.get_privacy_settings(), bool, "privacy_settings")
    licence = kind(org.get_license_details(), LicenseDetails, "license_details")
    kind(licence.get_paid(), bool, "license_details.paid")
    kind(licence.get_users_license_purchased(), int, "license_details.users_license_purchased")
    return org


def unknown_module():
    """The SDK asks for the fields first, so the error comes as an exception."""
    try:
        RECORDS.get_records("No_Such_Module")
    except SDKException as error:
        same(error.details.get("code"), "INVALID_MODULE", "code")
        same(error.details.get("status"), "error", "status")
    else:
        raise AssertionError("no exception")


def main():
    """Runs the steps in order."""
    args = support.arguments(__doc__)
    word = support.unique_word()
    with support.Workspace() as workspace:
        step = workspace.step
        with step("initialise with a refresh token"):
            initialise(args, workspace)
        with step("modules"):
            modules()
        with step("fields of Leads"):
            sources = fields()["Lead_Source"].get_pick_list_values()
            source = next(
                value.get_display_value()
                for value in sources
                if value.get_display_value() == value.get_actual_value() != "-None-"
            )
        with step("insert 3 leads"):
            added = insert(word, source)
        with step("insert an incomplete lead"):
            insert_incomplete(word)
        with step("get one"):
            get_one(word, source, added[0])
        with step("get one that does not exist"):
            nothing(RECORDS.get_record(added[0] + 999_999_999, LEADS))
        with step("list with paging"):
            list_pages(added)
        with step("list with fields and ids"):
            list_with_fields(added)
        with step("update"):
            update(word, added)
        with step("upsert"):
            everyone = [*added, upsert(word, source, added)]
        with step("search by criteria"):
            search_criteria(word, everyone)
        with step("search by e-mail"):
            search_email(word, everyone)
        with step("search by word"):
            search_word(word, everyone)
        with step("COQL"):
            coql(word, everyone)
        with step("delete with one unknown id"):
            delete(everyone)
        with step("deleted records"):
            deleted(word, everyone)
        users_of_all_types(workspace)
        with step("org"):
            org = organisation()
        with step("unknown module"):
            unknown_module()
        bulk_v2.steps(workspace, support.unique_word(), org.get_zgid())


if __name__ == "__main__":
    main()
