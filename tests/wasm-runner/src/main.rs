//! Runs the application's tests in a headless browser; cargo starts it in place of a test program.
//!
//! It is wasm-bindgen's own runner as a member of the workspace, so that Cargo.lock pins it to the
//! version the module was bound with and nothing is downloaded.

fn main() -> anyhow::Result<()> {
    wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(std::env::args_os())
}
