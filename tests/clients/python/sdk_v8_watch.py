"""Watches a module with Zoho's SDK for version 8 of the API, and is called back."""

from datetime import UTC, datetime, timedelta

from zohocrmsdk.src.com.zoho.crm.api import ParameterMap
from zohocrmsdk.src.com.zoho.crm.api.notifications import (
    ActionWrapper,
    APIException,
    BodyWrapper,
    Criteria,
    Field,
    Module,
    Notification,
    NotificationCondition,
    NotificationsOperations,
    ResponseWrapper,
    SuccessResponse,
)
from zohocrmsdk.src.com.zoho.crm.api.notifications.notifications_operations import (
    DeleteNotificationParam,
    GetNotificationsParam,
)
from zohocrmsdk.src.com.zoho.crm.api.record import (
    BodyWrapper as Records,
    Field as RecordField,
    Record,
    RecordOperations,
)

import support
from callee import Callee
from sdk_v8 import initialise
from support import body, choice, count, kind, moment, nothing, same

CHANNEL = "1000000068001"


def channel(**values):
    """A body with one channel."""
    notification = Notification()
    notification.set_channel_id(CHANNEL)
    for name, value in values.items():
        getattr(notification, f"set_{name}")(value)
    wrapper = BodyWrapper()
    wrapper.set_watch([notification])
    return wrapper


def told(response, status, message):
    """The one success of an answer."""
    answers = count(body(response, status, ActionWrapper).get_watch(), 1, "watch")
    success = kind(answers[0], SuccessResponse, "watch[0]")
    choice(success.get_status(), "success", "status")
    choice(success.get_code(), "SUCCESS", "code")
    choice(success.get_message(), message, "message")
    return success


def condition():
    """Edits of the company, or of the mail address."""
    fields = []
    for name in ("Company", "Email"):
        field = Field()
        field.set_api_name(name)
        part = Criteria()
        part.set_field(field)
        fields.append(part)
    selection = Criteria()
    selection.set_group_operator("or")
    selection.set_group(fields)
    module = Module()
    module.set_api_name("Leads")
    made = NotificationCondition()
    made.set_type("field_selection")
    made.set_module(module)
    made.set_field_selection(selection)
    return made


def listed():
    """The answer to a list of the channel."""
    params = ParameterMap()
    params.add(GetNotificationsParam.module, "Leads")
    return NotificationsOperations().get_notifications(params)


def insert(word):
    """Inserts a lead; gives its id."""
    record = Record()
    record.add_field_value(RecordField.Leads.last_name(), word)
    wrapper = Records()
    wrapper.set_data([record])
    answer = RecordOperations("Leads").create_records(wrapper)
    same(answer.get_status_code(), 201, "status")
    return str(answer.get_object().get_data()[0].get_details()["id"])


def main():
    """Runs the steps in order."""
    args = support.arguments(__doc__)
    word = support.unique_word()
    watch = NotificationsOperations()
    with Callee() as callee, support.Workspace() as workspace:
        url = callee.url + "?key1=val1"
        step = workspace.step
        with step("initialise"):
            initialise(args, workspace)
        with step("nothing is watched"):
            nothing(listed())
        with step("enable"):
            end = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)
            request = channel(
                events=["Leads.all"],
                notify_url=url,
                token="verify",
                channel_expiry=end,
                return_affected_field_values=True,
                notification_condition=[condition()],
            )
            success = told(
                watch.enable_notifications(request),
                201,
                "Successfully subscribed for actions-watch of the given module",
            )
            event = count(success.get_details()["events"], 1, "events")[0]
            same(event.get_resource_name(), "Leads", "resource_name")
            same(moment(event.get_channel_expiry(), "channel_expiry"), end, "channel_expiry")
        with step("an insert is told"):
            lead = insert(word)
            arrived = callee.next()
            same(arrived["operation"], "insert", "operation")
            same(arrived["ids"], [lead], "ids")
            same(arrived["channel_id"], CHANNEL, "channel_id")
            same(arrived["token"], "verify", "token")
            same(arrived["query_params"], {"key1": "val1"}, "query_params")
            same(arrived["affected_values"][0]["values"]["Last_Name"], word, "Last_Name")
        with step("list"):
            answer = body(listed(), 200, ResponseWrapper)
            found = count(answer.get_watch(), 1, "watch")[0]
            same(found.get_events(), ["Leads.edit", "Leads.create", "Leads.delete"], "events")
            same(found.get_notify_url(), url, "notify_url")
            same(answer.get_info().get_count(), 1, "count")
        with step("update information"):
            told(
                watch.update_notification(channel(token="other")),
                200,
                "Successfully updated the subscribe details",
            )
        with step("update details"):
            request = channel(events=["Leads.create", "Leads.delete"], notify_url=url)
            told(
                watch.update_notifications(request),
                200,
                "Successfully subscribed for actions-watch of the given module",
            )
            insert(word + "2")
            same(callee.next()["token"], None, "token")
        with step("remove an event"):
            request = channel(events=["Leads.delete"], delete_events=True)
            told(
                watch.update_notification(request),
                200,
                "Successfully removed the subscribe details",
            )
        with step("disable"):
            params = ParameterMap()
            params.add(DeleteNotificationParam.channel_ids, CHANNEL)
            told(
                watch.delete_notification(params),
                200,
                "Successfully un-subscribed from actions-watch",
            )
            nothing(listed())
        with step("disable what is not there"):
            answers = body(watch.delete_notification(params), 400, ActionWrapper).get_watch()
            error = kind(count(answers, 1, "watch")[0], APIException, "watch[0]")
            choice(error.get_code(), "NOT_SUBSCRIBED", "code")


if __name__ == "__main__":
    main()
