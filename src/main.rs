//! The binary: everything is in the library.

fn main() -> std::process::ExitCode {
    zoho_crm_mock::cli::run().into()
}
