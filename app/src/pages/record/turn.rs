//! One writer per record among the tabs of a tablet. It spares people a surprise; what is written in two tabs all the
//! same merges like the work of two people.

use leptos::prelude::*;
use shared::{id::RecordId, t};

use crate::{
    state::{self, Held},
    ui::{banner::Banner, button::Button, chip::Tone},
};

/// Whether this tab has the turn to write a record.
#[derive(Clone, Copy)]
pub(super) struct Turn {
    record: RecordId,
    is_elsewhere: RwSignal<bool>,
    /// Let go of with the page.
    held: StoredValue<Option<Held>, LocalStorage>,
}

impl Turn {
    /// Asks for the turn, for as long as the current owner lives.
    pub(super) fn ask(record: RecordId) -> Self {
        let turn = Self { record, is_elsewhere: RwSignal::new(false), held: StoredValue::new_local(None) };
        turn.hold(false);
        turn
    }

    /// Whether another tab writes. Tracked.
    pub(super) fn is_elsewhere(self) -> bool {
        self.is_elsewhere.get()
    }

    fn take_over(self) {
        self.hold(true);
    }

    fn hold(self, takes_over: bool) {
        state::task(async move {
            let turn = if takes_over {
                Some(state::drafts().take_turn(self.record).await)
            } else {
                state::drafts().try_turn(self.record).await
            };
            self.is_elsewhere.try_set(turn.is_none());
            let Some(turn) = turn else { return };
            let end = turn.end();
            // Let go of at once where the page was left meanwhile.
            drop(self.held.try_set_value(Some(turn)));
            end.await;
            state::drafts().flush_soon();
            self.is_elsewhere.try_set(true);
        });
    }
}

/// That another tab writes, and a way to write here.
#[component]
pub(super) fn TurnBanner() -> impl IntoView {
    let turn = use_context::<Turn>();
    move || {
        turn.filter(|turn| turn.is_elsewhere()).map(|turn| {
            view! {
                <Banner tone=Tone::Calm text=t!("record.elsewhere")>
                    <Button on_click=move |()| turn.take_over() attr:data-action="write-here">
                        {t!("record.write_here")}
                    </Button>
                </Banner>
            }
        })
    }
}
