//! What a record is called and where it opens.

use shared::{
    fields::Value,
    form::{Field, FieldKind, display, option_label},
    inspection,
    merge::replica::Replica,
    project::{self, credit},
    record::{Record, RecordKind},
    report::{indicator, monthly},
    service, stage, t,
};

use crate::{pages::moment::month, state};

/// What a record is called in lists and titles.
pub(crate) fn title(replica: &Replica, record: &Record) -> String {
    match record.kind {
        RecordKind::Project => project_name(Some(record)),
        RecordKind::MonthlyReport => {
            let period = record.period.map(month).unwrap_or_default();
            t!("record.title.monthly_report", project = project_name(replica.project_of(record)), month = period)
        }
        RecordKind::StageClaim => {
            claim_title(&project_name(replica.project_of(record)), text(record, stage::field::STAGE))
        }
        RecordKind::IndicatorReport => {
            let name = text(record, indicator::INDICATOR).map(|key| option_label(indicator::INDICATOR, key));
            let period = record.period.map(month).unwrap_or_default();
            t!("record.title.indicator_report", indicator = name.unwrap_or_default(), month = period)
        }
        RecordKind::ServiceVisit => enterprise(record, service::visit::ENTERPRISE),
        RecordKind::ServiceIssue => enterprise(record, service::issue::ENTERPRISE),
        RecordKind::Inspection => {
            let finding = text(record, inspection::field::FINDING);
            finding.map_or_else(|| t!(record.kind.label_key()), |code| option_label(inspection::field::FINDING, code))
        }
    }
}

/// What a claim about a project is called, with and without its stage.
pub(crate) fn claim_title(project: &str, stage: Option<&str>) -> String {
    match stage {
        Some(code) => {
            t!("record.title.stage_claim", project = project, stage = option_label(stage::field::STAGE, code))
        }
        None => t!("record.title.new_claim", project = project),
    }
}

/// A field's value as people read it: what it names by an id stands there by its name.
pub(crate) fn value_words(field: &Field, value: &Value) -> String {
    match field.kind {
        FieldKind::Record(_) => {
            let named = value.as_text().and_then(|id| state::ledger().record(id.parse().ok()?));
            named.map(|record| record.fields().text(project::field::NAME).to_owned()).unwrap_or_default()
        }
        FieldKind::Credit => credit::words(value.as_list(), |unit| state::published().unit_name(unit)),
        _ => display(field, value),
    }
}

/// A project's name, or that it has none yet.
pub(crate) fn project_name(project: Option<&Record>) -> String {
    project
        .and_then(|project| text(project, project::field::NAME))
        .map_or_else(|| t!("record.unnamed_project"), str::to_owned)
}

/// Where a record opens.
pub(crate) fn href(record: &Record) -> String {
    let id = record.id;
    match record.kind {
        RecordKind::Project => format!("/projects/{id}"),
        RecordKind::MonthlyReport => match (text(record, monthly::PROJECT), record.period) {
            (Some(project), Some(period)) => format!("/projects/{project}/reports/{period}"),
            _ => "/today".to_owned(),
        },
        RecordKind::StageClaim => format!("/claims/{id}"),
        RecordKind::IndicatorReport => {
            let period = record.period.map(|period| format!("?period={period}")).unwrap_or_default();
            format!("/indicators/{}{period}", text(record, indicator::INDICATOR).unwrap_or_default())
        }
        RecordKind::Inspection => format!("/inspections/{id}"),
        RecordKind::ServiceVisit | RecordKind::ServiceIssue => {
            format!("/services/{id}?kind={}", record.kind.code())
        }
    }
}

fn enterprise(record: &Record, field: &str) -> String {
    text(record, field).map_or_else(|| t!("record.unnamed_enterprise"), str::to_owned)
}

fn text<'a>(record: &'a Record, field: &str) -> Option<&'a str> {
    record.value(field).as_text()
}
