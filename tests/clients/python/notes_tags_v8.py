"""Runs what `zohocrmsdk8_0` does with notes, tags, clones and owners against a server."""

from zohocrmsdk.src.com.zoho.crm.api import change_owner, mass_change_owner, mass_delete_tags
from zohocrmsdk.src.com.zoho.crm.api import notes, tags
from zohocrmsdk.src.com.zoho.crm.api.modules import MinifiedModule
from zohocrmsdk.src.com.zoho.crm.api.record import (
    ActionWrapper,
    Field,
    GetRecordParam,
    Record,
    ResponseWrapper,
)
from zohocrmsdk.src.com.zoho.crm.api.tags import Tag
from zohocrmsdk.src.com.zoho.crm.api.users import (
    GetUsersParam,
    ResponseWrapper as UsersWrapper,
    UsersOperations,
)
from zohocrmsdk.src.com.zoho.crm.api.custom_views import (
    ResponseWrapper as ViewsWrapper,
    CustomViewsOperations,
    GetCustomViewsParam,
)
from zohocrmsdk.src.com.zoho.crm.api.modules import (
    ModulesOperations,
    ResponseWrapper as ModulesWrapper,
)

import support
from sdk_v8 import LEADS, initialise, insert, parameters, request, written
from support import body, choice, count, identifier, kind, nothing, same, that

TAGS = tags.TagsOperations()
NOTES = notes.NotesOperations()
COLOUR = "#57B1FD"


def item(response, status, cls):
    """The one item of an answer of the given class, and the answer's wrapper."""
    wrapper = body(response, status, cls)
    items = wrapper.get_tags() if hasattr(wrapper, "get_tags") else wrapper.get_data()
    return count(items, 1, "items")[0]


def create_tags(word):
    """Creates two tags and returns their ids by name."""
    wrapper = tags.BodyWrapper()
    made = []
    for n in "ab":
        tag = Tag()
        tag.set_name(f"{word}{n}")
        tag.set_color_code(COLOUR)
        made.append(tag)
    wrapper.set_tags(made)
    module = parameters([(tags.CreateTagsParam.module, "Leads")])
    answer = body(TAGS.create_tags(wrapper, module), 201, tags.ActionWrapper)
    for one in count(answer.get_tags(), 2, "tags"):
        kind(one, tags.SuccessResponse, "item")
        choice(one.get_message(), "tags created successfully", "message")
    listed = body(
        TAGS.get_tags(parameters([(tags.GetTagsParam.module, "Leads")])), 200, tags.ResponseWrapper
    )
    found = {tag.get_name(): tag for tag in listed.get_tags()}
    for n in "ab":
        same(found[f"{word}{n}"].get_color_code(), COLOUR, "colour")
    return [identifier(found[f"{word}{n}"].get_id(), "tag") for n in "ab"]


def new_tags(names, over_write=False, lead_ids=None):
    """The body that gives records tags."""
    wrapper = tags.NewTagRequestWrapper()
    made = []
    for name in names:
        tag = Tag()
        tag.set_name(name)
        made.append(tag)
    wrapper.set_tags(made)
    wrapper.set_over_write(over_write)
    if lead_ids is not None:
        wrapper.set_ids(lead_ids)
    return wrapper


def tagged(one, names):
    """Checks what is answered about a record that was given tags."""
    kind(one, tags.RecordSuccessResponse, "item")
    same(one.get_message(), "tags updated successfully", "message")
    shown = one.get_details()["tags"]
    same(sorted(tag.get_name() for tag in shown), sorted(names), "tags")


def tag_records(word, leads):
    """Gives records tags and takes them away, one and several."""
    a, b = f"{word}a", f"{word}b"
    answer = TAGS.add_tags("Leads", leads[0], new_tags([a]))
    tagged(item(answer, 200, tags.RecordActionWrapper), [a])
    answer = TAGS.add_tags_to_multiple_records("Leads", new_tags([b], lead_ids=leads))
    wrapper = body(answer, 200, tags.RecordActionWrapper)
    same(wrapper.get_success_count(), "3", "success_count")
    same(wrapper.get_locked_count(), "0", "locked_count")
    for one, names in zip(wrapper.get_data(), ([a, b], [b], [b]), strict=True):
        tagged(one, names)
    gone = tags.ExistingTagRequestWrapper()
    tag = tags.ExistingTag()
    tag.set_name(b)
    gone.set_tags([tag])
    tagged(item(TAGS.remove_tags("Leads", leads[1], gone), 200, tags.RecordActionWrapper), [])
    answer = TAGS.add_tags("Leads", leads[1], new_tags([a], over_write=True))
    tagged(item(answer, 200, tags.RecordActionWrapper), [a])


def records_of(tag_id):
    """How many records have a tag."""
    module = parameters([(tags.GetRecordCountForTagParam.module, "Leads")])
    return body(
        TAGS.get_record_count_for_tag(tag_id, module), 200, tags.CountResponseWrapper
    ).get_count()


def merge(first, second):
    """Merges the second tag into the first."""
    wrapper, conflict = tags.MergeWrapper(), tags.ConflictWrapper()
    conflict.set_conflict_id(str(second))
    wrapper.set_tags([conflict])
    one = item(TAGS.merge_tags(first, wrapper), 200, tags.ActionWrapper)
    choice(one.get_message(), "tags merged successfully", "message")
    same(records_of(first), "3", "records of the tag")


def module_id():
    """The id of the module of leads."""
    modules = body(ModulesOperations().get_module_by_api_name("Leads"), 200, ModulesWrapper)
    return identifier(modules.get_modules()[0].get_id(), "module")


def delete_tags(tag_id):
    """Deletes a tag by a job."""
    wrapper, deletion = mass_delete_tags.BodyWrapper(), mass_delete_tags.MassDelete()
    module, tag = mass_delete_tags.Module(), mass_delete_tags.Tag()
    module.set_id(module_id())
    module.set_api_name("Leads")
    tag.set_id(tag_id)
    deletion.set_module(module)
    deletion.set_tags([tag])
    wrapper.set_mass_delete([deletion])
    operations = mass_delete_tags.MassDeleteTagsOperations()
    ordered = body(operations.mass_delete_tags(wrapper), 202, mass_delete_tags.SuccessResponse)
    choice(ordered.get_code(), "SCHEDULED", "code")
    job = ordered.get_details()["job_id"]
    asked = parameters([(mass_delete_tags.GetStatusParam.job_id, str(job))])
    state = body(operations.get_status(asked), 200, mass_delete_tags.StatusResponseWrapper)
    done = kind(state.get_mass_delete()[0], mass_delete_tags.MassDeleteDetails, "status")
    choice(done.get_status(), "COMPLETED", "status")
    same(done.get_deleted_count(), 1, "deleted_count")


def lead(lead_id):
    """A lead as it is read."""
    fields = parameters([(GetRecordParam.fields, "Last_Name,Owner,Tag,Company")])
    wrapper = body(LEADS.get_record(lead_id, fields), 200, ResponseWrapper)
    return kind(wrapper.get_data()[0], Record, "lead")


def clone(lead_id):
    """Clones a lead and returns the id of the copy."""
    response = LEADS.clone_record(lead_id)
    wrapper = body(response, 201, ActionWrapper)
    copy = written(count(wrapper.get_data(), 1, "items")[0], "record added")
    that(copy != lead_id, "the copy has an id of its own")
    name = Field.Leads.last_name().get_api_name()
    same(lead(copy).get_key_value(name), lead(lead_id).get_key_value(name), "name")
    return copy


def other_user():
    """The id of an active user who is not the caller, or of the caller."""
    active = parameters([(GetUsersParam.type, "ActiveUsers")])
    users = body(UsersOperations().get_users(active), 200, UsersWrapper).get_users()
    return identifier(users[-1].get_id(), "user")


def new_owner(made, user):
    """A reference to a user, for one of the SDK's packages."""
    owner = made()
    owner.set_id(user)
    return owner


def give(leads, user):
    """Gives leads to a user, one and several."""
    operations = change_owner.ChangeOwnerOperations("Leads")
    wrapper = change_owner.BodyWrapper()
    wrapper.set_owner(new_owner(change_owner.Owner, user))
    wrapper.set_notify(False)
    related = change_owner.RelatedModules()
    related.set_api_name("Tasks")
    wrapper.set_related_modules([related])
    one = item(operations.single_update(leads[0], wrapper), 200, change_owner.ActionWrapper)
    choice(one.get_message(), "owner is successfully updated", "message")
    several = change_owner.MassWrapper()
    several.set_owner(new_owner(change_owner.Owner, user))
    several.set_ids(leads)
    answer = body(operations.mass_update(several), 200, change_owner.ActionWrapper)
    for one in count(answer.get_data(), len(leads), "items"):
        kind(one, change_owner.SuccessResponse, "item")
    for lead_id in leads:
        same(lead(lead_id).get_key_value("Owner").get_id(), user, "owner")


def give_all(user):
    """Gives the records of a view to a user, as a job."""
    module = parameters([(GetCustomViewsParam.module, "Leads")])
    views = body(CustomViewsOperations().get_custom_views(module), 200, ViewsWrapper)
    view = next(view for view in views.get_custom_views() if view.get_default())
    operations = mass_change_owner.MassChangeOwnerOperations("Leads")
    wrapper = mass_change_owner.BodyWrapper()
    wrapper.set_cvid(view.get_id())
    wrapper.set_owner(new_owner(mass_change_owner.Owner, user))
    one = item(operations.change_owner(wrapper), 202, mass_change_owner.ActionWrapper)
    choice(one.get_code(), "SCHEDULED", "code")
    job = one.get_details()["job_id"]
    asked = parameters([(mass_change_owner.CheckStatusParam.job_id, int(job))])
    state = body(operations.check_status(asked), 200, mass_change_owner.ResponseWrapper)
    done = count(state.get_data(), 1, "items")[0]
    choice(done.get_status(), "COMPLETED", "status")
    same(done.get_updated_count(), done.get_total_count(), "counts")


def note(values):
    """A note with some values."""
    made = notes.Note()
    for key, value in values.items():
        getattr(made, f"set_{key}")(value)
    return made


def note_items(response, status, message, expected):
    """Checks the items of an answer about notes and returns their ids."""
    items = count(body(response, status, notes.ActionWrapper).get_data(), expected, "items")
    for one in items:
        kind(one, notes.SuccessResponse, "item")
        choice(one.get_message(), message, "message")
    return [int(one.get_details()["id"]) for one in items]


def write_notes(word, lead_id):
    """Makes, reads, changes and deletes notes."""
    parent, module = notes.ParentId(), MinifiedModule()
    module.set_api_name("Leads")
    parent.set_module(module)
    parent.set_id(lead_id)
    wrapper = notes.BodyWrapper()
    wrapper.set_data(
        [note({"note_title": f"{word}{n}", "note_content": n, "parent_id": parent}) for n in "ab"]
    )
    made = note_items(NOTES.create_notes(wrapper), 201, "record added", 2)
    fields = "Note_Title,Note_Content,Parent_Id"
    asked = parameters(
        [(notes.GetNotesParam.fields, fields), (notes.GetNotesParam.ids, ",".join(map(str, made)))]
    )
    listed = body(NOTES.get_notes(asked), 200, notes.ResponseWrapper)
    same([one.get_id() for one in listed.get_data()], made, "notes, the oldest first")
    same(listed.get_info().get_sort_by(), "Created_Time", "sort_by")
    one = body(NOTES.get_note(made[0]), 200, notes.ResponseWrapper).get_data()[0]
    same(one.get_note_title(), f"{word}a", "title")
    same(one.get_parent_id().get_id(), lead_id, "parent")
    same(one.get_parent_id().get_module().get_api_name(), "Leads", "module")
    same(one.get_voice_note(), False, "voice note")
    same(one.get_attachments(), None, "attachments")
    wrapper = notes.BodyWrapper()
    wrapper.set_data([note({"note_content": "changed"})])
    note_items(NOTES.update_note(made[0], wrapper), 200, "record updated", 1)
    wrapper.set_data([note({"id": note_id, "note_title": "new"}) for note_id in made])
    note_items(NOTES.update_notes(wrapper), 200, "record updated", 2)
    note_items(NOTES.delete_note(made[0]), 200, "record deleted", 1)
    gone = parameters([(notes.DeleteNotesParam.ids, str(made[1]))])
    note_items(NOTES.delete_notes(gone), 200, "record deleted", 1)
    nothing(NOTES.get_note(made[0]))


def full_data(lead_id):
    """Reads the rich texts of a lead, of which there are none."""
    wrapper = body(LEADS.get_full_data_for_rich_text(lead_id), 200, ResponseWrapper)
    same(count(wrapper.get_data(), 1, "items")[0].get_id(), lead_id, "id")


def main():
    """Runs the steps in order."""
    args = support.arguments(__doc__)
    word = support.unique_word()
    with support.Workspace() as workspace:
        step = workspace.step
        with step("initialise with a refresh token"):
            initialise(args, workspace)
        with step("insert 3 leads"):
            leads = insert(word, "Advertisement")
        with step("notes"):
            write_notes(word, leads[0])
        with step("create and list tags"):
            first, second = create_tags(word)
        with step("tag records"):
            tag_records(word, leads)
        with step("count the records of a tag"):
            same(records_of(first), "2", "records of the tag")
        with step("merge tags"):
            merge(first, second)
        with step("clone"):
            clone(leads[0])
        with step("delete tags"):
            delete_tags(first)
            same(lead(leads[0]).get_key_value("Tag"), [], "tags")
        user = other_user()
        with step("change the owner"):
            give(leads, user)
        with step("change the owner of a view"):
            give_all(user)
        with step("full data"):
            full_data(leads[0])


if __name__ == "__main__":
    main()
