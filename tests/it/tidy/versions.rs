//! Versions differ in `version.rs`, in rows of the table and in key tables, and nowhere else: a
//! comparison elsewhere is a question that has no name.

use std::collections::BTreeSet;

use quote::ToTokens as _;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{BinOp, Expr, Pat, Token, Type};

use super::source::{Parsed, sources};
use crate::known;

/// Comparisons that stand elsewhere.
const ELSEWHERE: &[&str] = &[
    "api/router.rs: * v > version",
    "contract.rs: last == ApiVersion :: LATEST",
];

/// Files in which `version` is the number of a table's state.
const OTHER_VERSIONS: &[&str] = &["store/index/cache.rs"];

/// A comparison with a version of the API.
#[derive(Debug)]
pub(super) struct Comparison {
    pub(super) text: String,
}

/// What is of the type `ApiVersion` wherever it is used: fields and functions.
#[derive(Default)]
pub(super) struct Named {
    fields: BTreeSet<String>,
    /// Names of fields that are of another type somewhere.
    other_fields: BTreeSet<String>,
    functions: BTreeSet<String>,
}

impl Named {
    /// Looks through the whole crate.
    pub(super) fn of(files: &[Parsed]) -> Self {
        let mut named = Self::default();
        for file in files {
            named.visit_file(&file.tree);
        }
        named
    }

    /// A field that is called `version` is one, too, whatever else has the name.
    fn has_field(&self, name: &str) -> bool {
        name == "version" || (self.fields.contains(name) && !self.other_fields.contains(name))
    }
}

impl<'ast> Visit<'ast> for Named {
    fn visit_field(&mut self, field: &'ast syn::Field) {
        if let Some(name) = &field.ident {
            let fields = if is_api_version(&field.ty) {
                &mut self.fields
            } else {
                &mut self.other_fields
            };
            fields.insert(name.to_string());
        }
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        if let syn::ReturnType::Type(_, of) = &signature.output
            && is_api_version(of)
        {
            self.functions.insert(signature.ident.to_string());
        }
    }
}

/// `ApiVersion`, one behind a reference, or perhaps one.
fn is_api_version(of: &Type) -> bool {
    match of {
        Type::Reference(of) => is_api_version(&of.elem),
        Type::Paren(of) => is_api_version(&of.elem),
        Type::Path(of) => of.path.segments.last().is_some_and(|last| {
            let inner = match &last.arguments {
                syn::PathArguments::AngleBracketed(arguments) => arguments.args.first(),
                _ => None,
            };
            match inner {
                Some(syn::GenericArgument::Type(inner)) => {
                    last.ident == "Option" && is_api_version(inner)
                }
                _ => last.ident == "ApiVersion",
            }
        }),
        _ => false,
    }
}

/// The comparisons of a file.
pub(super) fn comparisons(tree: &syn::File, named: &Named) -> Vec<Comparison> {
    let mut collector = Collector {
        named,
        scopes: Vec::new(),
        found: Vec::new(),
    };
    collector.visit_file(tree);
    collector.found
}

/// The name of a version in `ApiVersion`: `V8`, `V2_1`.
fn is_variant(name: &syn::Ident) -> bool {
    let name = name.to_string();
    let digits = name.strip_prefix('V').map(|rest| rest.replace('_', ""));
    digits.is_some_and(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit()))
}

struct Collector<'n> {
    named: &'n Named,
    /// The names in the functions and blocks around, and whether they are versions.
    scopes: Vec<Vec<(String, bool)>>,
    found: Vec<Comparison>,
}

impl Collector<'_> {
    fn note(&mut self, code: &impl quote::ToTokens) {
        let text = code.to_token_stream().to_string();
        self.found.push(Comparison { text });
    }

    /// Whether a name without a path is a version. One that nobody has declared is one if it says
    /// so.
    fn is_named(&self, name: &syn::Ident) -> bool {
        let mut names = self
            .scopes
            .iter()
            .rev()
            .flat_map(|scope| scope.iter().rev());
        match names.find(|(known, _)| name == known) {
            Some((_, version)) => *version,
            None => is_variant(name) || name == "version",
        }
    }

    fn is_version(&self, code: &Expr) -> bool {
        match code {
            Expr::Paren(code) => self.is_version(&code.expr),
            Expr::Group(code) => self.is_version(&code.expr),
            Expr::Reference(code) => self.is_version(&code.expr),
            Expr::Unary(code) => self.is_version(&code.expr),
            Expr::Cast(code) => self.is_version(&code.expr),
            Expr::Try(code) => self.is_version(&code.expr),
            Expr::Tuple(code) => code.elems.iter().any(|item| self.is_version(item)),
            Expr::Path(code) => match code.path.get_ident() {
                Some(name) => self.is_named(name),
                None => {
                    let names_it = |segment: &syn::PathSegment| segment.ident == "ApiVersion";
                    code.path.segments.iter().any(names_it)
                }
            },
            Expr::Field(code) => match &code.member {
                syn::Member::Named(name) => self.named.has_field(&name.to_string()),
                syn::Member::Unnamed(_) => false,
            },
            Expr::Call(code) => {
                // `Some(version)`, `ApiVersion::parse(text)`
                self.is_version(&code.func) || code.args.iter().any(|a| self.is_version(a))
            }
            Expr::MethodCall(code) => {
                let receiver = code.receiver.to_token_stream().to_string();
                self.named.functions.contains(&code.method.to_string())
                    && (code.method.to_string().contains("version")
                        || receiver.to_lowercase().ends_with("versions"))
            }
            _ => false,
        }
    }

    /// A range between versions, or a list of them.
    fn is_several(&self, code: &Expr) -> bool {
        match code {
            Expr::Paren(code) => self.is_several(&code.expr),
            Expr::Reference(code) => self.is_several(&code.expr),
            Expr::Range(range) => {
                let mut ends = range.start.iter().chain(&range.end);
                ends.any(|end| self.is_version(end))
            }
            Expr::Array(list) => list.elems.iter().any(|item| self.is_version(item)),
            _ => false,
        }
    }

    /// Takes the names of a pattern as versions or as something else; of a value about which
    /// nothing is known, the name decides.
    fn declare(&mut self, pattern: &Pat, version: Option<bool>) {
        let Some(scope) = self.scopes.last_mut() else {
            return;
        };
        match pattern {
            Pat::Ident(name) => {
                let version = version.unwrap_or_else(|| name.ident == "version");
                scope.push((name.ident.to_string(), version));
            }
            Pat::Type(typed) => self.declare(&typed.pat, Some(is_api_version(&typed.ty))),
            Pat::Reference(inner) => self.declare(&inner.pat, version),
            _ => {}
        }
    }

    fn within(&mut self, visit: impl FnOnce(&mut Self)) {
        self.scopes.push(Vec::new());
        visit(self);
        self.scopes.pop();
    }

    fn parameters(&mut self, signature: &syn::Signature) {
        for input in &signature.inputs {
            if let syn::FnArg::Typed(typed) = input {
                self.declare(&typed.pat, Some(is_api_version(&typed.ty)));
            }
        }
    }
}

/// Whether a pattern names a version.
fn names_variant(pattern: &Pat) -> bool {
    struct Finder(bool);
    impl<'ast> Visit<'ast> for Finder {
        fn visit_path(&mut self, path: &'ast syn::Path) {
            self.0 |= path
                .segments
                .last()
                .is_some_and(|last| is_variant(&last.ident));
        }

        // the condition of an arm is code
        fn visit_expr(&mut self, _: &'ast Expr) {}

        fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
            self.0 |= is_variant(&pattern.ident);
        }
    }
    let mut finder = Finder(false);
    finder.visit_pat(pattern);
    finder.0
}

/// What is in the brackets of a macro: `matches!` has a pattern, most others have expressions.
enum Arguments {
    Matches(Box<Expr>, Box<Pat>),
    List(Punctuated<Expr, Token![,]>),
}

impl syn::parse::Parse for Arguments {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self::List(Punctuated::parse_terminated(input)?))
    }
}

impl Arguments {
    fn of(call: &syn::Macro) -> Option<Self> {
        if !call.path.is_ident("matches") {
            return call.parse_body().ok();
        }
        let parser = |input: syn::parse::ParseStream<'_>| {
            let code = input.parse()?;
            input.parse::<Token![,]>()?;
            let pattern = Pat::parse_multi_with_leading_vert(input)?;
            input.parse::<proc_macro2::TokenStream>()?;
            Ok(Self::Matches(Box::new(code), Box::new(pattern)))
        };
        call.parse_body_with(parser).ok()
    }
}

impl<'ast> Visit<'ast> for Collector<'_> {
    fn visit_expr_binary(&mut self, code: &'ast syn::ExprBinary) {
        let compares = matches!(
            code.op,
            BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_) | BinOp::Eq(_) | BinOp::Ne(_)
        );
        if compares && (self.is_version(&code.left) || self.is_version(&code.right)) {
            self.note(code);
        }
        visit::visit_expr_binary(self, code);
    }

    fn visit_expr_method_call(&mut self, code: &'ast syn::ExprMethodCall) {
        let asks = match code.method.to_string().as_str() {
            "cmp" | "partial_cmp" | "eq" | "ne" | "lt" | "le" | "gt" | "ge" => {
                self.is_version(&code.receiver)
            }
            "contains" => self.is_several(&code.receiver),
            _ => false,
        };
        if asks {
            self.note(code);
        }
        visit::visit_expr_method_call(self, code);
    }

    fn visit_expr_match(&mut self, code: &'ast syn::ExprMatch) {
        if code.arms.iter().any(|arm| names_variant(&arm.pat)) {
            let asked = &code.expr;
            self.note(&quote::quote!(match #asked));
        }
        visit::visit_expr_match(self, code);
    }

    fn visit_expr_let(&mut self, code: &'ast syn::ExprLet) {
        if names_variant(&code.pat) {
            self.note(code);
        }
        visit::visit_expr_let(self, code);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        match Arguments::of(call) {
            Some(Arguments::Matches(code, pattern)) => {
                if self.is_version(&code) || names_variant(&pattern) {
                    self.note(call);
                }
                Visit::visit_expr(self, &code);
            }
            Some(Arguments::List(list)) => {
                for code in &list {
                    Visit::visit_expr(self, code);
                }
            }
            None => {}
        }
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        visit::visit_local(self, local);
        let init = local.init.as_ref();
        let version = init.is_some_and(|init| self.is_version(&init.expr));
        self.declare(&local.pat, version.then_some(true));
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        self.within(|this| visit::visit_block(this, block));
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.within(|this| {
            this.parameters(&item.sig);
            visit::visit_item_fn(this, item);
        });
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.within(|this| {
            this.parameters(&item.sig);
            visit::visit_impl_item_fn(this, item);
        });
    }

    fn visit_expr_closure(&mut self, code: &'ast syn::ExprClosure) {
        self.within(|this| {
            for input in &code.inputs {
                if let Pat::Type(typed) = input {
                    this.declare(&typed.pat, Some(is_api_version(&typed.ty)));
                }
            }
            visit::visit_expr_closure(this, code);
        });
    }
}

#[test]
fn versions_are_compared_in_one_place() {
    let elsewhere = sources().iter().filter(|source| {
        source
            .module
            .first()
            .is_none_or(|module| module != "version")
            && !OTHER_VERSIONS.contains(&source.path.as_str())
    });
    let found = elsewhere.flat_map(|source| {
        let texts = source.comparisons.iter().map(|comparison| &comparison.text);
        texts.map(|text| format!("{}: {text}", source.path))
    });
    known::compare("a comparison belongs into version.rs", ELSEWHERE, found);
    for path in OTHER_VERSIONS {
        let source = sources().iter().find(|source| source.path == *path);
        let compares = source.is_some_and(|source| !source.comparisons.is_empty());
        assert!(compares, "{path} compares no version of anything");
    }
}

mod tests {
    use super::*;
    use crate::tidy::source::parse;

    fn found(text: &str) -> usize {
        let tree = parse(text);
        let mut named = Named::default();
        named.visit_file(&tree);
        comparisons(&tree, &named).len()
    }

    #[test]
    fn operators() {
        for operator in ["<", "<=", ">", ">=", "==", "!="] {
            let body = format!("fn f(c: &Call) {{ if c.version {operator} ApiVersion::V2 {{}} }}");
            assert_eq!(found(&body), 1, "{operator}");
            let body = format!("fn f(v: ApiVersion) {{ let other = v; 1; g(other {operator} h) }}");
            assert_eq!(found(&body), 1, "{operator}");
        }
        assert_eq!(found("fn f() { a.cmp(&b); self.version.cmp(&b); }"), 1);
    }

    #[test]
    fn patterns_ranges_and_macros() {
        assert_eq!(
            found("fn f() { matches!(v, ApiVersion::V2 | ApiVersion::V3) }"),
            1
        );
        assert_eq!(found("fn f() { matches!(v, V2_1 if true) }"), 1);
        assert_eq!(found("fn f() { match v { V8 => 1, _ => 2 } }"), 1);
        assert_eq!(found("fn f() { if let ApiVersion::V8 = v {} }"), 1);
        assert_eq!(
            found("fn f() { (V2..=V4).contains(&v) || [V2, V3].contains(&v) }"),
            2
        );
        assert_eq!(
            found("fn f() { assert!(version < x, \"{}\", version); }"),
            1
        );
        assert_eq!(found("fn f() { vec![a, version == V8] }"), 1);
    }

    #[test]
    fn by_the_type_of_what_is_compared() {
        let field = "struct S { since: Option<ApiVersion>, n: u8 }";
        assert_eq!(
            found(&format!("{field} fn f() {{ s.since == Some(x) }}")),
            1
        );
        assert_eq!(found(&format!("{field} fn f() {{ s.n == x }}")), 0);
        assert_eq!(found("fn f(version: u64) { version > 3 }"), 0);
        assert_eq!(found("fn f() { versions.contains(version) }"), 0);
        assert_eq!(found("fn f() { table(\"a\", V2, version) }"), 0);
    }
}
