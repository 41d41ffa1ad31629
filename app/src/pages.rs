//! The screens, one file or folder each.

pub(crate) mod account;
pub(crate) mod admin;
pub(crate) mod audit;
pub(crate) mod explanation;
pub(crate) mod figure;
pub(crate) mod files;
pub(crate) mod gate;
pub(crate) mod indicators;
pub(crate) mod inspections;
pub(crate) mod login;
pub(crate) mod moment;
pub(crate) mod month_steps;
pub(crate) mod monthly_report;
pub(crate) mod navigation;
pub(crate) mod periods;
pub(crate) mod project;
pub(crate) mod projects;
pub(crate) mod ranking;
pub(crate) mod record;
pub(crate) mod review;
pub(crate) mod rules;
pub(crate) mod services;
pub(crate) mod setup;
pub(crate) mod stage_claim;
pub(crate) mod sync;
pub(crate) mod today;
