//! What a hall screen shows, day and night: the newest frame that it could get.

use shared::api::{hall::HallView, path};

use crate::{
    browser::{history, page, task},
    state::{DataError, core::core, update},
};

/// The hall screen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hall;

impl Hall {
    /// The token of this screen: from the address that the administrator was given, or kept since.
    pub(crate) async fn token(self) -> Option<String> {
        let device = &core().device;
        if let Some(token) = history::take_fragment() {
            drop(device.become_screen(&token).await);
            return Some(token);
        }
        device.screen().await.ok().flatten()
    }

    /// The last frame, for a start without the server.
    pub(crate) async fn kept(self) -> Option<HallView> {
        core().device.frame().await.ok().flatten()
    }

    /// The newest frame.
    pub(crate) async fn ask(self, token: &str) -> Result<HallView, DataError> {
        let core = core();
        let frame: HallView = core.http.get_with(path::HALL, token).await?;
        drop(core.device.keep_frame(&frame).await);
        Ok(frame)
    }

    /// Lets some time pass. Meanwhile the screen stays awake, and a new version takes over by itself: nobody is here
    /// who could be disturbed, or asked.
    pub(crate) async fn rest(self, ms: u32) {
        page::keep_awake();
        if update().is_waiting() {
            update().apply();
        } else {
            update().look();
        }
        self.pause(ms).await;
    }

    /// Lets some time pass.
    pub(crate) async fn pause(self, ms: u32) {
        task::sleep(ms).await;
    }
}
