//! The rows of the families of settings, made from what the families say.

use std::sync::LazyLock;

use super::{read, write};
use crate::api::body::{BodySpec, Items};
use crate::api::endpoint::{Endpoint, EndpointBuilder, Handler, Param, ParamKind};
use crate::api::param;
use crate::settings::family::{Family, Filter, What};
use crate::settings::key::KeyType;
use crate::settings::{FAMILIES, key};
use crate::version::Versions;

/// `include`: keys that are shown on request alone.
pub(super) const INCLUDE: Param = Param::new("include");

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
    (facts.begin)(id, path)
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

fn params(family: &Family, what: What) -> Vec<Param> {
    let mut params = Vec::new();
    if family.by_module && !matches!(what, What::Delete | What::DeleteMany) {
        params.push(param::MODULE);
    }
    match what {
        What::List => {
            params.extend(
                family
                    .filters
                    .iter()
                    .map(|filter| of_filter(family, filter)),
            );
            if family
                .keys
                .iter()
                .any(|key| key.place == key::Place::Included)
            {
                params.push(INCLUDE);
            }
            if family.has_pages() {
                params.extend([param::PAGE, param::PER_PAGE]);
            }
        }
        What::Get | What::Update => {
            if let Some(needs) = family.path_needs {
                params.push(Param::new(needs));
            }
        }
        What::DeleteMany => params.push(param::IDS.required()),
        What::Create | What::UpdateMany | What::Delete => {}
    }
    params
}

/// The parameter of a filter: what it holds is what its key holds.
pub(super) fn of_filter(family: &Family, filter: &Filter) -> Param {
    let param = Param::new(filter.param());
    match filter {
        Filter::Mine(..) => param.of(ParamKind::Boolean),
        Filter::Value(_, key) => match family.key(key).map(|key| key.kind) {
            Some(KeyType::Word(words)) => param.of(ParamKind::Word(words)),
            Some(KeyType::Integer(..)) => param.of(ParamKind::Integer),
            _ => param,
        },
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
