//! What is exported loads again to an equal org.

mod answers;
mod declarations;
mod lives;
mod operations;
mod replaced;

use zoho_crm_mock::Builder;
use zoho_crm_mock::runtime::auth::{AuthMode, Tokens};
use zoho_crm_mock::runtime::clock::Clock;
use zoho_crm_mock::schema::View;
use zoho_crm_mock::seed::{self, Document, Options, embedded};
use zoho_crm_mock::store::{OrgState, Record};
use zoho_crm_mock::value::time;
use zoho_crm_mock::world::{Settings, World};

const NOW: &str = "2026-11-16T09:00:00Z";

/// Another time and another chance than those of the org: a reload may not depend on them.
const LATER: Options = Options {
    now: 1_800_000_000,
    rng_seed: 77,
};

pub(crate) fn reload(text: &[u8]) -> OrgState {
    let (mut document, mut problems) = (Document::default(), Vec::new());
    let text = std::str::from_utf8(text).expect("UTF-8");
    document.add_file(
        "export.json",
        &"export.json".into(),
        text.into(),
        &mut problems,
    );
    assert_eq!(problems, []);
    seed::build(&document, LATER).unwrap_or_else(|e| panic!("{e}"))
}

pub(crate) fn world_of(state: OrgState) -> World {
    let now = time::parse_datetime(NOW).expect("a date-time");
    World::new(
        state,
        Tokens::new(0),
        Clock::fixed(now),
        Settings {
            auth: AuthMode::Off,
            ..Settings::default()
        },
    )
}

/// A record with all that it holds, to the last bit.
fn whole(record: &Record) -> String {
    format!(
        "{:?}",
        (
            record.id,
            (record.owner, record.created_by, record.modified_by),
            (record.created_time, record.modified_time),
            record.converted,
            record.values(),
        )
    )
}

fn views(views: &[View]) -> Vec<(zoho_crm_mock::ids::Id, zoho_crm_mock::schema::ViewSpec)> {
    let plain = views.iter().map(|view| {
        let mut spec = view.spec.clone();
        // where the id came from
        spec.id = None;
        (view.id, spec)
    });
    plain.collect()
}

/// Two orgs are equal, field by field.
pub(crate) fn assert_same(a: &OrgState, b: &OrgState) {
    let (i, j) = (&a.info, &b.info);
    assert_eq!(i.attributes, j.attributes);
    assert_eq!((i.prefix, i.era), (j.prefix, j.era));
    assert_eq!(i.features, j.features);
    assert_eq!(i.hidden_keys, j.hidden_keys);
    assert_eq!(i.time_zone, j.time_zone);
    assert_eq!(
        (i.coql_plain_chains, i.search_lag, i.exact_text_equals),
        (j.coql_plain_chains, j.search_lag, j.exact_text_equals)
    );
    assert_eq!(a.schema.declared(), b.schema.declared());
    assert_eq!(a.schema.modules().len(), b.schema.modules().len());
    for (m, n) in a.schema.modules().zip(b.schema.modules()) {
        assert_eq!((m.api_name(), m.id, m.no), (n.api_name(), n.id, n.no));
        assert_eq!(m.spec.module_name, n.spec.module_name);
        assert_eq!(views(&m.views), views(&n.views), "{}", m.api_name());
        assert_eq!(m.fields.len(), n.fields.len());
        for (f, g) in m.fields.iter().zip(&n.fields) {
            assert_eq!((f.api_name(), f.id, &f.kind), (g.api_name(), g.id, &g.kind));
        }
        let (s, t) = (a.table(m), b.table(n));
        assert_eq!(s.rows().len(), t.rows().len(), "{}", m.api_name());
        assert_eq!(s.rows().visible_len(), t.rows().visible_len());
        for ((_, x), (_, y)) in s.rows().iter().zip(t.rows().iter()) {
            assert_eq!(whole(x), whole(y), "{}", m.api_name());
        }
        assert_eq!(s.deleted().len(), t.deleted().len());
        for ((k, x), (l, y)) in s.deleted().iter().zip(t.deleted().iter()) {
            assert_eq!((k, whole(&x.record)), (l, whole(&y.record)));
            assert_eq!(
                (&x.display_name, x.deleted_by, x.deleted_time),
                (&y.display_name, y.deleted_by, y.deleted_time)
            );
            assert_eq!((x.with, x.gone), (y.with, y.gone));
        }
    }
    assert!(a.users.iter().eq(b.users.iter()));
    assert_eq!(a.settings, b.settings);
    assert!(a.timeline.iter().eq(b.timeline.iter()));
    assert_eq!(a.current_user, b.current_user);
    assert_eq!(a.time_zone, b.time_zone);
    assert_eq!(a.next_tail, b.next_tail);
    assert_eq!(a.next_ids, b.next_ids);
}

pub(crate) fn check(state: &OrgState) -> OrgState {
    let text = seed::export(state);
    let again = reload(&text);
    assert_same(state, &again);
    assert_eq!(
        String::from_utf8_lossy(&text),
        String::from_utf8_lossy(&seed::export(&again))
    );
    again
}

#[test]
fn the_seeds_of_the_binary() {
    for name in embedded::names() {
        let world = Builder::default().seed(name).now(NOW).build_world();
        let world = world.expect("a good seed");
        check(&world.default_org().read());
    }
    let empty = Builder::default().empty().now(NOW).build_world();
    check(&empty.expect("empty").default_org().read());
}
