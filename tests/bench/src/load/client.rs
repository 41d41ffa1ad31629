//! One connection to a server.

use anyhow::{Context, Result};
use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request, Response,
    body::{Bytes, Incoming},
    client::conn::http1::{SendRequest, handshake},
    header,
    http::request::Builder,
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// One connection, kept open.
#[derive(Debug)]
pub struct Client {
    sender: SendRequest<Full<Bytes>>,
    address: String,
    /// The cookie that is sent with each request.
    pub cookie: String,
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The cookie that was set, where one was.
    pub cookie: Option<String>,
    /// The body as it came.
    pub body: Bytes,
}

impl Answer {
    /// The body, of an answer that is none of an error.
    ///
    /// # Errors
    /// What the server said instead.
    pub fn json<T: serde::de::DeserializeOwned>(&self) -> Result<T> {
        let text = || String::from_utf8_lossy(&self.body).into_owned();
        anyhow::ensure!(self.status < 300, "{}: {}", self.status, text());
        serde_json::from_slice(&self.body).with_context(text)
    }
}

impl Client {
    /// Connects to an address of this machine.
    ///
    /// # Errors
    /// When nobody listens.
    pub async fn connect(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self { sender, address: address.to_owned(), cookie: String::new() })
    }

    /// Sends a request and reads the whole answer.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn send(&mut self, method: &str, path: &str, body: impl Into<Bytes>) -> Result<Answer> {
        let request = self.request(method, path).header(header::CONTENT_TYPE, "application/json");
        self.answer(request.body(Full::new(body.into()))?).await
    }

    /// Reads a whole answer, compressed as browsers ask for it.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn load(&mut self, path: &str) -> Result<Answer> {
        let request = self.request("GET", path).header(header::ACCEPT_ENCODING, "gzip, deflate, br");
        self.answer(request.body(Full::default())?).await
    }

    fn request(&self, method: &str, path: &str) -> Builder {
        let request = Request::builder().method(method).uri(path);
        request.header(header::HOST, &self.address).header(header::COOKIE, &self.cookie)
    }

    async fn answer(&mut self, request: Request<Full<Bytes>>) -> Result<Answer> {
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await?;
        let (status, cookie) = (response.status().as_u16(), cookie_of(&response));
        let body = response.into_body().collect().await?.to_bytes();
        Ok(Answer { status, cookie, body })
    }
}

fn cookie_of(response: &Response<Incoming>) -> Option<String> {
    let cookie = response.headers().get(header::SET_COOKIE)?.to_str().ok()?;
    cookie.split(';').next().map(str::to_owned)
}
