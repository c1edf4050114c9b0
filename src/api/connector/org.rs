//! The organization and its users.

use serde_json::{Value as Json, json};

use super::operation::{Operation, Run, Running, ServiceRefusal, params};
use super::records::page;
use super::schema::Shape;
use super::{output, schema};
use crate::api::call::InnerCall;

/// The operations.
pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "get_organization",
        title: "Get organization",
        description: "The organization of the caller.",
        input: schema::nothing,
        output: || {
            let orgs = schema::list(json!({"type": "object"}));
            Shape::default().required("org", orgs).output()
        },
        run: Running::Json(|run| run.zoho(InnerCall::of(&crate::api::org::GET, &[]))),
    },
    Operation {
        name: "get_user",
        title: "Get user",
        description: "A user by id.",
        input: || {
            let id = schema::described(schema::id(), "User ID", "The id of the user.");
            Shape::default().required("user_id", id).input()
        },
        output: || {
            let users = schema::list(schema::with_id());
            Shape::default().required("users", users).output()
        },
        run: Running::Json(get_user),
    },
    Operation {
        name: "list_users",
        title: "List users",
        description: "Users of the organization, by type. Where there is none the list is empty.",
        input: || {
            let kind = schema::described(schema::text(), "User type", USER_TYPES);
            Shape::default()
                .optional("user_type", kind)
                .paged("Users on a page; 200 unless given, and at most.")
                .input()
        },
        output: || {
            Shape::default()
                .required("users", schema::any_list(schema::with_id()))
                .required("info", schema::info())
                .output()
        },
        run: Running::Json(list_users),
    },
];

const USER_TYPES: &str = "AllUsers, ActiveUsers, DeactiveUsers, ConfirmedUsers, \
    NotConfirmedUsers, DeletedUsers, ActiveConfirmedUsers, AdminUsers, ActiveConfirmedAdmins or \
    CurrentUser.";

fn get_user(run: &Run<'_>) -> Result<Json, ServiceRefusal> {
    let id = run.text("user_id").unwrap_or_default();
    let mut body = run.zoho(InnerCall::of(
        &crate::api::people::users::GET,
        &[("id", &id)],
    ))?;
    output::users(&mut body);
    Ok(body)
}

fn list_users(run: &Run<'_>) -> Result<Json, ServiceRefusal> {
    const PER_PAGE: usize = 200;
    let (page, per_page) = page(run, PER_PAGE);
    let body = run.zoho(InnerCall {
        params: params(vec![
            ("type", run.text("user_type")),
            ("page", Some(page.to_string())),
            ("per_page", Some(per_page.to_string())),
        ]),
        ..InnerCall::of(&crate::api::people::users::LIST, &[])
    })?;
    let mut body = output::list(body, "users", page, per_page);
    if let Some(count) = body["users"].as_array().map(Vec::len)
        && body.get("info").is_none()
    {
        // Zoho's answer about the current user alone has none
        body["info"] = json!({
            "per_page": per_page, "count": count, "page": page, "more_records": false,
        });
    }
    output::users(&mut body);
    Ok(body)
}
