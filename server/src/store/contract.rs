//! What every store must do, told by examples. Each database's tests run this on an empty store.
