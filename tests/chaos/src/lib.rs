//! The real server, real browsers and many tablets on a network that fails in every way.
//!
//! The tablets run the application's own store and exchange over HTTP; the browsers run the application. Between them
//! and the server stands [`network`], which cuts, delays, doubles, reorders and refuses as a seed says; the server is
//! killed and set back to a backup meanwhile. At the end the books are compared ([`books`]).

pub mod books;
mod data;
pub mod dice;
pub mod network;
pub mod tab;
pub mod tablet;
