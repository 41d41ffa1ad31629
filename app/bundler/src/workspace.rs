//! Where things are: the checkout, what is built, and what outlives a clone.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The folders of one checkout.
#[derive(Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
    cache: PathBuf,
}

impl Workspace {
    /// The workspace this program was started in by cargo.
    ///
    /// # Errors
    /// When not started through cargo, or without a home folder.
    pub(crate) fn find() -> Result<Self> {
        let crate_folder = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let root = crate_folder
            .as_deref()
            .and_then(|folder| folder.ancestors().nth(2))
            .context("start me as `cargo xtask`")?
            .to_path_buf();
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => env::current_dir()?.join(folder),
            None => root.join("target"),
        };
        Ok(Self { root, target, cache: cache_folder()? })
    }

    /// The checkout.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Cargo's output for this machine.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// Cargo's output for the browser. It may be built by another compiler, so it lies apart.
    pub(crate) fn wasm_target(&self) -> PathBuf {
        self.target.join("wasm")
    }

    /// The application as the server hands it out.
    pub(crate) fn dist(&self) -> PathBuf {
        self.target.join("dist")
    }

    /// The server as `serve`, the end-to-end tests and the benchmarks start it.
    pub(crate) fn server(&self) -> PathBuf {
        self.target.join("release").join("tisheng")
    }

    /// Tools and browsers that are downloaded once per machine.
    pub(crate) fn cache(&self) -> &Path {
        &self.cache
    }
}

fn cache_folder() -> Result<PathBuf> {
    let base = match env::var_os("XDG_CACHE_HOME").filter(|value| !value.is_empty()) {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(env::var_os("HOME").context("HOME is not set")?).join(".cache"),
    };
    Ok(base.join("tisheng"))
}
