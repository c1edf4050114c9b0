//! Generated records agree with one another, and depend on nothing that does not concern them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};
use zoho_crm_mock::ids::Id;
use zoho_crm_mock::seed::build;
use zoho_crm_mock::seed::generate::{Generator, GeneratorSettings, REFERENCE};
use zoho_crm_mock::value::{Value, time};

use super::{OPTIONS, document, every_type, generate, load, records, settings, wanted};

const RELATED: [(&str, u64); 10] = [
    ("Accounts", 20),
    ("Contacts", 60),
    ("Deals", 80),
    ("Products", 10),
    ("Quotes", 40),
    ("Sales_Orders", 40),
    ("Invoices", 40),
    ("Cases", 40),
    ("Tasks", 60),
    ("Leads", 20),
];

#[test]
fn records_belong_together() {
    let document = document(&[], &Json::Null);
    let found = records(&generate(&document, &RELATED, settings(3)));
    let by_label: BTreeMap<&str, &Json> = found
        .values()
        .flatten()
        .filter_map(|record| Some((record["id"].as_str()?, record)))
        .collect();
    let behind = |record: &Json, field: &str| record[field].as_str().map(|label| by_label[label]);
    for contact in &found["Contacts"] {
        let account = behind(contact, "Account_Name").expect("an account");
        let site = |field: &str| account[field].as_str().map(str::to_owned);
        assert_eq!(
            contact["Mailing_City"].as_str(),
            site("Billing_City").as_deref()
        );
        if let (Some(email), Some(website)) =
            (contact["Email"].as_str(), account["Website"].as_str())
        {
            let domain = website.strip_prefix("https://www.").expect("a website");
            assert!(
                email.ends_with(domain) && domain.ends_with(".example"),
                "{email}"
            );
        }
        assert!(contact["Created_Time"].as_str() >= account["Created_Time"].as_str());
    }
    for (module, field) in [
        ("Deals", "Contact_Name"),
        ("Quotes", "Contact_Name"),
        ("Sales_Orders", "Contact_Name"),
        ("Invoices", "Contact_Name"),
        ("Cases", "Related_To"),
    ] {
        for record in &found[module] {
            let contact = behind(record, field).expect("a contact");
            assert_eq!(record["Account_Name"], contact["Account_Name"], "{record}");
        }
    }
    for order in &found["Sales_Orders"] {
        let quote = behind(order, "Quote_Name").expect("a quote");
        assert_eq!(order["Deal_Name"], quote["Deal_Name"]);
        for item in order["Ordered_Items"].as_array().expect("rows") {
            assert_eq!(
                item["List_Price"],
                behind(item, "Product_Name").expect("a product")["Unit_Price"]
            );
        }
    }
    let mut modules = BTreeMap::new();
    for task in &found["Tasks"] {
        let what = behind(task, "What_Id").expect("a record");
        let module = task["$se_module"].as_str().expect("its module");
        *modules.entry(module).or_insert(0) += 1;
        assert!(
            task["What_Id"]
                .as_str()
                .expect("a label")
                .starts_with(&format!("#{module}-"))
        );
        match module {
            "Deals" => assert_eq!(task["Who_Id"], what["Contact_Name"]),
            "Leads" => assert_eq!(task["Who_Id"], Json::Null),
            "Accounts" => {
                let contact = behind(task, "Who_Id").expect("a contact");
                assert_eq!(contact["Account_Name"], task["What_Id"]);
            }
            _ => {}
        }
    }
    assert!(modules.len() > 4, "{modules:?}");
}

#[test]
fn values_agree_with_one_another() {
    let document = document(&[], &Json::Null);
    let counts = [
        ("Accounts", 30),
        ("Deals", 300),
        ("Calls", 200),
        ("Events", 100),
    ];
    let found = records(&generate(&document, &counts, settings(0)));
    let today = time::format_date(time::day_of(REFERENCE, &jiff::tz::TimeZone::UTC));
    let mut closed = 0;
    for deal in &found["Deals"] {
        let (stage, date) = (
            deal["Stage"].as_str().expect("a stage"),
            deal["Closing_Date"].as_str(),
        );
        let over = stage.starts_with("Closed");
        closed += usize::from(over);
        assert!(
            if over {
                date <= Some(&today)
            } else {
                date >= Some(&today)
            },
            "{deal}"
        );
        let probability = match stage {
            "Closed Won" => Some(100),
            _ if over => Some(0),
            "Negotiation/Review" => Some(90),
            _ => None,
        };
        assert!(
            probability.is_none_or(|p| deal["Probability"] == p),
            "{deal}"
        );
        assert!(over || deal["Reason_For_Loss__s"].is_null());
    }
    assert!((30..270).contains(&closed), "{closed}");
    for call in &found["Calls"] {
        let planned = call["Outgoing_Call_Status"] == "Scheduled";
        assert_eq!(
            call["Call_Duration"].is_null(),
            planned || call["Call_Type"] == "Missed"
        );
    }
    for event in &found["Events"] {
        assert!(event["Start_DateTime"].as_str() < event["End_DateTime"].as_str());
    }
}

#[test]
fn the_same_bytes_on_every_run() {
    let document = document(&["default"], &Json::Null);
    let text = generate(&document, &RELATED, settings(1));
    let mut reversed = RELATED;
    reversed.reverse();
    assert_eq!(text, generate(&document, &reversed, settings(1)));
    assert_ne!(text, generate(&document, &RELATED, settings(2)));
    let german = GeneratorSettings {
        locale: "de".parse().expect("a locale"),
        ..settings(1)
    };
    assert_ne!(text, generate(&document, &RELATED, german));
}

/// One number more of one module, or a field more: all else stays.
#[test]
fn records_do_not_depend_on_others() {
    let plain = document(&[], &Json::Null);
    let few = records(&generate(
        &plain,
        &[("Leads", 20), ("Accounts", 10)],
        settings(1),
    ));
    let many = records(&generate(
        &plain,
        &[("Leads", 50), ("Accounts", 10)],
        settings(1),
    ));
    assert_eq!(few["Accounts"], many["Accounts"]);
    assert_eq!(few["Leads"], many["Leads"][..20]);
    let field = json!({"fields": {"Leads": [{"api_name": "Size", "field_label": "Size", "data_type": "picklist", "pick_list": ["S", "M"]}]}});
    let mut wider = records(&generate(
        &document(&[], &field),
        &[("Leads", 20)],
        settings(1),
    ));
    let leads = wider.get_mut("Leads").expect("leads");
    let sizes = leads
        .iter_mut()
        .filter_map(|lead| lead.as_object_mut()?.shift_remove("Size"));
    assert!(sizes.count() > 5);
    assert_eq!(*leads, few["Leads"]);
}

#[test]
fn records_of_the_seed_are_pointed_to() {
    let document = document(&["default"], &Json::Null);
    let text = generate(&document, &[("Deals", 40), ("Notes", 20)], settings(0));
    let state = load(&document, &text);
    let (deals, contacts) = (
        state.schema.module("Deals").expect("deals"),
        state.schema.module("Contacts").expect("contacts"),
    );
    let mut owners = BTreeMap::new();
    let made = records(&text)["Deals"].len();
    for (_, deal) in state.table(deals).rows().in_order(true).take(made + 20) {
        let contact = deal.by_name("Contact_Name", deals);
        if let Value::Lookup(_, id) = contact {
            let contact = state.table(contacts).get(id).expect("a contact");
            let theirs = contact.by_name("Account_Name", contacts);
            assert_eq!(deal.by_name("Account_Name", deals), theirs);
        }
        *owners.entry(deal.owner).or_insert(0) += 1;
    }
    assert!(owners.len() > 3, "{owners:?}");
}

/// People of a company in the seed live and write where the seed says that it is.
#[test]
fn companies_of_the_seed_keep_their_address() {
    let seed = json!({"Accounts": [{
        "Account_Name": "Harbour Club", "Website": "https://www.harbour.example/club", "Phone": "040 12345",
        "Billing_Street": "1 Quay", "Billing_City": "Hamburg", "Billing_Country": "Germany"}]});
    let found = records(&generate(
        &document(&[], &seed),
        &[("Contacts", 20)],
        settings(0),
    ));
    for contact in &found["Contacts"] {
        assert_eq!(
            (&contact["Mailing_Street"], &contact["Mailing_City"]),
            (&json!("1 Quay"), &json!("Hamburg"))
        );
        assert_eq!(
            (&contact["Mailing_Country"], &contact["Mailing_State"]),
            (&json!("Germany"), &Json::Null)
        );
        let ends = |field: &str, part: &str| {
            contact[field]
                .as_str()
                .is_none_or(|text| text.contains(part))
        };
        assert!(
            ends("Email", "@harbour.example") && ends("Phone", "040 123"),
            "{contact}"
        );
    }
}

#[test]
fn owners_are_active_users() {
    let document = document(&[], &every_type(false, false));
    let state = build(&document, OPTIONS).expect("a seed");
    let found = records(&generate(&document, &[("Leads", 50)], settings(0)));
    let mut names: Vec<String> = found["Leads"]
        .iter()
        .map(|lead| {
            state.user_name(Id::parse(lead["Owner"].as_str().expect("an owner")).expect("an id"))
        })
        .collect();
    names.sort();
    names.dedup();
    assert_eq!(names, ["Ann Lee", "Bo Ode"]);
}

/// Linking modules pair each two records once, those that the seed pairs already included.
#[test]
fn linking_modules_pair_records() {
    let seed = json!({
        "org": {"id_prefix": "4242424"},
        "Campaigns": [{"id": "4242424000000000101", "Campaign_Name": "A"},
            {"id": "4242424000000000102", "Campaign_Name": "B"}],
        "Leads": [{"id": "4242424000000000201", "Last_Name": "A", "Company": "A"},
            {"id": "4242424000000000202", "Last_Name": "B", "Company": "B"}],
        "Campaigns_X_Leads": [{"id": "4242424000000000301",
            "Campaign": {"id": "4242424000000000101"}, "Lead": {"id": "4242424000000000202"}}],
    });
    let document = document(&[], &seed);
    let counts = [
        ("Campaigns_X_Leads", 3),
        ("Deals", 3),
        ("Contacts", 4),
        ("Deals_X_Contacts", 12),
    ];
    let found = records(&generate(&document, &counts, settings(0)));
    for (module, own, other) in [
        ("Campaigns_X_Leads", "Campaign", "Lead"),
        ("Deals_X_Contacts", "Deal", "Contact"),
    ] {
        let pairs = found[module].iter();
        let pairs: BTreeSet<String> = pairs
            .map(|pair| format!("{} {}", pair[own], pair[other]))
            .collect();
        assert_eq!(pairs.len(), found[module].len(), "{pairs:?}");
        let known = r#""4242424000000000101" "4242424000000000202""#;
        assert!(!pairs.contains(known));
    }
    let roles = found["Deals_X_Contacts"].iter();
    let roles = roles.filter_map(|pair| pair.get("Contact_Role")?.as_str());
    for role in roles {
        assert!(role.starts_with("4242424000000006"), "{role}");
    }
    let wanted = wanted(&[("Campaigns_X_Leads", 4)]);
    let error = Generator::new(&document, OPTIONS, &wanted, settings(0)).expect_err("too many");
    assert_eq!(
        error.to_string(),
        "Campaigns_X_Leads has room for 3 pairs, not for 4"
    );
}

/// What hangs on a record names it.
#[test]
fn notes_and_attachments_have_parents() {
    let document = document(&[], &Json::Null);
    let counts = [("Accounts", 3), ("Notes", 20), ("Attachments", 20)];
    let found = records(&generate(&document, &counts, settings(0)));
    for record in found["Notes"].iter().chain(&found["Attachments"]) {
        let parent = record["Parent_Id"].as_str().expect("a parent");
        assert!(parent.starts_with("#Accounts-"), "{record}");
    }
}
