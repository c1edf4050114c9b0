//! What the keys of a user may hold.

use serde_json::Value as Json;

use crate::api::spot::Spot;
use crate::error::{ApiError, Code};
use crate::value::time;
use crate::version::ApiVersion;

/// What a key may hold.
#[derive(Clone, Copy)]
enum Holds {
    /// A text of so many characters.
    Text(usize),
    /// The same without characters that names cannot have.
    Name(usize),
    /// The same without characters that parts of an address cannot have.
    Address(usize),
    /// A date.
    Date,
    /// One of these words, in any case of letters; else the error.
    Word(&'static [&'static str], Code),
    /// One of the words that are listed in a text, letter for letter; else the error.
    Listed(&'static str, Code),
    /// A way of writing dates.
    DateFormat,
    /// What stands between an integer and its fraction: a locale in versions that have one there.
    DecimalSeparator,
}

/// The keys that are checked. Lengths, words and the keys without special characters are those of
/// the newest description of v8; messages are the same in the older pages and SDKs.
const RULES: &[(&str, Holds)] = &[
    ("first_name", Holds::Name(50)),
    ("last_name", Holds::Name(50)),
    ("alias", Holds::Name(50)),
    ("city", Holds::Address(100)),
    ("country", Holds::Address(100)),
    ("state", Holds::Address(100)),
    ("street", Holds::Address(250)),
    ("zip", Holds::Address(30)),
    ("phone", Holds::Text(30)),
    ("mobile", Holds::Text(30)),
    ("fax", Holds::Text(30)),
    ("website", Holds::Text(250)),
    ("signature", Holds::Text(200)),
    ("dob", Holds::Date),
    (
        "time_format",
        Holds::Word(&["HH:mm", "hh:mm a"], Code::USER_PATTERN),
    ),
    (
        "distance_preference__s",
        Holds::Word(&["Kilometers", "Miles"], Code::USER_PATTERN),
    ),
    ("date_format", Holds::DateFormat),
    (
        "number_separator",
        Holds::Word(&["Comma", "Period", "Space"], Code::USER_NUMBER_SEPARATOR),
    ),
    ("decimal_separator", Holds::DecimalSeparator),
    ("name_format", NAME_FORMAT),
    ("name_format__s", NAME_FORMAT),
    ("sort_order_preference", SORT_ORDER),
    ("sort_order_preference__s", SORT_ORDER),
    ("language", Holds::Listed(LANGUAGES, Code::USER_LANGUAGE)),
    (
        "locale",
        Holds::Listed(LOCALES, Code::USER_REFERENCE_INVALID),
    ),
];

const NAME_FORMAT: Holds = Holds::Word(
    &[
        "Salutation,First Name,Last Name",
        "Salutation,Last Name,First Name",
        "First Name,Salutation,Last Name",
        "First Name,Last Name,Salutation",
        "Last Name,Salutation,First Name",
        "Last Name,First Name,Salutation",
    ],
    Code::USER_NAME_FORMAT,
);
const SORT_ORDER: Holds = Holds::Word(
    &["First Name,Last Name", "Last Name,First Name"],
    Code::USER_SORT_ORDER,
);
const DECIMAL: &[&str] = &["Comma", "Period"];

/// Languages beside the [locales](LOCALES).
const LANGUAGES: &str = "\
    af_NA af_ZA ak_GH su_ID cy_GB de_CH de_AT en_AU en_CA en_IE en_NZ en_SG en_ZA ee_GH ee_TG fy_NL \
    ga_GB ga_IE gv_IM ki_KE gd_GB ha_GH ha_NG ha_NE ig_NG rn_BI jv_ID rw_RW sw_CD sw_KE sw_TZ sw_UG \
    lg_UG lb_LU mg_MG mt_MT ms_BN ms_ID ms_MY ms_SG nl_BE nl_BQ om_ET om_KE ff_GN ff_SN qu_BO qu_EC \
    qu_PE so_ET so_DJ so_KE so_SO sg_CF vi_VN lu_CD tr_CY tr_TR wo_SN az_AZ bm_ML bs_BA br_FR ca_AD \
    ca_ES ca_FR ca_IT sn_ZW da_DK da_GL se_NO se_SE se_FI et_EE es_AR es_BO es_CL es_CO es_CR es_EC \
    es_SV es_GT es_HN es_NI es_PA es_PY es_PE es_PR es_DO es_UY es_VE eu_ES fr_BE fr_CA fr_CH fo_DK \
    fo_FO gl_ES hr_BA hr_HR nd_ZW xh_ZA zu_ZA it_VA it_IT it_SM it_CH kl_GL kw_GB ku_TR lv_LV to_TO \
    lt_LT ln_AO ln_CG ln_CF ln_CD hu_HU nn_NO no_NO nb_NO nb_SJ uz_AF uz_UZ pl_PL ro_MD ro_RO rm_CH \
    sq_XK sq_MK sq_AL sk_SK sl_SI fi_FI sv_FI sv_SE sv_AX mi_NZ tk_TM yo_BJ yo_NG is_IS cs_CZ el_GR \
    el_CY be_BY bg_BG os_GE os_RU ky_KG mk_MK mn_MN ce_RU sr_BA sr_CS sr_RS sr_ME tt_RU tg_TJ uk_UA \
    kk_KZ hy_AM ug_CN ur_IN ur_PK ar_JO ar_AE ar_BH ar_DZ ar_SD ar_IQ ar_KW ar_MA ar_SA ar_YE ar_TN \
    ar_SY ar_OM ar_QA ar_LB ar_LY sd_PK sd_IN fa_AF fa_IR ps_AF ps_PK ks_IN ne_NP ne_IN mr_IN sa_IN \
    hi_IN as_IN bn_BD bn_IN pa_PK pa_IN gu_IN or_IN ta_IN ta_LK ta_SG ta_MY te_IN kn_IN ml_IN si_LK \
    th_TH lo_LA bo_IN bo_CN dz_BT my_MM ka_GE ti_ET ti_ER am_ET km_KH zh_MO zh_HK zh_SG zh_CN zh_TW \
    ja_JP ii_CN ko_KR ko_KP";

/// Locales.
const LOCALES: &str = "\
    in_ID zh_CN zh_TW da_DK de_DE en_GB en_US es_ES fr_FR iw_IL hr_HR it_IT hu_HU nl_NL pl_PL pt_BR \
    pt_PT sv_SE vi_VN tr_TR cs_CZ bg_BG ru_RU ar_EG hi_IN th_TH ja_JP ko_KR";

const DATE_FORMATS: &[&str] = &[
    "dd-MM-yyyy",
    "dd/MM/yyyy",
    "dd.MM.yyyy",
    "dd MM yyyy",
    "dd-MM-yy",
    "dd/MM/yy",
    "dd.MM.yy",
    "d.MM.yy",
    "d-M-yy",
    "d/M/yy",
    "d.M.yy",
    "d.M.yy.",
    "d-M-yyyy",
    "d/M/yyyy",
    "d.M.yyyy",
    "d. M. yyyy.",
    "d. M. yyyy",
    "d MMM, yyyy",
    "dd MMM, yyyy",
    "d. MMMM yyyy",
    "dd.MM.yyyy.",
    "dd.MM.yy.",
    "yyyy-MM-dd",
    "yyyy/MM/dd",
    "yyyy.MM.dd",
    "yyyy MM dd",
    "yy/MM/dd",
    "yy-MM-dd",
    "yy.M.d",
    "yy-M-d",
    "yy. M. d",
    "yyyy/M/d",
    "yyyy年MM月dd日",
    "yy年M月d日",
    "yyyy.MM.dd.",
    "yyyy. MM. dd",
    "MM-dd-yyyy",
    "MM/dd/yyyy",
    "MM.dd.yyyy",
    "MM dd yyyy",
    "MM-dd-yy",
    "MM/dd/yy",
    "M/dd/yy",
    "MMM-dd-yyyy",
    "MMM dd, yyyy",
    "MMM d, yyyy",
    "MMMM d, yyyy",
    "yyyy.dd.MM",
    "yy.d.M",
];

/// The value of a key as it is kept. Keys without a rule, and null, are kept as they are.
///
/// # Errors
/// What is wrong with it.
pub(super) fn checked(key: &str, value: &Json, spot: Spot) -> Result<Json, ApiError> {
    let rule = RULES.iter().find(|(known, _)| *known == key);
    let Some((_, holds)) = rule.filter(|_| !value.is_null()) else {
        return Ok(value.clone());
    };
    let invalid = |detail: &str, value: Json| {
        spot.about(ApiError::new(Code::INVALID_DATA).with(detail, value), key)
    };
    let text = value
        .as_str()
        .ok_or_else(|| invalid("expected_data_type", "string".into()))?;
    let (most, allowed): (usize, fn(char) -> bool) = match *holds {
        Holds::Word(words, code) => return word(words, text).ok_or_else(|| spot.about(code, key)),
        Holds::DecimalSeparator => {
            let locale = spot.version.decimal_separator_is_locale() && is_locale(text);
            let kept = if locale {
                Some(text.into())
            } else {
                word(DECIMAL, text)
            };
            return kept.ok_or_else(|| spot.about(Code::USER_DECIMAL_SEPARATOR, key));
        }
        Holds::Listed(list, code) => {
            let known = is_listed(list, text) || is_listed(LOCALES, text);
            return kept_if(known, value, || spot.about(code, key));
        }
        Holds::DateFormat => {
            let known = DATE_FORMATS.contains(&text);
            return kept_if(known, value, || spot.about(Code::USER_DATE_FORMAT, key));
        }
        Holds::Date => {
            let known = time::parse_date(text).is_some();
            return kept_if(known, value, || {
                invalid("expected_data_type", "date".into())
            });
        }
        Holds::Text(most) => (most, |_| true),
        Holds::Name(most) => (most, is_of_name),
        Holds::Address(most) => (most, is_of_address),
    };
    if !text.chars().all(allowed) {
        return Err(spot.about(Code::USER_SPECIAL_CHARACTERS, key));
    }
    let fits = text.chars().count() <= most;
    kept_if(fits, value, || invalid("maximum_length", most.into()))
}

fn kept_if(fits: bool, value: &Json, error: impl FnOnce() -> ApiError) -> Result<Json, ApiError> {
    if fits {
        Ok(value.clone())
    } else {
        Err(error())
    }
}

fn word(words: &[&str], text: &str) -> Option<Json> {
    let mut words = words.iter();
    let word = words.find(|word| word.eq_ignore_ascii_case(text))?;
    Some((*word).into())
}

fn is_listed(list: &str, text: &str) -> bool {
    list.split_ascii_whitespace().any(|known| known == text)
}

/// Whether a text looks like a locale (`en_IN`).
fn is_locale(text: &str) -> bool {
    let letters = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_alphabetic());
    text.split_once('_')
        .is_some_and(|(language, country)| letters(language) && letters(country))
}

/// Whether a name may have a character. Which ones are special is assumed: those that Zoho's
/// accounts refuse in names.
fn is_of_name(c: char) -> bool {
    !c.is_ascii()
        || c.is_ascii_alphanumeric()
        || c.is_ascii_whitespace()
        || "_-+.$@?,:'/!".contains(c)
}

/// Whether a part of an address may have a character. Which ones are special is assumed.
fn is_of_address(c: char) -> bool {
    !"<>%^*={}[]|\\~\"".contains(c)
}

/// Keys that nobody but the user themselves may change (newest description of v8; `signature` by
/// the older pages).
const OWN: &[&str] = &[
    "time_zone",
    "name_format",
    "name_format__s",
    "sort_order_preference",
    "sort_order_preference__s",
    "language",
    "signature",
];

/// The refusal to change a key of another user, if the key is one of those.
pub(super) fn refused_of_another(key: &str) -> Option<ApiError> {
    OWN.contains(&key).then(|| {
        let error = ApiError::new(Code::USER_KEY_OF_ANOTHER).with("api_name", key);
        error.saying(format!("Cannot update the {key} of another User"))
    })
}

/// The reason for which an address of an unconfirmed user is fixed: v8 spells its code otherwise.
pub(super) fn email_fixed(version: ApiVersion) -> Code {
    if version.misspells_email_update() {
        Code::USER_EMAIL_FIXED_V8
    } else {
        Code::USER_EMAIL_FIXED
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::error::Wording;

    #[test]
    fn values_are_kept_or_refused() {
        let spot = Spot::item(ApiVersion::V8, "users", 0);
        for (key, given, kept) in [
            ("first_name", json!("Zoë O'Brien-Smith Jr."), None),
            ("last_name", json!("महतो"), None),
            ("street", json!("12 Main St. #4 (rear) & Co"), None),
            ("time_format", json!("HH:mm"), None),
            ("number_separator", json!("space"), Some(json!("Space"))),
            ("decimal_separator", json!("PERIOD"), Some(json!("Period"))),
            ("date_format", json!("yyyy年MM月dd日"), None),
            ("language", json!("de_DE"), None),
            ("language", json!("af_ZA"), None),
            ("locale", json!("en_US"), None),
            ("phone", json!(null), None),
            ("dob", json!("1990-12-31"), None),
            ("anything", json!({"else": 1}), None),
        ] {
            let expected = kept.unwrap_or_else(|| given.clone());
            assert_eq!(checked(key, &given, spot), Ok(expected), "{key} {given}");
        }
        for (key, given, message) in [
            ("first_name", json!("Ada<#>%"), "Special Characters Found"),
            ("city", json!("<b>"), "Special Characters Found"),
            ("time_format", json!("half past"), "Pattern not matched"),
            (
                "date_format",
                json!("dd/mm/yyyy"),
                "Valid date format should be given",
            ),
            ("language", json!("xx_YY"), "Give a proper language code"),
            ("locale", json!("af_ZA"), "INVALID_DATA"),
            ("dob", json!("31/12/1990"), "invalid data"),
            ("phone", json!(12345), "invalid data"),
            ("zip", json!("9".repeat(31)), "invalid data"),
        ] {
            let error = checked(key, &given, spot).map_err(|e| e.json(Wording::Zoho));
            let error = error.expect_err(key);
            assert_eq!(error["message"], message, "{key} {given}");
            assert_eq!(error["details"]["json_path"], format!("$.users[0].{key}"));
        }
    }
}
