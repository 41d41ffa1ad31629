//! Forms as declarations: what is asked, in which order, of which kind. The app renders them, and
//! [`crate::validate`] checks what they say (required, lengths, choices, decimals) for every kind alike.
//!
//! Texts are found by name: label `form.<kind>.<field>`, hint `form.<kind>.<field>.hint` where there is one,
//! section `section.<kind>.<key>`, choice `option.<field>.<code>`.

mod entry;
mod inspection;
pub mod months;
mod project;
mod report;
mod service;
mod stage;

pub use entry::{display, normalise, thousands, yi_hint};

use crate::{
    fields::{Fields, Value},
    record::RecordKind,
    text::{find, text},
};

/// The form of one kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// What it is the form of.
    pub kind: RecordKind,
    /// Its sections, in order.
    pub sections: &'static [Section],
    /// The files that it asks for besides.
    pub files: FilesAsked,
}

/// The files that a form asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilesAsked {
    /// None: a file would be a photograph for its own sake.
    None,
    /// Photos and papers, as there are any.
    Any,
    /// Photos where the status is another than in the report before.
    OfChange,
    /// The evidence of the stage that is claimed, each file under the paper that it is.
    OfStage,
}

/// A titled group of fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    /// Names it within its form.
    pub key: &'static str,
    /// Its fields, in order.
    pub fields: &'static [Field],
}

/// One thing asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name it has in a record.
    pub name: &'static str,
    /// What it takes.
    pub kind: FieldKind,
    /// Whether it must be filled before submission; only while it is shown.
    pub required: bool,
    /// Whether it takes the form's whole width.
    pub wide: bool,
    /// When it is asked; always, without one.
    pub shown_when: Option<Condition>,
}

/// What a field takes. Values are [`Value::Text`] except where said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A line of at least `min` (when filled) and at most `max` characters.
    Text {
        /// Characters at least.
        min: usize,
        /// Characters at most.
        max: usize,
    },
    /// Several lines.
    LongText {
        /// Characters at least.
        min: usize,
        /// Characters at most.
        max: usize,
    },
    /// An official code: capital letters, digits and hyphens, kept in half width without white space.
    Code,
    /// A telephone number.
    Phone,
    /// A number, typed in plain digits.
    Figure {
        /// What it counts.
        unit: FigureUnit,
        /// Decimals it may have.
        decimals: u32,
    },
    /// A figure for each month of a year, as a [`Value::List`] of twelve texts.
    Months {
        /// What each counts.
        unit: FigureUnit,
        /// Decimals each may have.
        decimals: u32,
        /// The field with the year's amount.
        of: &'static str,
    },
    /// Units with their parts in percent, see [`crate::project::credit`].
    Credit,
    /// One code of a longer list.
    Choice(&'static [&'static str]),
    /// One code of a few, shown side by side.
    Segmented(&'static [&'static str]),
    /// Several codes, as a [`Value::List`].
    Choices(&'static [&'static str]),
    /// Yes or no, as a [`Value::Flag`].
    Flag,
    /// A month, `2021-06`.
    Month,
    /// A day, `2021-06-30`.
    Date,
    /// The id of another record; set by the app when it opens the form, not typed.
    Record(RecordKind),
}

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureUnit {
    /// 万元.
    TenThousandYuan,
    /// 万美元.
    TenThousandDollars,
    /// 元 for 1 美元.
    YuanPerDollar,
    /// A number of things; for an indicator the indicator says of what.
    Count,
}

impl FigureUnit {
    /// Every unit.
    pub const ALL: [Self; 4] = [Self::TenThousandYuan, Self::TenThousandDollars, Self::YuanPerDollar, Self::Count];

    /// The catalogue key of its sign, such as 万元; `None` for a bare number.
    pub const fn label_key(self) -> Option<&'static str> {
        match self {
            Self::TenThousandYuan => Some("form.unit.ten_thousand_yuan"),
            Self::TenThousandDollars => Some("form.unit.ten_thousand_dollars"),
            Self::YuanPerDollar => Some("form.unit.yuan_per_dollar"),
            Self::Count => None,
        }
    }
}

/// When a field is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Another field holds one of these codes, alone or in its list.
    Holds(&'static str, &'static [&'static str]),
    /// Another field is filled.
    Filled(&'static str),
    /// Another field is a figure below zero.
    Negative(&'static str),
}

impl Condition {
    /// Whether it holds.
    pub fn is_met(self, fields: &Fields) -> bool {
        match self {
            Self::Holds(field, codes) => match fields.get(field) {
                Value::Text(code) => codes.contains(&code.as_str()),
                Value::List(held) => held.iter().any(|code| codes.contains(&code.as_str())),
                Value::Null | Value::Flag(_) => false,
            },
            Self::Filled(field) => !fields.get(field).is_empty(),
            Self::Negative(field) => {
                fields.decimal(field).is_some_and(|figure| figure.is_sign_negative() && !figure.is_zero())
            }
        }
    }
}

/// The form of a kind of record.
pub const fn form(kind: RecordKind) -> &'static Form {
    match kind {
        RecordKind::Project => &project::FORM,
        RecordKind::MonthlyReport => &report::MONTHLY,
        RecordKind::IndicatorReport => &report::INDICATOR,
        RecordKind::StageClaim => &stage::FORM,
        RecordKind::ServiceVisit => &service::VISIT,
        RecordKind::ServiceIssue => &service::ISSUE,
        RecordKind::Inspection => &inspection::FORM,
    }
}

impl Form {
    /// Its fields, in order.
    pub fn fields(&self) -> impl Iterator<Item = &'static Field> {
        self.sections.iter().flat_map(|section| section.fields)
    }

    /// The field of a name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields().find(|field| field.name == name)
    }
}

impl Field {
    /// Whether it is asked, given what else was filled.
    pub fn is_shown(&self, fields: &Fields) -> bool {
        self.shown_when.is_none_or(|condition| condition.is_met(fields))
    }

    /// The codes to choose from, given what else was filled: a claim's evidence depends on its stage.
    /// Empty for a field that is no choice.
    pub fn options(&self, fields: &Fields) -> &'static [&'static str] {
        match self.kind {
            FieldKind::Choices(_) if self.name == crate::stage::field::EVIDENCE => stage::evidence(fields),
            FieldKind::Choice(codes) | FieldKind::Segmented(codes) | FieldKind::Choices(codes) => codes,
            FieldKind::Text { .. }
            | FieldKind::LongText { .. }
            | FieldKind::Code
            | FieldKind::Phone
            | FieldKind::Figure { .. }
            | FieldKind::Months { .. }
            | FieldKind::Credit
            | FieldKind::Flag
            | FieldKind::Month
            | FieldKind::Date
            | FieldKind::Record(_) => &[],
        }
    }
}

/// A field's label.
pub fn label(kind: RecordKind, field: &str) -> String {
    text(&format!("form.{}.{field}", kind.code()), &[])
}

/// The definition that stands beside a field, where it needs one.
pub fn hint(kind: RecordKind, field: &str) -> Option<&'static str> {
    find(&format!("form.{}.{field}.hint", kind.code()))
}

/// A section's title.
pub fn section_title(kind: RecordKind, section: &Section) -> String {
    text(&format!("section.{}.{}", kind.code(), section.key), &[])
}

/// The name of a choice's code. A code of another version comes back as itself.
pub fn option_label(field: &str, code: &str) -> String {
    let key = format!("option.{field}.{code}");
    find(&key).unwrap_or(code).to_owned()
}

/// A field that may stay empty; the methods below say more.
const fn ask(name: &'static str, kind: FieldKind) -> Field {
    Field { name, kind, required: false, wide: false, shown_when: None }
}

/// A line of text of any length up to `max`.
const fn line(name: &'static str, max: usize) -> Field {
    ask(name, FieldKind::Text { min: 1, max })
}

/// Several lines of `min` to `max` characters, over the whole width.
const fn lines(name: &'static str, min: usize, max: usize) -> Field {
    ask(name, FieldKind::LongText { min, max }).wide()
}

/// An amount in 万元 with two decimals.
const fn money(name: &'static str) -> Field {
    ask(name, FieldKind::Figure { unit: FigureUnit::TenThousandYuan, decimals: 2 })
}

impl Field {
    const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    const fn wide(self) -> Self {
        Self { wide: true, ..self }
    }

    const fn when(self, condition: Condition) -> Self {
        Self { shown_when: Some(condition), ..self }
    }
}
