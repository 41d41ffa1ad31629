//! The whole route table. What stands around the pages is in `frame`.

mod frame;

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    components::{ParentRoute, Redirect, Route, Router, Routes},
    hooks::use_navigate,
    path,
};

use crate::{
    app::frame::{Frame, NotFound, Sayings},
    pages::{
        admin::AdminPage, indicators::IndicatorsPage, login::LoginPage, monthly_report::MonthlyReportPage,
        project::ProjectPage, projects::ProjectsPage, ranking::RankingPage, review::ReviewPage, services::ServicesPage,
        setup::SetupPage, stage_claim::StageClaimPage, sync::SyncPage, today::TodayPage,
    },
    state::{self, Phase},
};

/// The application.
#[component]
pub(crate) fn App() -> impl IntoView {
    view! {
        <Router>
            <Routes fallback=|| view! { <NotFound /> }>
                <Route path=path!("/login") view=Login />
                <Route path=path!("/setup") view=SetupPage />
                <ParentRoute path=path!("") view=Frame>
                    <Route path=path!("/") view=Home />
                    <Route path=path!("/today/:item?") view=TodayPage />
                    <Route path=path!("/projects") view=ProjectsPage />
                    <Route path=path!("/projects/:record") view=ProjectPage />
                    <Route path=path!("/projects/:record/reports/:period") view=MonthlyReportPage />
                    <Route path=path!("/claims/:record") view=StageClaimPage />
                    <Route path=path!("/indicators/:record?") view=IndicatorsPage />
                    <Route path=path!("/services/:record?") view=ServicesPage />
                    <Route path=path!("/review") view=ReviewPage />
                    <Route path=path!("/ranking/:period?/:unit?") view=RankingPage />
                    <Route path=path!("/sync") view=SyncPage />
                    <Route path=path!("/admin") view=AdminPage />
                </ParentRoute>
            </Routes>
        </Router>
        <Sayings />
    }
}

/// Whoever is at work starts where their daily work is.
#[component]
fn Home() -> impl IntoView {
    view! { <Redirect path=state::session().home() /> }
}

/// The log-in, for nobody and for a session that ended; others are at work already. An empty district is set up
/// first.
#[component]
fn Login() -> impl IntoView {
    let session = state::session();
    let navigate = use_navigate();
    state::task(async move {
        if session.setup_needed().await == Ok(true) {
            navigate("/setup", NavigateOptions { replace: true, ..NavigateOptions::default() });
        }
    });
    let is_at_work = Memo::new(move |_| session.phase() == Phase::Open && !session.needs_login());
    let is_read = Memo::new(move |_| session.phase() != Phase::Opening);
    move || match (is_read.get(), is_at_work.get()) {
        (false, _) => ().into_any(),
        (true, true) => view! { <Home /> }.into_any(),
        (true, false) => view! { <LoginPage /> }.into_any(),
    }
}
