//! Orders by several keys: with an index of the first key, and without.

use serde_json::{Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::world::World;

use crate::support::send;

/// What a query selects.
fn rows(world: &World, query: &str) -> Vec<Json> {
    let body = json!({"select_query": query});
    let (status, answer) = send(world, "POST", "/crm/v8/coql", Some(&body));
    assert_eq!(status, 200, "{answer}");
    answer["data"].as_array().expect("rows").clone()
}

/// From the fourth question on the order of the first key is there; the rows are those of a sort, and
/// they follow what is written.
#[test]
fn the_first_key_is_walked() {
    let leads = (0..6_000_u32).map(|n| {
        let company = (n % 10 != 0).then(|| format!("C{:02}", n * 7 % 37));
        json!({"Last_Name": format!("L{:04}", n * 31 % 4_999), "Company": company,
            "No_of_Employees": n % 91, "City": format!("T{}", n % 5)})
    });
    let seed = json!({"Leads": leads.collect::<Vec<Json>>()});
    let world = Builder::default().empty().seed_json(&seed).build_world();
    let world = world.expect("a world");
    let text = |row: &Json, name: &str| match &row[name] {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        number => format!("{:012}", number.as_u64().expect("a number")),
    };
    for (first, ascending) in [("Company", true), ("No_of_Employees", false)] {
        let direction = if ascending { "asc" } else { "desc" };
        let query = format!(
            "select Company, No_of_Employees, Last_Name from Leads where City != 'T3' \
             order by {first} {direction}, Last_Name asc limit 20, 40"
        );
        let answers: Vec<Vec<Json>> = (0..6).map(|_| rows(&world, &query)).collect();
        assert_eq!(answers[0].len(), 40);
        assert!(answers.iter().all(|rows| *rows == answers[0]), "{first}");
        let sorted = answers[0].windows(2).all(|pair| {
            let [a, b] = [0, 1].map(|n| (text(&pair[n], first), text(&pair[n], "Last_Name")));
            if a.0 == b.0 {
                a.1 <= b.1
            } else {
                (a.0 < b.0) == ascending
            }
        });
        assert!(sorted, "{first}: {:?}", answers[0]);
        // what is written afterwards stands where it belongs
        let mut lead =
            json!({"Last_Name": "A", "City": "T1", "Company": "A", "No_of_Employees": 0});
        if !ascending {
            lead[first] = 99_999.into();
        }
        let (status, _) = send(
            &world,
            "POST",
            "/crm/v8/Leads",
            Some(&json!({"data": [lead]})),
        );
        assert_eq!(status, 201);
        let named = query.replace("City != 'T3'", &format!("{first} is not null"));
        let rows = rows(&world, &named.replace("limit 20, 40", "limit 0, 1"));
        assert_eq!(rows[0]["Last_Name"], "A", "{first}");
    }
}
