//! Units and people out of a workbook: read and judged as a whole before anything is created. What exists already stays
//! as it is, so that a workbook may be taken in again after more lines were added.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{Deserialize, Serialize};

use crate::{
    person::{Duty, Role, is_account, may_unite},
    t,
    unit::{Group, Unit},
};

/// Lines of one sheet.
pub const LINES_MAX: usize = 2_000;

/// Characters of a name.
const NAME_CHARS_MAX: usize = 40;

/// What separates several roles or duties in a cell.
const SEPARATORS: [char; 7] = ['\u{3001}', '\u{ff0c}', ',', '\u{ff1b}', ';', ' ', '\n'];

/// Opens what stands behind a duty's name.
const BRACKET: char = '\u{ff08}';

/// A sheet as it stands in a workbook: its cells as text from A1 on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Its rows, the header first.
    pub rows: Vec<Vec<String>>,
}

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Fault {
    /// The sheet.
    pub sheet: String,
    /// The cell, such as `B7`; empty for the sheet as a whole.
    pub cell: String,
    /// What is wrong with it, and what to do.
    pub text: String,
}

/// A unit to be added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct UnitLine {
    /// Its name.
    pub name: String,
    /// The group it is assessed in.
    pub group: Group,
}

/// An account to be created.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct PersonLine {
    /// The name they log in with.
    pub account: String,
    /// The name on screen.
    pub name: String,
    /// Their unit's name: one that exists, or one of the same workbook.
    pub unit: String,
    /// What they may do.
    pub roles: BTreeSet<Role>,
    /// What a verifier answers for.
    pub duties: BTreeSet<Duty>,
}

/// What a workbook would create.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Intake {
    /// What is wrong with it; while there is anything, nothing is created.
    pub faults: Vec<Fault>,
    /// Units that are not there yet.
    pub units: Vec<UnitLine>,
    /// People who have no account yet.
    pub people: Vec<PersonLine>,
    /// Lines about units and accounts that exist: they change nothing.
    pub known: u32,
}

/// What a workbook would create in a campaign with these units and accounts.
pub fn read(sheets: &[Sheet], units: &[Unit], accounts: &BTreeSet<String>) -> Intake {
    let mut intake = Intake::default();
    let mut groups: BTreeMap<String, Group> = units.iter().map(|unit| (unit.name.clone(), unit.group)).collect();
    let of_name = |name: String| sheets.iter().find(|sheet| sheet.name.trim() == name);
    let (of_units, of_people) = (of_name(t!("intake.sheet.units")), of_name(t!("intake.sheet.people")));
    if of_units.is_none() && of_people.is_none() {
        let sheet = sheets.first().map(|sheet| sheet.name.clone()).unwrap_or_default();
        intake.faults.push(Fault { sheet, cell: String::new(), text: t!("intake.no_sheet") });
    }
    if let Some(sheet) = of_units {
        read_units(&mut intake, sheet, &mut groups);
    }
    if let Some(sheet) = of_people {
        read_people(&mut intake, sheet, &groups, accounts);
    }
    intake
}

fn read_units(intake: &mut Intake, sheet: &Sheet, groups: &mut BTreeMap<String, Group>) {
    let columns = [t!("intake.column.unit_name"), t!("intake.column.group")];
    let mut seen = BTreeSet::new();
    for line in lines(&mut intake.faults, sheet, &columns) {
        let [name, group] = line.cells;
        let found = Group::ALL.into_iter().find(|known| t!(known.label_key()) == group.text);
        let checks = [
            (is_name(&name.text), &name, t!("intake.name")),
            (seen.insert(name.text.clone()), &name, t!("intake.twice")),
            (found.is_some(), &group, t!("intake.group")),
        ];
        let is_whole = note(&mut intake.faults, sheet, &checks);
        let Some(found) = found.filter(|_| is_whole) else { continue };
        match groups.get(&name.text) {
            None => {
                groups.insert(name.text.clone(), found);
                intake.units.push(UnitLine { name: name.text, group: found });
            }
            Some(known) if *known == found => intake.known = intake.known.saturating_add(1),
            Some(_) => intake.faults.push(fault(sheet, &group, t!("intake.other_group"))),
        }
    }
}

fn read_people(intake: &mut Intake, sheet: &Sheet, groups: &BTreeMap<String, Group>, accounts: &BTreeSet<String>) {
    let columns = ["account", "name", "unit", "roles", "duties"].map(|column| t!(&format!("intake.column.{column}")));
    let mut seen = BTreeSet::new();
    for line in lines(&mut intake.faults, sheet, &columns) {
        let [account, name, unit, roles, duties] = line.cells;
        let said = words(&roles.text).map(role_of).collect::<Option<BTreeSet<_>>>();
        let answers = words(&duties.text).map(duty_of).collect::<Option<BTreeSet<_>>>();
        let is_verifier = said.as_ref().is_some_and(|roles| roles.contains(&Role::Verifier));
        let has_duties = answers.as_ref().is_some_and(|duties| !duties.is_empty());
        let checks = [
            (is_account(&account.text), &account, t!("intake.account")),
            (seen.insert(account.text.clone()), &account, t!("intake.twice")),
            (is_name(&name.text), &name, t!("intake.name")),
            (groups.contains_key(&unit.text), &unit, t!("intake.unit")),
            (said.as_ref().is_some_and(|roles| !roles.is_empty()), &roles, t!("intake.role")),
            (said.as_ref().is_none_or(may_unite), &roles, t!("intake.apart")),
            (answers.is_some(), &duties, t!("intake.duty")),
            (is_verifier || !has_duties, &duties, t!("intake.no_verifier")),
        ];
        if !note(&mut intake.faults, sheet, &checks) {
            continue;
        }
        if accounts.contains(&account.text) {
            intake.known = intake.known.saturating_add(1);
            continue;
        }
        intake.people.push(PersonLine {
            account: account.text,
            name: name.text,
            unit: unit.text,
            roles: said.unwrap_or_default(),
            duties: answers.unwrap_or_default(),
        });
    }
}

/// A cell with its place.
#[derive(Clone, Debug)]
struct Cell {
    place: Place,
    text: String,
}

/// Column and row, both from 0.
#[derive(Clone, Copy, Debug)]
struct Place(usize, usize);

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(column, row) = *self;
        write!(formatter, "{}{}", letters(column), row.saturating_add(1))
    }
}

/// A line with the cells of the columns that were asked for.
struct Line<const N: usize> {
    cells: [Cell; N],
}

/// The lines of a sheet that are not empty, by the columns of its header.
fn lines<const N: usize>(faults: &mut Vec<Fault>, sheet: &Sheet, columns: &[String; N]) -> Vec<Line<N>> {
    let whole = |text: String| Fault { sheet: sheet.name.clone(), cell: String::new(), text };
    let header: Vec<&str> = sheet.rows.first().into_iter().flatten().map(|cell| cell.trim()).collect();
    let place = |column: &String| header.iter().position(|known| known == column);
    let missing: Vec<&String> = columns.iter().filter(|column| place(column).is_none()).collect();
    if !missing.is_empty() {
        faults.extend(missing.into_iter().map(|column| whole(t!("intake.no_column", column = column))));
        return Vec::new();
    }
    if sheet.rows.len() > LINES_MAX {
        faults.push(whole(t!("intake.too_long", lines = LINES_MAX)));
        return Vec::new();
    }
    let places = columns.each_ref().map(|column| place(column).unwrap_or_default());
    let filled =
        sheet.rows.iter().enumerate().skip(1).filter(|(_, row)| row.iter().any(|cell| !cell.trim().is_empty()));
    let line = |(number, row): (usize, &Vec<String>)| {
        let text = |column: usize| row.get(column).map(|cell| cell.trim().to_owned()).unwrap_or_default();
        Line { cells: places.map(|column| Cell { place: Place(column, number), text: text(column) }) }
    };
    filled.map(line).collect()
}

/// Notes the first thing that is wrong with each cell; gives whether nothing is.
fn note(faults: &mut Vec<Fault>, sheet: &Sheet, checks: &[(bool, &Cell, String)]) -> bool {
    let before = faults.len();
    for (_, cell, text) in checks.iter().filter(|(is_fine, ..)| !is_fine) {
        let place = cell.place.to_string();
        if faults.iter().skip(before).all(|known| known.cell != place) {
            faults.push(fault(sheet, cell, text.clone()));
        }
    }
    faults.len() == before
}

fn fault(sheet: &Sheet, cell: &Cell, text: String) -> Fault {
    Fault { sheet: sheet.name.clone(), cell: cell.place.to_string(), text }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(SEPARATORS).map(str::trim).filter(|word| !word.is_empty())
}

fn role_of(word: &str) -> Option<Role> {
    Role::ALL.into_iter().find(|role| t!(role.label_key()) == word)
}

fn duty_of(word: &str) -> Option<Duty> {
    Duty::ALL.into_iter().find(|duty| {
        let label = t!(duty.label_key());
        // The table of the plan that stands behind the name may be left out.
        label == word || label.split_once(BRACKET).is_some_and(|(name, _)| name == word)
    })
}

fn is_name(text: &str) -> bool {
    (1..=NAME_CHARS_MAX).contains(&text.chars().count())
}

/// A column's letters as Excel shows them: A, B, … Z, AA.
pub fn letters(column: usize) -> String {
    let (before, own) = (column / 26, column % 26);
    let letter = u8::try_from(own).map_or('?', |own| char::from(b'A'.saturating_add(own)));
    if before == 0 { letter.to_string() } else { format!("{}{letter}", letters(before - 1)) }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::id::UnitId;

    fn sheet(name: &str, rows: &[&[&str]]) -> Sheet {
        let row = |row: &&[&str]| row.iter().map(|cell| (*cell).to_owned()).collect();
        Sheet { name: name.into(), rows: rows.iter().map(row).collect() }
    }

    fn judged(sheets: &[Sheet]) -> Intake {
        let east = Unit {
            id: UnitId(Uuid::from_u128(1)),
            name: "鼓东街道".into(),
            group: Group::Street,
            position: 1,
            from: None,
            until: None,
        };
        read(sheets, &[east], &BTreeSet::from(["gudong".to_owned()]))
    }

    const HEADER: &[&str] = &["姓名", "账号", "单位", "角色", "负责认定", "备注"];

    #[test]
    fn units_and_people_are_read_by_the_names_of_their_columns_and_what_exists_stays() {
        let units = sheet("单位", &[&["名称", "考评组"], &["洪山镇", "街镇组"], &[], &["鼓东街道", "街镇组"]]);
        let people = sheet(
            "人员",
            &[
                HEADER,
                &["周一", "hongshan", "洪山镇", "填报员、单位审核", "", "新"],
                &["吴二", " shangwu ", "鼓东街道", "认定部门", "服务业项目, 限上商贸业"],
                &["陈一", "gudong", "鼓东街道", "填报员"],
            ],
        );
        let intake = judged(&[units, people]);
        assert_eq!((&intake.faults[..], intake.known), (&[][..], 2));
        assert_eq!(intake.units, [UnitLine { name: "洪山镇".into(), group: Group::Street }]);
        let [first, second] = &intake.people[..] else { panic!("{intake:?}") };
        assert_eq!((first.unit.as_str(), first.roles.len()), ("洪山镇", 2));
        assert_eq!((second.account.as_str(), second.duties.len()), ("shangwu", 2));
    }

    #[test]
    fn each_fault_names_its_sheet_and_cell() {
        let units =
            sheet("单位", &[&["名称", "考评组"], &["", "街镇组"], &["鼓东街道", "园区组"], &["软件园", "园区"]]);
        let people = sheet(
            "人员",
            &[
                HEADER,
                &["周一", "a b", "洪山镇", "填报员、审计", "限上商贸业"],
                &["", "zhou", "鼓东街道", "组长", "某表"],
                &["周三", "zhou", "鼓东街道", "填报员"],
            ],
        );
        let intake = judged(&[units, people]);
        let places: Vec<String> = intake.faults.iter().map(|fault| format!("{}!{}", fault.sheet, fault.cell)).collect();
        let expected = [
            "单位!A2",
            "单位!B3",
            "单位!B4",
            "人员!B2",
            "人员!C2",
            "人员!D2",
            "人员!E2",
            "人员!A3",
            "人员!D3",
            "人员!E3",
            "人员!B4",
        ];
        assert_eq!(places, expected);
    }

    #[test]
    fn a_workbook_without_the_sheets_or_columns_says_which() {
        let text = |sheets: &[Sheet]| judged(sheets).faults.iter().map(|fault| fault.text.clone()).collect::<Vec<_>>();
        assert_eq!(text(&[sheet("Sheet1", &[])]).len(), 1);
        let faults = text(&[sheet("单位", &[&["名称", "组"]])]);
        assert!(faults.len() == 1 && faults[0].contains("考评组"), "{faults:?}");
    }
}
