//! A bucket of any S3: `ab/abcd…` for each content, `arriving/abcd…/offset` for each chunk of what has come of it.

use std::{env, ffi::OsString, fs, time::Duration};

use async_trait::async_trait;
use futures_util::TryStreamExt as _;
use object_store::{
    Certificate, ClientOptions, ObjectMeta, ObjectStore as _, ObjectStoreExt as _, PutPayload, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder},
    path::Path,
};
use shared::id::Digest;
use tokio::sync::Mutex;
use tokio_rustls::rustls::crypto;

use super::{BlobError, Blobs};

/// How an address begins.
const SCHEME: &str = "s3://";

/// What must be in the environment: without them the client would ask the network for them.
const CREDENTIALS: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];

/// Names a PEM file with the authorities that a bucket's certificate is held against, beside the system's: an office's
/// own S3 rarely has one that the world knows. The same variable as of Amazon's own tools.
const AUTHORITIES: &str = "AWS_CA_BUNDLE";

/// How long one request may take, and all its repetitions.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
const REPETITIONS_MAX: usize = 3;

/// Digits of an offset, so that chunks are listed in their order.
const OFFSET_DIGITS: usize = 12;

/// A bucket, or a part of one.
#[derive(Debug)]
pub struct Bucket {
    store: AmazonS3,
    prefix: String,
    /// One chunk at a time: where a content ends is asked and then written after.
    appending: Mutex<()>,
}

/// Why an address leads to no bucket.
#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    /// It is not `s3://bucket/prefix`.
    #[error("not s3://bucket/prefix")]
    Shape,
    /// These are not in the environment.
    #[error("{0} is not set")]
    Credentials(&'static str),
    /// What the environment says does not go together.
    #[error("{0}")]
    Setting(String),
}

impl Bucket {
    /// The bucket of an address, with what the environment says of it: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`,
    /// `AWS_ENDPOINT`, `AWS_REGION`, `AWS_ALLOW_HTTP`, `AWS_CA_BUNDLE`. Nothing is asked of it yet.
    ///
    /// # Errors
    /// When the address or the environment says too little.
    pub fn of_address(address: &str) -> Result<Self, AddressError> {
        let (bucket, prefix) = parts(address).ok_or(AddressError::Shape)?;
        if let Some(missing) = CREDENTIALS.into_iter().find(|name| env::var(name).unwrap_or_default().is_empty()) {
            return Err(AddressError::Credentials(missing));
        }
        let authorities = env::var_os(AUTHORITIES).filter(|path| !path.is_empty()).map(read_authorities).transpose()?;
        Self::of(AmazonS3Builder::from_env().with_bucket_name(bucket), prefix, authorities.unwrap_or_default())
    }

    fn of(builder: AmazonS3Builder, prefix: &str, authorities: Vec<Certificate>) -> Result<Self, AddressError> {
        // The client takes the process's cipher suites; where they are chosen already, they are these.
        let _ = crypto::ring::default_provider().install_default();
        let options = ClientOptions::new().with_timeout(REQUEST_TIMEOUT).with_connect_timeout(REQUEST_TIMEOUT / 3);
        let allows_http = builder
            .get_config_value(&object_store::aws::AmazonS3ConfigKey::Client(object_store::ClientConfigKey::AllowHttp));
        let options = options.with_allow_http(allows_http.is_some_and(|allows| allows == "true"));
        let options = authorities.into_iter().fold(options, ClientOptions::with_root_certificate);
        let retry =
            RetryConfig { max_retries: REPETITIONS_MAX, retry_timeout: REQUEST_TIMEOUT, ..RetryConfig::default() };
        // Not every S3 deletes several at once.
        let builder = builder.with_client_options(options).with_retry(retry).with_disable_bulk_delete(true);
        let store = builder.build().map_err(|error| AddressError::Setting(error.to_string()))?;
        Ok(Self { store, prefix: prefix.to_owned(), appending: Mutex::new(()) })
    }

    fn place(&self, blob: Digest) -> Path {
        let name = blob.to_string();
        Path::from(format!("{}/{}/{name}", self.prefix, name.get(..2).unwrap_or_default()))
    }

    fn arriving(&self, blob: Digest) -> Path {
        Path::from(format!("{}/arriving/{blob}", self.prefix))
    }

    fn chunk(&self, blob: Digest, offset: u64) -> Path {
        Path::from(format!("{}/arriving/{blob}/{offset:0digits$}", self.prefix, digits = OFFSET_DIGITS))
    }

    /// The chunks that follow on each other from the first, in their order.
    async fn chunks(&self, blob: Digest) -> Result<Vec<ObjectMeta>, BlobError> {
        let folder = self.arriving(blob);
        let mut all: Vec<ObjectMeta> =
            self.store.list(Some(&folder)).try_collect().await.map_err(BlobError::unavailable)?;
        all.sort_by(|left, right| left.location.cmp(&right.location));
        let (mut end, mut whole) = (0, Vec::with_capacity(all.len()));
        for chunk in all {
            if chunk.location != self.chunk(blob, end) {
                break;
            }
            end += chunk.size;
            whole.push(chunk);
        }
        Ok(whole)
    }

    async fn get(&self, path: &Path) -> Result<Vec<u8>, BlobError> {
        let got = async { self.store.get(path).await?.bytes().await };
        match got.await {
            Ok(bytes) => Ok(bytes.into()),
            Err(object_store::Error::NotFound { .. }) => Err(BlobError::NotFound),
            Err(error) => Err(BlobError::unavailable(error)),
        }
    }

    async fn put(&self, path: &Path, content: Vec<u8>) -> Result<(), BlobError> {
        self.store.put(path, PutPayload::from(content)).await.map(drop).map_err(BlobError::unavailable)
    }
}

fn read_authorities(path: OsString) -> Result<Vec<Certificate>, AddressError> {
    let setting = |error: String| AddressError::Setting(format!("{AUTHORITIES}: {error}"));
    let text = fs::read(path).map_err(|error| setting(error.to_string()))?;
    let found = Certificate::from_pem_bundle(&text).map_err(|error| setting(error.to_string()))?;
    if found.is_empty() { Err(setting("no certificate in it".to_owned())) } else { Ok(found) }
}

/// Bucket and prefix of an address.
fn parts(address: &str) -> Option<(&str, &str)> {
    let rest = address.strip_prefix(SCHEME)?;
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    (!bucket.is_empty()).then_some((bucket, prefix.trim_matches('/')))
}

fn length(chunks: &[ObjectMeta]) -> u64 {
    chunks.iter().map(|chunk| chunk.size).sum()
}

#[async_trait]
impl Blobs for Bucket {
    async fn offset(&self, blob: Digest) -> Result<u64, BlobError> {
        Ok(length(&self.chunks(blob).await?))
    }

    async fn append(&self, blob: Digest, offset: u64, chunk: &[u8]) -> Result<u64, BlobError> {
        // Two servers that append at once write the same place; what does not hash to its name then comes again.
        let _turn = self.appending.lock().await;
        let arrived = self.offset(blob).await?;
        if arrived != offset {
            return Err(BlobError::Offset(arrived));
        }
        if !chunk.is_empty() || offset == 0 {
            self.put(&self.chunk(blob, offset), chunk.to_vec()).await?;
        }
        Ok(offset + u64::try_from(chunk.len()).map_err(BlobError::unavailable)?)
    }

    async fn arrived(&self, blob: Digest) -> Result<Vec<u8>, BlobError> {
        let chunks = self.chunks(blob).await?;
        if chunks.is_empty() {
            return Err(BlobError::NotFound);
        }
        let mut content = Vec::with_capacity(usize::try_from(length(&chunks)).unwrap_or_default());
        for chunk in chunks {
            content.append(&mut self.get(&chunk.location).await?);
        }
        Ok(content)
    }

    async fn forget(&self, blob: Digest) -> Result<(), BlobError> {
        let folder = self.arriving(blob);
        let all: Vec<ObjectMeta> =
            self.store.list(Some(&folder)).try_collect().await.map_err(BlobError::unavailable)?;
        for chunk in all {
            match self.store.delete(&chunk.location).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(BlobError::unavailable(error)),
            }
        }
        Ok(())
    }

    async fn keep(&self, blob: Digest, content: Vec<u8>) -> Result<(), BlobError> {
        self.put(&self.place(blob), content).await
    }

    async fn read(&self, blob: Digest) -> Result<Vec<u8>, BlobError> {
        self.get(&self.place(blob)).await
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use hyper::server::conn::http1;
    use hyper_util::rt::TokioIo;
    use s3s::{
        auth::SimpleAuth,
        service::{S3Service, S3ServiceBuilder},
    };
    use s3s_fs::FileSystem;
    use tokio::{
        io::{AsyncRead, AsyncWrite},
        net::TcpListener,
    };
    use tokio_rustls::TlsAcceptor;

    use super::*;
    use crate::{
        blobs::contract,
        clock::Clock,
        tls::{AUTHORITY_FILE, Source, Tls},
    };

    const KEY: (&str, &str) = ("tisheng", "a-secret-of-this-test");

    /// A real S3 on a port of this machine, over a folder with one bucket; over HTTPS where it is told how.
    async fn serve(folder: &std::path::Path, encryption: Option<&Tls>) -> SocketAddr {
        std::fs::create_dir(folder.join("files")).unwrap();
        let mut builder = S3ServiceBuilder::new(FileSystem::new(folder).unwrap());
        builder.set_auth(SimpleAuth::from_single(KEY.0, KEY.1));
        let service = builder.build();
        let acceptor = encryption.map(|tls| TlsAcceptor::from(tls.config.clone()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (service, acceptor) = (service.clone(), acceptor.clone());
                tokio::spawn(async move {
                    match acceptor {
                        None => answer(socket, service).await,
                        Some(acceptor) => {
                            if let Ok(encrypted) = acceptor.accept(socket).await {
                                answer(encrypted, service).await;
                            }
                        }
                    }
                });
            }
        });
        address
    }

    async fn answer(stream: impl AsyncRead + AsyncWrite + Unpin, service: S3Service) {
        let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
    }

    fn bucket(address: SocketAddr, secret: &str, prefix: &str) -> Bucket {
        let builder = builder(format!("http://{address}"), secret).with_allow_http(true);
        Bucket::of(builder, prefix, Vec::new()).unwrap()
    }

    fn builder(endpoint: String, secret: &str) -> AmazonS3Builder {
        AmazonS3Builder::new()
            .with_endpoint(endpoint)
            .with_region("us-east-1")
            .with_bucket_name("files")
            .with_access_key_id(KEY.0)
            .with_secret_access_key(secret)
    }

    #[tokio::test]
    async fn keeps_the_contract() {
        let folder = tempfile::tempdir().unwrap();
        let address = serve(folder.path(), None).await;
        contract::holds(|| bucket(address, KEY.1, "district/2021")).await;
        contract::holds(|| bucket(address, KEY.1, "")).await;
        let names = |path: &str| std::fs::read_dir(folder.path().join(path)).unwrap().count();
        assert_eq!(names("files/district/2021"), 2, "contents, and what is arriving");
    }

    #[tokio::test]
    async fn a_bucket_that_does_not_answer_or_takes_no_key_is_said_to_be_unavailable() {
        let folder = tempfile::tempdir().unwrap();
        let address = serve(folder.path(), None).await;
        let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let blob = Digest::of_content(b"x");
        for bucket in [bucket(closed, KEY.1, ""), bucket(address, "another", "")] {
            assert!(matches!(bucket.read(blob).await, Err(BlobError::Unavailable(_))));
            assert!(matches!(bucket.keep(blob, b"x".to_vec()).await, Err(BlobError::Unavailable(_))));
            assert!(matches!(bucket.append(blob, 0, b"x").await, Err(BlobError::Unavailable(_))));
        }
    }

    /// An authority of its own in a folder, and a certificate of this machine by it.
    fn certified(folder: &std::path::Path) -> Tls {
        let now_ms = Clock::system().now_ms();
        Tls::of(&Source::Own(vec!["127.0.0.1".to_owned()]), folder, now_ms).unwrap()
    }

    #[tokio::test]
    async fn keeps_the_contract_over_https_with_a_certificate_of_the_authorities_it_is_told_alone() {
        let (folder, ours, strange) =
            (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let address = serve(folder.path(), Some(&certified(ours.path()))).await;
        let _ = certified(strange.path());
        let of = |authority: &std::path::Path| read_authorities(authority.join(AUTHORITY_FILE).into()).unwrap();
        let bucket = |authorities| Bucket::of(builder(format!("https://{address}"), KEY.1), "", authorities).unwrap();
        contract::holds(|| bucket(of(ours.path()))).await;
        for authorities in [Vec::new(), of(strange.path())] {
            let read = bucket(authorities).read(Digest::of_content(b"x")).await;
            assert!(matches!(read, Err(BlobError::Unavailable(_))), "{read:?}");
        }
    }

    #[test]
    fn authorities_that_cannot_be_read_are_said_by_the_name_of_their_variable() {
        let folder = tempfile::tempdir().unwrap();
        let empty = folder.path().join("empty.pem");
        fs::write(&empty, "no certificate").unwrap();
        for path in [folder.path().join("missing.pem"), empty] {
            let error = read_authorities(path.into()).unwrap_err().to_string();
            assert!(error.starts_with("AWS_CA_BUNDLE: "), "{error}");
        }
    }

    #[test]
    fn an_address_names_a_bucket_and_a_part_of_it() {
        for (address, expected) in [
            ("s3://files", Some(("files", ""))),
            ("s3://files/", Some(("files", ""))),
            ("s3://files/district/2021/", Some(("files", "district/2021"))),
            ("s3://", None),
            ("files/district", None),
            ("https://files", None),
        ] {
            assert_eq!(parts(address), expected, "{address}");
        }
        assert!(matches!(Bucket::of_address("folder"), Err(AddressError::Shape)));
    }
}
