//! Mandatory fields of structured types, which are kept as they come.

use super::Generator;
use super::chance::Chance;
use super::facts::Facts;
use super::pen::{Pen, write_quoted};
use super::plan::{Column, Plan};
use super::target::{At, Target};
use crate::schema::{DataType, Field, JsonType, ModuleNo};
use crate::value::{time, write_string};

impl Generator {
    /// What a mandatory field of a structured type holds: the least that is sensible.
    pub(super) fn structure(
        &self,
        plan: &Plan,
        column: &Column,
        target: Option<ModuleNo>,
        facts: &Facts<'_>,
        chance: &mut Chance,
        pen: &mut Pen,
    ) {
        let out = &mut pen.out;
        let list = matches!(
            plan.module.field(&column.name).map(Field::json_type),
            Some(JsonType::JsonArray)
        );
        if list {
            out.push(b'[');
        }
        out.push(b'{');
        self.members(plan, column, target, facts, chance, out);
        out.push(b'}');
        if list {
            out.push(b']');
        }
    }

    /// The members of an object of a structured type.
    fn members(
        &self,
        plan: &Plan,
        column: &Column,
        target: Option<ModuleNo>,
        facts: &Facts<'_>,
        chance: &mut Chance,
        out: &mut Vec<u8>,
    ) {
        match column.data_type {
            DataType::FileUpload | DataType::ImageUpload => {
                let mut id = String::new();
                chance.code("AA####AA####", &mut id);
                out.extend(
                    format!("\"File_Id__s\":\"{id}\",\"File_Name__s\":\"file.pdf\"").bytes(),
                );
            }
            DataType::MultiSelectLookup if target.is_some() => {
                link_key(plan, column, out);
                out.push(b'{');
                self.lookup_members(target, chance, out);
                out.push(b'}');
            }
            DataType::MultiUserLookup => self.users(plan, column, out),
            DataType::Layout => {
                if let Some(layout) = plan.module.standard_layout() {
                    out.extend_from_slice(b"\"name\":");
                    write_string(out, layout.name());
                    out.extend_from_slice(b",\"id\":");
                    write_quoted(out, |out| layout.id.write(out));
                }
            }
            DataType::LineTax => out.extend_from_slice(b"\"name\":\"Vat\",\"percentage\":5"),
            DataType::MultiReminder | DataType::EventReminder => {
                out.extend_from_slice(b"\"unit\":15,\"period\":\"minutes\"");
            }
            DataType::Alarm => {
                out.extend_from_slice(b"\"ALARM\":\"FREQ=NONE;ACTION=POPUP;TRIGGER=DATE-TIME:");
                time::write_datetime(out, facts.start, &self.state.time_zone);
                out.push(b'"');
            }
            DataType::RRule => {
                out.extend_from_slice(b"\"RRULE\":\"FREQ=WEEKLY;INTERVAL=1;COUNT=4;DTSTART=");
                time::write_date(out, time::day_of(facts.start, &self.state.time_zone));
                out.push(b'"');
            }
            _ => {
                let mut name = String::new();
                chance.code("AA-###", &mut name);
                out.extend(format!("\"name\":\"{name}\"").bytes());
            }
        }
    }

    /// Everybody, in an object each: whoever does an appointment is one of its service.
    fn users(&self, plan: &Plan, column: &Column, out: &mut Vec<u8>) {
        let current = [self.state.current_user];
        let all = match self.users.is_empty() {
            true => &current[..],
            false => &self.users[..],
        };
        for (n, user) in all.iter().enumerate() {
            if n > 0 {
                out.extend_from_slice(b"},{");
            }
            link_key(plan, column, out);
            write_quoted(out, |out| user.write(out));
        }
    }

    /// Those of an object that leads to a record of a module.
    fn lookup_members(&self, target: Option<ModuleNo>, chance: &mut Chance, out: &mut Vec<u8>) {
        let theirs = target.and_then(|module| self.plan(module));
        let chosen = theirs.and_then(|theirs| {
            let number = chance.below(theirs.pool());
            let module = theirs.module.no;
            if theirs.count > 0 {
                let index = number;
                return Some(Target::Made(At { module, index }));
            }
            let id = theirs.held.get(usize::try_from(number).ok()?)?;
            Some(Target::Held(module, *id))
        });
        if let (Some(chosen), Some(theirs)) = (chosen, theirs) {
            out.extend_from_slice(b"\"module\":{\"api_name\":");
            write_string(out, theirs.module.api_name());
            out.extend_from_slice(b"},\"id\":");
            self.write_target(chosen, out);
        }
    }
}

/// The key under which a row of a multi-select lookup has what it points to.
fn link_key(plan: &Plan, column: &Column, out: &mut Vec<u8>) {
    let key = plan.module.field(&column.name).map(Field::link_key);
    write_string(out, key.unwrap_or(&column.name));
    out.push(b':');
}
