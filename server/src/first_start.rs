//! An empty data folder: the set-up code, or the demo.

use std::collections::HashMap;

use shared::{
    calendar::Date,
    id::{Digest, PersonId},
    person::Person,
    t,
    unit::Unit,
};

use crate::{
    app::App,
    auth,
    demo::{self, DemoPerson, Said, Scenario},
    entropy,
    error::ApiError,
    keeper::{Incoming, Keeper, Push},
    password::Passwords,
    store::{Account, CampaignRecord},
};

/// The setting that holds the digest of the set-up code.
pub const SETUP_CODE: &str = "setup_code";

/// The setting that holds the demo clock's shift in ms.
const CLOCK_OFFSET: &str = "clock_offset_ms";

/// Operations of the demo in one transaction.
const DEMO_GROUP_OPERATIONS: usize = 20_000;

/// A new set-up code; the one before is worth nothing from now on.
pub async fn setup_code(app: &App) -> Result<String, ApiError> {
    let code = entropy::code();
    let digest: Digest = auth::digest_of(&code);
    app.store.set_setting(SETUP_CODE, &digest.to_string()).await?;
    Ok(code)
}

/// The accounts to show at the start, one line each.
pub fn demo_accounts(scale: u32) -> Vec<String> {
    let scenario = demo::scenario(scale);
    demo::featured(&scenario).into_iter().map(|known| account_line(known, &scenario.units)).collect()
}

/// Lets the clock go on where the demo's left off; nothing happens in a real district.
pub async fn resume_clock(app: &App) -> Result<(), ApiError> {
    if let Some(offset) = app.store.setting(CLOCK_OFFSET).await? {
        app.clock.shift(offset.parse().map_err(ApiError::internal)?);
    }
    Ok(())
}

/// Loads the demo through the way that every operation goes.
pub async fn load_demo(app: &App, scale: u32) -> Result<(), ApiError> {
    let scenario = demo::scenario(scale);
    let accounts = hash_all(&app.passwords, &scenario.people).await?;
    let Scenario { campaign, units, targets, .. } = scenario.clone();
    app.store.create_campaign(&CampaignRecord { campaign, units, targets }, &accounts).await?;
    let mut keeper = Keeper::open(app.store.clone()).await?;
    let (mut group, mut size) = (Vec::new(), 0);
    let people: HashMap<PersonId, &Person> =
        scenario.people.iter().map(|known| (known.person.id, &known.person)).collect();
    for batch in demo::batches(&scenario, scale) {
        let Some(person) = people.get(&batch.person) else {
            return Err(ApiError::internal(format!("the demo has no person {}", batch.person)));
        };
        size += batch.operations.len();
        let operations =
            batch.operations.into_iter().map(|operation| Incoming::Operation(Box::new(operation))).collect();
        group.push(Push { person: (*person).clone(), operations, now_ms: batch.now_ms });
        if size >= DEMO_GROUP_OPERATIONS {
            load(&mut keeper, &std::mem::take(&mut group)).await?;
            size = 0;
        }
    }
    load(&mut keeper, &group).await?;
    let roster = demo::roster(&scenario, keeper.replica());
    // The second log begins with what there is: before the first act, or nobody could tell later.
    let began_ms = roster.first().map_or(scenario.ends_ms, |said| said.now_ms);
    app.store.begin_audit(scenario.campaign.id, began_ms).await?;
    for Said { person, change, now_ms } in roster {
        let Some(person) = people.get(&person) else {
            return Err(ApiError::internal(format!("the demo has no person {person}")));
        };
        keeper.change_roster(person, change, now_ms).await?;
    }
    set_clock(app, scenario.ends_ms).await
}

/// Lets the demo go on in the morning of a day, and gives the day that it is then: a later one where that is over, for
/// no log goes back.
pub async fn go_on_at(app: &App, day: Date) -> Result<Date, ApiError> {
    if Date::of_ms(app.clock.now_ms()) < day {
        set_clock(app, day.at_hour_ms(demo::HOUR)).await?;
    }
    Ok(Date::of_ms(app.clock.now_ms()))
}

async fn set_clock(app: &App, now_ms: u64) -> Result<(), ApiError> {
    let offset = app.clock.offset_to(now_ms);
    app.store.set_setting(CLOCK_OFFSET, &offset.to_string()).await?;
    app.clock.shift(offset);
    Ok(())
}

async fn load(keeper: &mut Keeper, group: &[Push]) -> Result<(), ApiError> {
    let receipts = keeper.commit(group).await?;
    // A demo whose own operations are refused would show a wrong ranking without a word.
    match receipts.iter().flatten().find(|receipt| receipt.refusal().is_some()) {
        Some(refused) => Err(ApiError::internal(format!(
            "the demo's operation {} was refused: {:?}",
            refused.id, refused.disposition
        ))),
        None => Ok(()),
    }
}

/// One hash per password: the demo's is public, so that a salt for each person would protect nothing.
async fn hash_all(passwords: &Passwords, people: &[DemoPerson]) -> Result<Vec<Account>, ApiError> {
    let mut hashes: HashMap<&str, String> = HashMap::new();
    let mut accounts = Vec::with_capacity(people.len());
    for DemoPerson { person, password } in people {
        let hash = match hashes.get(password.as_str()) {
            Some(hash) => hash.clone(),
            None => passwords.hash(password.clone()).await?,
        };
        hashes.insert(password, hash.clone());
        accounts.push(Account { person: person.clone(), password: hash });
    }
    Ok(accounts)
}

fn account_line(known: &DemoPerson, units: &[Unit]) -> String {
    let unit = units.iter().find(|unit| unit.id == known.person.unit).map_or("", |unit| unit.name.as_str());
    let roles: Vec<String> = known.person.roles.iter().map(|role| t!(role.label_key())).collect();
    t!(
        "server.demo_account",
        account = known.person.account,
        password = known.password,
        name = known.person.name,
        unit = unit,
        roles = roles.join("、")
    )
}
