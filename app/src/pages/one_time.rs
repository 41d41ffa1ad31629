//! A one-time code as it is handed over: to be read out, copied or scanned, this once.

use leptos::prelude::*;
use shared::{api::Invitation, t};

use crate::{
    pages::moment::day_and_time,
    ui::{
        key_value::{KeyValue, KeyValueList},
        qr::QrCode,
    },
};

/// The code with its address and picture.
#[component]
pub(crate) fn OneTimeCode(invitation: Invitation) -> impl IntoView {
    let Invitation { account, code, until_ms, link, picture } = invitation;
    let (told, label) = (code.clone(), t!("one_time.picture", account = account));
    view! {
        <div class="one-time" data-one-time=told>
            <QrCode size=picture.size path=picture.path label />
            <KeyValueList>
                <KeyValue label=t!("admin.account")>{account}</KeyValue>
                <KeyValue label=t!("one_time.code")><code class="one-time__code">{code}</code></KeyValue>
                <KeyValue label=t!("one_time.until")>{day_and_time(until_ms)}</KeyValue>
                <KeyValue label=t!("one_time.link")><span class="one-time__link">{link}</span></KeyValue>
            </KeyValueList>
            <p class="note">{t!("one_time.once")}</p>
        </div>
    }
}
