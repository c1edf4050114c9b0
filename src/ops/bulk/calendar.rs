//! Events as a calendar, in the form of RFC 5545.

use crate::schema::Module;
use crate::schema::dollar::dollar_no;
use crate::store::{OrgState, Record};
use crate::value::{Value, time};
use jiff::tz::TimeZone;

/// What stands before the events.
pub(super) const HEAD: &[u8] =
    b"BEGIN:VCALENDAR\r\nPRODID:-//Zoho Corporation//Zoho CRM//EN\r\nVERSION:2.0\r\nCALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n";
/// What stands behind them.
pub(super) const FOOT: &[u8] = b"END:VCALENDAR\r\n";

/// Bytes of a line; what is longer goes on in the next one.
const LINE: usize = 75;

/// Appends an event.
pub(super) fn write_event(event: &Record, module: &Module, state: &OrgState, out: &mut Vec<u8>) {
    let value = |name: &str| event.by_name(name, module);
    let all_day = value("All_day") == Value::Bool(true);
    line(out, "BEGIN", "VEVENT");
    let uid = dollar_no(module, "$u_id").and_then(|no| event.stored(no));
    let uid = match uid {
        Some(Value::Json(json)) => json.as_str().map(str::to_owned),
        _ => None,
    };
    line(out, "UID", &uid.unwrap_or_else(|| event.id.to_string()));
    line(out, "DTSTAMP", &instant(event.modified_time));
    line(out, "CREATED", &instant(event.created_time));
    line(out, "LAST-MODIFIED", &instant(event.modified_time));
    for (key, name) in [("DTSTART", "Start_DateTime"), ("DTEND", "End_DateTime")] {
        let Value::DateTime(at) = value(name) else {
            continue;
        };
        if all_day {
            let day = time::format_date(time::day_of(at, &state.time_zone)).replace('-', "");
            line(out, &format!("{key};VALUE=DATE"), &day);
        } else {
            line(out, key, &instant(at));
        }
    }
    for (key, name) in [
        ("SUMMARY", "Event_Title"),
        ("LOCATION", "Venue"),
        ("DESCRIPTION", "Description"),
    ] {
        if let Value::Text(text) = value(name) {
            line(out, key, &escaped(&text));
        }
    }
    let owner = state.users.get(&event.owner);
    if let Some((owner, email)) = owner.and_then(|owner| Some((owner, owner.text("email")?))) {
        // a name in quotes can hold none
        let name = owner.full_name().replace(['"', '\r', '\n'], "");
        line(
            out,
            &format!("ORGANIZER;CN=\"{name}\""),
            &format!("mailto:{email}"),
        );
    }
    line(out, "END", "VEVENT");
}

/// An instant in UTC: `20261116T090000Z`.
fn instant(seconds: i64) -> String {
    let text = time::format_datetime(seconds, &TimeZone::UTC);
    let plain: String = text
        .chars()
        .take(19)
        .filter(|c| !"-:".contains(*c))
        .collect();
    format!("{plain}Z")
}

/// A text as a value.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            '\r' => {}
            c => out.push(c),
        }
    }
    out
}

/// Appends a line, folded where it is long.
fn line(out: &mut Vec<u8>, key: &str, value: &str) {
    let mut length = 0;
    for c in key.chars().chain([':']).chain(value.chars()) {
        if length + c.len_utf8() > LINE {
            out.extend_from_slice(b"\r\n ");
            length = 1;
        }
        let mut bytes = [0; 4];
        out.extend_from_slice(c.encode_utf8(&mut bytes).as_bytes());
        length += c.len_utf8();
    }
    out.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_between_letters() {
        let mut out = Vec::new();
        line(&mut out, "SUMMARY", &escaped(&"ä,".repeat(40)));
        let text = String::from_utf8(out).expect("whole letters");
        assert!(text.split("\r\n").all(|line| line.len() <= LINE), "{text}");
        assert_eq!(
            text.replace("\r\n ", ""),
            format!("SUMMARY:{}\r\n", "ä\\,".repeat(40))
        );
        assert_eq!(instant(0), "19700101T000000Z");
    }
}
