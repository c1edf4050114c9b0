"""Bulk write and bulk read with Zoho's SDK for version 8 of the API."""

import csv
import io
import zipfile

from zohocrmsdk.src.com.zoho.crm.api import HeaderMap
from zohocrmsdk.src.com.zoho.crm.api.bulk_read import (
    ActionWrapper as ReadAction,
    APIException as ReadException,
    BodyWrapper as ReadBody,
    BulkReadOperations,
    Criteria,
    FileBodyWrapper as ReadFile,
    JobDetail,
    Query,
    ResponseWrapper as ReadWrapper,
    SuccessResponse as ReadSuccess,
)
from zohocrmsdk.src.com.zoho.crm.api.bulk_write import (
    APIException as WriteException,
    BulkWriteOperations,
    BulkWriteResponse,
    DefaultValue,
    FieldMapping,
    FileBodyWrapper as WriteFile,
    RequestWrapper,
    Resource,
    SuccessResponse as WriteSuccess,
    UploadFileHeader,
)
from zohocrmsdk.src.com.zoho.crm.api.fields import MinifiedField
from zohocrmsdk.src.com.zoho.crm.api.modules import MinifiedModule
from zohocrmsdk.src.com.zoho.crm.api.util import Choice, StreamWrapper

from support import body, choice, count, kind, moment, same, text, that

HEAD = ["Last_Name", "Company", "Email"]


def steps(workspace, word, zgid):
    """Writes leads from a file, and reads them back into one."""
    with workspace.step("bulk write"):
        write(workspace, word, zgid)
    with workspace.step("bulk write of a file that is no zip"):
        refused(workspace, zgid)
    with workspace.step("bulk read"):
        read(word)
    with workspace.step("bulk read of an unknown module"):
        unknown()


def leads():
    module = MinifiedModule()
    module.set_api_name("Leads")
    return module


def upload(path, zgid):
    wrapper = WriteFile()
    wrapper.set_file(StreamWrapper(file_path=str(path)))
    headers = HeaderMap()
    headers.add(UploadFileHeader.feature, "bulk-write")
    headers.add(UploadFileHeader.x_crm_org, zgid)
    return BulkWriteOperations().upload_file(wrapper, headers)


def mapping(api_name, index=None, default=None):
    item = FieldMapping()
    item.set_api_name(api_name)
    if index is not None:
        item.set_index(index)
    if default is not None:
        value = DefaultValue()
        value.set_value(default)
        item.set_default_value(value)
    return item


def rows_of(file):
    """The names and rows of the files in a zip."""
    with zipfile.ZipFile(io.BytesIO(b"".join(file.get_stream()))) as archive:
        return {
            name: list(csv.reader(io.StringIO(archive.read(name).decode())))
            for name in archive.namelist()
        }


def write(workspace, word, zgid):
    path = workspace.path / "leads.zip"
    rows = [HEAD] + [[f"{word} {n}", "", f"{word}{n}@example.com"] for n in range(3)]
    rows.append(["", "Nobody", "nobody"])
    table = io.StringIO()
    csv.writer(table).writerows(rows)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Leads.csv", table.getvalue())
    uploaded = body(upload(path, zgid), 200, WriteSuccess)
    choice(uploaded.get_code(), "FILE_UPLOAD_SUCCESS", "code")
    moment(uploaded.get_details()["created_time"], "created_time")
    resource = Resource()
    resource.set_type(Choice("data"))
    resource.set_module(leads())
    resource.set_file_id(str(uploaded.get_details()["file_id"]))
    resource.set_file_names(["Leads.csv"])
    resource.set_ignore_empty(True)
    resource.set_field_mappings(
        [mapping("Last_Name", 0), mapping("Company", 1, "Acme"), mapping("Email", 2)]
    )
    order = RequestWrapper()
    order.set_character_encoding("UTF-8")
    order.set_operation(Choice("insert"))
    order.set_resource([resource])
    operations = BulkWriteOperations()
    ordered = body(operations.create_bulk_write_job(order), 201, WriteSuccess)
    job = ordered.get_details()["id"]
    found = operations.get_bulk_write_job_details(job)
    done = body(found, 200, BulkWriteResponse)
    same(done.get_status(), "COMPLETED", "status")
    (resource,) = count(done.get_resource(), 1, "resources")
    choice(resource.get_status(), "COMPLETED", "status of the resource")
    file = resource.get_file()
    counts = (file.get_added_count(), file.get_skipped_count(), file.get_total_count())
    same(counts, (3, 1, 4), "counts")
    url = text(done.get_result().get_download_url(), "download_url")
    result = operations.download_bulk_write_result(url)
    report = rows_of(body(result, 200, WriteFile).get_file())
    (name, lines), *_ = report.items()
    same(name, "Leads-Leads.csv", "name of the result")
    same(lines[0], [*HEAD, "STATUS", "RECORD_ID", "ERRORS"], "head of the result")
    same([line[3] for line in lines[1:]], ["ADDED"] * 3 + ["SKIPPED"], "what became of the rows")


def refused(workspace, zgid):
    path = workspace.path / "leads.csv"
    path.write_text("Last_Name\nRao\n")
    error = body(upload(path, zgid), 400, WriteException)
    choice(error.get_code(), "INVALID_FILE_FORMAT", "code")


def order_of(module, criteria=None):
    query = Query()
    query.set_module(module)
    query.set_fields(["Last_Name", "Company", "Email", "Owner.email"])
    if criteria is not None:
        query.set_criteria(criteria)
    order = ReadBody()
    order.set_query(query)
    order.set_file_type("csv")
    return order


def read(word):
    field = MinifiedField()
    field.set_api_name("Last_Name")
    criteria = Criteria()
    criteria.set_field(field)
    criteria.set_comparator(Choice("starts_with"))
    criteria.set_value(word)
    operations = BulkReadOperations()
    ordered = body(
        operations.create_bulk_read_job(order_of(leads(), criteria)), 201, ReadAction
    )
    (item,) = count(ordered.get_data(), 1, "items")
    choice(kind(item, ReadSuccess, "item").get_code(), "ADDED_SUCCESSFULLY", "code")
    job = int(item.get_details()["id"])
    (detail,) = body(operations.get_bulk_read_job_details(job), 200, ReadWrapper).get_data()
    kind(detail, JobDetail, "job")
    choice(detail.get_state(), "COMPLETED", "state")
    that(detail.get_result().get_count() >= 3, "records that were written are read")
    files = rows_of(body(operations.download_result(job), 200, ReadFile).get_file())
    (name, lines), *_ = files.items()
    same(name, f"{job}.csv", "name of the file")
    same(lines[0], ["Id", "Last_Name", "Company", "Email", "Owner.email"], "head")
    same(len(lines) - 1, detail.get_result().get_count(), "rows")
    written = [line for line in lines[1:] if line[1] == f"{word} 0"]
    same(written[0][2:4], ["Acme", f"{word}0@example.com"], "what was written")


def unknown():
    module = MinifiedModule()
    module.set_api_name("Nothing")
    response = BulkReadOperations().create_bulk_read_job(order_of(module))
    error = body(response, 400, ReadException)
    choice(error.get_code(), "MODULE_NOT_AVAILABLE", "code")
