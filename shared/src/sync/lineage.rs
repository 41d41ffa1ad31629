//! Whether two sides share a past: the marks that a tablet shows, compared with the log's own chain.

use crate::{id::Digest, merge::operation::Mark};

/// Checks the marks of a request, each with the log's chain at its sequence, where the log reaches so far.
///
/// # Errors
/// The greatest sequence among the marks that both sides share: the log was restored from a backup, and has lost
/// what stood above it.
pub fn check(marks: &[(Mark, Option<Digest>)]) -> Result<(), u64> {
    let is_shared = |(mark, chain): &&(Mark, Option<Digest>)| *chain == Some(mark.chain);
    if marks.iter().all(|pair| is_shared(&pair)) {
        return Ok(());
    }
    Err(marks.iter().filter(is_shared).map(|(mark, _)| mark.sequence).max().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mark_that_the_log_does_not_know_is_another_past() {
        let chain = |byte| Digest([byte; 32]);
        let mark = |sequence| Mark { sequence, chain: chain(1) };
        for (marks, expected) in [
            ([(mark(4), Some(chain(1))), (mark(7), Some(chain(1)))], Ok(())),
            ([(mark(4), Some(chain(1))), (mark(7), None)], Err(4)),
            ([(mark(4), Some(chain(2))), (mark(7), None)], Err(0)),
            ([(mark(7), Some(chain(1))), (mark(4), Some(chain(2)))], Err(7)),
            ([(Mark::START, Some(Digest::ZERO)), (Mark::START, Some(Digest::ZERO))], Ok(())),
        ] {
            assert_eq!(check(&marks), expected, "{marks:?}");
        }
    }
}
