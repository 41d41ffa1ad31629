//! The keys of a store in a real browser.

use wasm_bindgen_test::wasm_bindgen_test;

use super::*;

async fn ring() -> (Keyring, String) {
    let name = format!("test-{:016x}", entropy::random_u64());
    let ring = Keyring::quick(&name);
    ring.create("correct horse").await.unwrap().unwrap();
    (ring, name)
}

async fn opens(ring: &Keyring, secret: &str) -> Result<(), DataError> {
    ring.unlock(secret, 0).await.map(drop)
}

#[wasm_bindgen_test]
async fn the_password_opens_and_nothing_else_does() {
    let (ring, name) = ring().await;
    assert_eq!(opens(&ring, "correct horse").await, Ok(()));
    assert_eq!(opens(&ring, "wrong horse").await, Err(DataError::WrongSecret));
    assert_eq!(opens(&ring, "123456").await, Err(DataError::WrongSecret), "there is no PIN yet");
    assert_eq!(Keyring::quick(&name).create("another").await.unwrap().map(drop), None, "a store has one data key");
}

#[wasm_bindgen_test]
async fn whatever_opens_gives_the_same_data_key() {
    let (ring, _) = ring().await;
    let key = ring.unlock("correct horse", 0).await.unwrap();
    let sealed = key.seal("密".as_bytes(), b"here").await.unwrap();
    ring.set_pin(&key, "271828").await.unwrap();
    ring.set_password(&key, "battery staple").await.unwrap();
    for secret in ["271828", "battery staple"] {
        let again = ring.unlock(secret, 0).await.unwrap();
        assert_eq!(again.open(&sealed, b"here").await.unwrap(), "密".as_bytes());
        assert_eq!(again.open(&sealed, b"there").await, Err(CipherError::Refused));
    }
    assert_eq!(opens(&ring, "correct horse").await, Err(DataError::WrongSecret), "the old password is past");
}

#[wasm_bindgen_test]
async fn wrong_secrets_wait_longer_and_longer_though_the_page_is_loaded_anew() {
    let (ring, name) = ring().await;
    for _ in 0..3 {
        assert_eq!(ring.unlock("wrong", 10_000).await.map(drop), Err(DataError::WrongSecret));
    }
    let anew = Keyring::quick(&name);
    assert_eq!(anew.unlock("correct horse", 10_500).await.map(drop), Err(DataError::UnlockDelayed(1)));
    assert_eq!(anew.unlock("correct horse", 11_000).await.map(drop), Ok(()));
    assert_eq!(anew.unlock("wrong", 11_000).await.map(drop), Err(DataError::WrongSecret), "all is forgiven");
}

#[wasm_bindgen_test]
async fn a_pin_that_was_wrong_ten_times_opens_nothing_until_the_password_does() {
    let (ring, _) = ring().await;
    let key = ring.unlock("correct horse", 0).await.unwrap();
    ring.set_pin(&key, "271828").await.unwrap();
    for hour in 1..=10 {
        assert_eq!(ring.unlock("000000", hour * 3_600_000).await.map(drop), Err(DataError::WrongSecret));
    }
    let later = 20 * 3_600_000;
    assert_eq!(ring.unlock("271828", later).await.map(drop), Err(DataError::PinSpent));
    assert!(!ring.has_pin().await.unwrap());
    assert_eq!(ring.unlock("correct horse", later).await.map(drop), Ok(()));
    assert_eq!(ring.unlock("271828", later).await.map(drop), Ok(()));
}

#[wasm_bindgen_test]
async fn the_servers_secret_opens_what_a_forgotten_password_does_not() {
    let (ring, _) = ring().await;
    let key = ring.unlock("correct horse", 0).await.unwrap();
    let sealed = key.seal(b"work", b"").await.unwrap();
    let secret = Some(Digest([7; 32]));
    assert_eq!(ring.recover(secret).await.map(drop), Err(DataError::OtherPassword), "nothing is arranged yet");
    ring.arrange(&key, secret).await.unwrap();
    assert_eq!(ring.recover(Some(Digest([8; 32]))).await.map(drop), Err(DataError::OtherPassword));
    let again = ring.recover(secret).await.unwrap();
    assert_eq!(again.open(&sealed, b"").await.unwrap(), b"work");
    ring.set_password(&again, "battery staple").await.unwrap();
    assert_eq!(opens(&ring, "battery staple").await, Ok(()));
}
