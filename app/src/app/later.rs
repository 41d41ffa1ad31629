//! The pages of the people who are at work: everything behind the log-in. They come in a chunk of their own
//! once the application runs, so that the first visit over a thin line waits for nothing it does not show.
//!
//! The bundler cuts the chunk off behind one function: whatever only it needs goes along. Its two halves, an import
//! and an export, are found by their names; the bundler's splitter ties them together.
#![cfg_attr(
    all(target_arch = "wasm32", not(test)),
    expect(unsafe_code, reason = "the cut goes through a function that the linker must not see through")
)]

use leptos::prelude::*;
use shared::t;

use crate::{
    pages::{
        account::AccountPage,
        admin::AdminPage,
        audit::AuditPage,
        bulletin::BulletinPage,
        duplicates::DuplicatesPage,
        hall::HallPage,
        indicators::IndicatorsPage,
        inspections::InspectionsPage,
        invitation::{DevicePage, InvitationPage},
        monthly_report::MonthlyReportPage,
        periods::PeriodsPage,
        project::ProjectPage,
        projects::ProjectsPage,
        ranking::RankingPage,
        rescue::RescuePage,
        review::ReviewPage,
        roster::RosterPage,
        rules::RulesPage,
        services::ServicesPage,
        setup::SetupPage,
        stage_claim::StageClaimPage,
        sync::SyncPage,
        today::TodayPage,
        trends::TrendsPage,
    },
    state::{self, ChunkStanding, Page},
    ui::{
        button::{Button, ButtonVariant},
        empty::{EmptyState, Loading},
    },
};

/// A page of the chunk, once the chunk is here.
#[component]
pub(crate) fn Later(page: Page) -> impl IntoView {
    let chunk = state::chunk();
    chunk.bring();
    move || match chunk.standing() {
        ChunkStanding::Linked => cut::view(page),
        ChunkStanding::Away | ChunkStanding::Coming => view! { <Loading text=t!("app.chunk.coming") /> }.into_any(),
        ChunkStanding::Failed => view! { <Failed /> }.into_any(),
    }
}

#[component]
fn Failed() -> impl IntoView {
    view! {
        <EmptyState title=t!("app.chunk.failed") text=Some(t!("app.chunk.failed_text"))>
            <Button variant=ButtonVariant::Primary on_click=Callback::new(|()| state::chunk().bring())>
                {t!("app.chunk.again")}
            </Button>
        </EmptyState>
    }
}

/// Where the chunk begins.
fn shown(page: Page) -> AnyView {
    // What the pages say comes with them.
    shared::text::bring();
    match page {
        Page::Today => view! { <TodayPage /> }.into_any(),
        Page::Projects => view! { <ProjectsPage /> }.into_any(),
        Page::Project => view! { <ProjectPage /> }.into_any(),
        Page::MonthlyReport => view! { <MonthlyReportPage /> }.into_any(),
        Page::StageClaim => view! { <StageClaimPage /> }.into_any(),
        Page::Indicators => view! { <IndicatorsPage /> }.into_any(),
        Page::Services => view! { <ServicesPage /> }.into_any(),
        Page::Inspections => view! { <InspectionsPage /> }.into_any(),
        Page::Review => view! { <ReviewPage /> }.into_any(),
        Page::Ranking => view! { <RankingPage /> }.into_any(),
        Page::Trends => view! { <TrendsPage /> }.into_any(),
        Page::Periods => view! { <PeriodsPage /> }.into_any(),
        Page::Rules => view! { <RulesPage /> }.into_any(),
        Page::Audit => view! { <AuditPage /> }.into_any(),
        Page::Roster => view! { <RosterPage /> }.into_any(),
        Page::Bulletin => view! { <BulletinPage /> }.into_any(),
        Page::Duplicates => view! { <DuplicatesPage /> }.into_any(),
        Page::Rescue => view! { <RescuePage /> }.into_any(),
        Page::Sync => view! { <SyncPage /> }.into_any(),
        Page::Admin => view! { <AdminPage /> }.into_any(),
        Page::Account => view! { <AccountPage /> }.into_any(),
        Page::Hall => view! { <HallPage /> }.into_any(),
        Page::Setup => view! { <SetupPage /> }.into_any(),
        Page::Invitation => view! { <InvitationPage /> }.into_any(),
        Page::Device => view! { <DevicePage /> }.into_any(),
        // These are in the module itself.
        Page::Home | Page::Login | Page::Unknown => ().into_any(),
    }
}

/// The cut, in what tablets load.
#[cfg(all(target_arch = "wasm32", not(test)))]
mod cut {
    use std::ffi::c_void;

    use leptos::prelude::AnyView;

    use crate::state::Page;

    // The splitter asks for names of this form: the chunk, the side, a number of 32 digits that both sides share.
    #[link(wasm_import_module = "__wasm_split_placeholder__")]
    unsafe extern "C" {
        fn __wasm_split_00later00_import_00000000000000000000000000000001_view(page: Page) -> *mut c_void;
    }

    #[unsafe(no_mangle)]
    extern "C" fn __wasm_split_00later00_export_00000000000000000000000000000001_view(page: Page) -> *mut c_void {
        Box::into_raw(Box::new(super::shown(page))).cast()
    }

    /// The page. Only for a chunk that is linked: until then the function's place in the table is empty.
    pub(super) fn view(page: Page) -> AnyView {
        // SAFETY: the import is the export above, behind the cut: it takes the same value and hands over a box of
        // the same type, which is taken back here once.
        unsafe {
            let view = __wasm_split_00later00_import_00000000000000000000000000000001_view(page);
            *Box::from_raw(view.cast::<AnyView>())
        }
    }
}

/// No cut, where nothing is split: on the host and in tests.
#[cfg(not(all(target_arch = "wasm32", not(test))))]
mod cut {
    pub(super) use super::shown as view;
}
