//! The seeds in the binary: every file of `seed-data/default` and `seed-data/documented`.
//!
//! A test compares the list with the folder: a new file is a new entry here.

macro_rules! seeds {
    ($($seed:literal: [$($file:literal),* $(,)?],)*) => {
        /// Name of a seed, and its files by name with their texts.
        const SEEDS: &[(&str, &[(&str, &str)])] = &[$(
            ($seed, &[$(($file, include_str!(concat!("../../seed-data/", $seed, "/", $file)))),*]),
        )*];
    };
}

seeds! {
    "default": ["org.json", "roles.json", "users.json", "records/Accounts.json", "records/Calls.json", "records/Campaigns.json", "records/Cases.json", "records/Contacts.json", "records/Deals.json", "records/Events.json", "records/Invoices.json", "records/Leads.json", "records/Notes.json", "records/Price_Books.json", "records/Products.json", "records/Purchase_Orders.json", "records/Quotes.json", "records/Sales_Orders.json", "records/Solutions.json", "records/Tasks.json", "records/Vendors.json"],
    "documented": ["fields.json", "org.json", "profiles.json", "roles.json", "users.json", "records/Accounts.json", "records/Campaigns.json", "records/Contacts.json", "records/Leads.json"],
    "documented/convert_lead": ["org.json", "users.json", "records/Accounts.json", "records/Campaigns.json", "records/Contacts.json", "records/Leads.json"],
    "documented/create_specific_record": ["org.json", "users.json"],
    "documented/create_update_records": ["org.json", "users.json", "records/Leads.json"],
    "documented/delete_records": ["org.json", "users.json", "records/Contacts.json"],
    "documented/get_organization": ["org.json", "users.json"],
    "documented/get_record": ["fields.json", "org.json", "users.json", "records/Leads.json"],
    "documented/get_user": ["org.json", "profiles.json", "roles.json", "users.json"],
    "documented/list_convertable_modules_ddl": ["modules.json", "org.json", "users.json"],
    "documented/list_creatable_modules_ddl": ["modules.json", "org.json", "users.json"],
    "documented/list_deletable_modules_ddl": ["modules.json", "org.json", "users.json"],
    "documented/list_fields_ddl": ["fields.json", "org.json", "users.json"],
    "documented/list_record_ids_ddl": ["org.json", "users.json", "records/Contacts.json"],
    "documented/list_records": ["fields.json", "org.json", "users.json", "records/Leads.json"],
    "documented/list_upsertable_modules_ddl": ["org.json", "users.json"],
    "documented/list_users": ["org.json", "profiles.json", "roles.json", "users.json"],
    "documented/list_viewable_modules_ddl": ["modules.json", "org.json", "users.json"],
    "documented/search_records": ["org.json", "users.json", "records/Leads.json"],
    "documented/update_records": ["org.json", "users.json", "records/Contacts.json"],
    "documented/update_specific_record": ["org.json", "users.json", "records/Contacts.json"],
}

/// The files of a seed.
#[must_use]
pub fn find(name: &str) -> Option<&'static [(&'static str, &'static str)]> {
    SEEDS
        .iter()
        .find(|(seed, _)| *seed == name)
        .map(|(_, files)| *files)
}

/// The names of all seeds.
pub fn names() -> impl Iterator<Item = &'static str> {
    SEEDS.iter().map(|(name, _)| *name)
}
