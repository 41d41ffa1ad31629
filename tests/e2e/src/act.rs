//! What a person does and sees: finding by label or name, typing, tapping, waiting for a sentence.

use std::time::Duration;

use anyhow::{Context, Result};
use fantoccini::{Locator, elements::Element};
use serde_json::{Value, json};

use crate::{DEMO_PASSWORD, PATIENCE_SECONDS, browser::Browser};

impl Browser {
    /// The first element of a CSS selector, once it is there.
    ///
    /// # Errors
    /// When it does not appear.
    pub async fn find(&self, css: &str) -> Result<Element> {
        match self.client.wait().at_most(patience()).for_element(Locator::Css(css)).await {
            Ok(found) => Ok(found),
            Err(_) => anyhow::bail!("nothing on the page is {css}; the page says: {}", self.words().await?),
        }
    }

    /// Taps the first element of a CSS selector.
    ///
    /// # Errors
    /// When it does not appear or cannot be tapped.
    pub async fn tap(&self, css: &str) -> Result<()> {
        self.find(css).await?;
        // What is below the fold is scrolled to the middle first: sticky bars cover the edges.
        let script = "const found = [...document.querySelectorAll(arguments[0])].find(e => e.offsetParent !== null || e.getClientRects().length);
            if (!found) return false; found.scrollIntoView({ block: 'center' }); return true;";
        self.until(&format!("{css} can be tapped"), script, vec![css.into()]).await?;
        for element in self.client.find_all(Locator::Css(css)).await? {
            if element.is_displayed().await? {
                return element.click().await.with_context(|| format!("tapping {css}"));
            }
        }
        anyhow::bail!("{css} is not shown")
    }

    /// Taps the first shown button, link or choice that says exactly `words`.
    ///
    /// # Errors
    /// When there is none.
    pub async fn tap_words(&self, words: &str) -> Result<()> {
        self.tap_within("body", words).await
    }

    /// Taps what says exactly `words` within the first element of a CSS selector.
    ///
    /// # Errors
    /// When there is none.
    pub async fn tap_within(&self, css: &str, words: &str) -> Result<()> {
        let script = "const room = document.querySelector(arguments[0]); if (!room) return false;
            document.querySelectorAll('[data-e2e]').forEach(e => e.removeAttribute('data-e2e'));
            const found = [...room.querySelectorAll('button, a, summary, label')]
                .find(e => e.innerText.trim() === arguments[1] && e.getClientRects().length && !e.disabled);
            if (!found) return false;
            found.scrollIntoView({ block: 'center' }); found.setAttribute('data-e2e', ''); return true;";
        self.until(&format!("{words} in {css}"), script, vec![css.into(), words.into()]).await?;
        let element = self.client.find(Locator::Css("[data-e2e]")).await?;
        element.click().await.with_context(|| format!("tapping {words}"))
    }

    /// Replaces what a field holds by typing.
    ///
    /// # Errors
    /// When the field does not appear or takes no text.
    pub async fn fill(&self, css: &str, text: &str) -> Result<()> {
        let field = self.find(css).await?;
        self.run_with("document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })", vec![css.into()])
            .await?;
        field.clear().await?;
        let focus = "const field = document.querySelector(arguments[0]); field.focus(); return field.type";
        let kind = self.run_with(focus, vec![css.into()]).await?;
        if self.inserts_text() && kind != "date" {
            // All at once, as the keyboard of a tablet does with a word that was chosen: key by key costs ten times
            // as much, and is what the same stories do in Firefox.
            return self.devtools("Input.insertText", json!({ "text": text })).await.map(drop);
        }
        field.send_keys(text).await.with_context(|| format!("typing into {css}"))
    }

    /// Types into a field and waits until the page calls it saved.
    ///
    /// # Errors
    /// When it does not.
    pub async fn fill_and_save(&self, css: &str, text: &str) -> Result<()> {
        self.fill(css, text).await?;
        let saved = "return document.querySelector('.action-bar').innerText.includes('已保存')
            && document.querySelector(arguments[0]).value === arguments[1]";
        self.until("the entry is saved", saved, vec![css.into(), text.into()]).await
    }

    /// Chooses an option of a list by its value.
    ///
    /// # Errors
    /// When there is none.
    pub async fn choose(&self, css: &str, value: &str) -> Result<()> {
        self.find(css).await?.select_by_value(value).await.with_context(|| format!("choosing {value} in {css}"))
    }

    /// Waits until the page says `words` somewhere a person can see.
    ///
    /// # Errors
    /// When it does not; the error holds what the page says instead.
    pub async fn says(&self, words: &str) -> Result<()> {
        let script = "return document.body.innerText.replace(/\\s+/g, '').includes(arguments[0].replace(/\\s+/g, ''))";
        self.until(words, script, vec![words.into()]).await
    }

    /// Waits until a script returns true.
    ///
    /// # Errors
    /// When it does not in time; `what` is named.
    pub async fn until(&self, what: &str, script: &str, arguments: Vec<Value>) -> Result<()> {
        let steps = PATIENCE_SECONDS * 20;
        for _ in 0..steps {
            // A page that is being replaced answers with an error; the next one will answer well.
            if self.client.execute(script, arguments.clone()).await.is_ok_and(|value| value == Value::Bool(true)) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        anyhow::bail!("waited {PATIENCE_SECONDS} s for: {what}; the page says: {}", self.words().await?)
    }

    // Where the page is and what a person reads on it.
    async fn words(&self) -> Result<String> {
        let words = self.run("return location.pathname + '\\n' + document.body.innerText.slice(0, 3000)").await?;
        Ok(words.as_str().unwrap_or_default().to_owned())
    }

    /// Runs a script with arguments.
    ///
    /// # Errors
    /// When it throws.
    pub async fn run_with(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.client.execute(script, arguments).await?)
    }

    /// Logs a demo account in through the page.
    ///
    /// # Errors
    /// When the application does not come up or refuses.
    pub async fn log_in(&self, account: &str) -> Result<()> {
        self.visit("/login").await?;
        self.fill("#f-account", account).await?;
        self.fill("#f-password", DEMO_PASSWORD).await?;
        self.tap("button[type=submit]").await?;
        self.until("the shell after the log-in", "return !!document.querySelector('.shell')", Vec::new()).await
    }

    /// Logs in again where the page asks for it, and waits until everything is reported.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn log_in_again(&self, password: &str) -> Result<()> {
        self.tap_words("重新登录").await?;
        self.fill("#f-password", password).await?;
        self.tap("button[type=submit]").await?;
        self.everything_reported().await
    }

    /// Waits until the status chip says that everything was reported.
    ///
    /// # Errors
    /// When it does not.
    pub async fn everything_reported(&self) -> Result<()> {
        self.find("[data-sync=all]").await.map(|_| ()).context("the chip does not say 已全部上报")
    }

    /// Waits until the service worker holds the page and everything the application needs.
    ///
    /// # Errors
    /// When it does not take over.
    pub async fn ready_for_offline(&self) -> Result<()> {
        let script = "const done = arguments[arguments.length - 1];
            navigator.serviceWorker.ready.then(r => done(!!r.active)).catch(e => done(String(e)));";
        let answer = self.run_async(script).await?;
        anyhow::ensure!(answer == Value::Bool(true), "the service worker is not active: {answer}");
        Ok(())
    }
}

fn patience() -> Duration {
    Duration::from_secs(PATIENCE_SECONDS)
}
