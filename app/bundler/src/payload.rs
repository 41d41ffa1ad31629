//! What the first visit loads, against the bar.

use anyhow::{Result, bail};

/// Brotli bytes of the first load: all of wasm, js, css and html that stand between an address and its page.
const BAR_BYTES: usize = 450_000;

/// One file that the first visit loads.
#[derive(Debug)]
pub(crate) struct Part {
    /// Its name in the source.
    pub(crate) name: String,
    /// Bytes as they are, compressed by gzip 9, compressed by brotli 11.
    pub(crate) bytes: [usize; 3],
    /// Fetched once the application runs: told, and not counted.
    pub(crate) is_later: bool,
}

/// Prints the table and holds the bar.
///
/// # Errors
/// When the sum of brotli is over the bar.
pub(crate) fn check(parts: &[Part]) -> Result<()> {
    println!("      {:<12} {:>11} {:>11} {:>11}", "first load", "bytes", "gzip", "brotli");
    let (later, first): (Vec<&Part>, Vec<&Part>) = parts.iter().partition(|part| part.is_later);
    let mut total = [0; 3];
    for part in first {
        print_row(&part.name, part.bytes);
        for (sum, bytes) in total.iter_mut().zip(part.bytes) {
            *sum += bytes;
        }
    }
    print_row("together", total);
    let [_, _, brotli] = total;
    println!("      {:<12} {:>35}", "bar", BAR_BYTES);
    println!("      fetched once the application runs");
    for part in later {
        print_row(&part.name, part.bytes);
    }
    if brotli > BAR_BYTES {
        bail!("the first load is {brotli} bytes, {} over its bar", brotli - BAR_BYTES);
    }
    Ok(())
}

fn print_row(name: &str, [plain, gzip, brotli]: [usize; 3]) {
    println!("      {name:<12} {plain:>11} {gzip:>11} {brotli:>11}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(sizes: &[usize]) -> Vec<Part> {
        sizes.iter().map(|&brotli| Part { name: "x".into(), bytes: [0, 0, brotli], is_later: false }).collect()
    }

    #[test]
    fn holds_at_the_bar_and_fails_over_it() {
        assert!(check(&parts(&[BAR_BYTES - 1, 1])).is_ok());
        assert!(check(&parts(&[BAR_BYTES, 1])).is_err());
    }
}
