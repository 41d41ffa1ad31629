//! What a tablet can show when a server says later that it never got something: the server's signature over its log.
//!
//! Every receipt is a place in the chain of hashes, and the chain's head commits to all rows before it. So one
//! signature over the head vouches for every receipt under it, and one is made for all who pushed in the same
//! commit; a signature for every push would cost more than taking it in. The tablet keeps the newest and hands it on
//! with its diagnosis. It does not check it: it could do so only with a key from the same server. Whoever keeps the
//! data folder does, with `tisheng doctor --receipt`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    id::{CampaignId, Digest},
    merge::operation::Mark,
};

/// What the text begins with.
const NAME: &str = "tisheng-receipt-1";

/// What is signed begins with this, so that it never passes for a signature over anything else.
const DOMAIN: &[u8] = b"tisheng receipt 1";

/// The server's word that its log stood there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Voucher {
    /// Whose log.
    pub campaign: CampaignId,
    /// When it was signed, ms since 1970.
    pub at_ms: u64,
    /// The last row.
    pub head: Mark,
    /// The Ed25519 signature over [`message`], 128 hexadecimal digits.
    pub signature: String,
}

/// The bytes that are signed.
pub fn message(campaign: CampaignId, at_ms: u64, head: Mark) -> Vec<u8> {
    let (at, sequence) = (at_ms.to_be_bytes(), head.sequence.to_be_bytes());
    [DOMAIN, campaign.0.as_bytes(), &at, &sequence, &head.chain.0].concat()
}

/// As one word of text, to be read over the telephone if need be.
impl fmt::Display for Voucher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { campaign, at_ms, head, signature } = self;
        write!(formatter, "{NAME}:{campaign}:{at_ms}:{}:{}:{signature}", head.sequence, head.chain)
    }
}

/// A text that is no voucher.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a receipt")]
pub struct NoVoucher;

impl FromStr for Voucher {
    type Err = NoVoucher;

    fn from_str(text: &str) -> Result<Self, NoVoucher> {
        let parts: Vec<&str> = text.trim().split(':').collect();
        let [NAME, campaign, at_ms, sequence, chain, signature] = parts.as_slice() else {
            return Err(NoVoucher);
        };
        let chain: Digest = chain.parse().map_err(|_| NoVoucher)?;
        let sequence = sequence.parse().map_err(|_| NoVoucher)?;
        Ok(Self {
            campaign: campaign.parse().map_err(|_| NoVoucher)?,
            at_ms: at_ms.parse().map_err(|_| NoVoucher)?,
            head: Mark { sequence, chain },
            signature: (*signature).to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn voucher() -> Voucher {
        let head = Mark { sequence: 7, chain: Digest([3; 32]) };
        Voucher { campaign: CampaignId(Uuid::from_u128(1)), at_ms: 5, head, signature: "ab".repeat(64) }
    }

    #[test]
    fn comes_back_from_its_text() {
        let text = format!("  {}\n", voucher());
        assert_eq!(text.parse(), Ok(voucher()));
        for spoilt in ["", "tisheng-receipt-2:1", &text.replace(":7:", ":seven:"), &format!("{text}:more")] {
            assert_eq!(spoilt.parse::<Voucher>(), Err(NoVoucher), "{spoilt}");
        }
    }

    #[test]
    fn signs_every_part_of_it() {
        let Voucher { campaign, at_ms, head, .. } = voucher();
        let signed = message(campaign, at_ms, head);
        for other in [
            message(CampaignId(Uuid::from_u128(2)), at_ms, head),
            message(campaign, 6, head),
            message(campaign, at_ms, Mark { sequence: 8, ..head }),
            message(campaign, at_ms, Mark { chain: Digest::ZERO, ..head }),
        ] {
            assert_ne!(other, signed);
        }
        assert_eq!(signed, message(campaign, at_ms, head));
    }
}
