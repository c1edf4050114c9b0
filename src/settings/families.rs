//! The families, a file each. One that is added is a file and a line here; a family stands behind
//! those that its objects refer to, since seeds are loaded in this order.

macro_rules! families {
    ($($file:ident::$family:ident,)*) => {
        $(pub mod $file;)*

        /// Every family.
        pub static FAMILIES: &[&super::Family] = &[$(&$file::$family,)*];
    };
}

families! {
    roles::ROLES,
    profiles::PROFILES,
    user_groups::USER_GROUPS,
    tags::TAGS,
    variable_groups::VARIABLE_GROUPS,
    variables::VARIABLES,
    currencies::CURRENCIES,
    business_hours::BUSINESS_HOURS,
    shift_hours::SHIFT_HOURS,
    holidays::HOLIDAYS,
    contact_roles::CONTACT_ROLES,
    watch::WATCH,
    territories::TERRITORIES,
    data_sharing::DATA_SHARING,
    record_shares::RECORD_SHARES,
    email_configurations::EMAIL_CONFIGURATIONS,
    email_shares::EMAIL_SHARES,
    record_locking_configurations::RECORD_LOCKING_CONFIGURATIONS,
    blueprints::BLUEPRINTS,
    scoring_rules::SCORING_RULES,
    cadences::CADENCES,
    cadence_enrolments::CADENCE_ENROLMENTS,
    emails::EMAILS,
    emails_blocked::BLOCKED_EMAILS,
    service_preferences::SERVICE_PREFERENCES,
    appointment_preferences::APPOINTMENT_PREFERENCES,
}
