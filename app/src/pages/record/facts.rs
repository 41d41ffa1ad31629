//! One grey line about a project: what it is, how large, who answers for it.

use shared::{
    form::{option_label, thousands, yi_hint},
    project::{Project, field, flag},
    record::Record,
    t,
};

/// Category, 战新, total investment and the person responsible, those that are filled.
pub(crate) fn project_facts(record: &Record) -> String {
    let fields = record.fields();
    let project = Project::read(&fields);
    let category = project.category.map(|category| t!(category.label_key()));
    let emerging = project.has(flag::EMERGING).then(|| option_label(field::FLAGS, flag::EMERGING));
    let total = project
        .total_investment
        .map(|total| t!("record.total_investment", amount = thousands(total, 2), yi = yi_hint(total)));
    let person = Some(fields.text(field::RESPONSIBLE)).filter(|name| !name.is_empty());
    let person = person.map(|name| t!("record.responsible", name = name));
    join([category, emerging, total, person])
}

/// Facts on one line.
pub(crate) fn join(facts: impl IntoIterator<Item = Option<String>>) -> String {
    let facts: Vec<String> = facts.into_iter().flatten().filter(|fact| !fact.is_empty()).collect();
    facts.join(&t!("record.separator"))
}
