//! Questions to 1,000,000 Leads, beside the same questions to SQLite in memory with the same
//! indexes, in one run: `cargo run --release --manifest-path benches/sqlite/Cargo.toml`.
//!
//! Both give whole records: references to them here, all columns of a row there. Here a question
//! is read, checked and planned each time; SQLite keeps its statements prepared.

use std::hint::black_box;
use std::time::{Duration, Instant};

use rusqlite::{Connection, params_from_iter, types::Value as Sql};
use zoho_crm_mock::Builder;
use zoho_crm_mock::dispatch::dispatch;
use zoho_crm_mock::query::coql::{self, CoqlRules};
use zoho_crm_mock::query::criteria;
use zoho_crm_mock::query::plan::{Converted, Query, Sort};
use zoho_crm_mock::query::resolve::{self, ConditionRules};
use zoho_crm_mock::query::select::{self, Rows};
use zoho_crm_mock::request::Request;
use zoho_crm_mock::store::OrgState;
use zoho_crm_mock::version::ApiVersion;
use zoho_crm_mock::world::World;

const MANY: usize = 1_000_000;

fn main() {
    let folder = std::env::temp_dir().join(format!("zoho-crm-mock-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let (small, large) = (world(&folder, 1_000), world(&folder, MANY));
    std::fs::remove_dir_all(&folder).expect("removed");
    let sqlite = database(MANY);
    first_use(&large);
    questions(&small, &large, &sqlite);
    scans(&large);
    inserts(&large);
}

fn lead(n: usize, of: usize) -> [String; 8] {
    // values without an order of their own
    let mixed = n.wrapping_mul(7_919) % of;
    [
        format!("Last {mixed}"),
        format!("Company {}", mixed % (of / 20)),
        format!("lead{mixed}@example.com"),
        [
            "Contacted",
            "Not Contacted",
            "Lost Lead",
            "Junk Lead",
            "Pre-Qualified",
        ][mixed % 5]
            .into(),
        ["Pune", "Oslo", "Lima", "Rome"][mixed % 4].into(),
        format!("{mixed}.5"),
        format!("{}", mixed % 500),
        format!("555-{mixed:07}"),
    ]
}

const COLUMNS: &str =
    "Last_Name,Company,Email,Lead_Status,City,Annual_Revenue,No_of_Employees,Phone";

fn world(folder: &std::path::Path, count: usize) -> World {
    use std::fmt::Write as _;
    let folder = folder.join(count.to_string());
    std::fs::create_dir_all(&folder).expect("a folder");
    let mut text = format!("id,{COLUMNS}\n");
    for n in 0..count {
        let _ = writeln!(text, "{},{}", id(n), lead(n, count).join(","));
    }
    std::fs::write(folder.join("Leads.csv"), text).expect("written");
    let builder = Builder::default().seed(folder.display().to_string());
    builder
        .now("2026-11-16T09:00:00Z")
        .build_world()
        .expect("a world")
}

fn id(n: usize) -> u64 {
    5_725_767_000_000_000_000 + 10_000_000 + n as u64
}

fn database(count: usize) -> Connection {
    let mut database = Connection::open_in_memory().expect("SQLite");
    database.set_prepared_statement_cache_capacity(64);
    database
        .execute_batch(
            "create table Leads (id integer primary key, Last_Name text collate nocase,
                Company text collate nocase, Email text collate nocase, Lead_Status text collate nocase,
                City text collate nocase, Annual_Revenue real, No_of_Employees integer, Phone text);",
        )
        .expect("a table");
    let change = database.transaction().expect("a transaction");
    {
        let mut insert = change
            .prepare("insert into Leads values (?,?,?,?,?,?,?,?,?)")
            .expect("a statement");
        for n in 0..count {
            let mut values = vec![Sql::Integer(id(n) as i64)];
            values.extend(lead(n, count).into_iter().map(Sql::Text));
            insert.execute(params_from_iter(values)).expect("inserted");
        }
    }
    change.commit().expect("committed");
    for field in [
        "Last_Name",
        "Company",
        "Email",
        "Lead_Status",
        "City",
        "Annual_Revenue",
        "No_of_Employees",
    ] {
        let index = format!("create index {field}_index on Leads({field})");
        database.execute_batch(&index).expect("an index");
    }
    database.execute_batch("analyze").expect("analysed");
    database
}

// ---- asking --------------------------------------------------------------------------------

/// A question in both forms.
struct Question {
    name: &'static str,
    criteria: &'static str,
    sort: Option<(&'static str, bool)>,
    skip: usize,
    take: usize,
    sql: &'static str,
}

fn find(state: &OrgState, question: &Question) -> Vec<u64> {
    let module = state.schema.module("Leads").expect("Leads");
    let expr = if question.criteria.is_empty() {
        zoho_crm_mock::query::Expr::always()
    } else {
        let node = criteria::parse(question.criteria).expect("a criteria");
        resolve::criteria(&node, module, ConditionRules { exact_text: true }).expect("it fits")
    };
    let sort = question.sort.map(|(field, ascending)| Sort {
        by: module.field(field).expect("a field"),
        ascending,
    });
    let query = Query {
        state,
        module,
        expr: &expr,
        converted: Converted::No,
        sort,
    };
    query
        .page(question.skip, question.take)
        .iter()
        .map(|record| record.id.0)
        .collect()
}

fn find_by_sql(database: &Connection, sql: &str) -> Vec<u64> {
    let mut statement = database.prepare_cached(sql).expect("a statement");
    let columns = statement.column_count();
    let mut rows = statement.query([]).expect("rows");
    let mut ids = Vec::new();
    while let Some(row) = rows.next().expect("a row") {
        for column in 1..columns {
            black_box(row.get_ref(column).expect("a value"));
        }
        ids.push(row.get::<_, i64>(0).expect("an id") as u64);
    }
    ids
}

fn median(times: usize, mut run: impl FnMut()) -> Duration {
    run();
    let mut taken: Vec<Duration> = (0..times)
        .map(|_| {
            let started = Instant::now();
            run();
            started.elapsed()
        })
        .collect();
    taken.sort();
    taken[times / 2]
}

const QUESTIONS: &[Question] = &[
    Question {
        name: "id equals",
        criteria: "(id:equals:5725767000010000777)",
        sort: None,
        skip: 0,
        take: 200,
        sql: "select * from Leads where id = 5725767000010000777 limit 200",
    },
    Question {
        name: "Email equals",
        criteria: "(Email:equals:lead777@example.com)",
        sort: None,
        skip: 0,
        take: 200,
        sql: "select * from Leads where Email = 'lead777@example.com' order by id desc limit 200",
    },
    Question {
        name: "Email in, ten values",
        criteria: "(Email:in:lead1@example.com,lead2@example.com,lead3@example.com,lead4@example.com,lead5@example.com,lead6@example.com,lead7@example.com,lead8@example.com,lead9@example.com,lead10@example.com)",
        sort: None,
        skip: 0,
        take: 200,
        sql: "select * from Leads where Email in ('lead1@example.com','lead2@example.com','lead3@example.com','lead4@example.com','lead5@example.com','lead6@example.com','lead7@example.com','lead8@example.com','lead9@example.com','lead10@example.com') order by id desc limit 200",
    },
    Question {
        name: "Company equals, 20 of 1,000,000",
        criteria: "(Company:equals:Company 7)",
        sort: None,
        skip: 0,
        take: 200,
        sql: "select * from Leads where Company = 'Company 7' order by id desc limit 200",
    },
    Question {
        name: "range, sorted by it, a page of 200",
        criteria: "(Annual_Revenue:between:250000,750000)",
        sort: Some(("Annual_Revenue", true)),
        skip: 0,
        take: 200,
        sql: "select * from Leads where Annual_Revenue between 250000 and 750000 order by Annual_Revenue, id limit 200",
    },
    Question {
        name: "narrow range, by id",
        criteria: "(Annual_Revenue:between:250000,250400)",
        sort: None,
        skip: 0,
        take: 200,
        sql: "select * from Leads where Annual_Revenue between 250000 and 250400 order by id desc limit 200",
    },
    Question {
        name: "starts_with, sorted by it",
        criteria: "(Last_Name:starts_with:Last 77)",
        sort: Some(("Last_Name", true)),
        skip: 0,
        take: 200,
        sql: "select * from Leads where Last_Name >= 'Last 77' and Last_Name < 'Last 78' order by Last_Name, id limit 200",
    },
    Question {
        name: "sorted by a text, descending",
        criteria: "",
        sort: Some(("Last_Name", false)),
        skip: 0,
        take: 200,
        sql: "select * from Leads order by Last_Name desc, id desc limit 200",
    },
    Question {
        name: "a common value, newest first",
        criteria: "(City:equals:Oslo)",
        sort: None,
        skip: 0,
        take: 200,
        sql: "select * from Leads where City = 'Oslo' order by id desc limit 200",
    },
    Question {
        name: "two conditions",
        criteria: "((Company:equals:Company 7)and(City:equals:Oslo))",
        sort: None,
        skip: 0,
        take: 200,
        sql: "select * from Leads where Company = 'Company 7' and City = 'Oslo' order by id desc limit 200",
    },
    Question {
        name: "page 500 by id",
        criteria: "",
        sort: None,
        skip: 99_800,
        take: 200,
        sql: "select * from Leads order by id desc limit 200 offset 99800",
    },
];

/// Times of queries of COQL, and of the same in SQL, which give a number of groups or rows.
const GROUPS: &[(&str, &str, &str)] = &[
    (
        "group by Lead_Status with a count",
        "select Lead_Status, COUNT(id) from Leads where id is not null group by Lead_Status",
        "select Lead_Status, count(id) from Leads group by Lead_Status",
    ),
    (
        "sum over all",
        "select SUM(Annual_Revenue) from Leads where id is not null",
        "select sum(Annual_Revenue) from Leads",
    ),
    (
        "contains, nothing found",
        "select COUNT(id) from Leads where Phone like '%zzz%'",
        "select count(id) from Leads where Phone like '%zzz%'",
    ),
];

fn groups(state: &OrgState, text: &str) -> usize {
    let query = coql::parse(text, CoqlRules::default()).expect("a query");
    let limits = ApiVersion::LATEST.coql_limits();
    let select = select::resolve(&query, state, limits, 0).expect("it fits");
    match select.run(state) {
        Rows::Records(rows, _) => rows.len(),
        Rows::Groups(rows, _) => rows.len(),
    }
}

fn questions(small: &World, large: &World, sqlite: &Connection) {
    let (few, many) = (small.default_org().read(), large.default_org().read());
    println!(
        "\n| question | 1,000 Leads | 1,000,000 Leads | growth | SQLite, 1,000,000 | SQLite / mock |\n| --- | --- | --- | --- | --- | --- |"
    );
    for question in QUESTIONS {
        let mut here = find(&many, question);
        let mut there = find_by_sql(sqlite, question.sql);
        if question.sort.is_none() {
            here.sort_unstable();
            there.sort_unstable();
        }
        assert_eq!(here, there, "{}", question.name);
        let times = 201;
        let before = median(times, || drop(black_box(find(&few, question))));
        let now = median(times, || drop(black_box(find(&many, question))));
        let sql = median(times, || drop(black_box(find_by_sql(sqlite, question.sql))));
        let growth = now.as_secs_f64() / before.as_secs_f64();
        let ratio = sql.as_secs_f64() / now.as_secs_f64();
        println!(
            "| {} | {before:.1?} | {now:.1?} | {growth:.2} | {sql:.1?} | {ratio:.1} |",
            question.name
        );
    }
    for (name, query, sql) in GROUPS {
        let before = median(21, || {
            black_box(groups(&few, query));
        });
        let now = median(9, || {
            black_box(groups(&many, query));
        });
        let sql = median(9, || {
            let mut statement = sqlite.prepare_cached(sql).expect("a statement");
            let mut rows = statement.query([]).expect("rows");
            while let Some(row) = rows.next().expect("a row") {
                black_box(row.get_ref(0).expect("a value"));
            }
        });
        let ratio = sql.as_secs_f64() / now.as_secs_f64();
        println!("| {name} | {before:.1?} | {now:.1?} | | {sql:.1?} | {ratio:.1} |");
    }
}

fn first_use(large: &World) {
    println!("first use of an index over 1,000,000 Leads:");
    let state = large.default_org().read();
    for question in QUESTIONS
        .iter()
        .filter(|q| !q.name.starts_with("id") && !q.name.starts_with("page"))
    {
        let started = Instant::now();
        black_box(find(&state, question));
        println!("  {}: {:.0?}", question.name, started.elapsed());
    }
}

fn scans(large: &World) {
    let state = large.default_org().read();
    println!();
    for (name, query) in [
        (
            "a number",
            "select COUNT(id) from Leads where No_of_Employees != 3",
        ),
        (
            "a text's end",
            "select COUNT(id) from Leads where Phone like '%zzz'",
        ),
    ] {
        let time = median(9, || {
            black_box(groups(&state, query));
        });
        let rate = MANY as f64 / 1e6 / time.as_secs_f64();
        println!("scan of {name}: {rate:.1} million records a second");
    }
}

fn inserts(large: &World) {
    let folder = std::env::temp_dir().join(format!("zoho-crm-mock-plain-{}", std::process::id()));
    let plain = world(&folder, MANY);
    std::fs::remove_dir_all(&folder).expect("removed");
    let plain = inserts_a_second(&plain, |_| ());
    // an index that nobody asks need not be kept: each is asked every so often
    let asked = inserts_a_second(large, |n| {
        if n % 100 == 0 {
            let state = large.default_org().read();
            black_box(find(&state, &QUESTIONS[1 + n / 100 % 7]));
        }
    });
    println!(
        "\ninserts with five live indexes, each asked every 500th insert or so: {:.2} of the rate without any",
        asked / plain
    );
}

fn inserts_a_second(world: &World, ask: impl Fn(usize)) -> f64 {
    const COUNT: usize = 20_000;
    let headers = vec![("authorization".to_owned(), "Zoho-oauthtoken x".to_owned())];
    let started = Instant::now();
    for n in 0..COUNT {
        let body = format!(
            "{{\"data\":[{{\"Last_Name\":\"New {n}\",\"Company\":\"Company {n}\",\
              \"Email\":\"new{n}@example.com\",\"City\":\"Oslo\",\"Annual_Revenue\":{n}}}]}}"
        );
        let request = Request::new("POST", "/crm/v8/Leads", "", &headers, Some(body.as_bytes()));
        assert_eq!(dispatch(world, &request).status, 201);
        ask(n);
    }
    COUNT as f64 / started.elapsed().as_secs_f64()
}
