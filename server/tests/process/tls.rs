//! Encrypted by a certificate of our own authority, or by one from files.

use std::{path::Path, sync::Arc};

use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    process::Command,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore, crypto,
        pki_types::{CertificateDer, ServerName, pem::PemObject as _},
    },
};

use crate::running::{Running, command, folder, refusal, request};

/// What a browser that trusts these authorities is answered, or why it is not.
async fn ask(address: &str, name: &str, trusted: &[&Path], head: &str) -> Result<String, std::io::Error> {
    let mut roots = RootCertStore::empty();
    for path in trusted {
        roots.add(CertificateDer::from_pem_file(path).unwrap()).unwrap();
    }
    let provider = Arc::new(crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
    stream.write_all(head.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: tisheng\r\nConnection: close\r\n\r\n")
}

async fn start(folder: &Path, arguments: &[&str]) -> Running {
    let mut command = command(folder, "0.0.0.0:0", &folder.join("data"));
    command.args(arguments).stderr(std::process::Stdio::inherit());
    let mut server = Running::of(command).await;
    server.address = server.address.replace("0.0.0.0", "127.0.0.1");
    server
}

#[tokio::test]
async fn a_tablet_that_trusts_our_authority_reaches_the_server_by_its_address_and_no_other_does() {
    let folder = folder();
    let authority = folder.path().join("data/ca.pem");
    let mut server = start(folder.path(), &["--tls-name", "127.0.0.1", "--tls-name", "tisheng.example"]).await;
    for name in ["127.0.0.1", "tisheng.example"] {
        let answer = ask(&server.address, name, &[&authority], &get("/healthz")).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("ok"), "{answer}");
    }
    assert!(ask(&server.address, "another.example", &[&authority], &get("/healthz")).await.is_err());
    assert!(ask(&server.address, "127.0.0.1", &[], &get("/healthz")).await.is_err());
    // Without encryption there is no answer.
    assert!(request(&server.address, "GET", "/healthz", "", &serde_json::Value::Null).await.is_none());

    let code = server.line_with("初始化码  ").await;
    let setup = json!({
        "code": code.split_whitespace().last().unwrap(), "district": "鼓楼区", "region": "350102", "year": 2021,
        "account": "admin", "name": "林一", "password": "管理员的密码2021",
    })
    .to_string();
    let head = format!(
        "POST /api/v1/setup HTTP/1.1\r\nHost: tisheng\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{setup}",
        setup.len()
    );
    let answer = ask(&server.address, "127.0.0.1", &[&authority], &head).await.unwrap();
    assert!(answer.contains("set-cookie: __Host-tisheng_session=") && answer.contains("; Secure"), "{answer}");

    // What the page hands out is what signed this server, and lasts over a restart.
    let page = ask(&server.address, "127.0.0.1", &[&authority], &get("/certificate")).await.unwrap();
    assert!(page.contains("/certificate/ca.crt") && page.contains("根证书"), "{page}");
    let script = ask(&server.address, "127.0.0.1", &[&authority], &get("/certificate/check.js")).await.unwrap();
    assert!(script.contains("content-type: text/javascript"), "{script}");
    let handed = ask(&server.address, "127.0.0.1", &[&authority], &get("/certificate/ca.crt")).await.unwrap();
    let (_, handed) = handed.split_once("\r\n\r\n").unwrap();
    assert_eq!(handed, std::fs::read_to_string(&authority).unwrap());
    server.child.kill().await.unwrap();
    let server = start(folder.path(), &["--tls-name", "127.0.0.1"]).await;
    assert_eq!(std::fs::read_to_string(&authority).unwrap(), handed);
    ask(&server.address, "127.0.0.1", &[&authority], &get("/healthz")).await.unwrap();
}

#[tokio::test]
async fn a_certificate_from_files_is_used_as_it_is() {
    let folder = folder();
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new(["tisheng.example".to_owned()]).unwrap().self_signed(&key).unwrap();
    let (chain_path, key_path) = (folder.path().join("chain.pem"), folder.path().join("key.pem"));
    std::fs::write(&chain_path, certificate.pem()).unwrap();
    std::fs::write(&key_path, key.serialize_pem()).unwrap();
    let files = ["--tls-certificate", chain_path.to_str().unwrap(), "--tls-key", key_path.to_str().unwrap()];
    let server = start(folder.path(), &files).await;
    let answer = ask(&server.address, "tisheng.example", &[&chain_path], &get("/healthz")).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    // Whoever has a certificate from elsewhere has no authority of ours to hand out.
    let page = ask(&server.address, "tisheng.example", &[&chain_path], &get("/certificate")).await.unwrap();
    assert!(page.starts_with("HTTP/1.1 404"), "{page}");
    assert!(!folder.path().join("data/ca.pem").exists());

    let mut broken = command(folder.path(), "127.0.0.1:0", &folder.path().join("data"));
    broken.args(["--tls-certificate", key_path.to_str().unwrap(), "--tls-key", key_path.to_str().unwrap()]);
    assert!(refusal(broken).await.contains("证书不能使用"));
    let mut half = Command::new(env!("CARGO_BIN_EXE_tisheng"));
    half.args(["serve", "--tls-key", key_path.to_str().unwrap()]);
    assert!(!half.output().await.unwrap().status.success());
}
