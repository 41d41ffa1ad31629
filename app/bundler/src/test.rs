//! `cargo xtask test`: every test of every room, the fast ones first.

use std::fs;
use std::process::Command;

use anyhow::{Result, bail};

use crate::browsers::Browsers;
use crate::bundle;
use crate::cli::TestOptions;
use crate::database;
use crate::in_browser;
use crate::lanes::{self, Run};
use crate::process;
use crate::progress::{Progress, Stopwatch};
use crate::serve;
use crate::setup;
use crate::test_program::{self, TestProgram};
use crate::toolchain::Toolchain;
use crate::workspace::Workspace;

/// A set of tests that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Room {
    name: &'static str,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// On this machine, of the packages in these folders.
    Native(&'static [&'static str]),
    /// The server's, which start a database.
    Server,
    /// The examples in the documentation.
    Examples,
    /// The application's tests in a browser.
    Wasm,
    /// The whole, from the outside: the package in this folder needs browsers and the built application.
    Outside(&'static str),
}

/// The room whose tests print figures, and last as long as they are told.
const CHAOS: &str = "tests/chaos";

const ROOMS: [Room; 9] = [
    Room { name: "shared", kind: Kind::Native(&["shared", "tests/campaigns"]) },
    Room { name: "bundler", kind: Kind::Native(&["app/bundler", "tests/bench", "tests/wasm-runner"]) },
    Room { name: "tidy", kind: Kind::Native(&["tests/tidy"]) },
    Room { name: "app", kind: Kind::Native(&["app"]) },
    Room { name: "examples", kind: Kind::Examples },
    Room { name: "server", kind: Kind::Server },
    Room { name: "wasm", kind: Kind::Wasm },
    Room { name: "e2e", kind: Kind::Outside("tests/e2e") },
    Room { name: "chaos", kind: Kind::Outside(CHAOS) },
];

/// Runs the rooms one after the other, all of them even if one fails.
///
/// # Errors
/// Names the rooms that failed, or a room that does not exist.
pub(crate) fn run(workspace: &Workspace, options: &TestOptions) -> Result<()> {
    let rooms = chosen(options.room.as_deref())?;
    let browsers = if rooms.iter().any(|room| matches!(room.kind, Kind::Outside(_))) {
        Some(setup::test(workspace)?)
    } else {
        None
    };
    let mut progress = Progress::new(1);
    let programs = progress.step("tests", || {
        let programs = test_program::build(workspace)?;
        let said = format!("{} programs", programs.len());
        Ok((programs, said))
    })?;
    let mut summary = Vec::new();
    let mut failed = Vec::new();
    for room in rooms {
        println!("\n── tests: {} ──", room.name);
        let watch = Stopwatch::start();
        let outcome = run_room(workspace, room, &programs, browsers.as_ref(), options);
        let word = if outcome.is_ok() { "ok" } else { "FAILED" };
        summary.push(format!("{:<8} {word:<7} {}", room.name, watch.elapsed_text()));
        if let Err(error) = outcome {
            eprintln!("error: {error:#}");
            failed.push(room.name);
        }
    }
    println!("\n── all tests ──\n{}", summary.join("\n"));
    if failed.is_empty() {
        return Ok(());
    }
    bail!("tests failed in: {}", failed.join(", "))
}

fn chosen(name: Option<&str>) -> Result<Vec<Room>> {
    let Some(name) = name else {
        return Ok(ROOMS.to_vec());
    };
    let rooms: Vec<Room> = ROOMS.into_iter().filter(|room| room.name == name).collect();
    if rooms.is_empty() {
        let names: Vec<&str> = ROOMS.iter().map(|room| room.name).collect();
        bail!("there is no room `{name}`; the rooms are {}", names.join(", "));
    }
    Ok(rooms)
}

fn run_room(
    workspace: &Workspace,
    room: Room,
    programs: &[TestProgram],
    browsers: Option<&Browsers>,
    options: &TestOptions,
) -> Result<()> {
    let filters = &options.filters;
    let of = |folder: &str| programs.iter().filter(|program| program.is_of(workspace, folder)).collect::<Vec<_>>();
    match (room.kind, browsers) {
        (Kind::Native(folders), _) => {
            let programs = folders.iter().flat_map(|folder| of(folder));
            run_all(workspace, programs.map(|program| program.run(program.command(filters))))
        }
        (Kind::Server, _) => server(workspace, &of("server"), filters),
        (Kind::Examples, _) => process::run(cargo(workspace, "test").args(["--workspace", "--doc"]).args(filters)),
        (Kind::Wasm, _) => wasm(workspace, filters),
        (Kind::Outside(folder), Some(browsers)) => outside(workspace, &of(folder), browsers, options, folder == CHAOS),
        (Kind::Outside(_), None) => bail!("the browsers were not set up"),
    }
}

fn server(workspace: &Workspace, programs: &[&TestProgram], filters: &[String]) -> Result<()> {
    let database = setup::database()?;
    let interface = setup::interface(workspace)?;
    let runs = programs.iter().map(|program| {
        let mut command = program.command(filters);
        command.env(database::VARIABLE, &database).env("SCHEMATHESIS", &interface);
        program.run(command)
    });
    run_all(workspace, runs)
}

fn run_all(workspace: &Workspace, runs: impl Iterator<Item = Run>) -> Result<()> {
    lanes::run_all(runs.collect(), &workspace.target().join("test-output"))
}

fn wasm(workspace: &Workspace, filters: &[String]) -> Result<()> {
    let toolchain = setup::wasm(workspace)?;
    same_bytes(workspace, &toolchain, filters)?;
    let mut cargo = in_browser::test(workspace, &toolchain, "app")?;
    process::run(cargo.args(filters))
}

// What the scoring says of a thousand campaigns natively is what it must say in the browser.
fn same_bytes(workspace: &Workspace, toolchain: &Toolchain, filters: &[String]) -> Result<()> {
    let mut digests = Command::new("cargo");
    digests
        .args(["run", "--quiet", "--release", "--package", "campaigns", "--bin", "digests"])
        .current_dir(workspace.root())
        .env("CARGO_TARGET_DIR", workspace.target());
    let file = workspace.target().join("campaigns.digests");
    fs::write(&file, process::output(&mut digests)?)?;
    let mut cargo = in_browser::test(workspace, toolchain, "campaigns")?;
    // Scored by the module's own profile: the code that ships, and a fifth of the time.
    cargo
        .args(["--profile", in_browser::SHIPPED_PROFILE, "--test", "same_bytes"])
        .args(filters)
        .env("TISHENG_DIGESTS", file);
    process::run(&mut cargo)
}

fn outside(
    workspace: &Workspace,
    programs: &[&TestProgram],
    browsers: &Browsers,
    options: &TestOptions,
    is_chaos: bool,
) -> Result<()> {
    let mut progress = Progress::new(1 + bundle::STEPS + 1);
    let toolchain = progress.step("compiler for the browser", || setup::toolchain_step(workspace))?;
    bundle::build(workspace, &toolchain, &mut progress)?;
    progress.step("server", || serve::build_server(workspace))?;
    let runs = programs.iter().map(|program| {
        let mut command = program.command(&options.filters);
        command
            .env("TISHENG_SERVER", workspace.server())
            .env("TISHENG_ASSETS", workspace.dist())
            .env("GECKODRIVER", &browsers.geckodriver)
            .env("CHROMIUM90", &browsers.chromium90)
            .env("AXE", &browsers.axe);
        if let Some(driver) = process::find("chromedriver") {
            command.env("CHROMEDRIVER", driver);
        }
        if is_chaos {
            // Its figures are its point.
            command.arg("--nocapture");
            if let Some(seconds) = options.chaos_seconds {
                command.env("TISHENG_CHAOS_SECONDS", seconds.to_string());
            }
            return program.run(command).shown();
        }
        program.run(command)
    });
    run_all(workspace, runs)
}

fn cargo(workspace: &Workspace, subcommand: &str) -> Command {
    let mut command = Command::new("cargo");
    command.args([subcommand, "--quiet"]).current_dir(workspace.root()).env("CARGO_TARGET_DIR", workspace.target());
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_is_chosen_by_its_name() {
        let names = |name| -> Vec<&str> { chosen(name).unwrap().iter().map(|r| r.name).collect() };
        assert_eq!(names(Some("tidy")), ["tidy"]);
        assert_eq!(names(None).len(), ROOMS.len());
        assert!(chosen(Some("attic")).unwrap_err().to_string().contains("attic"));
    }
}
