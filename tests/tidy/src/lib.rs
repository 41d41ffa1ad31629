//! The house rules as assertions. Each module holds one rule: a pure check over files, a bad sample
//! that it must refuse, and the tree that must pass.

#![cfg(test)]

mod code;
mod dependencies;
mod examples;
mod layers;
mod licences;
mod map;
mod migrations;
mod names;
mod paths;
mod sizes;
mod styles;
mod texts;
mod tree;
