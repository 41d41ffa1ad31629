//! A tab of a real browser in which somebody types, until it is killed.

use std::collections::BTreeSet;

use anyhow::Result;
use e2e::browser::Browser;
use serde_json::{Value, json};
use shared::id::{RecordId, uuid_v7};

use crate::dice::Dice;

/// Ids of this time are of no other writer.
const BIRTH_MS: u64 = 1_700_000_000_000;

/// Who types.
pub const ACCOUNT: &str = "gudong";

/// What the foot of a form says once what was typed is durable.
const SAVED: &str = "已保存";

/// Types into a new record as a person does, and reports whether the page said that it is saved.
const TYPE: &str = "const [text, saved] = arguments, done = arguments[arguments.length - 1];
    const started = Date.now();
    const look = () => {
        const field = document.querySelector('#f-enterprise');
        if (!field) return Date.now() - started > 8000 ? done(false) : setTimeout(look, 20);
        field.focus(); field.value = text;
        field.dispatchEvent(new InputEvent('input', { bubbles: true }));
        const wait = () => document.querySelector('.action-bar')?.innerText.includes(saved) ? done(true)
            : Date.now() - started > 8000 ? done(false) : setTimeout(wait, 10);
        setTimeout(wait, 250);
    };
    look();";

/// What a person typed in a browser and read as saved.
#[derive(Debug, Default)]
pub struct Typist {
    /// The texts that the page called saved.
    pub saved: BTreeSet<String>,
    count: u64,
}

impl Typist {
    /// Switches the tablet off and on again. What lies on it is sealed: the person says who they are, whether or not
    /// the server can be asked.
    ///
    /// # Errors
    /// When the tablet does not come up again.
    pub async fn switch_on(&self, browser: &mut Browser) -> Result<()> {
        browser.cut_power().await?;
        browser.log_in(ACCOUNT).await
    }

    /// Types one entry. Whether the tablet is switched off while it is saved is for the dice.
    ///
    /// # Errors
    /// When the browser itself does not answer.
    pub async fn type_one(&mut self, browser: &mut Browser, dice: &mut Dice) -> Result<()> {
        self.count += 1;
        let record = RecordId(uuid_v7(BIRTH_MS + self.count, dice.bytes()));
        let text = format!("闽东电机第{}厂{}", self.count, dice.bits() % 1_000);
        browser.visit(&format!("/services/{record}?kind=service_visit")).await?;
        if dice.chance(15) {
            // It goes off while it saves: what it had not called saved may be there or not.
            let typing = browser.run_async_with(TYPE, vec![json!(text), json!(SAVED)]);
            let death = tokio::time::sleep(std::time::Duration::from_millis(dice.within(50..600)));
            if let futures_util::future::Either::Left((Ok(Value::Bool(true)), _)) =
                futures_util::future::select(Box::pin(typing), Box::pin(death)).await
            {
                self.saved.insert(text);
            }
            return self.switch_on(browser).await;
        }
        if browser.run_async_with(TYPE, vec![json!(text), json!(SAVED)]).await? == Value::Bool(true) {
            self.saved.insert(text);
        }
        Ok(())
    }
}
