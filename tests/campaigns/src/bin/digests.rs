//! Prints the digest of every compared campaign, one a line: what `tests/same_bytes.rs` expects in the browser.

use std::{
    io::{self, Write as _},
    thread,
};

use campaigns::{COMPARED, digest};

fn main() -> io::Result<()> {
    let count = thread::available_parallelism()?.get();
    let count = u64::try_from(count).unwrap_or(1);
    let share = COMPARED.div_ceil(count);
    let parts = thread::scope(|scope| {
        let of_part = |part: u64| move || (part * share..((part + 1) * share).min(COMPARED)).map(digest).collect();
        let parts: Vec<thread::ScopedJoinHandle<'_, Vec<_>>> =
            (0..count).map(|part| scope.spawn(of_part(part))).collect();
        parts.into_iter().map(thread::ScopedJoinHandle::join).collect::<Result<Vec<_>, _>>()
    });
    let parts = parts.map_err(|_| io::Error::other("a campaign could not be scored"))?;
    let mut output = io::stdout().lock();
    parts.iter().flatten().try_for_each(|digest| writeln!(output, "{digest}"))
}
