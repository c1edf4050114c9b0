"""Runs what `zohocrmsdk2_0` does with notes and tags against a server."""

from zcrmsdk.src.com.zoho.crm.api import notes, tags
from zcrmsdk.src.com.zoho.crm.api.record import Record, RecordOperations, ResponseWrapper

import support
from sdk_v2 import ADDED, UPDATED, initialise, insert, parameters
from support import body, choice, count, identifier, kind, nothing, same

TAGS = tags.TagsOperations()
NOTES = notes.NotesOperations()


def item(response, status, cls):
    """The one item of an answer of the given class."""
    wrapper = body(response, status, cls)
    items = wrapper.get_tags() if hasattr(wrapper, "get_tags") else wrapper.get_data()
    return count(items, 1, "items")[0]


def create_tags(word):
    """Creates two tags and returns their ids."""
    wrapper = tags.BodyWrapper()
    made = []
    for n in "ab":
        tag = tags.Tag()
        tag.set_name(f"{word}{n}")
        made.append(tag)
    wrapper.set_tags(made)
    module = parameters([(tags.CreateTagsParam.module, "Leads")])
    answer = body(TAGS.create_tags(wrapper, module), 201, tags.ActionWrapper)
    ids = []
    for one in count(answer.get_tags(), 2, "tags"):
        kind(one, tags.SuccessResponse, "item")
        choice(one.get_message(), "tags created successfully", "message")
        ids.append(identifier(one.get_details()["id"], "tag"))
    module = parameters([(tags.GetTagsParam.module, "Leads")])
    listed = body(TAGS.get_tags(module), 200, tags.ResponseWrapper)
    names = [tag.get_name() for tag in listed.get_tags()]
    same([f"{word}{n}" in names for n in "ab"], [True, True], "tags")
    return ids


def tagged(one, names):
    """Checks what is answered about a record that was given tags: their names."""
    kind(one, tags.SuccessResponse, "item")
    choice(one.get_message(), "tags updated successfully", "message")
    same(sorted(one.get_details()["tags"]), sorted(names), "tags")


def tag_records(word, leads):
    """Gives records tags and takes them away, one and several."""
    a, b = f"{word}a", f"{word}b"
    asked = parameters([(tags.AddTagsToRecordParam.tag_names, a)])
    answer = TAGS.add_tags_to_record(leads[0], "Leads", asked)
    tagged(item(answer, 200, tags.RecordActionWrapper), [a])
    several = tags.AddTagsToMultipleRecordsParam
    asked = parameters([(several.tag_names, b), *((several.ids, lead) for lead in leads)])
    answer = TAGS.add_tags_to_multiple_records("Leads", asked)
    wrapper = body(answer, 200, tags.RecordActionWrapper)
    same(wrapper.get_success_count(), str(len(leads)), "success_count")
    same(wrapper.get_locked_count(), 0, "locked_count")
    same(wrapper.get_wf_scheduler(), False, "wf_scheduler")
    expected = [[a, b], *([b] for _ in leads[1:])]
    for one, names in zip(wrapper.get_data(), expected, strict=True):
        tagged(one, names)
    asked = parameters([(tags.RemoveTagsFromRecordParam.tag_names, b)])
    answer = TAGS.remove_tags_from_record(leads[1], "Leads", asked)
    tagged(item(answer, 200, tags.RecordActionWrapper), [])
    asked = parameters(
        [
            (tags.AddTagsToRecordParam.tag_names, a),
            (tags.AddTagsToRecordParam.over_write, "true"),
        ]
    )
    answer = TAGS.add_tags_to_record(leads[0], "Leads", asked)
    tagged(item(answer, 200, tags.RecordActionWrapper), [a])


def records_of(tag_id):
    """How many records have a tag."""
    module = parameters([(tags.GetRecordCountForTagParam.module, "Leads")])
    return body(TAGS.get_record_count_for_tag(tag_id, module), 200, tags.CountWrapper).get_count()


def merge_and_delete(first, second, lead_id):
    """Merges the second tag into the first, and deletes that."""
    before = RecordOperations().get_record(lead_id, "Leads")
    tag = body(before, 200, ResponseWrapper).get_data()[0].get_key_value("Tag")[0]
    same(tag.get_id(), first, "tag of the lead")
    wrapper, conflict = tags.MergeWrapper(), tags.ConflictWrapper()
    conflict.set_conflict_id(str(second))
    wrapper.set_tags([conflict])
    one = item(TAGS.merge_tags(first, wrapper), 200, tags.ActionWrapper)
    choice(one.get_message(), "tags merged successfully", "message")
    one = item(TAGS.delete_tag(first), 200, tags.ActionWrapper)
    choice(one.get_message(), "tags deleted successfully", "message")
    after = RecordOperations().get_record(lead_id, "Leads")
    same(body(after, 200, ResponseWrapper).get_data()[0].get_key_value("Tag"), [], "tags")


def note_items(response, status, message, expected):
    """Checks the items of an answer about notes and returns their ids."""
    items = count(body(response, status, notes.ActionWrapper).get_data(), expected, "items")
    for one in items:
        kind(one, notes.SuccessResponse, "item")
        choice(one.get_message(), message, "message")
    return [int(one.get_details()["id"]) for one in items]


def write_notes(word, lead_id):
    """Makes, reads, changes and deletes notes."""
    made = []
    for n in "ab":
        note, parent = notes.Note(), Record()
        parent.set_id(lead_id)
        note.set_note_title(f"{word}{n}")
        note.set_note_content(n)
        note.set_parent_id(parent)
        note.set_se_module("Leads")
        made.append(note)
    wrapper = notes.BodyWrapper()
    wrapper.set_data(made)
    ids = note_items(NOTES.create_notes(wrapper), 201, ADDED, 2)
    one = body(NOTES.get_note(ids[0]), 200, notes.ResponseWrapper).get_data()[0]
    same(one.get_note_title(), f"{word}a", "title")
    same(one.get_parent_id().get_id(), lead_id, "parent")
    same(one.get_se_module(), "Leads", "module")
    same(one.get_attachments(), None, "attachments")
    listed = body(NOTES.get_notes(), 200, notes.ResponseWrapper).get_data()
    found = [note.get_id() for note in listed if note.get_id() in ids]
    same(found, ids, "notes, the oldest first")
    changed = notes.Note()
    changed.set_note_content("changed")
    wrapper = notes.BodyWrapper()
    wrapper.set_data([changed])
    note_items(NOTES.update_note(ids[0], wrapper), 200, UPDATED, 1)
    gone = parameters([(notes.DeleteNotesParam.ids, note_id) for note_id in ids])
    note_items(NOTES.delete_notes(gone), 200, "record deleted", 2)
    nothing(NOTES.get_note(ids[0]))


def main():
    """Runs the steps in order."""
    args = support.arguments(__doc__)
    word = support.unique_word()
    with support.Workspace() as workspace:
        step = workspace.step
        with step("initialise with a refresh token"):
            initialise(args, workspace)
        with step("insert leads"):
            leads = insert(word, "Advertisement")
        with step("notes"):
            write_notes(word, leads[0])
        with step("create and list tags"):
            first, second = create_tags(word)
        with step("tag records"):
            tag_records(word, leads)
        with step("count the records of a tag"):
            same(records_of(first), "1", "records of the tag")
        with step("merge and delete tags"):
            merge_and_delete(first, second, leads[0])


if __name__ == "__main__":
    main()
