use super::*;
use crate::store::{
    contract::{self, archive::dumped},
    files::HeldBlob,
};

async fn open(folder: &Path) -> SharedStore {
    Arc::new(SqliteStore::open(folder).await.unwrap())
}

fn place(folder: &Path) -> SharedBlobs {
    Arc::new(Folder::new(folder.join("blobs")))
}

fn passphrase() -> Passphrase {
    Passphrase::new("一个足够长的备份口令，十二字以上").unwrap()
}

#[test]
fn a_short_passphrase_is_none() {
    assert!(Passphrase::new("十一个字是不够的口令啊").is_none());
    assert!(!format!("{:?}", passphrase()).contains("备份"));
}

#[tokio::test]
async fn a_backup_restores_to_the_same_rows_and_a_damaged_one_leaves_nothing() {
    let folders = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let file = folders[0].path().join("backup");
    let store = open(folders[0].path()).await;
    contract::lives(&*store).await;
    let blobs = place(folders[0].path());
    let (photo, content) = (Digest::of_content(b"photo"), b"photo".to_vec());
    let held = HeldBlob { blob: photo, size: 5, mime: "image/jpeg", received_ms: 4 };
    store.note_blob(contract::CAMPAIGN, &held).await.unwrap();
    // Noted but not there: a backup that lacks it would be none.
    let lacking = write(&store, &blobs, &file, &passphrase(), None, 5).await;
    assert!(matches!(lacking, Err(BackupError::NotWhole(_))), "{lacking:?}");
    blobs.keep(photo, content.clone()).await.unwrap();
    let taken = write(&store, &blobs, &file, &passphrase(), Some("key".into()), 5).await.unwrap();
    assert_eq!((taken.head.sequence, taken.taken_ms), (3, 5));
    let left: Vec<_> = fs::read_dir(folders[0].path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("backup.")), "{left:?}");
    assert!(matches!(restore(&store, &blobs, &file, &passphrase()).await, Err(BackupError::NotEmpty)));

    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let damaged = folders[0].path().join("damaged");
    fs::write(&damaged, &bytes).unwrap();
    let (empty, there) = (open(folders[1].path()).await, place(folders[1].path()));
    let other = Passphrase::new("另一个足够长的备份口令，十二字以上").unwrap();
    for (file, secret) in [(&damaged, passphrase()), (&file, other)] {
        assert!(matches!(restore(&empty, &there, file, &secret).await, Err(BackupError::Sealed(_))));
        assert!(matches!(empty.campaign().await, Err(StoreError::NotFound)));
    }
    let (again, key) = restore(&empty, &there, &file, &passphrase()).await.unwrap();
    assert_eq!((again, key.as_deref()), (taken, Some("key")));
    assert_eq!(dumped(&*empty).await, dumped(&*store).await);
    assert_eq!(there.read(photo).await.unwrap(), content);
}

#[tokio::test]
async fn what_is_damaged_makes_no_backup() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    contract::lives(&*store).await;
    let act = shared::audit::Act { at_ms: 1, person: None, deed: shared::audit::Deed::LoggedOut };
    store.record(contract::CAMPAIGN, &act).await.unwrap();
    store.close().await;
    let file = folder.path().join(crate::store::sqlite::FILE);
    let bytes = fs::read(&file).unwrap();
    let word = b"logged_out";
    let at = bytes.windows(word.len()).position(|window| window == word).unwrap();
    let damaged = [&bytes[..at], b"logged_0ut", &bytes[at + word.len()..]].concat();
    fs::write(&file, damaged).unwrap();
    let store = open(folder.path()).await;
    let backup = folder.path().join("backup");
    assert!(matches!(
        write(&store, &place(folder.path()), &backup, &passphrase(), None, 5).await,
        Err(BackupError::NotWhole(_))
    ));
    assert!(!backup.exists());
}
