//! The test programs of the whole workspace, built by one command.
//!
//! Cargo unites the features of dependencies over the packages that it is asked for: asked for one package after
//! another it would compile most dependencies once for each.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::lanes::Run;
use crate::process;
use crate::workspace::Workspace;

/// One program with tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TestProgram {
    /// The package's folder, where its tests expect to run.
    folder: PathBuf,
    /// The name of the file of tests, or of the library or program that has them inside.
    name: String,
    file: PathBuf,
}

/// Builds them all.
///
/// # Errors
/// What does not compile.
pub(crate) fn build(workspace: &Workspace) -> Result<Vec<TestProgram>> {
    let mut cargo = Command::new("cargo");
    cargo
        .args(["test", "--quiet", "--workspace", "--no-run", "--message-format", "json-render-diagnostics"])
        .current_dir(workspace.root())
        .env("CARGO_TARGET_DIR", workspace.target())
        .stderr(Stdio::inherit());
    read(&process::output(&mut cargo)?)
}

fn read(messages: &str) -> Result<Vec<TestProgram>> {
    let mut programs = Vec::new();
    for line in messages.lines().filter(|line| line.starts_with('{')) {
        let message: Value = serde_json::from_str(line).context("cargo says what nobody understands")?;
        let text = |pointer: &str| message.pointer(pointer).and_then(Value::as_str);
        let is_test = message.pointer("/profile/test") == Some(&Value::Bool(true));
        let built = (text("/manifest_path"), text("/target/name"), text("/executable"));
        if let ((Some(manifest), Some(name), Some(file)), true) = (built, is_test) {
            let folder = Path::new(manifest).parent().context("a manifest without a folder")?;
            programs.push(TestProgram { folder: folder.to_owned(), name: name.to_owned(), file: file.into() });
        }
    }
    if programs.is_empty() {
        bail!("cargo has built no tests");
    }
    Ok(programs)
}

impl TestProgram {
    /// Whether it is of the package in this folder of the workspace.
    pub(crate) fn is_of(&self, workspace: &Workspace, folder: &str) -> bool {
        self.folder == workspace.root().join(folder)
    }

    /// The command that runs it. A filter that is its own name stands for all of its tests.
    pub(crate) fn command(&self, filters: &[String]) -> Command {
        let mut command = Command::new(&self.file);
        command.current_dir(&self.folder).env("CARGO_MANIFEST_DIR", &self.folder).arg("--quiet");
        if !filters.contains(&self.name) {
            command.args(filters);
        }
        command
    }

    /// A run of it by this command, named after it and its package.
    pub(crate) fn run(&self, command: Command) -> Run {
        let package = self.folder.file_name().unwrap_or_default().to_string_lossy();
        let name = if self.name == package { self.name.clone() } else { format!("{package}-{}", self.name) };
        Run::new(&name, command)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_with_tests_are_told_from_everything_else_that_is_built() {
        let told = r#"{"reason":"compiler-artifact","manifest_path":"/house/shared/Cargo.toml","target":{"name":"merge_laws"},"profile":{"test":true},"executable":"/out/merge_laws-1"}
{"reason":"compiler-artifact","manifest_path":"/house/server/Cargo.toml","target":{"name":"tisheng"},"profile":{"test":false},"executable":"/out/tisheng"}
{"reason":"compiler-artifact","manifest_path":"/house/shared/Cargo.toml","target":{"name":"shared"},"profile":{"test":false},"executable":null}
{"reason":"build-finished","success":true}"#;
        let programs = read(told).unwrap();
        assert_eq!(programs.iter().map(|program| program.name.as_str()).collect::<Vec<_>>(), ["merge_laws"]);
        let arguments = |filters: &[&str]| {
            let filters: Vec<String> = filters.iter().map(|filter| (*filter).to_owned()).collect();
            programs[0].command(&filters).get_args().map(|text| text.to_string_lossy().into_owned()).collect::<Vec<_>>()
        };
        assert_eq!(arguments(&["is_associative"]), ["--quiet", "is_associative"]);
        assert_eq!(arguments(&["merge_laws"]), ["--quiet"]);
        assert!(read("").is_err());
    }
}
