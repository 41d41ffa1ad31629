//! Some time of everything that can go wrong, and then the books.
//!
//! `TISHENG_CHAOS_SECONDS=600 cargo xtask test chaos` runs longer; `TISHENG_CHAOS_SEED` draws another fate.

use std::{env, time::Duration};

use anyhow::{Context, Result, ensure};
use chaos::{
    books::{Books, same},
    dice::Dice,
    network::Network,
    tab::{ACCOUNT, Typist},
    tablet::Tablet,
};
use e2e::{
    browser::{Browser, Engine, Screen},
    server::Server,
};
use futures_util::future::{Either, join, join_all, select};
use shared::{record::Record, service::visit};
use tokio::time::sleep;

/// Seconds of trouble in a normal run.
const SECONDS: u64 = 20;

const SEED: u64 = 2021;

/// Whose tablets: two of each. The browser is the first one's.
const ACCOUNTS: [&str; 6] = [ACCOUNT, "guxi", "wenquan", "dongjie", "ruanjianyuan", "hongshan"];

/// Somebody who may see everything.
const OVERSEER: &str = "shangwu.rd";

/// The server lives so long between two kills, ms.
const SERVER_LIFE_MS: std::ops::Range<u64> = 1_500..6_000;

fn setting(name: &str, usual: u64) -> Result<u64> {
    env::var(name).map_or(Ok(usual), |text| text.parse().with_context(|| format!("{name} is no number")))
}

#[tokio::test]
async fn what_was_called_saved_is_on_the_server_and_on_a_second_tablet_once() -> Result<()> {
    let seed = setting("TISHENG_CHAOS_SEED", SEED)?;
    let length = Duration::from_secs(setting("TISHENG_CHAOS_SECONDS", SECONDS)?);
    println!("seed {seed}, {} s", length.as_secs());
    let mut server = Server::demo().await?;
    let origin = server.origin();
    let network = Network::before(&origin, Dice::new(seed, 1)).await?;
    let mut tablets = Vec::new();
    for (place, account) in (0..).zip(ACCOUNTS.iter().chain(&ACCOUNTS)) {
        tablets.push(Tablet::new(&origin, network.origin(), account, Dice::new(seed, 100 + place)).await?);
    }
    let mut browser = Browser::open(Engine::Chromium, Screen::Tablet, network.origin()).await?;
    browser.log_in(ACCOUNT).await?;
    browser.ready_for_offline().await?;

    let mut typist = Typist::default();
    let mut kills = 0;
    let trouble = async {
        let lives = join_all(tablets.iter_mut().map(Tablet::live));
        let typing = async {
            let mut dice = Dice::new(seed, 2);
            loop {
                if let Err(error) = typist.type_one(&mut browser, &mut dice).await {
                    return error;
                }
            }
        };
        let killing = async {
            let mut dice = Dice::new(seed, 3);
            loop {
                sleep(Duration::from_millis(dice.within(SERVER_LIFE_MS))).await;
                let result = server.kill();
                sleep(Duration::from_millis(dice.within(10..800))).await;
                match result {
                    Ok(()) => kills += 1,
                    Err(error) => return error,
                }
                if let Err(error) = server.start().await {
                    return error;
                }
            }
        };
        // None of them ends but by an error of the test's own.
        match select(Box::pin(join(lives, async {})), select(Box::pin(typing), Box::pin(killing))).await {
            Either::Left(_) => anyhow::anyhow!("the tablets stopped"),
            Either::Right((Either::Left((error, _)) | Either::Right((error, _)), _)) => error,
        }
    };
    if let Either::Left((error, _)) = select(Box::pin(trouble), Box::pin(sleep(length))).await {
        return Err(error);
    }

    network.heal();
    // Either may have been caught while it was down.
    server.kill()?;
    server.start().await?;
    typist.switch_on(&mut browser).await?;
    for tablet in &tablets {
        tablet.settle().await?;
    }
    browser.visit("/sync").await?;
    browser.everything_reported().await?;
    compare(&origin, &tablets, &typist).await?;
    println!("server killed {kills} times; requests met {:?}", network.met());
    browser.close().await?;
    server.doctor()
}

async fn compare(origin: &str, tablets: &[Tablet], typist: &Typist) -> Result<()> {
    let log = Tablet::new(origin, origin, OVERSEER, Dice::new(0, 0)).await?.rows().await?;
    let sequences: Vec<u64> = log.iter().map(|row| row.sequence).collect();
    ensure!(sequences.is_sorted_by(|one, next| one < next), "a row stands twice");
    let books = Books::of(tablets.iter().flat_map(|tablet| tablet.promised.values()), &log);
    println!("tablets: {books:?}");
    books.balance()?;
    ensure!(books.saved > 0, "nothing was written");
    // Each again: whoever settled first has not seen what the others brought after.
    let mut typed = 0;
    for (place, account) in ACCOUNTS.iter().enumerate() {
        let second = Tablet::new(origin, origin, account, Dice::new(1, 0)).await?;
        second.settle().await?;
        let records = second.records().await?;
        for tablet in tablets.iter().skip(place).step_by(ACCOUNTS.len()) {
            tablet.settle().await?;
            same(&tablet.records().await?, &records).context(*account)?;
        }
        if place == 0 {
            typed = shown(&records, typist)?;
        }
    }
    println!("browser: {} entries called saved, {typed} of them on a second tablet", typist.saved.len());
    ensure!(!typist.saved.is_empty(), "nothing was typed");
    Ok(())
}

/// How many of what was typed a tablet shows; each once.
fn shown(records: &[Record], typist: &Typist) -> Result<usize> {
    for text in &typist.saved {
        let holds = |record: &&Record| record.value(visit::ENTERPRISE).as_text() == Some(text);
        let count = records.iter().filter(holds).count();
        ensure!(count == 1, "{text} was called saved and stands {count} times on a second tablet");
    }
    Ok(typist.saved.len())
}
