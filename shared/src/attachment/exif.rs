//! When and where a camera took a photo: the few tags of EXIF that a report needs, read before the tablet writes
//! the picture anew without any.
//!
//! The bytes come from anywhere. Every step is checked, and whatever does not fit is simply not there.

use std::{collections::BTreeSet, str};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Place;
use crate::calendar::Date;

/// Degrees are kept to a millionth: a tenth of a metre.
const PLACE_DECIMALS: u32 = 6;

/// Entries of one directory that are looked at.
const ENTRIES_MAX: u16 = 200;

const EXIF_DIRECTORY: u16 = 0x8769;
const GPS_DIRECTORY: u16 = 0x8825;
const TAKEN: u16 = 0x9003;
const CHANGED: u16 = 0x0132;
const LATITUDE_SIDE: u16 = 1;
const LATITUDE: u16 = 2;
const LONGITUDE_SIDE: u16 = 3;
const LONGITUDE: u16 = 4;

/// When and where a photo was taken, as the camera says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Shot {
    /// The camera's day and time, `2021-06-22 15:04:05`. It knows no zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<String>,
    /// The place, where the camera knew it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

impl Shot {
    /// Whether it says nothing.
    pub const fn is_empty(&self) -> bool {
        self.taken.is_none() && self.place.is_none()
    }

    /// Whether it is within what any client of ours writes.
    pub(super) fn is_well_formed(&self) -> bool {
        let on_earth = |degrees: Decimal, limit: u32| degrees.abs() <= Decimal::from(limit);
        self.taken.as_ref().is_none_or(|taken| taken.len() <= 19)
            && self.place.is_none_or(|place| on_earth(place.latitude, 90) && on_earth(place.longitude, 180))
    }
}

/// What a JPEG says of itself.
pub fn read_shot(content: &[u8]) -> Shot {
    let exif = segments(content).find_map(|(marker, body)| match marker {
        0xe1 => body.strip_prefix(b"Exif\0\0"),
        _ => None,
    });
    exif.and_then(Tiff::new).map(|tiff| tiff.shot()).unwrap_or_default()
}

/// The segments of a JPEG before its picture: marker and content.
pub(super) fn segments(content: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut rest = content.strip_prefix(&[0xff, 0xd8]).unwrap_or_default();
    std::iter::from_fn(move || {
        let [0xff, marker, high, low, tail @ ..] = rest else { return None };
        let length = usize::from(u16::from_be_bytes([*high, *low])).checked_sub(2)?;
        // The picture itself follows on 0xda.
        if *marker == 0xda {
            return None;
        }
        let (body, after) = tail.split_at_checked(length)?;
        rest = after;
        Some((*marker, body))
    })
}

/// One entry of a directory.
struct Entry<'a> {
    tag: u16,
    count: u32,
    bytes: &'a [u8],
}

/// The block in which EXIF keeps its directories.
struct Tiff<'a> {
    bytes: &'a [u8],
    is_little: bool,
}

impl<'a> Tiff<'a> {
    fn new(bytes: &'a [u8]) -> Option<Self> {
        match bytes {
            [b'I', b'I', 42, 0, ..] => Some(Self { bytes, is_little: true }),
            [b'M', b'M', 0, 42, ..] => Some(Self { bytes, is_little: false }),
            _ => None,
        }
    }

    fn shot(&self) -> Shot {
        let main = self.u32_at(self.bytes, 4).map(|at| self.directory(at)).unwrap_or_default();
        let below = |tag| self.number(&main, tag).map(|at| self.directory(at)).unwrap_or_default();
        let (exif, gps) = (below(EXIF_DIRECTORY), below(GPS_DIRECTORY));
        let taken = time(&exif, TAKEN).or_else(|| time(&main, CHANGED));
        let latitude = self.degrees(&gps, LATITUDE, LATITUDE_SIDE, b'S', 90);
        let longitude = self.degrees(&gps, LONGITUDE, LONGITUDE_SIDE, b'W', 180);
        let place = latitude.zip(longitude).map(|(latitude, longitude)| Place { latitude, longitude });
        Shot { taken, place }
    }

    fn directory(&self, at: u32) -> Vec<Entry<'a>> {
        let Some(bytes) = self.from(at) else { return Vec::new() };
        let count = self.u16_at(bytes, 0).unwrap_or_default().min(ENTRIES_MAX);
        let entries = bytes.get(2..).unwrap_or_default().chunks_exact(12).take(usize::from(count));
        let mut seen = BTreeSet::new();
        entries.filter_map(|entry| self.entry(entry)).filter(|entry| seen.insert(entry.tag)).collect()
    }

    fn entry(&self, entry: &'a [u8]) -> Option<Entry<'a>> {
        let size = match self.u16_at(entry, 2)? {
            1 | 2 | 7 => 1,
            3 => 2,
            4 => 4,
            5 => 8,
            _ => return None,
        };
        let count = self.u32_at(entry, 4)?;
        let length = usize::try_from(count.checked_mul(size)?).ok()?;
        let bytes = if length <= 4 { entry.get(8..)? } else { self.from(self.u32_at(entry, 8)?)? };
        Some(Entry { tag: self.u16_at(entry, 0)?, count, bytes: bytes.get(..length)? })
    }

    fn number(&self, entries: &[Entry<'_>], tag: u16) -> Option<u32> {
        self.u32_at(entries.iter().find(|entry| entry.tag == tag)?.bytes, 0)
    }

    /// Degrees, minutes and seconds as fractions, and the side of the equator or of Greenwich.
    fn degrees(&self, gps: &[Entry<'_>], tag: u16, side: u16, negative: u8, limit: u32) -> Option<Decimal> {
        let entry = gps.iter().find(|entry| entry.tag == tag && entry.count == 3)?;
        let side = *gps.iter().find(|entry| entry.tag == side)?.bytes.first()?;
        let mut degrees = Decimal::ZERO;
        for (place, parts_of_a_degree) in [(0, 1), (8, 60), (16, 3_600)] {
            let top = Decimal::from(self.u32_at(entry.bytes, place)?);
            let bottom = Decimal::from(self.u32_at(entry.bytes, place + 4)?).checked_mul(parts_of_a_degree.into())?;
            degrees = degrees.checked_add(top.checked_div(bottom)?)?;
        }
        let degrees = degrees.round_dp(PLACE_DECIMALS).normalize();
        let signed = if side == negative { -degrees } else { degrees };
        (degrees <= Decimal::from(limit)).then_some(signed)
    }

    fn from(&self, at: u32) -> Option<&'a [u8]> {
        self.bytes.get(usize::try_from(at).ok()?..)
    }

    fn u16_at(&self, bytes: &[u8], at: usize) -> Option<u16> {
        let pair = bytes.get(at..at + 2)?.try_into().ok()?;
        Some(if self.is_little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) })
    }

    fn u32_at(&self, bytes: &[u8], at: usize) -> Option<u32> {
        let four = bytes.get(at..at + 4)?.try_into().ok()?;
        Some(if self.is_little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) })
    }
}

/// `2021:06:22 15:04:05` with hyphens in its day; cameras without a clock say nothing, or a day that is none.
fn time(entries: &[Entry<'_>], tag: u16) -> Option<String> {
    let entry = entries.iter().find(|entry| entry.tag == tag)?;
    let text = str::from_utf8(entry.bytes.get(..19)?).ok()?;
    let (day, time) = text.split_once(' ')?;
    let day = day.replace(':', "-");
    let is_day = day.parse::<Date>().is_ok();
    let mut parts = time.split(':');
    let mut below =
        |limit: u8| parts.next().is_some_and(|part| part.len() == 2 && part.parse().is_ok_and(|part: u8| part < limit));
    (is_day && below(24) && below(60) && below(60)).then(|| format!("{day} {time}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A JPEG of nothing but EXIF, in either order of bytes.
    fn photo(is_little: bool, taken: &str, latitude: [(u32, u32); 3], south: bool) -> Vec<u8> {
        let two = |value: u16| if is_little { value.to_le_bytes() } else { value.to_be_bytes() };
        let four = |value: u32| if is_little { value.to_le_bytes() } else { value.to_be_bytes() };
        let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
            [&two(tag)[..], &two(kind), &four(count), &value].concat()
        };
        let mut tiff = if is_little { b"II\x2a\0".to_vec() } else { b"MM\0\x2a".to_vec() };
        tiff.extend(four(8));
        // Main directory at 8: two pointers. Exif at 38, GPS at 56, then the values from 110 on.
        tiff.extend(two(2));
        tiff.extend(entry(EXIF_DIRECTORY, 4, 1, four(38)));
        tiff.extend(entry(GPS_DIRECTORY, 4, 1, four(56)));
        tiff.extend(four(0));
        tiff.extend(two(1));
        tiff.extend(entry(TAKEN, 2, 20, four(110)));
        tiff.extend(four(0));
        tiff.extend(two(4));
        tiff.extend(entry(LATITUDE_SIDE, 2, 2, if south { *b"S\0\0\0" } else { *b"N\0\0\0" }));
        tiff.extend(entry(LATITUDE, 5, 3, four(130)));
        tiff.extend(entry(LONGITUDE_SIDE, 2, 2, *b"E\0\0\0"));
        tiff.extend(entry(LONGITUDE, 5, 3, four(154)));
        tiff.extend(four(0));
        assert_eq!(tiff.len(), 110);
        tiff.extend(taken.bytes().chain([0]));
        for (top, bottom) in latitude.into_iter().chain([(119, 1), (18, 1), (0, 1)]) {
            tiff.extend(four(top));
            tiff.extend(four(bottom));
        }
        let length = u16::try_from(tiff.len() + 8).unwrap().to_be_bytes();
        [&[0xff, 0xd8, 0xff, 0xe1], &length[..], b"Exif\0\0", &tiff, &[0xff, 0xd9]].concat()
    }

    const LATITUDE_OF_GULOU: [(u32, u32); 3] = [(26, 1), (5, 1), (1_234, 100)];

    #[test]
    fn time_and_place_are_read_in_either_order_of_bytes() {
        for is_little in [true, false] {
            let shot = read_shot(&photo(is_little, "2021:06:22 15:04:05", LATITUDE_OF_GULOU, false));
            assert_eq!(shot.taken.as_deref(), Some("2021-06-22 15:04:05"));
            let place = shot.place.unwrap();
            assert_eq!((place.latitude.to_string(), place.longitude.to_string()), ("26.086761".into(), "119.3".into()));
        }
        let south = read_shot(&photo(true, "2021:06:22 15:04:05", LATITUDE_OF_GULOU, true));
        assert_eq!(south.place.unwrap().latitude.to_string(), "-26.086761");
    }

    #[test]
    fn what_is_no_time_and_no_place_is_not_there() {
        for taken in ["0000:00:00 00:00:00", "2021:13:22 15:04:05", "2021:06:22 25:04:05", "                   "] {
            assert_eq!(read_shot(&photo(true, taken, LATITUDE_OF_GULOU, false)).taken, None, "{taken}");
        }
        for latitude in [[(26, 0), (5, 1), (0, 1)], [(260, 1), (5, 1), (0, 1)]] {
            assert_eq!(read_shot(&photo(true, "2021:06:22 15:04:05", latitude, false)).place, None);
        }
        assert!(read_shot(b"").is_empty() && read_shot(b"%PDF-1.7").is_empty());
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_stumble(
            at in 0_usize..220, byte in any::<u8>(), cut in 0_usize..220, noise in prop::collection::vec(any::<u8>(), 0..300)
        ) {
            let mut bytes = photo(byte % 2 == 0, "2021:06:22 15:04:05", LATITUDE_OF_GULOU, false);
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            bytes.truncate(cut.max(4));
            prop_assert!(read_shot(&bytes).is_well_formed());
            prop_assert!(read_shot(&[b"\xff\xd8\xff\xe1\xff\xffExif\0\0II\x2a\0", &noise[..]].concat()).is_well_formed());
        }
    }
}
