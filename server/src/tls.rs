//! Encryption in transit: a certificate from files, or one of an authority of our own in the data folder.

use std::{
    fs,
    io::{self, Error},
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use axum::serve::Listener;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use shared::calendar::Date;
use tokio::{sync::mpsc, task::JoinSet, time::timeout};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig, crypto,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
        version,
    },
    server::TlsStream,
};

use crate::{
    listener::{Connection, Limited},
    signing,
};

/// Our own authority's certificate in the data folder: what tablets are to trust.
pub const AUTHORITY_FILE: &str = "ca.pem";

/// Its key, readable by its owner alone.
const AUTHORITY_KEY_FILE: &str = "ca.key";

/// What our own authority is called; browsers show it where certificates are listed.
const AUTHORITY_NAME: &str = "Tisheng CA";

/// The authority's first and last year: tablets are set up once.
const AUTHORITY_YEARS: (i32, i32) = (2020, 2050);

/// A certificate of our own authority is made at every start and lasts this long: browsers take no more than 825 days.
const CERTIFICATE_MS: u64 = 400 * DAY_MS;

/// A tablet whose clock is slow must not find it too young.
const BACKDATED_MS: u64 = 30 * DAY_MS;

const DAY_MS: u64 = 24 * 3600 * 1000;

/// How long a handshake may take.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// Connections whose handshake is done and that wait to be served.
const READY_MAX: usize = 64;

/// Where the certificate comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// From two PEM files: the chain, the server's own first, and its key.
    Files {
        /// The chain.
        certificate: PathBuf,
        /// The key.
        key: PathBuf,
    },
    /// From our own authority, for these names and addresses.
    Own(Vec<String>),
}

/// How to encrypt, with our own authority's certificate where it signed.
#[derive(Debug)]
pub struct Tls {
    /// How to encrypt.
    pub config: Arc<ServerConfig>,
    /// What tablets are to trust, as PEM.
    pub authority: Option<String>,
}

impl Tls {
    /// Reads or makes the certificate.
    pub fn of(source: &Source, data: &Path, now_ms: u64) -> io::Result<Self> {
        let (chain, key, authority) = match source {
            Source::Files { certificate, key } => {
                let chain = CertificateDer::pem_file_iter(certificate).map_err(Error::other)?;
                let chain = chain.collect::<Result<Vec<_>, _>>().map_err(Error::other)?;
                (chain, PrivateKeyDer::from_pem_file(key).map_err(Error::other)?, None)
            }
            Source::Own(names) => {
                let (chain, key, authority) = own(names, data, now_ms)?;
                (chain, key, Some(authority))
            }
        };
        let provider = Arc::new(crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&version::TLS13, &version::TLS12])
            .map_err(Error::other)?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(Error::other)?;
        Ok(Self { config: Arc::new(config), authority })
    }
}

type Certified = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>, String);

fn own(names: &[String], data: &Path, now_ms: u64) -> io::Result<Certified> {
    let (issuer, authority) = authority(data)?;
    let mut params = CertificateParams::new(names).map_err(Error::other)?;
    let name = names.first().map_or("tisheng", String::as_str);
    params.distinguished_name.push(DnType::CommonName, name);
    let day = |ms: u64| {
        let on = Date::of_ms(ms);
        date_time_ymd(i32::from(on.month().year()), on.month().number(), on.day())
    };
    params.not_before = day(now_ms.saturating_sub(BACKDATED_MS));
    params.not_after = day(now_ms.saturating_add(CERTIFICATE_MS));
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate().map_err(Error::other)?;
    let certificate = params.signed_by(&key, &issuer).map_err(Error::other)?;
    let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(Error::other)?;
    Ok((vec![certificate.der().clone()], key, authority))
}

/// Our own authority, made if there is none, and its certificate as PEM.
fn authority(data: &Path) -> io::Result<(Issuer<'static, KeyPair>, String)> {
    let (path, key_path) = (data.join(AUTHORITY_FILE), data.join(AUTHORITY_KEY_FILE));
    let key = match fs::read_to_string(&key_path) {
        Ok(text) => KeyPair::from_pem(&text).map_err(Error::other)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let key = KeyPair::generate().map_err(Error::other)?;
            signing::write_new(&key_path, &key.serialize_pem())?;
            key
        }
        Err(error) => return Err(error),
    };
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, AUTHORITY_NAME);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = date_time_ymd(AUTHORITY_YEARS.0, 1, 1);
    params.not_after = date_time_ymd(AUTHORITY_YEARS.1, 1, 1);
    let certificate = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let text = params.self_signed(&key).map_err(Error::other)?.pem();
            fs::write(&path, &text)?;
            text
        }
        Err(error) => return Err(error),
    };
    Ok((Issuer::new(params, key), certificate))
}

/// A socket whose connections are encrypted. Handshakes are made side by side: a slow one holds up no other.
#[derive(Debug)]
pub struct Encrypted {
    ready: mpsc::Receiver<(TlsStream<Connection>, SocketAddr)>,
    address: SocketAddr,
    _accepting: JoinSet<()>,
}

impl Encrypted {
    /// Begins to accept.
    pub fn start(listener: Limited, config: Arc<ServerConfig>) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let (sender, ready) = mpsc::channel(READY_MAX);
        let mut accepting = JoinSet::new();
        accepting.spawn(accept(listener, TlsAcceptor::from(config), sender));
        Ok(Self { ready, address, _accepting: accepting })
    }
}

async fn accept(
    mut listener: Limited,
    acceptor: TlsAcceptor,
    ready: mpsc::Sender<(TlsStream<Connection>, SocketAddr)>,
) {
    let mut handshakes = JoinSet::new();
    loop {
        let (connection, peer) = listener.accept().await;
        let (acceptor, ready) = (acceptor.clone(), ready.clone());
        handshakes.spawn(async move {
            match timeout(HANDSHAKE_TIMEOUT, acceptor.accept(connection)).await {
                Ok(Ok(stream)) => {
                    let _ = ready.send((stream, peer)).await;
                }
                Ok(Err(error)) => tracing::debug!(%peer, cause = %error, "no handshake"),
                Err(_) => tracing::debug!(%peer, "a handshake took too long"),
            }
        });
        while handshakes.try_join_next().is_some() {}
    }
}

impl Listener for Encrypted {
    type Io = TlsStream<Connection>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TlsStream<Connection>, SocketAddr) {
        match self.ready.recv().await {
            Some(ready) => ready,
            // The task that accepts lives as long as this.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}
