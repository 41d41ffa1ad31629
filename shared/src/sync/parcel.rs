//! 离线报送包: unsent operations and files in a file that anybody may carry to where there is a network.
//!
//! A file is a list of parcels. Each is sealed under a key that only the person's own tablets and the server know, so
//! that whoever carries it can neither read nor change it nor make one up. The server answers it like an exchange,
//! and the tablet that made it hears the same receipts when it sends the same operations again.

use serde::{Deserialize, Serialize};

use crate::{
    id::{ActorId, CampaignId, Digest, PersonId},
    merge::operation::Mark,
};

/// The shape that this release writes.
pub const VERSION: u16 = 1;

/// The ending of such a file's name.
pub const ENDING: &str = ".tisheng";

/// Parcels that one file may hold: more than a tablet ever had unsent.
pub const PARCELS_MAX: usize = 2_000;

/// Bytes of a piece of a content: every photo is one, and a parcel stays well within a request.
pub const PIECE_BYTES: usize = 512 * 1024;

/// Sealed operations of one person and tablet, or a piece of a content that one of them hangs on a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Parcel {
    /// Whose they are, and what their tablet knew.
    pub address: Address,
    /// The operations as JSON, in the order of their counters, or the bytes of the piece: AES-256-GCM with
    /// [`Address::about`] beside it, the nonce of 12 bytes before it, in base64.
    pub sealed: String,
}

/// What stands on a parcel for everybody to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Address {
    /// The shape, see [`VERSION`].
    pub parcel: u16,
    /// The campaign.
    pub campaign: CampaignId,
    /// Who wrote the operations.
    pub person: PersonId,
    /// On which store.
    pub actor: ActorId,
    /// The last row that the tablet has pulled.
    pub cursor: Mark,
    /// Its newest operation that a server has acknowledged.
    pub acknowledged: Mark,
    /// How many operations there are.
    pub count: usize,
    /// When it was packed, ms since 1970 by the tablet's corrected clock.
    pub packed_ms: u64,
    /// Which piece of which content it is, where it holds no operations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub piece: Option<Piece>,
}

/// A piece of the content of a file. The pieces of one content come in their order, after the operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Piece {
    /// The SHA-256 of the whole content.
    pub blob: Digest,
    /// Its first byte's place in it.
    pub offset: u64,
}

impl Address {
    /// What is sealed together with the operations: another address does not open them.
    pub fn about(&self) -> Vec<u8> {
        let Self { parcel, campaign, person, actor, cursor, acknowledged, count, packed_ms, piece } = self;
        let (cursor, acknowledged) = (mark(*cursor), mark(*acknowledged));
        let piece = piece.map(|Piece { blob, offset }| format!("\n{blob} {offset}")).unwrap_or_default();
        format!(
            "tisheng parcel {parcel}\n{campaign}\n{person}\n{actor}\n{cursor}\n{acknowledged}\n{count}\n{packed_ms}{piece}"
        )
        .into_bytes()
    }
}

fn mark(mark: Mark) -> String {
    format!("{} {}", mark.sequence, mark.chain)
}

/// The parcels of a file; `None` for a file that is none.
pub fn read(text: &str) -> Option<Vec<Parcel>> {
    let parcels: Vec<Parcel> = serde_json::from_slice(text.as_bytes()).ok()?;
    (1..=PARCELS_MAX).contains(&parcels.len()).then_some(parcels)
}

/// What the server says of a parcel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Carried {
    /// Whose it was.
    pub name: String,
    /// Operations that are in the log now, whether this parcel brought them or an exchange before.
    pub taken: usize,
    /// Operations that were refused; their tablet tells the reason when it sends them itself.
    pub refused: usize,
    /// Files that the server has the whole of now.
    #[serde(default)]
    pub files: usize,
}

impl Carried {
    /// What became of a whole file: one line for everybody whose work it holds.
    pub fn summed(all: Vec<Self>) -> Vec<Self> {
        let mut sums = Vec::<Self>::new();
        for Self { name, taken, refused, files } in all {
            match sums.iter_mut().find(|sum| sum.name == name) {
                Some(sum) => {
                    sum.taken += taken;
                    sum.refused += refused;
                    sum.files += files;
                }
                None => sums.push(Self { name, taken, refused, files }),
            }
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_is_written_is_read_and_every_word_of_the_address_is_sealed() {
        let address = Address {
            parcel: VERSION,
            campaign: CampaignId(Uuid::from_u128(1)),
            person: PersonId(Uuid::from_u128(2)),
            actor: ActorId(3),
            cursor: Mark::START,
            acknowledged: Mark::START,
            count: 4,
            packed_ms: 5,
            piece: None,
        };
        let parcel = Parcel { address: address.clone(), sealed: "AAAA".into() };
        let text = serde_json::to_string(&[&parcel]).unwrap();
        assert_eq!(read(&text), Some(vec![parcel]));
        for other in ["", "[]", "{}", "[{}]"] {
            assert_eq!(read(other), None, "{other}");
        }
        let about = address.about();
        for other in [
            Address { parcel: 2, ..address.clone() },
            Address { campaign: CampaignId(Uuid::from_u128(9)), ..address.clone() },
            Address { person: PersonId(Uuid::from_u128(9)), ..address.clone() },
            Address { actor: ActorId(9), ..address.clone() },
            Address { cursor: Mark { sequence: 9, ..Mark::START }, ..address.clone() },
            Address { acknowledged: Mark { sequence: 9, ..Mark::START }, ..address.clone() },
            Address { count: 9, ..address.clone() },
            Address { packed_ms: 9, ..address.clone() },
            Address { piece: Some(Piece { blob: Digest::ZERO, offset: 0 }), ..address.clone() },
        ] {
            assert_ne!(other.about(), about);
        }
        let piece =
            |byte, offset| Address { piece: Some(Piece { blob: Digest([byte; 32]), offset }), ..address.clone() };
        assert_ne!(piece(1, 0).about(), piece(2, 0).about());
        assert_ne!(piece(1, 0).about(), piece(1, 1).about());
    }

    #[test]
    fn what_became_of_a_file_is_said_once_for_each_person() {
        let of = |name: &str, taken, refused, files| Carried { name: name.into(), taken, refused, files };
        let all =
            vec![of("甲", 500, 0, 0), of("甲", 20, 1, 0), of("乙", 1, 0, 0), of("甲", 0, 0, 1), of("甲", 0, 0, 0)];
        assert_eq!(Carried::summed(all), [of("甲", 520, 1, 1), of("乙", 1, 0, 0)]);
    }
}
