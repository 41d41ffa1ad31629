//! How many files each piece of evidence needs, by stage and category: data, so that an office can change it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Attachments;
use crate::{project::Category, stage::Stage};

/// The list that ships [default].
const DEFAULT: &str = include_str!("../../schemes/evidence-2021.1.json");

/// The files that stage claims need.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EvidencePolicy(pub Vec<PaperRule>);

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperRule {
    /// The stage that is claimed.
    pub stage: Stage,
    /// A code of [`crate::stage::EVIDENCE`].
    pub paper: String,
    /// Files at least.
    pub files: usize,
    /// Categories whose projects do without.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub except: BTreeSet<Category>,
}

/// What a claim's files lack: “缺附件 2/5”.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// Files that are missing of those needed.
    pub lacking: usize,
    /// Files needed.
    pub needed: usize,
    /// The evidence of which there are too few.
    pub papers: Vec<String>,
}

impl EvidencePolicy {
    /// The list that ships.
    pub fn default_policy() -> Self {
        // The embedded list is read by a test; without one nothing would be asked for.
        serde_json::from_slice(DEFAULT.as_bytes()).unwrap_or_default()
    }

    /// What is missing of a stage's files.
    pub fn missing(&self, stage: Stage, category: Option<Category>, files: &Attachments) -> Missing {
        let is_asked =
            |rule: &&PaperRule| rule.stage == stage && category.is_none_or(|category| !rule.except.contains(&category));
        let mut missing = Missing::default();
        for rule in self.0.iter().filter(is_asked) {
            let hung = files.iter().filter(|(_, attached)| attached.file.paper.as_ref() == Some(&rule.paper)).count();
            missing.lacking += rule.files.saturating_sub(hung);
            missing.needed += rule.files;
            if hung < rule.files {
                missing.papers.push(rule.paper.clone());
            }
        }
        missing
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        attachment::{Attached, Attachment, FileKind},
        id::{Digest, OperationId, PersonId},
        merge::stamp::Stamp,
        stage::EVIDENCE,
    };

    fn hang(files: &mut Attachments, id: u128, paper: &str) {
        let file = Attachment {
            blob: Digest([u8::try_from(id).unwrap(); 32]),
            name: "附件.jpg".into(),
            size: 9,
            mime: FileKind::Jpeg.mime().into(),
            paper: Some(paper.into()),
            thumbnail: None,
            shot: None,
        };
        let attached = Attached { file, author: PersonId(Uuid::nil()), stamp: Stamp::at_ms(1) };
        files.attach(OperationId(Uuid::from_u128(id)), attached);
    }

    #[test]
    fn the_list_that_ships_names_each_stages_evidence_and_nothing_else() {
        let policy = EvidencePolicy::default_policy();
        for stage in Stage::ALL {
            let asked: Vec<&str> =
                policy.0.iter().filter(|rule| rule.stage == stage).map(|rule| rule.paper.as_str()).collect();
            assert_eq!(asked, stage.evidence(), "{stage:?}");
        }
        assert!(policy.0.iter().all(|rule| EVIDENCE.contains(&rule.paper.as_str()) && rule.files > 0));
    }

    #[test]
    fn it_says_how_many_of_how_many_and_which() {
        let (policy, mut files) = (EvidencePolicy::default_policy(), Attachments::default());
        hang(&mut files, 1, "site_photos");
        hang(&mut files, 2, "approval_document");
        hang(&mut files, 3, "approval_document");
        let missing = policy.missing(Stage::Started, Some(Category::Services), &files);
        assert_eq!((missing.lacking, missing.needed), (3, 5));
        assert_eq!(missing.papers, ["construction_contract", "site_photos", "construction_permit"]);
        let digital = policy.missing(Stage::Started, Some(Category::Digital), &files);
        assert_eq!((digital.lacking, digital.needed), (2, 4));
        files.detach(&[OperationId(Uuid::from_u128(1))]);
        assert_eq!(policy.missing(Stage::Started, None, &files).lacking, 4);
    }
}
