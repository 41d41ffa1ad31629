//! Approving several records at once: only what gives a judge nothing to stop at. Each is still a step of its own.

use super::{Request, State, decide, issues};
use crate::{issue::RefusalCode, merge::replica::Replica, person::Person, record::Record};

/// Why a record must be looked at by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Two people filled a field differently.
    Conflict,
    /// The rules have something to say about so many fields.
    Issues(usize),
    /// It waits for a visit, which is told for each by itself.
    Visit,
    /// This person may not take the step, or not now.
    Refused(RefusalCode),
}

/// The step by which a person approves a record together with others.
///
/// # Errors
/// What it must be looked at for.
pub fn flawless(replica: &Replica, record: &Record, person: &Person, now_ms: u64) -> Result<State, Flaw> {
    let to = match record.state() {
        State::Submitted => State::Reviewed,
        State::Reviewed => State::Verified,
        State::OnSiteCheck => return Err(Flaw::Visit),
        State::Draft | State::Verified | State::Returned | State::Withdrawn => {
            return Err(Flaw::Refused(RefusalCode::WrongState));
        }
    };
    let request = Request { person, to, reason: None, revision: record.revision() };
    decide(replica, record, &request, now_ms).map_err(|refusal| Flaw::Refused(refusal.code))?;
    if !record.waiting.is_empty() {
        return Err(Flaw::Refused(RefusalCode::WrongState));
    }
    if record.conflicts().next().is_some() {
        return Err(Flaw::Conflict);
    }
    match issues(replica, record, now_ms).len() {
        0 => Ok(to),
        count => Err(Flaw::Issues(count)),
    }
}
