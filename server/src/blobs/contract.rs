//! What every place for contents must do.

use shared::id::Digest;

use super::{BlobError, Blobs};

/// The whole contract, on an empty place that `open` opens again and again, as after a restart.
pub(super) async fn holds<B: Blobs>(open: impl Fn() -> B) {
    let content: Vec<u8> = (0..=255).cycle().take(1_000).collect();
    let blob = Digest::of_content(&content);
    let blobs = open();
    assert_eq!(blobs.offset(blob).await.unwrap(), 0);
    assert!(matches!(blobs.read(blob).await, Err(BlobError::NotFound)));
    assert!(matches!(blobs.arrived(blob).await, Err(BlobError::NotFound)));
    blobs.forget(blob).await.unwrap();

    assert_eq!(blobs.append(blob, 0, &content[..400]).await.unwrap(), 400);
    assert!(matches!(blobs.append(blob, 0, &content[..400]).await, Err(BlobError::Offset(400))));
    assert!(matches!(blobs.append(blob, 500, &content[500..]).await, Err(BlobError::Offset(400))));
    let blobs = open();
    assert_eq!(blobs.offset(blob).await.unwrap(), 400);
    assert_eq!(blobs.append(blob, 400, &[]).await.unwrap(), 400);
    assert_eq!(blobs.append(blob, 400, &content[400..]).await.unwrap(), 1_000);
    assert_eq!(blobs.arrived(blob).await.unwrap(), content);
    assert!(matches!(blobs.read(blob).await, Err(BlobError::NotFound)));

    blobs.keep(blob, content.clone()).await.unwrap();
    blobs.keep(blob, content.clone()).await.unwrap();
    assert_eq!(blobs.offset(blob).await.unwrap(), 1_000);
    blobs.forget(blob).await.unwrap();
    let blobs = open();
    assert_eq!(blobs.offset(blob).await.unwrap(), 0);
    assert_eq!(blobs.read(blob).await.unwrap(), content);

    // Two at once for the same place: one gets it.
    let other = Digest::of_content(b"other");
    let (one, two) = tokio::join!(blobs.append(other, 0, b"oth"), blobs.append(other, 0, b"oth"));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    assert_eq!(blobs.offset(other).await.unwrap(), 3);
}
