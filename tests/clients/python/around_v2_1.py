"""Runs what hangs on records through Zoho's SDK for version 2.1 of the API, `zohocrmsdk2_1`.

That version has no composite requests (v3), no merges (v6) and no clones (v7).
"""

import csv
import io
import time
import zipfile

import requests
from zcrmsdk.src.com.zoho.api.authenticator import OAuthToken
from zcrmsdk.src.com.zoho.api.authenticator.store import FileStore
from zcrmsdk.src.com.zoho.api.logger import Logger
from zcrmsdk.src.com.zoho.crm.api import HeaderMap, Initializer, ParameterMap, UserSignature
from zcrmsdk.src.com.zoho.crm.api import attachments as files_of_records
from zcrmsdk.src.com.zoho.crm.api import bulk_read, bulk_write, notes, notification, tags
from zcrmsdk.src.com.zoho.crm.api import record, related_records, share_records
from zcrmsdk.src.com.zoho.crm.api.attachments import AttachmentsOperations
from zcrmsdk.src.com.zoho.crm.api.bulk_read import BulkReadOperations
from zcrmsdk.src.com.zoho.crm.api.bulk_write import BulkWriteOperations, UploadFileHeader
from zcrmsdk.src.com.zoho.crm.api.dc import DataCenter
from zcrmsdk.src.com.zoho.crm.api.fields import Field as FieldMetadata
from zcrmsdk.src.com.zoho.crm.api.modules import Module
from zcrmsdk.src.com.zoho.crm.api.notes import NotesOperations
from zcrmsdk.src.com.zoho.crm.api.notification import NotificationOperations
from zcrmsdk.src.com.zoho.crm.api.record import Record, RecordOperations
from zcrmsdk.src.com.zoho.crm.api.related_records import RelatedRecordsOperations
from zcrmsdk.src.com.zoho.crm.api.share_records import ShareRecordsOperations
from zcrmsdk.src.com.zoho.crm.api.tags import TagsOperations
from zcrmsdk.src.com.zoho.crm.api.users import GetUsersParam, ResponseWrapper as UsersWrapper
from zcrmsdk.src.com.zoho.crm.api.users import User, UsersOperations
from zcrmsdk.src.com.zoho.crm.api.util import Choice, StreamWrapper

import support
from callee import Callee
from support import PHOTO, body, choice, count, kind, nothing, same

RECORDS = RecordOperations()


def initialise(args, workspace):
    """Sets the SDK up; it asks for a token when it is first used."""
    environment = DataCenter.Environment(args.url, args.url + "/oauth/v2/token", args.url, "smoke")
    token = OAuthToken(
        client_id=args.client_id,
        client_secret=args.client_secret,
        refresh_token=args.refresh_token,
    )
    Initializer.initialize(
        user=UserSignature("smoke@example.com"),
        environment=environment,
        token=token,
        store=FileStore(str(workspace.tokens)),
        resource_path=str(workspace.path),
        logger=Logger.get_instance(Logger.Levels.INFO, str(workspace.log)),
    )
    return token


def parameters(pairs):
    """A parameter map of the given parameters and values."""
    result = ParameterMap()
    for param, value in pairs:
        result.add(param, value)
    return result


def module(api_name):
    """A module as the bodies of other calls name it."""
    result = Module()
    result.set_api_name(api_name)
    return result


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


def inserted(name, *records):
    """Inserts records of field names and values; returns their ids."""
    items = []
    for values in records:
        item = Record()
        for key, value in values.items():
            item.add_key_value(key, value)
        items.append(item)
    answer = RECORDS.create_records(name, wrapper(record.BodyWrapper, "set_data", items))
    made = body(answer, 201, record.ActionWrapper).get_data()
    count(made, len(records), "inserted")
    return [int(done(item, "record added")["id"]) for item in made]


def form(workspace, cls, name, content):
    """A form with one file, as the SDK reads it from a disk."""
    path = workspace.path / name
    path.write_bytes(content)
    result = cls()
    result.set_file(StreamWrapper(file_path=str(path)))
    return result


def stream(wrapped):
    """The name and the bytes of a file that was downloaded."""
    file = kind(wrapped.get_file(), StreamWrapper, "file")
    return file.get_name(), b"".join(file.get_stream())


def notes_of(lead):
    """A note is made, changed, listed under its lead, and deleted."""
    note = notes.Note()
    note.set_note_title("Visit")
    note.set_note_content("They want two boats.")
    parent = Record()
    parent.set_id(lead)
    note.set_parent_id(parent)
    note.set_se_module("Leads")
    answer = NotesOperations().create_notes(wrapper(notes.BodyWrapper, "set_data", [note]))
    made = count(body(answer, 201, notes.ActionWrapper).get_data(), 1, "notes")[0]
    note_id = int(done(made, "record added")["id"])
    change = notes.Note()
    change.set_note_content("They want three boats.")
    answer = NotesOperations().update_note(
        note_id, wrapper(notes.BodyWrapper, "set_data", [change])
    )
    done(body(answer, 200, notes.ActionWrapper).get_data()[0], "record updated")
    listed = body(NotesOperations().get_notes(), 200, notes.ResponseWrapper).get_data()
    held = {note.get_id(): note for note in listed}
    same(held[note_id].get_note_content(), "They want three boats.", "content")
    same(held[note_id].get_parent_id().get_id(), lead, "parent")
    below = RelatedRecordsOperations("Notes", "Leads")
    found = body(below.get_related_records(lead), 200, related_records.ResponseWrapper).get_data()
    same([one.get_id() for one in found], [note_id], "notes of the lead")
    done(
        body(NotesOperations().delete_note(note_id), 200, notes.ActionWrapper).get_data()[0],
        "record deleted",
    )
    nothing(below.get_related_records(lead))


def attachments_of(workspace, lead):
    """What is attached comes back byte for byte, under its name."""
    operations = AttachmentsOperations("Leads", lead)
    content = bytes(range(256)) * 300 + b"\r\n--boundary\r\n"
    upload = form(workspace, files_of_records.FileBodyWrapper, "boat.bin", content)
    answer = operations.upload_attachment(upload)
    made = count(body(answer, 200, files_of_records.ActionWrapper).get_data(), 1, "attachments")
    attachment = int(done(made[0], "attachment uploaded successfully")["id"])
    listed = body(operations.get_attachments(), 200, files_of_records.ResponseWrapper).get_data()
    listed = count(listed, 1, "list")[0]
    same(int(listed.get_id()), attachment, "id")
    same(listed.get_file_name(), "boat.bin", "File_Name")
    same(int(listed.get_size()), len(content), "Size")
    answer = operations.download_attachment(attachment)
    name, held = stream(body(answer, 200, files_of_records.FileBodyWrapper))
    same(held, content, "bytes")
    same(name, "boat.bin", "name of the download")
    answer = operations.delete_attachment(attachment)
    done(body(answer, 200, files_of_records.ActionWrapper).get_data()[0], "record deleted")
    nothing(operations.get_attachments())


def photo_of(workspace, lead):
    """A photo is put up, comes back, and goes."""
    upload = form(workspace, record.FileBodyWrapper, "face.png", PHOTO)
    answer = RECORDS.upload_photo(lead, "Leads", upload)
    done(body(answer, 200, record.SuccessResponse), "photo uploaded successfully")
    _, held = stream(body(RECORDS.get_photo(lead, "Leads"), 200, record.FileBodyWrapper))
    same(held, PHOTO, "photo")
    gone = body(RECORDS.delete_photo(lead, "Leads"), 200, record.SuccessResponse)
    done(gone, "Photo deleted")
    nothing(RECORDS.get_photo(lead, "Leads"))


def tags_of(lead, other):
    """Tags are made, added by name to one and to many, and taken off."""
    made = tags.Tag()
    made.set_name("harbour")
    of_module = parameters([(tags.CreateTagsParam.module, "Leads")])
    answer = TagsOperations().create_tags(wrapper(tags.BodyWrapper, "set_tags", [made]), of_module)
    done(body(answer, 201, tags.ActionWrapper).get_tags()[0], "tags created successfully")
    names = parameters([(tags.AddTagsToRecordParam.tag_names, "harbour,new")])
    answer = TagsOperations().add_tags_to_record(lead, "Leads", names)
    done(body(answer, 200, tags.RecordActionWrapper).get_data()[0], "tags updated successfully")
    many = parameters(
        [
            (tags.AddTagsToMultipleRecordsParam.tag_names, "harbour"),
            (tags.AddTagsToMultipleRecordsParam.ids, lead),
            (tags.AddTagsToMultipleRecordsParam.ids, other),
        ]
    )
    answer = TagsOperations().add_tags_to_multiple_records("Leads", many)
    count(body(answer, 200, tags.RecordActionWrapper).get_data(), 2, "tagged")
    names = parameters([(tags.RemoveTagsFromRecordParam.tag_names, "new")])
    answer = TagsOperations().remove_tags_from_record(lead, "Leads", names)
    done(body(answer, 200, tags.RecordActionWrapper).get_data()[0], "tags updated successfully")
    held = body(RECORDS.get_record(lead, "Leads"), 200, record.ResponseWrapper).get_data()[0]
    same([tag.get_name() for tag in held.get_tag()], ["harbour"], "tags of the lead")


def relations():
    """A campaign gets a lead as a member, and loses it."""
    [campaign] = inserted("Campaigns", {"Campaign_Name": "Boats"})
    [lead] = inserted("Leads", {"Last_Name": "Member", "Company": "Harbour"})
    members = RelatedRecordsOperations("Leads", "Campaigns")
    link = Record()
    link.set_id(lead)
    answer = members.update_related_records(
        campaign, wrapper(related_records.BodyWrapper, "set_data", [link])
    )
    done(body(answer, 200, related_records.ActionWrapper).get_data()[0], "relation added")
    answer = members.get_related_records(campaign)
    listed = body(answer, 200, related_records.ResponseWrapper).get_data()
    same([one.get_id() for one in listed], [lead], "members")
    campaigns = RelatedRecordsOperations("Campaigns", "Leads")
    listed = body(campaigns.get_related_records(lead), 200, related_records.ResponseWrapper)
    same([one.get_id() for one in listed.get_data()], [campaign], "campaigns of the lead")
    answer = members.delink_record(lead, campaign)
    done(body(answer, 200, related_records.ActionWrapper).get_data()[0], "relation removed")
    nothing(campaigns.get_related_records(lead))


def share(lead):
    """A lead is shared with another user, and then no longer."""
    wanted = parameters([(GetUsersParam.type, "ActiveConfirmedUsers")])
    users = body(UsersOperations().get_users(wanted), 200, UsersWrapper).get_users()
    # administrators see the lead already
    other = next(user for user in users if user.get_profile().get_name() == "Standard")
    shared = share_records.ShareRecord()
    user = User()
    user.set_id(other.get_id())
    shared.set_user(user)
    shared.set_permission("read_write")
    shared.set_share_related_records(False)
    operations = ShareRecordsOperations(lead, "Leads")
    answer = operations.share_record(wrapper(share_records.BodyWrapper, "set_share", [shared]))
    made = body(answer, 200, share_records.ActionWrapper).get_share()[0]
    done(made, "record will be shared successfully")
    listed = body(operations.get_shared_record_details(), 200, share_records.ResponseWrapper)
    same(count(listed.get_share(), 1, "shares")[0].get_permission(), "read_write", "permission")
    answer = operations.revoke_shared_record()
    done(body(answer, 200, share_records.DeleteActionWrapper).get_share(), "Sharing Revoked")


def waited(ask, until):
    """Asks until what is answered will do."""
    for _ in range(50):
        answer = ask()
        if until(answer):
            return answer
        time.sleep(0.1)
    raise AssertionError(f"not in time: {answer!r}")


def write_in_bulk(workspace, word, zgid):
    """A CSV becomes leads."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("Leads.csv", f"Last_Name,Company\nBulk One,{word}\nBulk Two,{word}\n")
    upload = form(workspace, bulk_write.FileBodyWrapper, "Leads.zip", packed.getvalue())
    headers = HeaderMap()
    headers.add(UploadFileHeader.feature, "bulk-write")
    headers.add(UploadFileHeader.x_crm_org, zgid)
    answer = BulkWriteOperations().upload_file(upload, headers)
    file_id = body(answer, 200, bulk_write.SuccessResponse).get_details()["file_id"]
    resource = bulk_write.Resource()
    resource.set_type(Choice("data"))
    resource.set_module(module("Leads"))
    # the SDK reads it as a number, and writes it as a text
    resource.set_file_id(str(file_id))
    mappings = []
    for index, name in enumerate(("Last_Name", "Company")):
        mapping = bulk_write.FieldMapping()
        mapping.set_api_name(name)
        mapping.set_index(index)
        mappings.append(mapping)
    resource.set_field_mappings(mappings)
    request = bulk_write.RequestWrapper()
    request.set_operation(Choice("insert"))
    request.set_resource([resource])
    answer = BulkWriteOperations().create_bulk_write_job(request)
    job = int(body(answer, 201, bulk_write.SuccessResponse).get_details()["id"])
    ended = waited(
        lambda: BulkWriteOperations().get_bulk_write_job_details(job).get_object(),
        lambda detail: detail.get_status() == "COMPLETED",
    )
    counts = ended.get_resource()[0].get_file()
    same((counts.get_added_count(), counts.get_total_count()), (2, 2), "counts")


def read_in_bulk(word):
    """A job gives all leads of a company as CSV in a zip."""
    query = bulk_read.Query()
    query.set_module(module("Leads"))
    query.set_fields(["Last_Name", "Company"])
    criteria = bulk_read.Criteria()
    field = FieldMetadata()
    field.set_api_name("Company")
    criteria.set_field(field)
    criteria.set_comparator(Choice("equal"))
    criteria.set_value(word)
    query.set_criteria(criteria)
    asked = bulk_read.RequestWrapper()
    asked.set_query(query)
    answer = BulkReadOperations().create_bulk_read_job(asked)
    made = body(answer, 201, bulk_read.ActionWrapper).get_data()[0]
    job = int(made.get_details()["id"])
    detail = waited(
        lambda: body(
            BulkReadOperations().get_bulk_read_job_details(job), 200, bulk_read.ResponseWrapper
        ).get_data()[0],
        lambda detail: detail.get_state().get_value() == "COMPLETED",
    )
    same(detail.get_result().get_count(), 2, "rows")
    answer = BulkReadOperations().download_result(job)
    _, content = stream(body(answer, 200, bulk_read.FileBodyWrapper))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        [name] = archive.namelist()
        rows = list(csv.DictReader(io.StringIO(archive.read(name).decode())))
    same(sorted(row["Last_Name"] for row in rows), ["Bulk One", "Bulk Two"], "rows")


def watch(word):
    """A channel hears of a new lead."""
    with Callee() as callee:
        channel = notification.Notification()
        channel.set_channel_id(1000000068002)
        channel.set_events(["Leads.create"])
        channel.set_notify_url(callee.url)
        channel.set_token("a word of ours")
        answer = NotificationOperations().enable_notifications(
            wrapper(notification.BodyWrapper, "set_watch", [channel])
        )
        made = body(answer, 201, notification.ActionWrapper).get_watch()[0]
        choice(made.get_code(), "SUCCESS", "code")
        [lead] = inserted("Leads", {"Last_Name": "Heard", "Company": word})
        heard = callee.next()
        same(heard["module"], "Leads", "module")
        same(heard["ids"], [str(lead)], "ids")
        same(heard["token"], "a word of ours", "token")
        gone = [(notification.DisableNotificationsParam.channel_ids, 1000000068002)]
        answer = NotificationOperations().disable_notifications(parameters(gone))
        body(answer, 200, notification.ActionWrapper)


def main():
    args = support.arguments(__doc__)
    word = support.unique_word()
    with support.Workspace() as workspace:
        with workspace.step("initialise"):
            token = initialise(args, workspace)
        with workspace.step("leads"):
            lead, other = inserted(
                "Leads",
                {"Last_Name": "Rao", "Company": "Rao Boats"},
                {"Last_Name": "Okafor", "Company": "Okafor Lines"},
            )
        with workspace.step("notes"):
            notes_of(lead)
        with workspace.step("attachments"):
            attachments_of(workspace, lead)
        with workspace.step("photo"):
            photo_of(workspace, lead)
        with workspace.step("tags"):
            tags_of(lead, other)
        with workspace.step("related records"):
            relations()
        with workspace.step("share"):
            share(lead)
        with workspace.step("bulk write"):
            bearer = {"Authorization": f"Zoho-oauthtoken {token.get_access_token()}"}
            org = requests.get(f"{args.url}/crm/v2.1/org", headers=bearer, timeout=10).json()
            write_in_bulk(workspace, word, org["org"][0]["zgid"])
        with workspace.step("bulk read"):
            read_in_bulk(word)
        with workspace.step("watch"):
            watch(word)


if __name__ == "__main__":
    main()
