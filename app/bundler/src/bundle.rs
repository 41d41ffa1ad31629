//! `cargo xtask bundle`: the application as the server hands it out, in `target/dist`.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result, anyhow};

use crate::compress;
use crate::fingerprint;
use crate::module::{self, Module};
use crate::page::Published;
use crate::payload::{self, Part};
use crate::precache;
use crate::progress::Progress;
use crate::setup;
use crate::styles;
use crate::toolchain::Toolchain;
use crate::workspace::Workspace;

/// Everything that changes the bundle.
const INPUTS: [&str; 6] = ["Cargo.toml", "Cargo.lock", ".cargo", "app", "shared", "public"];

/// Files of `public/` that keep their names and may name others.
const PAGES: [&str; 2] = ["index.html", "app.webmanifest"];
/// What the page fetches once the application runs.
const LATER: [&str; 2] = ["later.wasm", "initials.txt"];
const WORKER: &str = "sw.js";
const KILL_WORKER: &str = "sw-kill.js";

/// Steps that [`build`] takes.
pub(crate) const STEPS: usize = 2;

/// Builds the bundle and prints what the first visit loads.
///
/// # Errors
/// When a step fails or the first load is over its bar.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let mut progress = Progress::new(1 + STEPS);
    let toolchain = progress.step("compiler for the browser", || setup::toolchain_step(workspace))?;
    build(workspace, &toolchain, &mut progress)?;
    payload::check(&first_load(workspace)?)
}

/// Builds the bundle unless nothing changed since the last time.
///
/// # Errors
/// When a step fails; the bundle before stays whole.
pub(crate) fn build(workspace: &Workspace, toolchain: &Toolchain, progress: &mut Progress) -> Result<()> {
    let fingerprint = fingerprint::of(workspace.root(), &INPUTS, &toolchain.identity())?;
    let is_current = is_current(workspace, &fingerprint);
    progress.step("application for the browser", || {
        if is_current {
            return Ok(((), "nothing changed".to_owned()));
        }
        module::compile(workspace, toolchain)?;
        Ok(((), String::new()))
    })?;
    progress.step("bundle", || {
        if is_current {
            return Ok(((), "nothing changed".to_owned()));
        }
        let published = publish(workspace)?;
        let files = lay_out(workspace, &published)?;
        write(workspace, &files, &fingerprint)?;
        Ok(((), workspace.dist().display().to_string()))
    })
}

fn is_current(workspace: &Workspace, fingerprint: &str) -> bool {
    fs::read_to_string(fingerprint_path(workspace)).is_ok_and(|last| last == fingerprint)
        && workspace.dist().join("index.html").is_file()
}

fn fingerprint_path(workspace: &Workspace) -> PathBuf {
    workspace.target().join("dist.fingerprint")
}

// Everything whose name carries a hash.
fn publish(workspace: &Workspace) -> Result<Published> {
    let mut published = Published::default();
    let Module { wasm, chunk, glue } = module::bind(workspace)?;
    published.add("app.wasm", wasm);
    published.add(LATER[0], chunk);
    published.add("app.js", glue.into_bytes());
    let public = workspace.root().join("public");
    let mut files = Vec::new();
    fingerprint::collect(&public, &mut files)?;
    for file in files {
        let name = file.strip_prefix(&public)?.to_string_lossy().into_owned();
        if !PAGES.contains(&name.as_str()) && name != WORKER && name != KILL_WORKER {
            published.add(&name, fs::read(&file)?);
        }
    }
    let css = styles::join(&workspace.root().join("app/styles"))?;
    let css = published.render("app/styles", &css)?;
    published.add("app.css", css.into_bytes());
    Ok(published)
}

// Every file of the bundle by its path.
fn lay_out(workspace: &Workspace, published: &Published) -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let public = workspace.root().join("public");
    let read = |name: &str| fs::read_to_string(public.join(name)).with_context(|| format!("cannot read public/{name}"));
    let mut files: Vec<(PathBuf, Vec<u8>)> =
        published.files().map(|file| (PathBuf::from(file.url.trim_start_matches('/')), file.bytes.clone())).collect();
    for name in PAGES {
        let page = published.render(name, &read(name)?)?.into_bytes();
        if name == "index.html" {
            let worker = precache::fill(&read(WORKER)?, published, &page)?;
            files.push((PathBuf::from(WORKER), worker.into_bytes()));
        }
        files.push((PathBuf::from(name), page));
    }
    files.push((PathBuf::from(KILL_WORKER), read(KILL_WORKER)?.into_bytes()));
    Ok(files)
}

// A new folder takes the old one's place in one step, so that no half bundle is ever served.
fn write(workspace: &Workspace, files: &[(PathBuf, Vec<u8>)], fingerprint: &str) -> Result<()> {
    let fresh = workspace.target().join("dist.new");
    let _ = fs::remove_dir_all(&fresh);
    fs::create_dir_all(fresh.join("assets"))?;
    let folder = fresh.as_path();
    thread::scope(|scope| {
        let writers: Vec<_> =
            files.iter().map(|(path, bytes)| scope.spawn(move || write_file(&folder.join(path), bytes))).collect();
        writers
            .into_iter()
            .try_for_each(|writer| writer.join().map_err(|_| anyhow!("a file of the bundle could not be written"))?)
    })?;
    let dist = workspace.dist();
    let _ = fs::remove_dir_all(&dist);
    fs::rename(&fresh, &dist).with_context(|| format!("cannot write {}", dist.display()))?;
    fs::write(fingerprint_path(workspace), fingerprint)?;
    Ok(())
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes)?;
    let name = path.to_string_lossy();
    if compress::pays_for(&name) {
        fs::write(format!("{name}.br"), compress::brotli(bytes)?)?;
        fs::write(format!("{name}.gz"), compress::gzip(bytes)?)?;
    }
    Ok(())
}

// The files the page loads, in the order of their size.
fn first_load(workspace: &Workspace) -> Result<Vec<Part>> {
    let dist = workspace.dist();
    let mut files = Vec::new();
    fingerprint::collect(&dist.join("assets"), &mut files)?;
    files.push(dist.join("index.html"));
    let mut parts = Vec::new();
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let extension = name.rsplit('.').next().unwrap_or_default();
        if matches!(extension, "wasm" | "js" | "css" | "html" | "txt") {
            let path = file.display();
            let bytes = [
                file_bytes(&file)?,
                file_bytes(Path::new(&format!("{path}.gz")))?,
                file_bytes(Path::new(&format!("{path}.br")))?,
            ];
            let name = name_without_hash(&name);
            let is_later = LATER.contains(&name.as_str());
            parts.push(Part { name, bytes, is_later });
        }
    }
    parts.sort_by_key(|part| std::cmp::Reverse(part.bytes));
    Ok(parts)
}

fn file_bytes(path: &Path) -> Result<usize> {
    let length = fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?.len();
    Ok(usize::try_from(length)?)
}

fn name_without_hash(name: &str) -> String {
    match name.split('.').collect::<Vec<_>>().as_slice() {
        [stem, _hash, extension] => format!("{stem}.{extension}"),
        _ => name.to_owned(),
    }
}
