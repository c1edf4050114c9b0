//! Words for days: `${TODAY}`, `${LASTQUARTER}`, `${NEXT_N_DAYS:7}`.

use jiff::civil::{Date, Weekday};

use crate::value::time;

/// Most days or weeks that a word may count.
const MOST: i32 = 36_500;

/// The days that a word stands for, seen from `today`: the first, and the one after the last.
/// `None` for what is no such word, and for days that no calendar has.
#[must_use]
pub(super) fn days(word: &str, today: i32) -> Option<(i32, i32)> {
    let word = word.strip_prefix("${")?.strip_suffix('}')?;
    let (year, month, day) = time::civil_from_days(i64::from(today));
    let date = Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    )
    .ok()?;
    // weeks begin on Sunday, as in an org that never changed it
    let week = today - i32::from(date.weekday().since(Weekday::Sunday));
    if let Some((name, n)) = word.split_once(':') {
        let n: i32 = n.parse().ok().filter(|n| (0..=MOST).contains(n))?;
        return Some(match name {
            "LAST_N_DAYS" => (today - n, today),
            "NEXT_N_DAYS" => (today + 1, today + 1 + n),
            "LAST_N_WEEKS" => (week - 7 * n, week),
            "NEXT_N_WEEKS" => (week + 7, week + 7 + 7 * n),
            _ => return None,
        });
    }
    // months are counted from January of this year, quarters likewise
    let january = |months: i64| first_of_month(year * 12 + months);
    let this = month - 1;
    let months = |from: i64, to: i64| Some((january(this + from)?, january(this + to)?));
    let quarter = this / 3;
    let quarters =
        |from: i64, to: i64| Some((january(3 * (quarter + from))?, january(3 * (quarter + to))?));
    match word {
        "TODAY" => Some((today, today + 1)),
        "YESTERDAY" => Some((today - 1, today)),
        "TOMORROW" => Some((today + 1, today + 2)),
        "THISWEEK" => Some((week, week + 7)),
        "LASTWEEK" => Some((week - 7, week)),
        "NEXTWEEK" => Some((week + 7, week + 14)),
        "THISMONTH" => months(0, 1),
        "LASTMONTH" => months(-1, 0),
        "NEXTMONTH" => months(1, 2),
        "LASTQUARTER" => quarters(-1, 0),
        "THISQUARTER" => quarters(0, 1),
        "NEXTQUARTER" => quarters(1, 2),
        "LASTYEAR" => Some((january(-12)?, january(0)?)),
        "THISYEAR" => Some((january(0)?, january(12)?)),
        "NEXTYEAR" => Some((january(12)?, january(24)?)),
        _ => None,
    }
}

/// The first day of a month, which is given by its number from January of the year 0.
fn first_of_month(months: i64) -> Option<i32> {
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
    time::parse_date(&format!("{year:04}-{month:02}-01"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        for (today, word, expected) in [
            ("2026-11-16", "TODAY", "2026-11-16 2026-11-17"),
            ("2026-11-16", "YESTERDAY", "2026-11-15 2026-11-16"),
            ("2026-12-31", "TOMORROW", "2027-01-01 2027-01-02"),
            // a Monday, and a Sunday
            ("2026-11-16", "THISWEEK", "2026-11-15 2026-11-22"),
            ("2026-11-15", "LASTWEEK", "2026-11-08 2026-11-15"),
            ("2026-11-15", "NEXTWEEK", "2026-11-22 2026-11-29"),
            ("2026-01-31", "LASTMONTH", "2025-12-01 2026-01-01"),
            ("2026-12-31", "THISMONTH", "2026-12-01 2027-01-01"),
            ("2026-12-31", "NEXTMONTH", "2027-01-01 2027-02-01"),
            ("2026-01-01", "LASTQUARTER", "2025-10-01 2026-01-01"),
            ("2026-06-30", "THISQUARTER", "2026-04-01 2026-07-01"),
            ("2026-11-16", "NEXTQUARTER", "2027-01-01 2027-04-01"),
            ("2026-11-16", "LASTYEAR", "2025-01-01 2026-01-01"),
            ("2026-11-16", "THISYEAR", "2026-01-01 2027-01-01"),
            ("2026-11-16", "NEXTYEAR", "2027-01-01 2028-01-01"),
            ("2026-11-16", "LAST_N_DAYS:3", "2026-11-13 2026-11-16"),
            ("2026-11-16", "NEXT_N_DAYS:3", "2026-11-17 2026-11-20"),
            ("2026-11-16", "LAST_N_WEEKS:2", "2026-11-01 2026-11-15"),
            ("2026-11-16", "NEXT_N_WEEKS:1", "2026-11-22 2026-11-29"),
        ] {
            let today = time::parse_date(today).expect("a date");
            let found = days(&format!("${{{word}}}"), today);
            let shown =
                found.map(|(a, b)| format!("{} {}", time::format_date(a), time::format_date(b)));
            assert_eq!(shown.as_deref(), Some(expected), "{word}");
        }
    }

    #[test]
    fn no_words() {
        for word in [
            "TODAY",
            "${}",
            "${SOMEDAY}",
            "${LAST_N_DAYS:-1}",
            "${LAST_N_DAYS:36501}",
            "${N:1}",
            "${today}",
        ] {
            assert_eq!(days(word, 20_000), None, "{word}");
        }
        for today in [i32::MIN, i32::MAX, -719_528 - 400, 2_932_896] {
            // the last day of the year 9999 has no next month
            assert_eq!(days("${NEXTMONTH}", today), None, "{today}");
        }
    }
}
