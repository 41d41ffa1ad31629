//! `cargo xtask test`: every test of every room, the fast ones first.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, anyhow, bail};

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

impl Kind {
    const fn needs_browser(self) -> bool {
        matches!(self, Self::Wasm | Self::Outside(_))
    }
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

/// Runs the rooms: those of this machine first, then those that need browsers. Within each half the programs of all
/// rooms share the processors, and all of them run even if one fails.
///
/// # Errors
/// Names the programs that failed, or a room that does not exist.
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
    let suite = Suite { workspace, programs: &programs, browsers: browsers.as_ref(), options };
    let (in_browsers, here): (Vec<Room>, Vec<Room>) = rooms.into_iter().partition(|room| room.kind.needs_browser());
    let mut summary = Vec::new();
    let mut failed = Vec::new();
    for half in [here, in_browsers].into_iter().filter(|half| !half.is_empty()) {
        let names = half.iter().map(|room| room.name).collect::<Vec<_>>().join(" ");
        println!("\n── tests: {names} ──");
        let watch = Stopwatch::start();
        let outcome = suite.run(&half);
        let word = if outcome.is_ok() { "ok" } else { "FAILED" };
        summary.push(format!("{word:<7} {:>12}  {names}", watch.elapsed_text()));
        if let Err(error) = outcome {
            failed.push(format!("{error:#}"));
        }
    }
    println!("\n── all tests ──\n{}", summary.join("\n"));
    if failed.is_empty() {
        return Ok(());
    }
    bail!("{}", failed.join("; "))
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

/// What the rooms are run with.
#[derive(Clone, Copy)]
struct Suite<'a> {
    workspace: &'a Workspace,
    programs: &'a [TestProgram],
    browsers: Option<&'a Browsers>,
    options: &'a TestOptions,
}

impl<'a> Suite<'a> {
    /// Prepares the rooms one after the other, then runs all of their programs. A room that cannot be prepared keeps
    /// none of the others.
    fn run(self, rooms: &[Room]) -> Result<()> {
        let (mut runs, mut failed) = (Vec::new(), Vec::new());
        let looks_at_whole = |room: &Room| matches!(room.kind, Kind::Outside(_));
        let whole = rooms.iter().any(looks_at_whole).then(|| self.build_whole());
        for room in rooms {
            let of_room = match &whole {
                Some(Err(error)) if looks_at_whole(room) => Err(anyhow!("what it looks at cannot be built: {error:#}")),
                _ => self.runs(*room),
            };
            match of_room {
                Ok(of_room) => runs.extend(of_room),
                Err(error) => {
                    eprintln!("error: {error:#}");
                    failed.push(room.name);
                }
            }
        }
        let ran = lanes::run_all(runs, &self.workspace.target().join("test-output"));
        if failed.is_empty() {
            return ran;
        }
        bail!("cannot prepare {}{}", failed.join(", "), ran.err().map(|error| format!("; {error}")).unwrap_or_default())
    }

    fn runs(self, room: Room) -> Result<Vec<Run>> {
        let filters = &self.options.filters;
        match room.kind {
            Kind::Native(folders) => {
                let programs = folders.iter().flat_map(|folder| self.of(folder));
                Ok(programs.map(|program| program.run(program.command(filters))).collect())
            }
            Kind::Server => self.server(),
            Kind::Examples => {
                let mut examples = cargo(self.workspace, "test");
                examples.args(["--workspace", "--doc"]).args(filters);
                Ok(vec![Run::new("examples", examples)])
            }
            Kind::Wasm => self.wasm(),
            Kind::Outside(folder) => self.outside(folder),
        }
    }

    fn of(self, folder: &'static str) -> impl Iterator<Item = &'a TestProgram> {
        self.programs.iter().filter(move |program| program.is_of(self.workspace, folder))
    }

    fn server(self) -> Result<Vec<Run>> {
        let database = setup::database()?;
        let interface = setup::interface(self.workspace)?;
        let runs = self.of("server").map(|program| {
            let mut command = program.command(&self.options.filters);
            command.env(database::VARIABLE, &database).env("SCHEMATHESIS", &interface);
            program.run(command)
        });
        Ok(runs.collect())
    }

    fn wasm(self) -> Result<Vec<Run>> {
        let toolchain = setup::wasm(self.workspace)?;
        let file = self.workspace.target().join("campaigns.digests");
        // What the scoring says of a thousand campaigns natively is what it must say in the browser. A file that is
        // written anew would be compiled in anew.
        let native = process::output(&mut digests(self.workspace))?;
        if fs::read_to_string(&file).ok().as_ref() != Some(&native) {
            fs::write(&file, native)?;
        }
        let mut progress = Progress::new(2);
        let mut runs = Vec::new();
        // The thousand are scored by the module's own profile: the code that ships, and a fifth of the time.
        let same_bytes = ["--profile", in_browser::SHIPPED_PROFILE, "--test", "same_bytes"];
        for (package, arguments) in [("campaigns", same_bytes.as_slice()), ("app", &[])] {
            let test = || -> Result<Command> {
                let mut test = in_browser::test(self.workspace, &toolchain, package)?;
                test.args(arguments).env("TISHENG_DIGESTS", &file);
                Ok(test)
            };
            let title = format!("{package} for the browser");
            progress.step(&title, || process::run(test()?.arg("--no-run")).map(|()| ((), String::new())))?;
            let mut test = test()?;
            test.args(&self.options.filters);
            runs.push(Run::new(&format!("wasm-{package}"), test));
        }
        Ok(runs)
    }

    /// Builds what the tests from the outside look at.
    fn build_whole(self) -> Result<()> {
        let mut progress = Progress::new(1 + bundle::STEPS + 2);
        let toolchain = progress.step("compiler for the browser", || setup::toolchain_step(self.workspace))?;
        bundle::build(self.workspace, &toolchain, &mut progress)?;
        progress.step("server", || serve::build_server(self.workspace))?;
        progress.step("demo", || serve::make_demo(self.workspace, &self.demo()).map(|()| ((), String::new())))
    }

    /// The folder of a demo that every test from the outside begins with a copy of.
    fn demo(self) -> PathBuf {
        self.workspace.target().join("test-output").join("demo")
    }

    fn outside(self, folder: &'static str) -> Result<Vec<Run>> {
        let Some(browsers) = self.browsers else {
            bail!("the browsers were not set up");
        };
        let runs = self.of(folder).map(|program| {
            let mut command = program.command(&self.options.filters);
            command
                .env("TISHENG_SERVER", self.workspace.server())
                .env("TISHENG_ASSETS", self.workspace.dist())
                .env("TISHENG_DEMO", self.demo())
                .env("GECKODRIVER", &browsers.geckodriver)
                .env("CHROMIUM90", &browsers.chromium90)
                .env("CHROMIUM_SHELL", &browsers.chromium_shell)
                .env("AXE", &browsers.axe);
            if let Some(driver) = process::find("chromedriver") {
                command.env("CHROMEDRIVER", driver);
            }
            if folder != CHAOS {
                return program.run(command);
            }
            // Its figures are its point.
            command.arg("--nocapture");
            if let Some(seconds) = self.options.chaos_seconds {
                command.env("TISHENG_CHAOS_SECONDS", seconds.to_string());
            }
            program.run(command).shown()
        });
        Ok(runs.collect())
    }
}

/// Prints the digests of a thousand campaigns.
fn digests(workspace: &Workspace) -> Command {
    let mut digests = Command::new("cargo");
    digests
        .args(["run", "--quiet", "--release", "--package", "campaigns", "--bin", "digests"])
        .current_dir(workspace.root())
        .env("CARGO_TARGET_DIR", workspace.target());
    digests
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
