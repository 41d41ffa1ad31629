//! A proxy that stands for a bad network: each request meets what the test says.
//!
//! Every request has a connection of its own to the server, which ends with its answer, so that a cut anywhere is a
//! cut for this request alone.

use std::{fmt, sync::Arc, time::Duration};

use anyhow::{Context, Result, ensure};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::sleep,
};

/// Bytes of a request's head at most.
const HEAD_BYTES_MAX: usize = 64 * 1024;

/// Bytes that a slow line carries at once, and how long it rests after them.
const SLOW_BYTES: usize = 700;
const SLOW_REST: Duration = Duration::from_millis(15);

/// Bytes copied at once.
const BUFFER_BYTES: usize = 16 * 1024;

const BUSY: &str = "HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/html\r\ncontent-length: 4\r\n\
    connection: close\r\n\r\nbusy";

/// What a request meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// The server hears so many of its bytes, and the client nothing.
    CutRequest(usize),
    /// The client hears so many of the answer's bytes.
    CutAnswer(usize),
    /// The server gets it so many times more before the client hears an answer.
    Repeat(usize),
    /// The client hears nothing, and the server gets it so many ms later: after others.
    Late(u64),
    /// It takes so many ms.
    Delay(u64),
    /// It trickles.
    Slow,
    /// Something in between answers in the place of the server.
    Busy,
}

/// A proxy in front of a server; it ends with the test.
#[derive(Debug)]
pub struct Proxy {
    origin: String,
    is_gone: watch::Sender<bool>,
}

/// What a request meets, by its path and its length in bytes.
type Meets = Box<dyn Fn(&str, usize) -> Fault + Send + Sync>;

struct Route {
    target: String,
    meets: Meets,
}

impl fmt::Debug for Route {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Route to {}", self.target)
    }
}

impl Proxy {
    /// Starts a proxy before the server at `origin`. `meets` is asked for each request by its path and its length in
    /// bytes.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn start(origin: &str, meets: impl Fn(&str, usize) -> Fault + Send + Sync + 'static) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (is_gone, mut gone) = watch::channel(false);
        let proxy = Self { origin: format!("http://{}", listener.local_addr()?), is_gone };
        let target = origin.trim_start_matches("http://").to_owned();
        let route = Arc::new(Route { target, meets: Box::new(meets) });
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if *gone.borrow_and_update() {
                    continue;
                }
                let (route, mut gone) = (Arc::clone(&route), gone.clone());
                // A broken line is what this is for: nobody is told of it but the client.
                tokio::spawn(async move {
                    tokio::select! {
                        _ = serve(client, route) => {}
                        _ = gone.wait_for(|gone| *gone) => {}
                    }
                });
            }
        });
        Ok(proxy)
    }

    /// The line is gone, with every connection on it, or is there again.
    pub fn set_gone(&self, is_gone: bool) {
        self.is_gone.send_replace(is_gone);
    }

    /// The proxy's address without a path.
    pub fn origin(&self) -> &str {
        &self.origin
    }
}

async fn serve(mut client: TcpStream, route: Arc<Route>) -> Result<()> {
    let Some((request, path)) = read_request(&mut client).await? else {
        return Ok(());
    };
    match (route.meets)(&path, request.len()) {
        Fault::None => pass(&mut client, &route, &request, usize::MAX, Duration::ZERO).await,
        Fault::CutRequest(bytes) => {
            let mut server = TcpStream::connect(&route.target).await?;
            server.write_all(request.get(..bytes).unwrap_or(&request)).await?;
            Ok(())
        }
        Fault::CutAnswer(bytes) => pass(&mut client, &route, &request, bytes, Duration::ZERO).await,
        Fault::Repeat(times) => {
            for _ in 0..times {
                unheard(&route, &request, Duration::ZERO).await?;
            }
            pass(&mut client, &route, &request, usize::MAX, Duration::ZERO).await
        }
        Fault::Late(pause_ms) => {
            drop(client);
            unheard(&route, &request, Duration::from_millis(pause_ms)).await
        }
        Fault::Delay(pause_ms) => {
            sleep(Duration::from_millis(pause_ms)).await;
            pass(&mut client, &route, &request, usize::MAX, Duration::ZERO).await
        }
        Fault::Slow => pass(&mut client, &route, &request, usize::MAX, SLOW_REST).await,
        Fault::Busy => Ok(client.write_all(BUSY.as_bytes()).await?),
    }
}

/// Sends the request on, and so many bytes of the answer back, with a rest after each piece.
async fn pass(client: &mut TcpStream, route: &Route, request: &[u8], limit: usize, rest: Duration) -> Result<()> {
    let mut server = TcpStream::connect(&route.target).await?;
    server.write_all(request).await?;
    let mut buffer = vec![0; if rest.is_zero() { BUFFER_BYTES } else { SLOW_BYTES }];
    let mut gone = [0];
    let mut left = limit;
    while left > 0 {
        // A client that has gone takes its connection to the server with it, or an endless answer would keep it.
        let read = tokio::select! {
            read = server.read(&mut buffer) => read?,
            _ = client.read(&mut gone) => return Ok(()),
        };
        let piece = buffer.get(..read.min(left)).unwrap_or_default();
        if piece.is_empty() {
            return Ok(());
        }
        client.write_all(piece).await?;
        left -= piece.len();
        if !rest.is_zero() {
            sleep(rest).await;
        }
    }
    Ok(())
}

/// A request that reaches the server while nobody waits for its answer.
async fn unheard(route: &Route, request: &[u8], pause: Duration) -> Result<()> {
    sleep(pause).await;
    let mut server = TcpStream::connect(&route.target).await?;
    server.write_all(request).await?;
    tokio::io::copy(&mut server, &mut tokio::io::sink()).await?;
    Ok(())
}

/// A whole request and its path. The server is asked to close after its answer; `None` when the client has gone.
async fn read_request(client: &mut TcpStream) -> Result<Option<(Vec<u8>, String)>> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(place) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break place;
        }
        ensure!(bytes.len() < HEAD_BYTES_MAX, "no end of the head");
        if client.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    };
    let body = bytes.split_off(head_end + 4);
    let head = String::from_utf8(bytes)?;
    let (first, headers) = head.trim_end().split_once("\r\n").context("no head")?;
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let is_of = |line: &&str, name: &str| line.split(':').next().is_some_and(|key| key.eq_ignore_ascii_case(name));
    let length = headers.lines().find(|line| is_of(line, "content-length"));
    let length: usize = length.and_then(|line| line.split(':').nth(1)?.trim().parse().ok()).unwrap_or(0);
    let kept = headers.lines().filter(|line| !is_of(line, "connection")).collect::<Vec<_>>().join("\r\n");
    let mut request = format!("{first}\r\n{kept}\r\nconnection: close\r\n\r\n").into_bytes();
    let head_bytes = request.len();
    request.extend(body);
    while request.len() < head_bytes + length {
        if client.read_buf(&mut request).await? == 0 {
            return Ok(None);
        }
    }
    Ok(Some((request, path)))
}
