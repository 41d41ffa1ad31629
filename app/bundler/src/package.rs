//! Debian packages, for machines that have apt.

use std::process::Command;

use anyhow::{Result, bail};

use crate::process;

/// Which of the packages are not installed. On a system without dpkg: all of them.
pub(crate) fn missing<'a>(names: &[&'a str]) -> Vec<&'a str> {
    names.iter().copied().filter(|name| !is_installed(name)).collect()
}

/// Installs packages, without ever removing one.
///
/// # Errors
/// A sentence with the command to run by hand when apt or the right to use it is missing.
pub(crate) fn install(names: &[&str]) -> Result<()> {
    let list = names.join(" ");
    let Some(mut update) = apt() else {
        bail!(
            "these are missing: {list}. Install them with your system's package manager, \
               or on Debian and Ubuntu as root: apt-get install {list}"
        );
    };
    println!("      apt-get install {list}");
    process::run_quietly(update.args(["-qq", "update"]))?;
    if let Some(mut install) = apt() {
        install.args(["-qq", "--yes", "--no-remove", "--no-install-recommends", "install"]);
        process::run_quietly(install.args(names))?;
    }
    Ok(())
}

fn is_installed(name: &str) -> bool {
    process::output(Command::new("dpkg-query").args(["--show", "--showformat=${Status}", name]))
        .is_ok_and(|status| status.ends_with(" installed"))
}

// apt-get with the right to install, by being root or through sudo without a password.
fn apt() -> Option<Command> {
    process::find("apt-get")?;
    if process::output(Command::new("id").arg("-u")).is_ok_and(|user| user == "0") {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive");
        return Some(command);
    }
    process::output(Command::new("sudo").args(["-n", "true"])).ok()?;
    let mut command = Command::new("sudo");
    command.args(["-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    Some(command)
}
