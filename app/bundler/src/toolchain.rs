//! The compiler for the browser: one that has std's source beside it, and a linker for wasm.
//!
//! Std is built together with the application, because a prebuilt one uses wasm features that
//! Chromium 90 does not know, and because so one recipe serves rustup's and Debian's compilers.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process;
use crate::workspace::Workspace;

/// The target triple of the application.
const TARGET: &str = "wasm32-unknown-unknown";

/// What Chromium 90 knows beyond the first edition of wasm, and nothing more.
const TARGET_FLAGS: [&str; 2] =
    ["-Ctarget-cpu=mvp", "-Ctarget-feature=+mutable-globals,+sign-ext,+nontrapping-fptoint,+bulk-memory"];

/// Makes the module smaller: views lose their types at component borders (a tenth off a module of this
/// many screens), and panics their line numbers; their messages stay.
const SIZE_FLAGS: [&str; 3] = ["--cfg", "erase_components", "-Zlocation-detail=none"];

/// Newest first; Debian numbers its linkers.
const LINKER_VERSIONS: std::ops::RangeInclusive<u32> = 14..=30;

/// A compiler that can build for the browser.
#[derive(Debug)]
pub(crate) struct Toolchain {
    cargo: PathBuf,
    rustc: PathBuf,
    sysroot: PathBuf,
    /// `None` when the compiler brings its own.
    linker: Option<PathBuf>,
    /// `rustc -vV`.
    version: String,
}

/// Why a compiler cannot build for the browser.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Lack {
    /// There is none, or it is older than the workspace allows.
    Compiler,
    /// Std's source is not installed.
    Source,
    /// There is no linker for wasm.
    Linker,
}

impl Toolchain {
    /// The first complete toolchain of this machine, or what the most complete one lacks.
    pub(crate) fn find() -> Result<Self, Lack> {
        let mut lack = Lack::Compiler;
        for (cargo, rustc) in candidates() {
            match Self::inspect(cargo, rustc) {
                Ok(toolchain) => return Ok(toolchain),
                Err(Lack::Compiler) => {}
                Err(other) => lack = other,
            }
        }
        Err(lack)
    }

    fn inspect(cargo: PathBuf, rustc: PathBuf) -> Result<Self, Lack> {
        let version = process::output(Command::new(&rustc).arg("-vV")).map_err(|_| Lack::Compiler)?;
        if !is_new_enough(&version, env!("CARGO_PKG_RUST_VERSION")) {
            return Err(Lack::Compiler);
        }
        let sysroot = process::output(Command::new(&rustc).args(["--print", "sysroot"])).map_err(|_| Lack::Compiler)?;
        let sysroot = PathBuf::from(sysroot);
        if !sysroot.join("lib/rustlib/src/rust/library/std/Cargo.toml").is_file() {
            return Err(Lack::Source);
        }
        let linker = if own_linker(&sysroot, &version).is_some_and(|path| path.is_file()) {
            None
        } else {
            Some(foreign_linker().ok_or(Lack::Linker)?)
        };
        Ok(Self { cargo, rustc, sysroot, linker, version })
    }

    /// A cargo command for the browser: `cargo <subcommand> --target wasm32-unknown-unknown`.
    pub(crate) fn command(&self, workspace: &Workspace, subcommand: &str) -> Command {
        let mut command = Command::new(&self.cargo);
        command
            .args([subcommand, "--target", TARGET])
            .current_dir(workspace.root())
            .env("RUSTC", &self.rustc)
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
            // Sorting and formatting of std in their small forms: two hundredths of the module.
            .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size")
            .env("CARGO_TARGET_DIR", workspace.wasm_target())
            .env("CARGO_ENCODED_RUSTFLAGS", self.flags().join("\u{1f}"))
            // What `cargo run` set for this program points at another compiler's libraries.
            .env_remove("LD_LIBRARY_PATH")
            .env_remove("RUSTUP_TOOLCHAIN");
        command
    }

    /// Where cargo puts a module for a profile.
    pub(crate) fn module(workspace: &Workspace, profile: &str, name: &str) -> PathBuf {
        workspace.wasm_target().join(TARGET).join(profile).join(format!("{name}.wasm"))
    }

    /// Everything about the compiler that changes what it makes.
    pub(crate) fn identity(&self) -> String {
        format!("{}\n{}", self.version, self.flags().join(" "))
    }

    /// The first line of `rustc -vV`, and where the compiler lies.
    pub(crate) fn description(&self) -> String {
        let version = self.version.lines().next().unwrap_or_default();
        let linker = self.linker.as_deref().map(|path| format!(", {}", path.display()));
        format!("{version}, {}{}", self.rustc.display(), linker.unwrap_or_default())
    }

    /// Whether this toolchain brings clippy.
    pub(crate) fn has_clippy(&self) -> bool {
        self.rustc.with_file_name("clippy-driver").is_file() && self.rustc.with_file_name("cargo-clippy").is_file()
    }

    fn flags(&self) -> Vec<String> {
        let mut flags: Vec<String> = TARGET_FLAGS.iter().chain(&SIZE_FLAGS).map(ToString::to_string).collect();
        if let Some(linker) = &self.linker {
            flags.push(format!("-Clinker={}", linker.display()));
            flags.push("-Clinker-flavor=wasm-ld".to_owned());
        }
        // Messages of panics name files; the same commit must give the same bytes on every machine.
        // The workspace's own files are named from its root already.
        for (folder, name) in [(self.sysroot.join("lib/rustlib/src/rust"), "std"), (cargo_home(), "cargo")] {
            let folder = folder.canonicalize().unwrap_or(folder);
            flags.push(format!("--remap-path-prefix={}={name}", folder.display()));
        }
        flags
    }
}

// The compiler this program was built with comes first, then the system's.
fn candidates() -> Vec<(PathBuf, PathBuf)> {
    let mut cargos: Vec<PathBuf> = Vec::new();
    cargos.extend(env::var_os("CARGO").map(PathBuf::from));
    cargos.push(PathBuf::from("/usr/bin/cargo"));
    cargos.dedup();
    cargos
        .into_iter()
        .map(|cargo| {
            let rustc = cargo.with_file_name("rustc");
            (cargo, rustc)
        })
        .filter(|(cargo, rustc)| cargo.is_file() && rustc.is_file())
        .collect()
}

fn is_new_enough(version: &str, wanted: &str) -> bool {
    let numbers = |text: &str| -> Vec<u32> { text.split(['.', '-']).map_while(|part| part.parse().ok()).collect() };
    let release = version.lines().find_map(|line| line.strip_prefix("release: "));
    release.is_some_and(|release| numbers(release) >= numbers(wanted))
}

// rustup's compilers find their own linker, which lies beside std.
fn own_linker(sysroot: &Path, version: &str) -> Option<PathBuf> {
    let host = version.lines().find_map(|line| line.strip_prefix("host: "))?;
    Some(sysroot.join("lib/rustlib").join(host).join("bin/rust-lld"))
}

fn foreign_linker() -> Option<PathBuf> {
    LINKER_VERSIONS
        .rev()
        .find_map(|version| process::find(&format!("wasm-ld-{version}")))
        .or_else(|| process::find("wasm-ld"))
}

fn cargo_home() -> PathBuf {
    match env::var_os("CARGO_HOME") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(env::var_os("HOME").unwrap_or_default()).join(".cargo"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_versions_by_number() {
        for (release, wanted, expected) in [
            ("1.96.0", "1.94", true),
            ("1.100.0", "1.94", true),
            ("1.94.0", "1.94", true),
            ("1.85.1", "1.94", false),
            ("1.97.0-nightly", "1.94", true),
        ] {
            let version = format!("rustc {release}\nhost: x\nrelease: {release}\n");
            assert_eq!(is_new_enough(&version, wanted), expected, "{release} against {wanted}");
        }
        assert!(!is_new_enough("something else", "1.94"));
    }
}
