//! Every operation of the interface. A test compares it with what the router knows.

use schemars::SchemaGenerator;
use shared::{
    api::{
        AccountView, AuditPage, CampaignView, DeviceJoining, EditionView, ErrorCode, FileView, IntakeTaken, Invitation,
        InvitationTaken, Login, NewPerson, NewUnit, PasswordChange, PersonCreated, PersonStep, PersonStepped, Poke,
        RecoveryCodes, RescueSettled, RescueStep, RescuedItem, RulesDraft, SecondFactorCode, SecondFactorOffer,
        SecondFactorView, SessionLine, SessionView, Setup, SetupView, SyncRequest, SyncResponse, Workbook,
        hall::HallView,
        path::{
            AUDIT, BLOBS, CAMPAIGN, DEVICES, EVENTS, HALL, HEALTH, INTAKE, INVITATION, OPEN, PARCELS, PASSWORD, PEOPLE,
            PERIODS, RANKINGS, RECORDS, RESCUE, ROSTER, RULES, SECOND_FACTOR, SESSION, SESSIONS, SETUP, SNAPSHOTS,
            SYNC, TOKENS, UNITS,
        },
        token::{NewToken, TokenIssued, TokenView},
    },
    bulk,
    bulletin::Bulletin,
    intake::Intake,
    open::Table,
    period::{LateArrival, PeriodView, Step},
    roster::{Roster, RosterChange},
    rules::{Preview, RulesView},
    scoring::{
        movement::Movement,
        result::{Explanation, Ranking},
        trial::Trial,
    },
    sync::parcel::{Carried, Parcel},
    unit::Unit,
};

use super::{
    DOCUMENT, PAGE, STYLE,
    operation::{Answers, Caller, Operation, delete, get, patch, post},
};
use crate::routes::{bulletins, open::Format};

/// All of them, in the order in which they are shown.
pub(super) fn operations() -> Vec<Operation> {
    let parts = [
        of_everyone(),
        of_accounts(),
        of_tablets(),
        of_files(),
        of_rankings(),
        of_periods(),
        of_management(),
        of_other_systems(),
    ];
    [parts.concat(), of_the_description()].concat()
}

fn of_everyone() -> Vec<Operation> {
    use ErrorCode::{
        Duplicate, InvalidField, LoginDelayed, Revoked, SecondFactorAsked, SecondFactorWrong, SetupRefused,
        WrongCredentials,
    };
    vec![
        get(HEALTH, "interface.health").of(Caller::Anyone).answers(Answers::Content("text/plain; charset=utf-8")),
        get(SETUP, "interface.setup_show").of(Caller::Anyone).gives::<SetupView>(),
        post(SETUP, "interface.setup_create").of(Caller::Anyone).takes::<Setup>().gives::<SessionView>().fails(&[
            SetupRefused,
            InvalidField,
            Duplicate,
        ]),
        get(SESSION, "interface.session_show").gives::<SessionView>(),
        post(SESSION, "interface.session_create").of(Caller::Anyone).takes::<Login>().gives::<SessionView>().fails(&[
            WrongCredentials,
            LoginDelayed,
            SecondFactorAsked,
            SecondFactorWrong,
            Revoked,
        ]),
        delete(SESSION, "interface.session_delete"),
        post(PASSWORD, "interface.password_update").takes::<PasswordChange>().fails(&[InvalidField, LoginDelayed]),
    ]
}

fn of_accounts() -> Vec<Operation> {
    use ErrorCode::{
        Duplicate, InvalidField, InvitationRefused, LoginDelayed, NotFound, Revoked, SecondFactorAsked,
        SecondFactorWrong, WrongCredentials,
    };
    vec![
        post(INVITATION, "interface.invitation_create")
            .of(Caller::Anyone)
            .takes::<InvitationTaken>()
            .gives::<SessionView>()
            .fails(&[InvalidField, InvitationRefused, LoginDelayed, SecondFactorAsked, Revoked]),
        get(SESSIONS, "interface.sessions_list").gives::<Vec<SessionLine>>(),
        delete(SESSIONS, "interface.sessions_delete_others"),
        delete(format!("{SESSIONS}/{{id}}"), "interface.sessions_delete").fails(&[NotFound]),
        post(DEVICES, "interface.devices_create").gives::<Invitation>().fails(&[Duplicate]),
        post(format!("{DEVICES}/session"), "interface.devices_join")
            .of(Caller::Anyone)
            .takes::<DeviceJoining>()
            .gives::<SessionView>()
            .fails(&[WrongCredentials, InvitationRefused, LoginDelayed, Revoked]),
        get(SECOND_FACTOR, "interface.second_factor_show").gives::<SecondFactorView>(),
        post(SECOND_FACTOR, "interface.second_factor_create").gives::<SecondFactorOffer>().fails(&[Duplicate]),
        post(format!("{SECOND_FACTOR}/confirmation"), "interface.second_factor_confirm")
            .takes::<SecondFactorCode>()
            .gives::<RecoveryCodes>()
            .fails(&[SecondFactorWrong, LoginDelayed, NotFound, Duplicate]),
    ]
}

fn of_tablets() -> Vec<Operation> {
    use ErrorCode::{Lineage, ParcelRefused, Revoked, Snapshot, UpgradeRequired};
    vec![
        get(CAMPAIGN, "interface.campaign_show").gives::<CampaignView>(),
        post(SYNC, "interface.sync_create")
            .takes::<SyncRequest>()
            .takes_also(bulk::MEDIA_TYPE)
            .gives::<SyncResponse>()
            .fails(&[Lineage, Snapshot, UpgradeRequired]),
        post(PARCELS, "interface.parcels_create").takes::<Parcel>().gives::<Carried>().fails(&[
            Lineage,
            ParcelRefused,
            Revoked,
        ]),
        get(format!("{SNAPSHOTS}/{{sha256}}"), "interface.snapshots_show")
            .answers(Answers::TaggedContent(bulk::MEDIA_TYPE)),
        get(RESCUE, "interface.rescue_list").gives::<Vec<RescuedItem>>(),
        post(format!("{RESCUE}/{{id}}"), "interface.rescue_step")
            .takes::<RescueStep>()
            .gives::<RescueSettled>()
            .fails(&[ErrorCode::InvalidField, ErrorCode::Duplicate]),
        get(EVENTS, "interface.events_show")
            .asks::<u16>("schema")
            .answers(Answers::Events(SchemaGenerator::subschema_for::<Poke>)),
    ]
}

fn of_files() -> Vec<Operation> {
    use ErrorCode::{BodyTooLarge, ChecksumMismatch, TusVersion, WrongContent, WrongOffset};
    vec![
        get(format!("{RECORDS}/{{record}}/files"), "interface.files_list").gives::<Vec<FileView>>(),
        get(format!("{BLOBS}/{{blob}}"), "interface.blobs_show").answers(Answers::Content("application/octet-stream")),
        patch(format!("{BLOBS}/{{blob}}"), "interface.blobs_append").fails(&[
            WrongOffset,
            ChecksumMismatch,
            WrongContent,
            TusVersion,
            BodyTooLarge,
        ]),
    ]
}

fn of_rankings() -> Vec<Operation> {
    let of_unit = |rest: &str| format!("{RANKINGS}/{{period}}/units/{{unit}}{rest}");
    vec![
        get(format!("{RANKINGS}/{{period}}"), "interface.rankings_show")
            .answers(Answers::Tagged(SchemaGenerator::subschema_for::<Ranking>)),
        get(of_unit(""), "interface.rankings_explain").gives::<Explanation>(),
        get(of_unit("/movement"), "interface.rankings_movement").gives::<Movement>(),
        get(format!("{RANKINGS}/{{period}}/groups/{{group}}/trial"), "interface.rankings_trial").gives::<Trial>(),
    ]
}

fn of_periods() -> Vec<Operation> {
    use ErrorCode::{
        AppealsClosed, AppealsOpen, InvalidField, ObjectionsClosed, ObjectionsOpen, PeriodFrozen, PeriodNotDue,
        PeriodNotFrozen, PeriodPublished, ProposalMissing, ResultChanged, SecondPerson,
    };
    let of_month = |rest: &str| format!("{PERIODS}/{{month}}{rest}");
    vec![
        get(PERIODS, "interface.periods_list").gives::<Vec<PeriodView>>(),
        get(of_month(""), "interface.periods_show").gives::<PeriodView>(),
        post(of_month("/steps"), "interface.periods_step").takes::<Step>().gives::<PeriodView>().fails(&[
            PeriodNotDue,
            PeriodFrozen,
            PeriodNotFrozen,
            PeriodPublished,
            SecondPerson,
            ProposalMissing,
            ResultChanged,
            ObjectionsOpen,
            ObjectionsClosed,
            AppealsOpen,
            AppealsClosed,
            InvalidField,
        ]),
        get(of_month("/current"), "interface.periods_current").gives::<Ranking>(),
        get(of_month("/late"), "interface.periods_late").gives::<Vec<LateArrival>>(),
        get(of_month("/editions/{edition}"), "interface.periods_edition").gives::<EditionView>(),
        get(of_month("/editions/{edition}/bulletin"), "interface.bulletins_show").gives::<Bulletin>(),
        get(of_month("/editions/{edition}/bulletin.docx"), "interface.bulletins_document")
            .answers(Answers::Content(bulletins::DOCX)),
        get(of_month("/editions/{edition}/bulletin.xlsx"), "interface.bulletins_workbook")
            .answers(Answers::Content(bulletins::XLSX)),
    ]
}

fn of_management() -> Vec<Operation> {
    use ErrorCode::{Duplicate, InvalidField, NotFound, Revoked, SecondPerson};
    vec![
        get(PEOPLE, "interface.people_list").gives::<Vec<AccountView>>(),
        post(PEOPLE, "interface.people_create")
            .takes::<NewPerson>()
            .gives::<PersonCreated>()
            .fails(&[InvalidField, Duplicate]),
        get(ROSTER, "interface.roster_show").gives::<Roster>(),
        post(ROSTER, "interface.roster_create").takes::<RosterChange>().gives::<Roster>().fails(&[InvalidField]),
        get(RULES, "interface.rules_show").gives::<RulesView>(),
        post(RULES, "interface.rules_create").takes::<RulesDraft>().gives::<RulesView>().fails(&[InvalidField]),
        post(format!("{RULES}/preview"), "interface.rules_preview").takes::<RulesDraft>().gives::<Preview>(),
        post(INTAKE, "interface.intake_create").takes::<Workbook>().gives::<IntakeTaken>().fails(&[InvalidField]),
        post(format!("{INTAKE}/preview"), "interface.intake_preview").takes::<Workbook>().gives::<Intake>(),
        post(format!("{PEOPLE}/{{person}}/steps"), "interface.people_step")
            .takes::<PersonStep>()
            .gives::<PersonStepped>()
            .fails(&[InvalidField, Duplicate, NotFound, SecondPerson, Revoked]),
        get(format!("{PEOPLE}/{{person}}/sessions"), "interface.people_sessions")
            .gives::<Vec<SessionLine>>()
            .fails(&[NotFound]),
        post(UNITS, "interface.units_create").takes::<NewUnit>().gives::<Unit>().fails(&[InvalidField, Duplicate]),
        get(TOKENS, "interface.tokens_list").gives::<Vec<TokenView>>(),
        post(TOKENS, "interface.tokens_create").takes::<NewToken>().gives::<TokenIssued>().fails(&[InvalidField]),
        delete(format!("{TOKENS}/{{token}}"), "interface.tokens_delete"),
        get(AUDIT, "interface.audit_list").asks::<u64>("after").gives::<AuditPage>(),
    ]
}

fn of_other_systems() -> Vec<Operation> {
    let open = |path: &str, summary| {
        let table = Answers::Table(SchemaGenerator::subschema_for::<Table>);
        get(format!("{OPEN}{path}"), summary).of(Caller::System).asks::<Format>("format").answers(table)
    };
    vec![
        get(HALL, "interface.hall_show").of(Caller::System).gives::<HallView>(),
        open("/rankings/{period}", "interface.open_ranking"),
        open("/projects", "interface.open_projects"),
        open("/targets", "interface.open_targets"),
        open("/periods", "interface.open_periods"),
    ]
}

fn of_the_description() -> Vec<Operation> {
    let shown = |path: &str, summary, kind| get(path, summary).of(Caller::Anyone).answers(Answers::Content(kind));
    vec![
        shown(DOCUMENT, "interface.openapi_show", "application/json"),
        shown(PAGE, "interface.openapi_page", "text/html; charset=utf-8"),
        shown(STYLE, "interface.openapi_style", "text/css; charset=utf-8"),
    ]
}
