//! The enterprise-service mechanism: visits (挂钩走访) and issues (一企一议).

/// Names of a service visit's fields.
pub mod visit {
    /// The month it belongs to.
    pub const PERIOD: &str = "period";
    /// The enterprise visited.
    pub const ENTERPRISE: &str = "enterprise";
    /// The paired leader who visits.
    pub const LEADER: &str = "leader";
    /// Whether it stood in the month's plan.
    pub const PLANNED: &str = "planned";
    /// The day it took place; empty while it is only planned.
    pub const VISITED_ON: &str = "visited_on";
    /// What was talked about, what was promised.
    pub const MATTER: &str = "matter";
}

/// Names of a service issue's fields.
pub mod issue {
    /// The enterprise that raised it.
    pub const ENTERPRISE: &str = "enterprise";
    /// What it is about.
    pub const MATTER: &str = "matter";
    /// The day it was accepted (受理).
    pub const ACCEPTED_ON: &str = "accepted_on";
    /// The day by which it must be closed.
    pub const DUE_ON: &str = "due_on";
    /// The department that leads.
    pub const LEAD: &str = "lead";
    /// The day it was closed (办结); empty while open.
    pub const CLOSED_ON: &str = "closed_on";
    /// How it was settled.
    pub const RESULT: &str = "result";
}
