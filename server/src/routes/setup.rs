//! The first campaign and administrator of an empty district.

use axum::{Json, extract::State, http::HeaderMap, response::IntoResponse};
use shared::{
    api::{Setup, SetupView},
    campaign::{Campaign, Targets},
    id::{CampaignId, PersonId, UnitId},
    person::{Person, Role, is_account},
    t,
    unit::{Group, Unit},
};

use crate::{
    app::{App, SharedApp},
    auth::{self, Peer},
    body::Body,
    entropy,
    error::ApiError,
    first_start::SETUP_CODE,
    password,
    routes::session,
    store::{Account, CampaignRecord},
};

/// Whether the server waits for its set-up.
pub async fn show(State(app): State<SharedApp>) -> Json<SetupView> {
    Json(SetupView { needed: app.needs_setup() })
}

/// Sets the server up and logs its administrator in.
pub async fn create(
    State(app): State<SharedApp>,
    headers: HeaderMap,
    peer: Peer,
    Body(setup): Body<Setup>,
) -> Result<impl IntoResponse + use<>, ApiError> {
    check_code(&app, &setup.code).await?;
    let wrong = wrong_fields(&setup);
    if !wrong.is_empty() {
        return Err(ApiError::InvalidField(wrong));
    }
    let password = app.passwords.hash(setup.password.clone()).await?;
    let (record, person) = first_campaign(&setup, app.clock.now_ms());
    // Once for all servers of a database: a second request with the same code finds it gone.
    if !app.store.take_setting(SETUP_CODE, &digest_of_code(&setup.code)).await? {
        return Err(ApiError::SetupRefused);
    }
    app.store.create_campaign(&record, &[Account { person: person.clone(), password }]).await?;
    app.open_ledger().await?;
    let (cookie, view) = session::enter(&app, &headers, person, &peer.address, None).await?;
    Ok((cookie, Json(view)))
}

async fn check_code(app: &App, code: &str) -> Result<(), ApiError> {
    let expected = app.store.setting(SETUP_CODE).await?;
    let is_right = expected.is_some_and(|kept| auth::is_same(kept.as_bytes(), digest_of_code(code).as_bytes()));
    if app.needs_setup() && is_right { Ok(()) } else { Err(ApiError::SetupRefused) }
}

fn digest_of_code(code: &str) -> String {
    auth::digest_of(&code.trim().to_uppercase()).to_string()
}

fn wrong_fields(setup: &Setup) -> Vec<String> {
    let is_name = |text: &str| (1..=40).contains(&text.trim().chars().count());
    let checks = [
        ("district", is_name(&setup.district)),
        ("region", setup.region.len() == 6 && setup.region.bytes().all(|letter| letter.is_ascii_digit())),
        ("year", (2020..=2100).contains(&setup.year)),
        ("account", is_account(&setup.account)),
        ("name", is_name(&setup.name)),
        ("password", password::is_acceptable(&setup.password)),
    ];
    checks.into_iter().filter(|(_, fine)| !fine).map(|(field, _)| field.to_owned()).collect()
}

/// A campaign without targets whose one unit is the office that leads it. The administrator only manages: no
/// account both sets scores' sources and grants rights.
fn first_campaign(setup: &Setup, now_ms: u64) -> (CampaignRecord, Person) {
    let unit = UnitId(entropy::new_id(now_ms));
    let campaign = Campaign {
        id: CampaignId(entropy::new_id(now_ms)),
        district: setup.district.trim().to_owned(),
        name: t!("server.campaign_name"),
        year: setup.year,
        region: setup.region.clone(),
        demo: false,
    };
    let office = Unit {
        id: unit,
        name: t!("server.campaign_office"),
        group: Group::Department,
        position: 1,
        from: None,
        until: None,
    };
    let person = Person {
        id: PersonId(entropy::new_id(now_ms)),
        account: setup.account.clone(),
        name: setup.name.trim().to_owned(),
        unit,
        roles: [Role::Administrator].into(),
        duties: [].into(),
    };
    (CampaignRecord { campaign, units: vec![office], targets: Targets::new() }, person)
}
