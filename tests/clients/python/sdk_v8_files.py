"""Drives zohocrmsdk8_0, Zoho's SDK for API v8, through files.

Usage: python sdk_v8_files.py --url http://127.0.0.1:8080
"""

import support
from sdk_v8 import initialise
from support import PHOTO, count, same, that
from zohocrmsdk.src.com.zoho.crm.api import ParameterMap
from zohocrmsdk.src.com.zoho.crm.api import attachments, field_attachments, files, org, record
from zohocrmsdk.src.com.zoho.crm.api.attachments import AttachmentsOperations
from zohocrmsdk.src.com.zoho.crm.api.files import FilesOperations
from zohocrmsdk.src.com.zoho.crm.api.org import OrgOperations
from zohocrmsdk.src.com.zoho.crm.api.record import RecordOperations
from zohocrmsdk.src.com.zoho.crm.api.util import StreamWrapper

BYTES = bytes(range(256)) * 64 + b"\r\n--\r\n"


def body(kind, workspace, name, content):
    """A form with one file, as the SDK reads it from a disk."""
    path = workspace.path / name
    path.write_bytes(content)
    request = kind()
    request.set_file(StreamWrapper(file_path=str(path)))
    return request


def answer(response, status=200):
    """The object of an answer."""
    that(response is not None, "no answer")
    same(response.get_status_code(), status, "status")
    return response.get_object()


def content(response):
    """Name and bytes of a file that was sent."""
    stream = answer(response).get_file()
    return stream.get_name(), b"".join(stream.get_stream())


def new_lead():
    """The id of a new lead."""
    lead = record.Record()
    lead.add_key_value("Last_Name", "Rao")
    lead.add_key_value("Company", "Rao Boats")
    request = record.BodyWrapper()
    request.set_data([lead])
    written = answer(RecordOperations("Leads").create_records(request), 201).get_data()
    return int(count(written, 1, "records")[0].get_details()["id"])


def attach(workspace, lead):
    """A file and an address: attached, listed, read and deleted."""
    operations = AttachmentsOperations()
    request = body(attachments.FileBodyWrapper, workspace, "naïve report.bin", BYTES)
    uploaded = answer(operations.upload_attachments(lead, "Leads", request)).get_data()
    uploaded = count(uploaded, 1, "attachments")[0]
    same(uploaded.get_message(), "attachment uploaded successfully", "message")
    file_id = int(uploaded.get_details()["id"])
    # the SDK leaves the name as the header has it
    same(
        content(operations.get_attachment(file_id, lead, "Leads")),
        ("na%C3%AFve%20report.bin", BYTES),
        "the file",
    )

    parameters = ParameterMap()
    param = attachments.UploadUrlAttachmentsParam
    parameters.add(param.attachmenturl, "https://www.example.com/a.pdf")
    parameters.add(param.title, "Offer")
    answer(operations.upload_url_attachments(lead, "Leads", parameters))

    parameters = ParameterMap()
    parameters.add(attachments.GetAttachmentsParam.fields, "File_Name,Size,$type,$link_url,$file_id")
    listed = answer(operations.get_attachments(lead, "Leads", parameters)).get_data()
    link, file = count(listed, 2, "attachments")
    same(link.get_link_url(), "https://www.example.com/a.pdf", "address")
    same((file.get_file_name(), file.get_size()), ("naïve report.bin", str(len(BYTES))), "file")

    refused = answer(operations.get_attachment(link.get_id(), lead, "Leads"), 400)
    same(refused.get_code().get_value(), "DOWNLOAD_NOT_ALLOWED", "code")
    parameters = ParameterMap()
    parameters.add(attachments.DeleteAttachmentsParam.ids, f"{link.get_id()}")
    answer(operations.delete_attachments(lead, "Leads", parameters))
    answer(operations.delete_attachment(file_id, lead, "Leads"))
    nothing = operations.get_attachment(file_id, lead, "Leads")
    same(nothing.get_status_code(), 204, "status of what was deleted")


def photo(workspace, lead):
    """The photo of a record: set, read and taken away."""
    leads = RecordOperations("Leads")
    request = body(record.FileBodyWrapper, workspace, "me.png", PHOTO)
    done = answer(leads.upload_photo(lead, request))
    same(done.get_message().get_value(), "photo uploaded successfully", "message")
    same(content(leads.get_photo(lead)), ("photo.png", PHOTO), "the photo")
    same(answer(leads.delete_photo(lead)).get_message().get_value(), "Photo deleted", "message")
    same(leads.get_photo(lead).get_status_code(), 204, "status of no photo")


def org_photo(workspace):
    """The photo of the org."""
    operations = OrgOperations()
    request = body(org.FileBodyWrapper, workspace, "logo.png", PHOTO)
    answer(operations.upload_organization_photo(request))
    same(content(operations.get_org_photo())[1], PHOTO, "the photo")
    answer(operations.delete_organization_photo())


def file_system(workspace):
    """Two files at once; gives the id of the first."""
    request = files.BodyWrapper()
    paths = []
    for name in ("a.bin", "b.bin"):
        path = workspace.path / name
        path.write_bytes(BYTES + name.encode())
        paths.append(StreamWrapper(file_path=str(path)))
    request.set_file(paths)
    operations = FilesOperations()
    uploaded = answer(operations.upload_files(request)).get_data()
    first, second = (one.get_details()["id"] for one in count(uploaded, 2, "files"))
    parameters = ParameterMap()
    parameters.add(files.GetFileParam.id, second)
    same(content(operations.get_file(parameters)), ("b.bin", BYTES + b"b.bin"), "the file")
    return first


def main():
    """Runs the steps in order."""
    args = support.arguments(__doc__)
    with support.Workspace() as workspace:
        step = workspace.step
        with step("initialise with a refresh token"):
            initialise(args, workspace)
        lead = new_lead()
        with step("attachments"):
            attach(workspace, lead)
        with step("photo"):
            photo(workspace, lead)
        with step("photo of the org"):
            org_photo(workspace)
        with step("files"):
            file_system(workspace)
        with step("a file of a field that there is not"):
            operations = field_attachments.FieldAttachmentsOperations("Leads", lead, lead)
            refused = answer(operations.get_field_attachments(), 400)
            same(refused.get_code().get_value(), "INVALID_DATA", "code")


if __name__ == "__main__":
    main()
