//! What is read from files.

use std::{fs, path::Path, sync::Arc};

use clap::Parser as _;
use rust_xlsxwriter::Workbook;
use server::{
    backup::{self, Passphrase},
    blobs::{SharedBlobs, folder::Folder},
    cli::{Cli, Command},
    score,
    store::{CampaignRecord, SharedStore, sqlite::SqliteStore},
    tls::{Source, Tls},
};
use shared::{
    campaign::{Campaign, Targets},
    id::CampaignId,
};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::strange::{FEW, try_all};

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// A workbook with the cells of a table of comma-separated values.
fn workbook(csv: &str) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, line) in (0..).zip(csv.lines()) {
        for (column, cell) in (0..).zip(line.split(',')) {
            sheet.write(row, column, cell).unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

#[test]
fn a_table_or_workbook_of_any_bytes_is_read_or_refused_with_a_sentence() {
    let folder = TempDir::new().unwrap();
    let csv = include_str!("../../../shared/fixtures/targets_demo.csv");
    let (targets, actuals) = (folder.path().join("targets"), folder.path().join("actuals"));
    fs::write(&actuals, csv).unwrap();
    let (workbook, gbk) = (workbook(csv), encoding_rs::GB18030.encode(csv).0.into_owned());
    try_all("table", &[csv.as_bytes(), &workbook, &gbk], FEW, |bytes| {
        fs::write(&targets, bytes).unwrap();
        let [targets, actuals] = [&targets, &actuals].map(|path| path.to_str().unwrap());
        let words = ["tisheng", "score", "--targets", targets, "--actuals", actuals, "--period", "2021-06"];
        let Command::Score(args) = Cli::parse_from(words).command else { panic!("another command") };
        if let Err(sentences) = score::run(&args) {
            assert!(!sentences.is_empty());
        }
    });
}

#[test]
fn a_backup_of_any_bytes_is_restored_whole_or_leaves_nothing() {
    let folder = TempDir::new().unwrap();
    let passphrase = Passphrase::new("一个足够长的备份口令，十二字以上").unwrap();
    let (runtime, file) = (runtime(), folder.path().join("backup"));
    let files_in = |folder: &Path| -> SharedBlobs { Arc::new(Folder::new(folder.join("blobs"))) };
    let good = runtime.block_on(async {
        let store: SharedStore = Arc::new(SqliteStore::open(folder.path()).await.unwrap());
        store.set_setting("name", "value").await.unwrap();
        let campaign = Campaign {
            id: CampaignId(Uuid::from_u128(1)),
            district: "鼓楼区".into(),
            name: "专项行动".into(),
            year: 2021,
            region: "350102".into(),
            demo: false,
        };
        let record = CampaignRecord { units: Vec::new(), targets: Targets::new(), campaign };
        store.create_campaign(&record, &[]).await.unwrap();
        store.begin_audit(record.campaign.id, 1).await.unwrap();
        backup::write(&store, &files_in(folder.path()), &file, &passphrase, None, 5).await.unwrap();
        store.close().await;
        fs::read(&file).unwrap()
    });
    let folders = std::cell::Cell::new(0);
    let try_one = std::panic::AssertUnwindSafe(|bytes: &[u8]| {
        folders.set(folders.get() + 1);
        let place = folder.path().join(folders.get().to_string());
        fs::create_dir(&place).unwrap();
        fs::write(&file, bytes).unwrap();
        runtime.block_on(async {
            let store: SharedStore = Arc::new(SqliteStore::open(&place).await.unwrap());
            if backup::restore(&store, &files_in(&place), &file, &passphrase).await.is_err() {
                assert!(store.campaign().await.is_err());
                assert_eq!(store.setting("name").await.unwrap(), None);
            }
            store.close().await;
        });
        fs::remove_dir_all(&place).unwrap();
    });
    try_all("backup", &[&good], FEW / 4, |bytes| (*try_one)(bytes));
}

#[test]
fn a_certificate_of_any_bytes_is_used_or_refused() {
    let folder = TempDir::new().unwrap();
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new(["a.example".to_owned()]).unwrap().self_signed(&key).unwrap();
    let (chain_path, key_path) = (folder.path().join("chain.pem"), folder.path().join("key.pem"));
    let (chain, key) = (certificate.pem(), key.serialize_pem());
    let source = Source::Files { certificate: chain_path.clone(), key: key_path.clone() };
    let read = |bytes: &[u8]| {
        for (path, other_path, other) in [(&chain_path, &key_path, &key), (&key_path, &chain_path, &chain)] {
            fs::write(path, bytes).unwrap();
            fs::write(other_path, other).unwrap();
            let _ = Tls::of(&source, folder.path(), 1_624_413_600_000);
        }
    };
    try_all("certificate", &[chain.as_bytes(), key.as_bytes()], FEW * 5, read);
}
