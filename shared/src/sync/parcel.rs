//! 离线报送包: unsent operations in a file that anybody may carry to where there is a network.
//!
//! A file is a list of parcels. Each is sealed under a key that only the person's own tablets and the server know, so
//! that whoever carries it can neither read nor change it nor make one up. The server answers it like an exchange,
//! and the tablet that made it hears the same receipts when it sends the same operations again.

use serde::{Deserialize, Serialize};

use crate::{
    id::{ActorId, CampaignId, PersonId},
    merge::operation::Mark,
};

/// The shape that this release writes.
pub const VERSION: u16 = 1;

/// The ending of such a file's name.
pub const ENDING: &str = ".tisheng";

/// Parcels that one file may hold: of a megabyte each, more than a tablet ever had unsent.
pub const PARCELS_MAX: usize = 200;

/// Sealed operations of one person and tablet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Parcel {
    /// Whose they are, and what their tablet knew.
    pub address: Address,
    /// The operations as JSON, in the order of their counters: AES-256-GCM with [`Address::about`] beside it, the
    /// nonce of 12 bytes before it, in base64.
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
}

impl Address {
    /// What is sealed together with the operations: another address does not open them.
    pub fn about(&self) -> Vec<u8> {
        let Self { parcel, campaign, person, actor, cursor, acknowledged, count, packed_ms } = self;
        let (cursor, acknowledged) = (mark(*cursor), mark(*acknowledged));
        format!(
            "tisheng parcel {parcel}\n{campaign}\n{person}\n{actor}\n{cursor}\n{acknowledged}\n{count}\n{packed_ms}"
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
            Address { packed_ms: 9, ..address },
        ] {
            assert_ne!(other.about(), about);
        }
    }
}
