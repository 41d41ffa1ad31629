//! The `PostgreSQL` that the server's tests start.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::package;

/// Debian's package.
pub(crate) const PACKAGE: &str = "postgresql";

/// The variable by which the tests are handed the folder.
pub(crate) const VARIABLE: &str = "POSTGRES_PROGRAMS";

/// Where Debian keeps the programs, one folder per version: they are not on the path.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The folder with `initdb` and `pg_ctl`; what is missing is installed.
///
/// # Errors
/// A sentence saying what to install when nothing could be.
pub(crate) fn programs() -> Result<(PathBuf, String)> {
    let folder = match find() {
        Some(folder) => folder,
        None => install()?,
    };
    let description = folder.display().to_string();
    Ok((folder, description))
}

fn install() -> Result<PathBuf> {
    package::install(&[PACKAGE])?;
    let Some(folder) = find() else {
        bail!("PostgreSQL is installed, but neither on the path nor in {DEBIAN}; set {VARIABLE} to its programs");
    };
    Ok(folder)
}

fn find() -> Option<PathBuf> {
    let handed = env::var_os(VARIABLE).map(PathBuf::from);
    let path = env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default();
    choose(handed, path, of_debian())
}

fn choose(handed: Option<PathBuf>, path: Vec<PathBuf>, debian: Vec<PathBuf>) -> Option<PathBuf> {
    handed.into_iter().chain(path).chain(debian).find(|folder| has_programs(folder))
}

/// The newest version first.
fn of_debian() -> Vec<PathBuf> {
    let versions = fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = versions
        .map(|version| (version.file_name().to_string_lossy().parse().unwrap_or_default(), version.path().join("bin")))
        .collect();
    versions.sort();
    versions.into_iter().rev().map(|(_, folder)| folder).collect()
}

fn has_programs(folder: &Path) -> bool {
    ["initdb", "pg_ctl", "postgres"].iter().all(|program| folder.join(program).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_folder_that_holds_all_programs_is_chosen() {
        let folder = env::temp_dir().join(format!("bundler-database-{}", std::process::id()));
        let [client, server] = ["client", "server"].map(|name| folder.join(name));
        for path in [&client, &server] {
            fs::create_dir_all(path).unwrap();
        }
        for program in ["initdb", "pg_ctl", "postgres"] {
            fs::write(server.join(program), "").unwrap();
        }
        fs::write(client.join("pg_ctl"), "").unwrap();
        assert_eq!(choose(None, vec![client.clone()], vec![server.clone()]), Some(server.clone()));
        assert_eq!(choose(Some(server.clone()), vec![client.clone()], Vec::new()), Some(server));
        assert_eq!(choose(None, vec![client], Vec::new()), None);
        fs::remove_dir_all(folder).unwrap();
    }
}
