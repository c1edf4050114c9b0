//! The parameters of operations on families.

use crate::api::endpoint::{Param, ParamKind};
use crate::api::param;
use crate::settings::family::{Family, Filter, What};
use crate::settings::key::{self, KeyType};
use crate::version::Versions;

/// `include`: keys that are shown on request alone.
pub(super) const INCLUDE: Param = Param::new("include");

/// The parameters of an operation.
pub(super) fn params(family: &Family, what: What) -> Vec<Param> {
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
                .any(|key| key.place == key::ShownIn::Included)
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
        What::Create => params.extend(queried(family)),
        What::UpdateMany | What::Delete => {}
    }
    params
}

/// The parameters that give the objects of a creation what they do not say themselves.
pub(super) fn queried(family: &Family) -> impl Iterator<Item = Param> {
    let keys = family.keys.iter();
    let queried = keys.filter(|key| key.queried != Versions::NONE);
    queried.map(|key| Param {
        versions: key.queried,
        ..Param::new(key.name)
    })
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
