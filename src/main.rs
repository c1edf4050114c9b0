//! The binary: everything is in the library.

// writes free on one thread what another has allocated, for which the system's allocator has locks
#[cfg(feature = "allocator")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    zoho_crm_mock::cli::run().into()
}
