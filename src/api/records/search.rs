//! `/crm/{version}/{module}/search`: records by criteria, e-mail address, phone number or word.

use crate::api::call::Call;
use crate::api::endpoint::{Credits, Endpoint, Param, ParamKind, Reach, Together};
use crate::api::paging::{Page, PageInfo};
use crate::api::param;
use crate::api::records::{
    SortFields, activities, approval, converted, fields, sort, view, write_data,
};
use crate::error::{ApiError, Code};
use crate::query::expr::{Expr, Test, word};
use crate::query::plan::{Approval, Query};
use crate::query::resolve::ConditionRules;
use crate::query::view::view_expr;
use crate::query::{criteria, resolve};
use crate::render::Detail;
use crate::response::Response;
use crate::schema::{DataType, Module};
use crate::store::OrgState;
use crate::value::{Value, fold};
use crate::version::ApiVersion;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&SEARCH];

pub(crate) static SEARCH: Endpoint = Endpoint::get("records.search", "/crm/{v}/{module}/search")
    .scope("modules.{module}.READ")
    .params(&[
        param::CRITERIA,
        param::EMAIL,
        param::PHONE,
        param::WORD,
        param::FIELDS,
        param::PAGE,
        param::PER_PAGE,
        param::CONVERTED,
        param::APPROVED,
        APPROVAL_STATE,
        param::CVID.since(ApiVersion::V5),
        Param::new("type").since(ApiVersion::V7),
        param::SORT_BY.since(ApiVersion::V8),
        param::SORT_ORDER.since(ApiVersion::V8),
    ])
    .together(&[
        Together::First(param::SEARCHES),
        Together::Any(param::SEARCHES),
    ])
    .reach(Reach::Hits)
    .costs(Credits::Heavy(1))
    .composite(25)
    .outcomes(&[200, 204, 400])
    .does(
        "Records that meet a criteria, or hold an e-mail address, a phone number or a word",
        search,
    );

/// `approval_state`: how far the approval of what is found has come.
const APPROVAL_STATE: Param = Param::new("approval_state")
    .of(ParamKind::Word(APPROVAL_STATES))
    .since(ApiVersion::V8);

/// States of an approval (v8 description).
const APPROVAL_STATES: &[&str] = &[
    "approved",
    "approval_process_pending",
    "approval_process_rejected",
    "review_process_pending",
    "review_process_rejected",
    "email_parser_waiting",
    "email_parser_rejected",
    "merge_pending",
    "webform_double_optin",
    "webform_invalid",
    "webform_invalid_approval",
    "webform_unapproved",
    "zia_vision_pending",
    "zia_vision_rejected",
    "zia_vision_validation",
];

/// Hits that can be reached.
const MOST_HITS: usize = 2000;

fn search(call: &Call<'_>) -> Result<Response, ApiError> {
    if activities::of_all_kinds(call) {
        return Err(ApiError::new(Code::SEARCH_NOT_SUPPORTED).with("module", call.path("module")));
    }
    let state = call.read();
    let module = call.module(&state)?;
    if !module.spec.global_search_supported && module.api_name() != "Notes" {
        return Err(ApiError::new(Code::SEARCH_NOT_SUPPORTED).with("module", module.api_name()));
    }
    found(call, &state, module, || {
        expression(call, module, &state)?.ok_or_else(|| {
            if call.version.search_names_all_missing_params() {
                ApiError::new(Code::EXPECTED_PARAM_MISSING).with(
                    "param_names",
                    param::SEARCHES.iter().map(|by| by.name).collect::<Vec<_>>(),
                )
            } else {
                ApiError::new(Code::MANDATORY_NOT_FOUND).with("api_name", "criteria")
            }
        })
    })
}

/// A page of the records that meet an expression, with what the other parameters ask for.
///
/// # Errors
/// Those of the parameters, and `LIMIT_REACHED` past 2,000 hits.
pub(crate) fn found(
    call: &Call<'_>,
    state: &OrgState,
    module: &Module,
    expr: impl FnOnce() -> Result<Expr, ApiError>,
) -> Result<Response, ApiError> {
    let fields = fields(call)?;
    let page = Page::plain(call)?;
    let mut expr = expr()?;
    if let (1.., Some(created)) = (state.info.search_lag, module.field("Created_Time")) {
        // the index has not seen them yet; changed records are found by what they hold now
        let seen = Value::DateTime(call.now - state.info.search_lag);
        let seen = Expr::Test(created.no, Test::Range(None, Some((seen, true))));
        expr = Expr::All(vec![expr, seen]);
    }
    if page.skip.saturating_add(page.per_page) > MOST_HITS {
        return Err(ApiError::new(Code::LIMIT_REACHED).with("limit", MOST_HITS.to_string()));
    }
    if let Some(view) = view(call, module)? {
        expr = Expr::All(vec![expr, view_expr(view, module, state, call.now)]);
    }
    let converted = converted(call)?;
    let mut approval = approval(call)?.unwrap_or_default();
    if let Some(wanted) = call.get(APPROVAL_STATE) {
        match APPROVAL_STATES.iter().find(|state| **state == wanted) {
            Some(state) => approval = Approval::In(state),
            None => return Ok(Response::no_content()),
        }
    }
    // which fields a search may be sorted by is not documented, unlike those of a list
    let sort = if call.version.search_sorts() {
        sort(call, module, SortFields::All)?
    } else {
        None
    };
    let query = Query {
        state,
        module,
        expr: &expr,
        converted,
        sort,
    };
    let mut records = query.by_approval(approval, |found| found.page(page.skip, page.wanted()));
    let more = page.cut(&mut records);
    if records.is_empty() {
        return Ok(Response::no_content());
    }
    let shown = PageInfo {
        page: &page,
        count: records.len(),
        more,
        last: None,
        sort_by: sort.map_or("id", |s| s.by.api_name()),
        sort_order: if sort.is_some_and(|s| s.ascending) {
            "asc"
        } else {
            "desc"
        },
    };
    let mut body = write_data(call, state, module, Detail::Item, fields, &records);
    body.extend_from_slice(b",\"info\":");
    shown.write_search(call, &mut body);
    body.push(b'}');
    Ok(Response::bytes(200, body))
}

/// The expression that `criteria`, `email`, `phone` or `word` stands for; none if none is given.
///
/// # Errors
/// Those of the parameter that wins.
pub(super) fn expression(
    call: &Call<'_>,
    module: &Module,
    state: &OrgState,
) -> Result<Option<Expr>, ApiError> {
    if let Some(text) = call.get(param::CRITERIA) {
        let node = criteria::parse(text).map_err(|error| call.worded(error))?;
        let single = matches!(node, criteria::CriteriaNode::Condition(_));
        let exact =
            state.info.exact_text_equals || (single && call.version.single_equals_is_exact());
        let rules = ConditionRules {
            exact_text: exact,
            dates_compared: call.version.search_compares_dates(),
        };
        let expr = resolve::criteria(&node, module, rules);
        return expr.map(Some).map_err(|error| call.worded(error));
    }
    if let Some(text) = call.get(param::EMAIL) {
        // v8 finds parts of an address too
        let test = if call.version.search_sorts() {
            Test::Contains(fold(text).into())
        } else {
            Test::Text(fold(text).into())
        };
        return any_of(module, DataType::Email, &test).map(Some);
    }
    if let Some(text) = call.get(param::PHONE) {
        const LEAST_DIGITS: usize = 3;
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        if digits.len() < LEAST_DIGITS {
            return Err(ApiError::new(Code::PHONE_TOO_SHORT).with("param_name", "phone"));
        }
        return any_of(module, DataType::Phone, &Test::Digits(digits.into())).map(Some);
    }
    if let Some(text) = call.get(param::WORD) {
        const LEAST_LETTERS: usize = 2;
        if text.trim().chars().count() < LEAST_LETTERS {
            return Err(ApiError::new(Code::WORD_TOO_SHORT).with("param_name", "word"));
        }
        return Ok(Some(word(module, text.trim())));
    }
    Ok(None)
}

/// The expression that a field of a type passes a test.
///
/// # Errors
/// `FIELD_TYPE_UNAVAILABLE` where the module has no such field (v8 description of the count; the
/// other versions, and the search, are assumed).
fn any_of(module: &Module, data_type: DataType, test: &Test) -> Result<Expr, ApiError> {
    let fields = module.fields.iter();
    let fields = fields.filter(|field| field.spec.data_type == data_type);
    let tests: Vec<Expr> = fields
        .map(|field| Expr::Test(field.no, test.clone()))
        .collect();
    if tests.is_empty() {
        return Err(Code::FIELD_TYPE_UNAVAILABLE.into());
    }
    Ok(Expr::Any(tests))
}
