//! Generated schemes: random, legal, and each with every rule, measure, schedule, policy and veto there is.
//!
//! They are written as the files that offices write, so that reading and checking is part of every test.

mod groups;
mod indicators;

use std::fmt::Write as _;

use shared::scoring::scheme::{Scheme, SchemeIssue};

use crate::dice::Dice;

/// The scheme of a seed: the same wherever it is made.
///
/// # Errors
/// What is wrong with it; a test asks that nothing ever is.
pub fn scheme(seed: u64) -> Result<Scheme, Vec<SchemeIssue>> {
    Scheme::parse(&scheme_file(seed))
}

/// The file of the scheme of a seed.
pub fn scheme_file(seed: u64) -> String {
    let mut dice = Dice::new(seed ^ 0x5c3e_3e00);
    let mut file = Writer::default();
    file.line("schema = 1");
    file.line(&format!("name = \"generated-{seed}\""));
    file.line("title = \"生成的考评办法\"");
    file.line("effective_from = \"2021-01\"");
    file.line(&format!("round = \"{}\"", dice.text(&["per_item", "per_item", "at_end"])));
    file.line(&format!("credit = \"{}\"", dice.text(&["owner", "shares"])));
    file.line(&format!("ceiling = {}", dice.between(95, 120)));
    file.line(&format!("minimum_applicable = \"0.{}\"", dice.below(8)));
    file.line(dice.text(&["removed_by = [\"false_report\"]", "removed_by = [\"false_report\", \"fraud\"]", ""]));
    schedules(&mut file, &mut dice);
    indicators::write(&mut file, &mut dice);
    for group in ["street", "park", "department"] {
        groups::write(&mut file, &mut dice, group);
    }
    file.text
}

fn schedules(file: &mut Writer, dice: &mut Dice) {
    file.line("[schedules]");
    file.line("linear = { shape = \"linear\" }");
    file.line("monthly = { shape = \"monthly\" }");
    file.line("list = { shape = \"list\" }");
    for name in ["started", "completed"] {
        file.line(&format!("{name} = {{ shape = \"curve\", shares = {} }}", rising(dice, 100)));
    }
    file.line("late = { shape = \"curve\", shares = [0, 0, 0, 0, 0, 0, 0, 0, 0, 50, 75, 100] }");
    let (all, own, last) = (dice.between(1, 9), dice.between(1, 9), dice.between(1, 3));
    let (all, own) = (rising(dice, all), rising(dice, own));
    file.line(&format!("explicit = {{ shape = \"explicit\", figures = {all}, units = {{ \"第0街道\" = {own} }} }}"));
    let sizes = format!("[{{ at_most = {last}, schedule = \"list\" }}, {{ at_most = 9, schedule = \"linear\" }}]");
    file.line(&format!("sized = {{ shape = \"by_size\", sizes = {sizes}, otherwise = \"started\" }}"));
}

/// Twelve figures that never fall and end at `last`.
fn rising(dice: &mut Dice, last: u32) -> String {
    let mut figures: Vec<u32> = (0..11).map(|_| dice.below(last + 1)).collect();
    figures.push(last);
    figures.sort_unstable();
    format!("{figures:?}")
}

/// A decimal between two bounds in tenths, as a scheme's file writes it.
fn tenths(dice: &mut Dice, least: u32, most: u32) -> String {
    let tenths = dice.between(least, most);
    format!("\"{}.{}\"", tenths / 10, tenths % 10)
}

/// A list of keys as TOML.
fn keys(keys: &[&str]) -> String {
    format!("{keys:?}")
}

/// A file being written.
#[derive(Default)]
struct Writer {
    text: String,
}

impl Writer {
    fn line(&mut self, line: &str) {
        // Writing into a text cannot fail.
        let _ = writeln!(self.text, "{line}");
    }
}
