//! Pages of lists: `page`, `per_page`, `page_token`, and the `info` object.

use std::borrow::Cow;

use serde_json::{Map, Value as Json, json};

use super::call::Call;
use super::param::{self, Param};
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::render::RecordForm;
use crate::response::Response;
use crate::store::OrgState;
use crate::store::index::hash_text;
use crate::value::{order, time, write_string};
use crate::version::ListInfo;

/// Records on a page, at most and unless asked otherwise.
pub const MOST_PER_PAGE: usize = 200;
/// Records that can be reached without a token (recorded error).
pub(crate) const WITHOUT_TOKEN: usize = 2000;
/// Records that can be reached with tokens (v8 description).
const WITH_TOKENS: usize = 100_000;
/// Life of a token, in seconds: a day (Zoho's page on lists).
const TOKEN_LIFE: i64 = 86_400;

/// Which part of a list is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// Counted from 1.
    pub number: usize,
    /// Records on it.
    pub per_page: usize,
    /// Records before it.
    pub skip: usize,
    /// The token that led here.
    pub token: Option<Token>,
}

/// A positive whole number.
fn number(call: &Call<'_>, param: Param) -> Result<Option<usize>, ApiError> {
    let Some(text) = call.get(param) else {
        return Ok(None);
    };
    match text.trim().parse::<usize>() {
        Ok(n) if n > 0 => Ok(Some(n)),
        _ => Err(ApiError::new(Code::INVALID_PARAM).with("param_name", param.name)),
    }
}

impl Page {
    /// The one page of a list that is given out whole.
    pub const WHOLE: Self = Self {
        number: 1,
        per_page: usize::MAX,
        skip: 0,
        token: None,
    };

    /// Reads `page` and `per_page`; more than 200 a page are silently cut (recorded v8).
    ///
    /// # Errors
    /// `INVALID_DATA` for what is no positive number.
    pub fn plain(call: &Call<'_>) -> Result<Self, ApiError> {
        Self::of(call, MOST_PER_PAGE)
    }

    /// The same for a list with a page size of its own, unless asked otherwise.
    ///
    /// # Errors
    /// As above.
    pub fn of(call: &Call<'_>, default: usize) -> Result<Self, ApiError> {
        let per_page = number(call, param::PER_PAGE)?.map_or(default, |n| n.min(MOST_PER_PAGE));
        let number = number(call, param::PAGE)?.unwrap_or(1);
        Ok(Self {
            number,
            per_page,
            skip: (number - 1).saturating_mul(per_page),
            token: None,
        })
    }

    /// How many to look for: one more than is shown, to know whether there are more.
    #[must_use]
    pub fn wanted(&self) -> usize {
        self.per_page.saturating_add(1)
    }

    /// Cuts what was found to the page; whether there is more.
    pub fn cut<T>(&self, found: &mut Vec<T>) -> bool {
        let more = found.len() > self.per_page;
        found.truncate(self.per_page);
        more
    }

    /// The same for lists that know tokens.
    ///
    /// # Errors
    /// Those of tokens, and `DISCRETE_PAGINATION_LIMIT_EXCEEDED` past 2,000 records without one.
    pub fn with_tokens(call: &Call<'_>) -> Result<Self, ApiError> {
        let page = Self::plain(call)?;
        if !call.version.has_page_tokens() {
            return Ok(page);
        }
        let Some(text) = call.get(param::PAGE_TOKEN) else {
            if page.number.saturating_mul(page.per_page) > WITHOUT_TOKEN {
                return Err(ApiError::new(Code::DISCRETE_PAGINATION).with("limit", WITHOUT_TOKEN));
            }
            return Ok(page);
        };
        if call.get(param::PAGE).is_some() {
            return Err(ambiguous("page", "page_token"));
        }
        let about = |kind| ApiError::new(kind).with("param_name", "page_token");
        let token = Token::parse(text).ok_or_else(|| about(Code::PAGE_TOKEN_INVALID))?;
        if token.bound_to != bound_to(call) {
            return Err(about(Code::TOKEN_MISMATCH));
        }
        if call.now.saturating_sub(token.made) >= TOKEN_LIFE {
            return Err(ApiError::new(Code::PAGE_TOKEN_EXPIRED)
                .with("api_name", "page_token")
                .at("$.query.page_token"));
        }
        if token.skip >= WITH_TOKENS {
            return Err(about(Code::PAGINATION));
        }
        Ok(Self {
            number: token.page,
            skip: token.skip,
            token: Some(token),
            per_page: page.per_page,
        })
    }
}

/// Nothing found: 204, or 304 where only changes were asked for.
#[must_use]
pub fn nothing(since: Option<i64>) -> Response {
    Response::empty(if since.is_some() { 304 } else { 204 })
}

/// Two parameters that exclude each other.
#[must_use]
pub fn ambiguous(first: &str, second: &str) -> ApiError {
    ApiError::new(Code::AMBIGUITY).with(
        "ambiguity_due_to",
        json!([{"param_name": first}, {"param_name": second}]),
    )
}

/// A hash of everything a token is bound to: path and parameters, in any order.
fn bound_to(call: &Call<'_>) -> u64 {
    let parameters = call
        .params
        .iter()
        .filter(|(name, _)| !matches!(*name, "page_token" | "page"));
    parameters.fold(hash_text(call.request.path), |hash, (name, value)| {
        hash.wrapping_add(hash_text(name).rotate_left(17) ^ hash_text(value))
    })
}

/// A place in a list, to go on from.
///
/// It names the record after which to go on, so that records written in between do not shift
/// what is still to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// When it was made, in seconds since 1970.
    made: i64,
    /// The number of the page it leads to.
    page: usize,
    /// Records before that page.
    skip: usize,
    /// The last record before that page, and the value it was sorted by.
    pub after: Option<(Id, i64)>,
    bound_to: u64,
}

impl Token {
    /// The text of a token that leads to a page behind a record, for whatever `bound_to` stands for.
    #[must_use]
    pub fn behind(last: Id, page: usize, made: i64, bound_to: u64) -> String {
        let token = Self {
            made,
            page,
            skip: 0,
            after: Some((last, 0)),
            bound_to,
        };
        token.text()
    }

    /// The page that a token leads to and the record before it, if it was made for `bound_to` and
    /// has not expired.
    #[must_use]
    pub fn read(text: &str, now: i64, bound_to: u64) -> Option<(usize, Id)> {
        let token = Self::parse(text).filter(|token| token.bound_to == bound_to)?;
        let alive = now.saturating_sub(token.made) < TOKEN_LIFE;
        let (last, _) = token.after.filter(|_| alive)?;
        Some((token.page, last))
    }

    fn words(self) -> [u64; 6] {
        let (id, value) = self.after.unwrap_or((Id(0), 0));
        [
            self.made.cast_unsigned(),
            self.page as u64,
            self.skip as u64,
            id.0,
            value.cast_unsigned(),
            self.bound_to,
        ]
    }

    fn check(words: [u64; 6]) -> u64 {
        words.iter().fold(0x5a6f_686f, |check: u64, word| {
            (check.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        })
    }

    /// 112 hexadecimal digits.
    fn text(self) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let words = self.words();
        let mut text = String::with_capacity(112);
        for word in words.iter().chain([&Self::check(words)]) {
            for shift in (0..64).step_by(4).rev() {
                text.push(char::from(DIGITS[(word >> shift & 15) as usize]));
            }
        }
        text
    }

    fn parse(text: &str) -> Option<Self> {
        if text.len() != 7 * 16 || !text.is_ascii() {
            return None;
        }
        let mut words = [0u64; 7];
        for (n, word) in words.iter_mut().enumerate() {
            *word = u64::from_str_radix(text.get(n * 16..n * 16 + 16)?, 16).ok()?;
        }
        let [made, page, skip, id, value, bound_to, check] = words;
        if check != Self::check([made, page, skip, id, value, bound_to]) {
            return None;
        }
        Some(Self {
            made: made.cast_signed(),
            page: usize::try_from(page).ok()?,
            skip: usize::try_from(skip).ok()?,
            after: (id > 0).then_some((Id(id), value.cast_signed())),
            bound_to,
        })
    }
}

/// What `info` tells about a page.
#[derive(Clone, Copy, Debug)]
pub struct PageInfo<'a> {
    /// The page.
    pub page: &'a Page,
    /// Records on it.
    pub count: usize,
    /// Whether there are more.
    pub more: bool,
    /// The last record on it, and the value it was sorted by.
    pub last: Option<(Id, i64)>,
    /// The field it is sorted by.
    pub sort_by: &'a str,
    /// `asc` or `desc`.
    pub sort_order: &'a str,
}

impl PageInfo<'_> {
    /// The four keys that every `info` has.
    #[must_use]
    pub fn plain(&self) -> Map<String, Json> {
        let mut info = Map::new();
        info.insert("per_page".into(), self.page.per_page.into());
        info.insert("count".into(), self.count.into());
        info.insert("page".into(), self.page.number.into());
        info.insert("more_records".into(), self.more.into());
        info
    }

    /// Appends the `info` of a search.
    pub fn write_search(&self, call: &Call<'_>, out: &mut Vec<u8>) {
        let mut info = Vec::with_capacity(6);
        if call.version.search_info_has_sort() && call.form == RecordForm::Api {
            info.extend(self.sort_keys());
        }
        info.extend(self.plain_keys());
        write_info(info, out);
    }

    /// Appends the `info` of a list of records. v2 bodies of 2026 have the sort keys too, behind
    /// `page`.
    pub fn write_list(&self, call: &Call<'_>, state: &OrgState, out: &mut Vec<u8>) {
        let of_notes = call.path("module") == "Notes";
        let kind = if of_notes {
            call.version.notes_info()
        } else {
            call.version.list_info()
        };
        if call.form == RecordForm::Connector {
            return write_info(self.plain_keys().into(), out);
        }
        let mut info = Vec::with_capacity(11);
        if kind == ListInfo::TokensAndSort {
            info.extend(self.sort_keys());
        }
        info.extend(self.plain_keys());
        match kind {
            ListInfo::Plain if state.info.era >= 2026 => info.extend(self.sort_keys()),
            ListInfo::Plain => {}
            ListInfo::Tokens | ListInfo::TokensAndSort => {
                info.extend(self.token_keys(call, state));
                // the example of notes under v8 lacks both
                if !of_notes {
                    info.extend(["call", "email"].map(|key| (key, Scalar::Bool(false))));
                }
            }
        }
        write_info(info, out);
    }

    /// Appends the `info` of related records (v8 description).
    pub fn write_related(&self, call: &Call<'_>, state: &OrgState, out: &mut Vec<u8>) {
        let mut info = Vec::with_capacity(7);
        info.extend(self.plain_keys());
        if call.version.related_records_have_tokens() {
            info.extend(self.token_keys(call, state));
        }
        write_info(info, out);
    }

    /// Appends the `info` of a list of attachments, which tells of tokens in versions that have them
    /// there.
    pub fn write_attachments(&self, call: &Call<'_>, state: &OrgState, out: &mut Vec<u8>) {
        let mut info = Vec::with_capacity(7);
        info.extend(self.plain_keys());
        if call.version.attachment_lists_have_tokens() {
            let [next, previous, expiry, ..] = self.token_keys(call, state);
            info.extend([next, previous, expiry]);
        }
        write_info(info, out);
    }

    fn plain_keys(&self) -> [(&'static str, Scalar<'_>); 4] {
        [
            ("per_page", Scalar::Number(self.page.per_page)),
            ("count", Scalar::Number(self.count)),
            ("page", Scalar::Number(self.page.number)),
            ("more_records", Scalar::Bool(self.more)),
        ]
    }

    fn sort_keys(&self) -> [(&'static str, Scalar<'_>); 2] {
        [
            ("sort_by", Scalar::Text(self.sort_by.into())),
            ("sort_order", Scalar::Text(self.sort_order.into())),
        ]
    }

    fn token_keys(&self, call: &Call<'_>, state: &OrgState) -> [(&'static str, Scalar<'_>); 3] {
        let page = self.page;
        let bound_to = bound_to(call);
        let token = |number: usize, skip: usize, after: Option<(Id, i64)>| {
            Token {
                made: call.now,
                page: number,
                skip,
                after,
                bound_to,
            }
            .text()
            .into()
        };
        let next = self.more.then(|| {
            token(
                page.number.saturating_add(1),
                page.skip.saturating_add(self.count),
                self.last,
            )
        });
        let before = page.skip.saturating_sub(page.per_page);
        let previous = (page.number > 1).then(|| token(page.number - 1, before, None));
        let any = next.is_some() || previous.is_some();
        let expiry =
            any.then(|| time::format_datetime(call.now + TOKEN_LIFE, &state.time_zone).into());
        let text = |text: Option<Cow<'static, str>>| text.map_or(Scalar::Null, Scalar::Text);
        [
            ("next_page_token", text(next)),
            ("previous_page_token", text(previous)),
            ("page_token_expiry", text(expiry)),
        ]
    }
}

/// A value of `info`.
enum Scalar<'a> {
    Null,
    Bool(bool),
    Number(usize),
    Text(Cow<'a, str>),
}

/// Appends an object, its keys in Zoho's order.
fn write_info(mut info: Vec<(&'static str, Scalar<'_>)>, out: &mut Vec<u8>) {
    order::sort(&mut info, |(key, _)| key);
    for (n, (key, value)) in info.into_iter().enumerate() {
        out.push(if n == 0 { b'{' } else { b',' });
        write_string(out, key);
        out.push(b':');
        match value {
            Scalar::Null => out.extend_from_slice(b"null"),
            Scalar::Bool(true) => out.extend_from_slice(b"true"),
            Scalar::Bool(false) => out.extend_from_slice(b"false"),
            Scalar::Number(number) => out.extend_from_slice(number.to_string().as_bytes()),
            Scalar::Text(text) => write_string(out, &text),
        }
    }
    out.push(b'}');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_round_trip_and_cannot_be_forged() {
        let token = Token {
            made: 1_700_000_000,
            page: 3,
            skip: 400,
            after: Some((Id(77), -5)),
            bound_to: 9,
        };
        let text = token.text();
        assert_eq!(Token::parse(&text), Some(token));
        let forged = text.replacen('0', "1", 1);
        assert_eq!(Token::parse(&forged), None);
        assert_eq!(Token::parse("x"), None);
        assert_eq!(Token::parse(&"é".repeat(56)), None);
    }
}
