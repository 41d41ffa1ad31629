//! Encryption of a stream: argon2id makes the key of a passphrase, ChaCha20-Poly1305 seals chunk after chunk. A
//! chunk's place and whether it is the last are part of its seal, so that none can be left out, moved or cut off.

use std::io::{self, BufRead, Read, Write};

use chacha20poly1305::{
    ChaCha20Poly1305, KeyInit as _, Nonce,
    aead::{Aead as _, Payload},
};

use crate::entropy;

/// What a backup begins with: its format and its version.
const MAGIC: &[u8; 17] = b"tisheng backup 1\n";

/// Bytes of the salt that follows.
const SALT_BYTES: usize = 16;

/// Bytes sealed at once.
const CHUNK_BYTES: usize = 64 * 1024;

/// Bytes that a seal adds.
const TAG_BYTES: usize = 16;

/// One key, and the place of the next chunk.
struct Seals {
    cipher: ChaCha20Poly1305,
    head: Vec<u8>,
    chunk: u64,
}

impl Seals {
    fn new(passphrase: &str, salt: [u8; SALT_BYTES]) -> io::Result<Self> {
        let mut key = [0; 32];
        argon2::Argon2::default()
            .hash_password_into(passphrase.as_bytes(), &salt, &mut key)
            .map_err(|error| io::Error::other(error.to_string()))?;
        Ok(Self { cipher: ChaCha20Poly1305::new(&key.into()), head: [&MAGIC[..], &salt].concat(), chunk: 0 })
    }

    /// Never the same twice under one key: the place, and whether it is the last.
    fn nonce(&mut self, is_last: bool) -> Nonce {
        let mut nonce = [0; 12];
        nonce.iter_mut().skip(3).zip(self.chunk.to_be_bytes()).for_each(|(target, byte)| *target = byte);
        nonce.iter_mut().skip(11).for_each(|target| *target = u8::from(is_last));
        self.chunk += 1;
        Nonce::from(nonce)
    }
}

/// Seals what is written to it.
pub(super) struct Sealer<W: Write> {
    out: W,
    seals: Seals,
    waiting: Vec<u8>,
}

impl<W: Write> Sealer<W> {
    /// Begins with a salt of its own.
    pub(super) fn begin(mut out: W, passphrase: &str) -> io::Result<Self> {
        let seals = Seals::new(passphrase, entropy::bytes())?;
        out.write_all(&seals.head)?;
        Ok(Self { out, seals, waiting: Vec::with_capacity(CHUNK_BYTES) })
    }

    /// Writes the last chunk.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.seal(true)?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn seal(&mut self, is_last: bool) -> io::Result<()> {
        let nonce = self.seals.nonce(is_last);
        let payload = Payload { msg: &self.waiting, aad: &self.seals.head };
        let sealed = self.seals.cipher.encrypt(&nonce, payload).map_err(|_| io::ErrorKind::Other)?;
        self.out.write_all(&sealed)?;
        self.waiting.clear();
        Ok(())
    }
}

impl<W: Write> Write for Sealer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.waiting.len() == CHUNK_BYTES {
            self.seal(false)?;
        }
        let (taken, _) = bytes.split_at(bytes.len().min(CHUNK_BYTES - self.waiting.len()));
        self.waiting.extend_from_slice(taken);
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Opens what a [`Sealer`] wrote.
pub(super) struct Opener<R: BufRead> {
    input: R,
    seals: Seals,
    opened: io::Cursor<Vec<u8>>,
    is_over: bool,
}

impl<R: BufRead> Opener<R> {
    /// Reads the salt; whether the passphrase is right shows with the first chunk.
    pub(super) fn begin(mut input: R, passphrase: &str) -> io::Result<Self> {
        let (mut magic, mut salt) = ([0; MAGIC.len()], [0; SALT_BYTES]);
        input.read_exact(&mut magic)?;
        input.read_exact(&mut salt)?;
        if magic != *MAGIC {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(Self { input, seals: Seals::new(passphrase, salt)?, opened: io::Cursor::default(), is_over: false })
    }

    fn open(&mut self) -> io::Result<()> {
        let mut sealed = Vec::with_capacity(CHUNK_BYTES + TAG_BYTES);
        let chunk = u64::try_from(CHUNK_BYTES + TAG_BYTES).unwrap_or(u64::MAX);
        self.input.by_ref().take(chunk).read_to_end(&mut sealed)?;
        self.is_over = self.input.fill_buf()?.is_empty();
        let nonce = self.seals.nonce(self.is_over);
        let payload = Payload { msg: &sealed, aad: &self.seals.head };
        let opened = self.seals.cipher.decrypt(&nonce, payload).map_err(|_| io::ErrorKind::InvalidData)?;
        self.opened = io::Cursor::new(opened);
        Ok(())
    }
}

impl<R: BufRead> Read for Opener<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.opened.read(bytes)?;
            if read > 0 || self.is_over || bytes.is_empty() {
                return Ok(read);
            }
            self.open()?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(content: &[u8]) -> Vec<u8> {
        let mut sealer = Sealer::begin(Vec::new(), "一个足够长的口令").unwrap();
        sealer.write_all(content).unwrap();
        sealer.finish().unwrap()
    }

    fn opened(bytes: &[u8], passphrase: &str) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        Opener::begin(bytes, passphrase)?.read_to_end(&mut content)?;
        Ok(content)
    }

    #[test]
    fn what_was_sealed_opens_with_its_passphrase_alone_and_shows_nothing() {
        for length in [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES] {
            let content = b"lots of known text ".repeat(length / 19 + 1)[..length].to_vec();
            let bytes = sealed(&content);
            assert_eq!(opened(&bytes, "一个足够长的口令").unwrap(), content, "{length}");
            assert!(opened(&bytes, "另一个足够长的口令").is_err());
            assert!(!bytes.windows(10).any(|window| window == b"known text"));
        }
    }

    #[test]
    fn nothing_can_be_changed_moved_or_cut_off() {
        let bytes = sealed(&vec![7; 2 * CHUNK_BYTES + 5]);
        let head = MAGIC.len() + SALT_BYTES;
        let chunk = CHUNK_BYTES + TAG_BYTES;
        let mut damages =
            vec![bytes[..head + chunk].to_vec(), bytes[..head + 2 * chunk].to_vec(), bytes[..head].to_vec()];
        let (first, second) = (&bytes[head..head + chunk], &bytes[head + chunk..head + 2 * chunk]);
        damages.push([&bytes[..head], second, first, &bytes[head + 2 * chunk..]].concat());
        damages.push([&bytes[..], b"x"].concat());
        for place in [0, MAGIC.len(), head, head + 70_000, bytes.len() - 1] {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            damages.push(changed);
        }
        for (number, changed) in damages.iter().enumerate() {
            assert!(opened(changed, "一个足够长的口令").is_err(), "{number}");
        }
    }
}
