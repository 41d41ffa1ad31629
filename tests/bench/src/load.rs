//! Load on a server: connections that each send one request after the other, and what became of them.

mod client;
mod district;
mod process;
mod rush;
mod tablet;

pub use client::{Answer, Client};
pub use district::{District, PASSWORD};
pub use process::{Pinned, SERVER_CORE};
pub use rush::{Rush, Talker, rush};
pub use tablet::{Tablet, record_fields};
