//! The command line of `cargo xtask`.

use std::path::PathBuf;

use anyhow::{Result, bail};

/// What `cargo xtask help` prints.
pub(crate) const USAGE: &str = "\
cargo xtask setup [wasm|test]     what building for the browser needs, or what the tests need
cargo xtask serve [--demo] [--scale N] [--demo-day DATE] [--address HOST:PORT] [--data DIR]
                                  build and start; --demo loads units, people and half a year of projects
cargo xtask bundle                build the application into target/dist
cargo xtask test [ROOM] [FILTER]  all tests, or one room: shared bundler tidy app examples server wasm e2e chaos
cargo xtask ci                    format, lints, documentation, spelling, then all tests
cargo xtask fuzz [TARGET] [SECONDS]
                                  strange inputs for every parser, ten minutes each; TARGET is part of a test's name
cargo xtask bench [NAME]          all benchmarks or one; writes target/bench/NAME.json
cargo xtask bench sync --quick    the same with few records and one round: to see that it runs";

/// One subcommand with its options.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Print [`USAGE`].
    Help,
    /// Install what is missing.
    Setup(SetupTarget),
    /// Build and start the server.
    Serve(ServeOptions),
    /// Build the application only.
    Bundle,
    /// Run tests.
    Test(TestOptions),
    /// Run every check, then every test.
    Ci,
    /// Try strange inputs.
    Fuzz(FuzzOptions),
    /// Run benchmarks.
    Bench(BenchOptions),
}

/// What `setup` prepares for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SetupTarget {
    /// Building the application for the browser.
    Wasm,
    /// Running every test.
    Test,
}

/// Options of `serve`; what is absent is decided by [`crate::serve`] or by the server itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ServeOptions {
    /// Load the demo into an empty data folder.
    pub(crate) demo: bool,
    /// The demo's size, as a factor.
    pub(crate) scale: Option<u32>,
    /// The day on which the demo goes on, read by the server.
    pub(crate) demo_day: Option<String>,
    /// Where to listen, `host:port`.
    pub(crate) address: Option<String>,
    /// The data folder.
    pub(crate) data: Option<PathBuf>,
}

/// Options of `test`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct TestOptions {
    /// Only this room; its name is checked by [`crate::test`].
    pub(crate) room: Option<String>,
    /// Arguments handed on to the test binaries.
    pub(crate) filters: Vec<String>,
    /// How long the network fails, where it is not the usual time.
    pub(crate) chaos_seconds: Option<u64>,
}

/// Options of `fuzz`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct FuzzOptions {
    /// Only targets whose name holds this.
    pub(crate) target: Option<String>,
    /// How long each runs.
    pub(crate) seconds: Option<u64>,
}

/// Options of `bench`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct BenchOptions {
    /// One benchmark; all without it.
    pub(crate) name: Option<String>,
    /// Whether it only shows that it runs.
    pub(crate) quick: bool,
}

/// Reads the arguments after `cargo xtask`.
///
/// # Errors
/// A sentence naming the argument that was not understood.
pub(crate) fn parse(arguments: &[String]) -> Result<Command> {
    let Some((name, rest)) = arguments.split_first() else {
        return Ok(Command::Help);
    };
    match name.as_str() {
        "help" | "--help" | "-h" => Ok(Command::Help),
        "setup" => setup(rest),
        "serve" => serve(rest),
        "bundle" => nothing_after(rest, Command::Bundle),
        "test" => Ok(test(rest)),
        "ci" => nothing_after(rest, Command::Ci),
        "fuzz" => fuzz(rest),
        "bench" => bench(rest),
        other => bail!("there is no command `{other}`"),
    }
}

fn setup(rest: &[String]) -> Result<Command> {
    match rest {
        [] => Ok(Command::Setup(SetupTarget::Wasm)),
        [target] if target == "wasm" => Ok(Command::Setup(SetupTarget::Wasm)),
        [target] if target == "test" => Ok(Command::Setup(SetupTarget::Test)),
        _ => bail!("`setup` takes `wasm` or `test`"),
    }
}

fn serve(rest: &[String]) -> Result<Command> {
    let mut options = ServeOptions::default();
    let mut arguments = rest.iter();
    while let Some(argument) = arguments.next() {
        let mut value = || match arguments.next() {
            Some(value) => Ok(value.clone()),
            None => bail!("`{argument}` needs a value"),
        };
        match argument.as_str() {
            "--demo" => options.demo = true,
            "--demo-day" => options.demo_day = Some(value()?),
            "--scale" => match value()?.parse() {
                Ok(scale) if scale >= 1 => options.scale = Some(scale),
                _ => bail!("`--scale` takes a whole number from 1"),
            },
            "--address" => options.address = Some(value()?),
            "--data" => options.data = Some(PathBuf::from(value()?)),
            other => bail!("`serve` does not know `{other}`"),
        }
    }
    if options.scale.is_some() && !options.demo {
        bail!("`--scale` needs `--demo`");
    }
    if options.demo_day.is_some() && !options.demo {
        bail!("`--demo-day` needs `--demo`");
    }
    Ok(Command::Serve(options))
}

fn test(rest: &[String]) -> Command {
    let (room, filters) = match rest.split_first() {
        Some((room, filters)) => (Some(room.clone()), filters.to_vec()),
        None => (None, Vec::new()),
    };
    Command::Test(TestOptions { room, filters, chaos_seconds: None })
}

fn fuzz(rest: &[String]) -> Result<Command> {
    let mut options = FuzzOptions::default();
    for argument in rest {
        match argument.parse() {
            Ok(seconds) if options.seconds.is_none() => options.seconds = Some(seconds),
            _ if options.target.is_none() => options.target = Some(argument.clone()),
            _ => bail!("`fuzz` takes a target and seconds; `{argument}` is one argument too many"),
        }
    }
    Ok(Command::Fuzz(options))
}

fn bench(rest: &[String]) -> Result<Command> {
    match rest {
        [] => Ok(Command::Bench(BenchOptions::default())),
        [name] if !name.starts_with('-') => Ok(Command::Bench(BenchOptions { name: Some(name.clone()), quick: false })),
        [name, flag] if name == "sync" && flag == "--quick" => {
            Ok(Command::Bench(BenchOptions { name: Some(name.clone()), quick: true }))
        }
        _ => bail!("`bench` takes one name, and `bench sync` also `--quick`"),
    }
}

fn nothing_after(rest: &[String], command: Command) -> Result<Command> {
    match rest.first() {
        None => Ok(command),
        Some(argument) => bail!("`{argument}` is one argument too many"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command> {
        let arguments: Vec<String> = line.split_whitespace().map(String::from).collect();
        parse(&arguments)
    }

    #[test]
    fn reads_every_option_of_serve() {
        let expected = ServeOptions {
            demo: true,
            scale: Some(50),
            demo_day: Some("2021-06-29".into()),
            address: Some("127.0.0.1:0".into()),
            data: Some("d".into()),
        };
        let command = parsed("serve --demo --scale 50 --demo-day 2021-06-29 --address 127.0.0.1:0 --data d").unwrap();
        assert_eq!(command, Command::Serve(expected));
    }

    #[test]
    fn names_the_argument_it_does_not_understand() {
        for (line, word) in [
            ("serve --port 1", "--port"),
            ("serve --data", "--data"),
            ("serve --demo --scale 0", "--scale"),
            ("serve --scale 2", "--demo"),
            ("serve --demo-day 2021-06-29", "--demo-day"),
            ("bundle now", "now"),
            ("deploy", "deploy"),
            ("setup everything", "setup"),
            ("bench a b", "bench"),
            ("bench server --quick", "--quick"),
            ("fuzz scheme 60 now", "now"),
        ] {
            let message = parsed(line).unwrap_err().to_string();
            assert!(message.contains(word), "{line}: {message}");
        }
    }

    #[test]
    fn takes_a_target_and_seconds_in_any_order() {
        let expected = FuzzOptions { target: Some("scheme".into()), seconds: Some(60) };
        assert_eq!(parsed("fuzz scheme 60").unwrap(), Command::Fuzz(expected));
        assert_eq!(parsed("fuzz 60").unwrap(), Command::Fuzz(FuzzOptions { target: None, seconds: Some(60) }));
    }

    #[test]
    fn separates_the_room_from_its_filters() {
        let expected = TestOptions { room: Some("e2e".into()), filters: vec!["story".into()], chaos_seconds: None };
        assert_eq!(parsed("test e2e story").unwrap(), Command::Test(expected));
        assert_eq!(parsed("test").unwrap(), Command::Test(TestOptions::default()));
    }
}
