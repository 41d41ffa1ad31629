//! Stands between a browser and a server and counts what crosses.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use anyhow::Result;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

/// Bytes that are passed on at once.
const PIECE: usize = 64 * 1024;

/// A relay before one server; ends with the runtime.
#[derive(Debug)]
pub(crate) struct Relay {
    /// Where browsers find it.
    pub(crate) address: String,
    bytes: Arc<AtomicU64>,
}

impl Relay {
    /// Before the server at an address.
    ///
    /// # Errors
    /// When no port is free.
    pub(crate) async fn before(server: &str) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let bytes = Arc::new(AtomicU64::new(0));
        let (server, counted) = (server.to_owned(), Arc::clone(&bytes));
        tokio::spawn(async move {
            while let Ok((browser, _)) = listener.accept().await {
                let Ok(behind) = TcpStream::connect(&server).await else { continue };
                // What is small must not wait for more.
                if browser.set_nodelay(true).is_err() || behind.set_nodelay(true).is_err() {
                    continue;
                }
                let ((asks, hears), (answers, told)) = (browser.into_split(), behind.into_split());
                tokio::spawn(pass(asks, told, Arc::clone(&counted)));
                tokio::spawn(pass(answers, hears, Arc::clone(&counted)));
            }
        });
        Ok(Self { address, bytes })
    }

    /// The bytes that crossed since this was last asked, both ways, heads of requests and answers included.
    pub(crate) fn take_bytes(&self) -> u64 {
        self.bytes.swap(0, Ordering::Relaxed)
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, counted: Arc<AtomicU64>) {
    let mut piece = vec![0; PIECE];
    while let Ok(count @ 1..) = from.read(&mut piece).await {
        counted.fetch_add(u64::try_from(count).unwrap_or_default(), Ordering::Relaxed);
        let Some(read) = piece.get(..count) else { return };
        if to.write_all(read).await.is_err() {
            return;
        }
    }
    // Whoever closed its side has nothing more to say; the other learns it. It may be gone already.
    let _ = to.shutdown().await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_crosses_is_counted_both_ways_and_unchanged() -> Result<()> {
        let server = TcpListener::bind("127.0.0.1:0").await?;
        let relay = Relay::before(&server.local_addr()?.to_string()).await?;
        let mut browser = TcpStream::connect(&relay.address).await?;
        browser.write_all(b"asked").await?;
        let (mut behind, _) = server.accept().await?;
        let mut heard = [0; 5];
        behind.read_exact(&mut heard).await?;
        behind.write_all(b"answered").await?;
        drop(behind);
        let mut told = Vec::new();
        browser.read_to_end(&mut told).await?;
        assert_eq!((&heard, told.as_slice()), (b"asked", &b"answered"[..]));
        assert_eq!((relay.take_bytes(), relay.take_bytes()), (13, 0));
        Ok(())
    }
}
