//! What of a grant takes effect at once, and what waits for the security officer.

use std::collections::BTreeSet;

use super::{Duty, Role};

/// Roles with what a verifier answers for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    /// Roles.
    pub roles: BTreeSet<Role>,
    /// Duties.
    pub duties: BTreeSet<Duty>,
}

/// What of the rights that an administrator gives takes effect now. When it is less than was given, the rest waits
/// until the security officer confirms it; what is taken away is gone at once. While a district has no officer,
/// nobody could confirm, and everything takes effect: the audit log tells it.
pub fn effect(held: &Rights, given: &Rights, has_officer: bool) -> Rights {
    if !has_officer {
        return given.clone();
    }
    let at_once = |role: &&Role| held.roles.contains(role) || !role.needs_confirmation();
    Rights {
        roles: given.roles.iter().filter(at_once).copied().collect(),
        duties: given.duties.intersection(&held.duties).copied().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rights(roles: &[Role], duties: &[Duty]) -> Rights {
        Rights { roles: roles.iter().copied().collect(), duties: duties.iter().copied().collect() }
    }

    #[test]
    fn daily_work_and_less_take_effect_at_once_and_more_waits() {
        use Role::{CampaignOffice, Filer, Inspector, UnitReviewer, Verifier};
        for (held, given, now) in [
            (rights(&[], &[]), rights(&[Filer, UnitReviewer], &[]), rights(&[Filer, UnitReviewer], &[])),
            (rights(&[], &[]), rights(&[Filer, CampaignOffice], &[]), rights(&[Filer], &[])),
            (rights(&[Inspector, CampaignOffice], &[]), rights(&[Inspector], &[]), rights(&[Inspector], &[])),
            (
                rights(&[Verifier], &[Duty::Digital]),
                rights(&[Verifier], &[Duty::Digital, Duty::Services]),
                rights(&[Verifier], &[Duty::Digital]),
            ),
        ] {
            assert_eq!(effect(&held, &given, true), now, "{held:?} {given:?}");
            assert_eq!(effect(&held, &given, false), given);
        }
    }
}
