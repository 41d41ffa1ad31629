//! A photo as a large camera makes it, chosen in a page.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::browser::Browser;

impl Browser {
    /// Chooses a photo of a large camera, with time and place in it, in the file input of an id.
    ///
    /// # Errors
    /// When there is no such input.
    pub async fn choose_photo(&self, input: &str, seed: u32) -> Result<()> {
        self.find(&format!("#{input}")).await?;
        let script = "const [id, exif, seed, done] = arguments;
        const canvas = document.createElement('canvas');
        canvas.width = 2400; canvas.height = 1800;
        const context = canvas.getContext('2d'), pixels = context.createImageData(2400, 1800);
        const words = new Uint32Array(pixels.data.buffer);
        let state = seed;
        for (let i = 0; i < words.length; i++) {
            state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
            const light = (i / 10000 + (state >> 16)) & 0xff;
            words[i] = 0xff000000 | (light >> 1) << 16 | (255 - light) << 8 | light;
        }
        context.putImageData(pixels, 0, 0);
        canvas.toBlob(blob => {
            const photo = [blob.slice(0, 2), new Uint8Array(exif), blob.slice(2)];
            const chosen = new DataTransfer();
            chosen.items.add(new File(photo, '现场.jpg', { type: 'image/jpeg' }));
            const input = document.getElementById(id);
            input.files = chosen.files;
            input.dispatchEvent(new Event('change', { bubbles: true }));
            done(true);
        }, 'image/jpeg', 0.95);";
        let arguments = vec![json!(input), json!(exif()), json!(seed)];
        let chosen = self.client.execute_async(script, arguments).await?;
        ensure!(chosen == Value::Bool(true), "no photo was chosen");
        Ok(())
    }
}

/// The segment of a JPEG that says 2021-06-20 15:04:05, 26°4′48″N 119°18′E.
fn exif() -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value].concat()
    };
    let directory = |entries: &[Vec<u8>]| {
        let count = u16::try_from(entries.len()).unwrap_or_default();
        [&count.to_le_bytes()[..], &entries.concat(), &[0; 4]].concat()
    };
    let at = |offset: u32| offset.to_le_bytes();
    // Three directories of 30, 18 and 54 bytes from place 8 on, then what they point to.
    let (of_photo, of_place, taken, north, east) = (38, 56, 110, 130, 154);
    let main = directory(&[entry(0x8769, 4, 1, at(of_photo)), entry(0x8825, 4, 1, at(of_place))]);
    let photo = directory(&[entry(0x9003, 2, 20, at(taken))]);
    let place = directory(&[
        entry(1, 2, 2, *b"N\0\0\0"),
        entry(2, 5, 3, at(north)),
        entry(3, 2, 2, *b"E\0\0\0"),
        entry(4, 5, 3, at(east)),
    ]);
    let degrees = |parts: [u32; 3]| parts.iter().flat_map(|part| [part.to_le_bytes(), at(1)].concat()).collect();
    let (north, east): (Vec<u8>, Vec<u8>) = (degrees([26, 4, 48]), degrees([119, 18, 0]));
    let body = [&b"Exif\0\0II*\0"[..], &at(8), &main, &photo, &place, b"2021:06:20 15:04:05\0", &north, &east].concat();
    let length = u16::try_from(body.len() + 2).unwrap_or_default();
    [&[0xff, 0xe1][..], &length.to_be_bytes(), &body].concat()
}
