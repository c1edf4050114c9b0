"""Bulk write and bulk read with Zoho's SDK for version 2 of the API."""

import csv
import io
import zipfile

from zcrmsdk.src.com.zoho.crm.api import HeaderMap
from zcrmsdk.src.com.zoho.crm.api.bulk_read import (
    ActionWrapper as ReadAction,
    APIException as ReadException,
    BulkReadOperations,
    Criteria,
    FileBodyWrapper as ReadFile,
    Query,
    RequestWrapper as ReadBody,
    ResponseWrapper as ReadWrapper,
    SuccessResponse as ReadSuccess,
)
from zcrmsdk.src.com.zoho.crm.api.bulk_write import (
    BulkWriteOperations,
    BulkWriteResponse,
    FieldMapping,
    FileBodyWrapper as WriteFile,
    RequestWrapper,
    Resource,
    SuccessResponse as WriteSuccess,
    UploadFileHeader,
)
from zcrmsdk.src.com.zoho.crm.api.util import Choice, StreamWrapper

from support import body, choice, count, kind, same, text


def steps(workspace, word, zgid):
    """Writes leads from a file, and reads them back into one."""
    with workspace.step("bulk write"):
        write(workspace, word, zgid)
    with workspace.step("bulk read"):
        read(word)
    with workspace.step("bulk read of an unknown module"):
        error = body(BulkReadOperations().create_bulk_read_job(order_of("Nothing")), 400, ReadException)
        choice(error.get_code(), "MODULE_NOT_AVAILABLE", "code")


def rows_of(file):
    """The names and rows of the files in a zip."""
    with zipfile.ZipFile(io.BytesIO(b"".join(file.get_stream()))) as archive:
        return {
            name: list(csv.reader(io.StringIO(archive.read(name).decode())))
            for name in archive.namelist()
        }


def write(workspace, word, zgid):
    path = workspace.path / "leads.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Leads.csv", f"Name,Firm\n{word},Acme\n,Acme\n")
    wrapper = WriteFile()
    wrapper.set_file(StreamWrapper(file_path=str(path)))
    headers = HeaderMap()
    headers.add(UploadFileHeader.feature, "bulk-write")
    headers.add(UploadFileHeader.x_crm_org, zgid)
    operations = BulkWriteOperations()
    uploaded = body(operations.upload_file(wrapper, headers), 200, WriteSuccess)
    choice(uploaded.get_code(), "FILE_UPLOAD_SUCCESS", "code")
    mappings = []
    for index, api_name in enumerate(["Last_Name", "Company"]):
        mapping = FieldMapping()
        mapping.set_api_name(api_name)
        mapping.set_index(index)
        mappings.append(mapping)
    resource = Resource()
    resource.set_type(Choice("data"))
    resource.set_module("Leads")
    resource.set_file_id(str(uploaded.get_details()["file_id"]))
    resource.set_field_mappings(mappings)
    order = RequestWrapper()
    order.set_operation(Choice("insert"))
    order.set_resource([resource])
    ordered = body(operations.create_bulk_write_job(order), 201, WriteSuccess)
    job = ordered.get_details()["id"]
    done = body(operations.get_bulk_write_job_details(job), 200, BulkWriteResponse)
    same(done.get_status(), "COMPLETED", "status")
    (resource,) = count(done.get_resource(), 1, "resources")
    same(resource.get_module(), "Leads", "module")
    file = resource.get_file()
    same((file.get_added_count(), file.get_skipped_count()), (1, 1), "counts")
    url = text(done.get_result().get_download_url(), "download_url")
    report = rows_of(body(operations.download_bulk_write_result(url), 200, WriteFile).get_file())
    (lines,) = report.values()
    same(lines[2], ["", "Acme", "SKIPPED", "", "MANDATORY_NOT_FOUND-Name"], "a row that was refused")


def order_of(module, criteria=None):
    query = Query()
    query.set_module(module)
    query.set_fields(["Last_Name", "Company"])
    if criteria is not None:
        query.set_criteria(criteria)
    order = ReadBody()
    order.set_query(query)
    return order


def read(word):
    criteria = Criteria()
    criteria.set_api_name("Last_Name")
    criteria.set_comparator(Choice("equal"))
    criteria.set_value(word)
    operations = BulkReadOperations()
    ordered = operations.create_bulk_read_job(order_of("Leads", criteria))
    (item,) = count(body(ordered, 201, ReadAction).get_data(), 1, "items")
    job = kind(item, ReadSuccess, "item").get_details()["id"]
    (detail,) = body(operations.get_bulk_read_job_details(job), 200, ReadWrapper).get_data()
    choice(detail.get_state(), "COMPLETED", "state")
    same(detail.get_query().get_module(), "Leads", "module")
    files = rows_of(body(operations.download_result(job), 200, ReadFile).get_file())
    (lines,) = files.values()
    same([line[1:] for line in lines], [["Last_Name", "Company"], [word, "Acme"]], "rows")
