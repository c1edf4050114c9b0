//! Dates and times on the wire: `YYYY-MM-DD`, and ISO 8601 to the second with an offset.

use jiff::civil;
use jiff::tz::TimeZone;

/// Days since 1970-01-01 of a `YYYY-MM-DD` text.
#[must_use]
pub fn parse_date(text: &str) -> Option<i32> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let number = |range: std::ops::Range<usize>| -> Option<i16> {
        let digits = text.get(range)?;
        digits
            .bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| digits.parse().ok())?
    };
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let date = civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    let midnight = TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok()?;
    i32::try_from(midnight.as_second().div_euclid(86_400)).ok()
}

/// Seconds since 1970 of an ISO 8601 date-time with an offset, as headers, parameters, seeds and the
/// control plane take it: a fraction of a second is cut off (`If-Modified-Since` with milliseconds
/// is recorded), and a blank may stand for the `T`.
#[must_use]
pub fn parse_datetime(text: &str) -> Option<i64> {
    WrittenTime::read(text)?.instant(None)
}

/// Seconds since 1970 of a date-time of a criteria or a COQL query. One with a fraction of a second
/// is refused there (recorded, 2026); that one with a blank for the `T` is, too, is assumed from
/// the records' bodies, and that an offset must be there from Zoho's pages.
#[must_use]
pub fn parse_queried_datetime(text: &str) -> Option<i64> {
    let written = WrittenTime::read(text)?;
    written.is_plain().then(|| written.instant(None))?
}

/// Seconds since 1970 of a date-time of a record's body: no fraction (recorded for v2, 2025 and
/// 2026), no blank for the `T` (probed in v7, June 2026). One without an offset is taken (reported,
/// August 2025), assumed to be in the time zone of the caller. Nobody has told whether `+0100`
/// and times without seconds are taken: they are.
#[must_use]
pub fn parse_body_datetime(text: &str, tz: &TimeZone) -> Option<i64> {
    let written = WrittenTime::read(text)?;
    written.is_plain().then(|| written.instant(Some(tz)))?
}

/// A date-time as it is written: the one reader of all of them.
struct WrittenTime {
    /// Seconds since 1970 of the date and the clock, as if they were UTC.
    naive: i64,
    /// Seconds east of UTC.
    offset: Option<i64>,
    fraction: bool,
    blank: bool,
}

impl WrittenTime {
    fn read(text: &str) -> Option<Self> {
        let (date, rest) = text.split_at_checked(10)?;
        let days = i64::from(parse_date(date)?);
        let blank = rest.starts_with(' ');
        let rest = rest.strip_prefix(['T', ' '])?;
        let zone = rest.find(['+', '-', 'Z', 'z']).unwrap_or(rest.len());
        let (clock, offset) = rest.split_at(zone);
        let (clock, fraction) = match clock.split_once('.') {
            Some((clock, _)) => (clock, true),
            None => (clock, false),
        };
        let mut parts = clock.split(':');
        let (hour, minute) = (two_digits(parts.next()?)?, two_digits(parts.next()?)?);
        let second = parts.next().map_or(Some(0), two_digits)?;
        if parts.next().is_some() || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        Some(Self {
            naive: days * 86_400 + hour * 3600 + minute * 60 + second,
            offset: if offset.is_empty() {
                None
            } else {
                Some(read_offset(offset)?)
            },
            fraction,
            blank,
        })
    }

    fn is_plain(&self) -> bool {
        !self.fraction && !self.blank
    }

    /// The instant; `tz` is the zone of a time without an offset.
    fn instant(&self, tz: Option<&TimeZone>) -> Option<i64> {
        let seconds = match (self.offset, tz) {
            (Some(offset), _) => self.naive - offset,
            (None, Some(tz)) => at_local(self.naive, tz),
            (None, None) => return None,
        };
        jiff::Timestamp::from_second(seconds).ok()?;
        Some(seconds)
    }
}

fn two_digits(text: &str) -> Option<i64> {
    (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

/// Seconds east of UTC of `Z`, `+05:30`, `+0530` or `+05`.
fn read_offset(text: &str) -> Option<i64> {
    if text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, digits) = text.split_at_checked(1)?;
    let hours = two_digits(digits.get(..2)?)?;
    let rest = digits.get(2..)?;
    let minutes = match rest.strip_prefix(':').unwrap_or(rest) {
        "" => 0,
        minutes => two_digits(minutes)?,
    };
    if hours > 18 || minutes > 59 {
        return None;
    }
    Some((hours * 3600 + minutes * 60) * if sign == "-" { -1 } else { 1 })
}

/// Appends `YYYY-MM-DD`, without quotes.
pub fn write_date(out: &mut Vec<u8>, days: i32) {
    let (year, month, day) = civil_from_days(i64::from(days));
    write_padded(out, year, 4);
    out.push(b'-');
    write_padded(out, month, 2);
    out.push(b'-');
    write_padded(out, day, 2);
}

/// Appends `YYYY-MM-DDTHH:MM:SS±HH:MM` in the zone `tz`, without quotes.
pub fn write_datetime(out: &mut Vec<u8>, seconds: i64, tz: &TimeZone) {
    let offset = offset_at(seconds, tz);
    let local = seconds + offset;
    let days = local.div_euclid(86_400);
    let (year, month, day) = civil_from_days(days);
    let clock = local.rem_euclid(86_400);
    write_padded(out, year, 4);
    out.push(b'-');
    write_padded(out, month, 2);
    out.push(b'-');
    write_padded(out, day, 2);
    out.push(b'T');
    write_padded(out, clock / 3600, 2);
    out.push(b':');
    write_padded(out, clock / 60 % 60, 2);
    out.push(b':');
    write_padded(out, clock % 60, 2);
    out.push(if offset < 0 { b'-' } else { b'+' });
    write_padded(out, offset.abs() / 3600, 2);
    out.push(b':');
    write_padded(out, offset.abs() / 60 % 60, 2);
}

/// The offset of `tz` from UTC at an instant, in seconds, east positive.
#[must_use]
pub fn offset_at(seconds: i64, tz: &TimeZone) -> i64 {
    match jiff::Timestamp::from_second(seconds) {
        Ok(instant) => i64::from(tz.to_offset(instant).seconds()),
        Err(_) => 0,
    }
}

/// The date in `tz` at an instant, as days since 1970-01-01; the first or the last day there is for
/// instants beyond them.
#[must_use]
pub fn day_of(seconds: i64, tz: &TimeZone) -> i32 {
    let days = seconds
        .saturating_add(offset_at(seconds, tz))
        .div_euclid(86_400);
    i32::try_from(days).unwrap_or(if days < 0 { i32::MIN } else { i32::MAX })
}

/// The instant at which a day begins in `tz`.
#[must_use]
pub fn start_of_day(days: i32, tz: &TimeZone) -> i64 {
    at_local(i64::from(days) * 86_400, tz)
}

/// The instant at which the clocks of `tz` show a time, given as if it were UTC.
fn at_local(naive: i64, tz: &TimeZone) -> i64 {
    // one correction is enough: offsets change by hours, not days
    let guess = naive - offset_at(naive, tz);
    naive - offset_at(guess, tz)
}

/// `YYYY-MM-DDTHH:MM:SS±HH:MM` in the zone `tz`.
#[must_use]
pub fn format_datetime(seconds: i64, tz: &TimeZone) -> String {
    let mut out = Vec::with_capacity(25);
    write_datetime(&mut out, seconds, tz);
    String::from_utf8_lossy(&out).into_owned()
}

/// A time as headers of HTTP write it (`Tue, 25 Nov 2025 10:55:31 GMT`); empty for one that no
/// calendar has.
#[must_use]
pub fn format_http(seconds: i64) -> String {
    let time = jiff::Timestamp::from_second(seconds).unwrap_or_default();
    let printer = jiff::fmt::rfc2822::DateTimePrinter::new();
    printer
        .timestamp_to_rfc9110_string(&time)
        .unwrap_or_default()
}

/// `YYYY-MM-DD`.
#[must_use]
pub fn format_date(days: i32) -> String {
    let mut out = Vec::with_capacity(10);
    write_date(&mut out, days);
    String::from_utf8_lossy(&out).into_owned()
}

/// Year, month and day of a day number (Howard Hinnant's algorithm).
#[must_use]
pub fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    (yoe + era * 400 + i64::from(month <= 2), month, day)
}

/// Appends a number with zeros before it, so that it has `width` digits at least.
fn write_padded(out: &mut Vec<u8>, number: i64, width: usize) {
    let number = number.unsigned_abs();
    if let (2, Ok(two @ 0..100)) = (width, u8::try_from(number)) {
        out.extend_from_slice(&[b'0' + two / 10, b'0' + two % 10]);
        return;
    }
    let mut buffer = itoa::Buffer::new();
    let digits = buffer.format(number);
    out.extend(std::iter::repeat_n(
        b'0',
        width.saturating_sub(digits.len()),
    ));
    out.extend_from_slice(digits.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        assert_eq!(parse_date("1970-01-01"), Some(0));
        assert_eq!(
            parse_date("2024-02-29").map(format_date).as_deref(),
            Some("2024-02-29")
        );
        for bad in [
            "2023-02-29",
            "2024-13-01",
            "24-01-01",
            "2024-1-01",
            "2024-01-01T",
            "",
            "２０２４-01-01",
        ] {
            assert_eq!(parse_date(bad), None, "{bad}");
        }
    }

    #[test]
    fn days_of_instants() {
        let kolkata = TimeZone::get("Asia/Kolkata").expect("bundled zone");
        assert_eq!(day_of(86_400 - 5 * 3600, &kolkata), 1);
        assert_eq!(day_of(-1, &TimeZone::UTC), -1);
        assert_eq!(day_of(i64::MIN, &kolkata), i32::MIN);
        assert_eq!(day_of(i64::MAX, &kolkata), i32::MAX);
    }

    #[test]
    fn datetimes() {
        let kolkata = TimeZone::get("Asia/Kolkata").expect("bundled zone");
        let la = TimeZone::get("America/Los_Angeles").expect("bundled zone");
        let at = parse_datetime("2022-11-11T18:13:51+05:30").expect("valid");
        assert_eq!(format_datetime(at, &kolkata), "2022-11-11T18:13:51+05:30");
        assert_eq!(
            format_datetime(at, &TimeZone::UTC),
            "2022-11-11T12:43:51+00:00"
        );
        let summer = parse_datetime("2023-05-10T01:10:47-07:00").expect("valid");
        assert_eq!(format_datetime(summer, &la), "2023-05-10T01:10:47-07:00");
        assert_eq!(
            parse_datetime("2023-05-15T14:30:45+0000"),
            parse_datetime("2023-05-15T14:30:45Z")
        );
        assert_eq!(
            parse_datetime("2023-05-15T14:30:45.123+00:00"),
            parse_datetime("2023-05-15T14:30:45Z")
        );
        for bad in [
            "2023-05-15T14:30:45",
            "2023-05-15",
            "2023-05-15T24:00:00Z",
            "x",
            "2023-05-15T14:30:45+99:00",
        ] {
            assert_eq!(parse_datetime(bad), None, "{bad}");
        }
    }

    /// What headers, queries and bodies make of a form.
    #[test]
    fn forms_by_place() {
        let kolkata = TimeZone::get("Asia/Kolkata").expect("bundled zone");
        // text, and whether it is read in a header, in a query, in a body
        for (text, header, query, body) in [
            ("2026-06-01T13:00:00+01:00", true, true, true),
            ("2026-06-01T12:00:00Z", true, true, true),
            ("2026-06-01T13:00:00+0100", true, true, true),
            ("2026-06-01T13:00+01:00", true, true, true),
            ("2026-06-01T17:30:00", false, false, true),
            ("2026-06-01T17:30:00.000", false, false, false),
            ("2026-06-01T13:00:00.761+01:00", true, false, false),
            ("2026-06-01T12:00:00.000Z", true, false, false),
            ("2026-06-01 13:00:00+01:00", true, false, false),
            ("2026-06-01 17:30:00", false, false, false),
            ("2026-06-01", false, false, false),
            ("2026-06-01T", false, false, false),
            ("01/06/2026 13:00", false, false, false),
        ] {
            let at = parse_datetime("2026-06-01T12:00:00Z");
            let of = |read: bool| if read { at } else { None };
            assert_eq!(parse_datetime(text), of(header), "{text}");
            assert_eq!(parse_queried_datetime(text), of(query), "{text}");
            assert_eq!(parse_body_datetime(text, &kolkata), of(body), "{text}");
        }
    }
}
