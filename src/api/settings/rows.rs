//! The rows of the families of settings, made from what the families say.

use std::sync::LazyLock;

use super::params::params;
use super::{read, write};
use crate::api::body::{BodySpec, Items};
use crate::api::endpoint::{Endpoint, EndpointBuilder, Handler};
use crate::settings::FAMILIES;
use crate::settings::family::{Family, What};
use crate::version::Versions;

/// The rows of all families.
pub(crate) fn rows() -> impl Iterator<Item = &'static Endpoint> {
    // made once: the texts live as long as the process, like those of other rows
    static ROWS: LazyLock<Vec<Endpoint>> = LazyLock::new(|| {
        let families = FAMILIES.iter().copied();
        let rows = families.flat_map(|family| {
            let operations = family.operations();
            operations.map(|(what, versions)| row(family, what, versions))
        });
        rows.collect()
    });
    ROWS.iter()
}

fn kept<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

fn row(family: &'static Family, what: What, versions: Versions) -> Endpoint {
    let facts = Facts::of(what);
    let text = |text: String| &*text.leak();
    let id = text(format!("{}.{}", family.name, facts.word));
    let path = text(format!("/crm/{{v}}{}{}", family.path, facts.tail));
    let composed = family.composite.iter().find(|(known, _)| *known == what);
    let mut begun = (facts.begin)(id, path);
    if let Some((_, objects)) = composed {
        begun = begun.composite(*objects);
    }
    begun
        .versions(versions)
        .scope(text(format!("{}.{}", family.scope, facts.scope)))
        .family(family)
        .params(params(family, what).leak())
        .body(body(family, what))
        .outcomes(outcomes(family, what))
        .does(
            text(format!(
                "{} {}",
                facts.summary,
                family.title.replace('_', " ")
            )),
            facts.handler,
        )
}

/// What operations of a kind have in common.
struct Facts {
    begin: fn(&'static str, &'static str) -> EndpointBuilder,
    word: &'static str,
    tail: &'static str,
    scope: &'static str,
    summary: &'static str,
    handler: Handler,
}

impl Facts {
    fn of(what: What) -> Self {
        let (begin, word, tail, scope, summary, handler): (
            fn(&'static str, &'static str) -> EndpointBuilder,
            _,
            _,
            _,
            _,
            Handler,
        ) = match what {
            What::List => (Endpoint::get, "list", "", "READ", "Lists", read::list),
            What::Get => (
                Endpoint::get,
                "get",
                "/{id}",
                "READ",
                "Gets one of the",
                read::get,
            ),
            What::Create => (
                Endpoint::post,
                "create",
                "",
                "CREATE",
                "Creates",
                write::create,
            ),
            What::UpdateMany => {
                let handler = write::update_many;
                (
                    Endpoint::put,
                    "update_many",
                    "",
                    "UPDATE",
                    "Changes several",
                    handler,
                )
            }
            What::Update => {
                let handler = write::update;
                (
                    Endpoint::put,
                    "update",
                    "/{id}",
                    "UPDATE",
                    "Changes one of the",
                    handler,
                )
            }
            What::DeleteMany => {
                let handler = write::delete_many;
                (
                    Endpoint::delete,
                    "delete_many",
                    "",
                    "DELETE",
                    "Deletes several",
                    handler,
                )
            }
            What::Delete => {
                let handler = write::delete;
                (
                    Endpoint::delete,
                    "delete",
                    "/{id}",
                    "DELETE",
                    "Deletes one of the",
                    handler,
                )
            }
        };
        Self {
            begin,
            word,
            tail,
            scope,
            summary,
            handler,
        }
    }
}

fn body(family: &'static Family, what: What) -> &'static BodySpec {
    let most = match what {
        What::Create | What::UpdateMany => family.most,
        What::Update => 1,
        What::List | What::Get | What::Delete | What::DeleteMany => return &BodySpec::NONE,
    };
    if family.is_single() {
        let root = kept([(family.name, Versions::ALL)]);
        return kept(BodySpec::object(kept([&root[..]])));
    }
    kept(BodySpec::list(family.name, most, Items::Settings(family)))
}

fn outcomes(family: &Family, what: What) -> &'static [u16] {
    match what {
        What::List if family.lists_nothing => &[200, 400],
        What::List | What::Get => &[200, 204, 400],
        What::Create if family.created == 201 => &[201, 207, 400],
        _ => &[200, 207, 400],
    }
}
