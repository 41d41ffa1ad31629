//! Explanations: the same evaluation as a tree whose leaves are records.

use rust_decimal::Decimal;

use super::{
    board::Evaluated,
    evaluate::{Evaluation, ItemResult},
    ledger::Ledger,
    reading::Sum,
    result::{Explanation, Node, Status},
    scheme::{Block, Item, Scheme},
};
use crate::{calendar::Month, id::UnitId, merge::replica::Replica};

/// What is being explained.
pub(super) struct Subject<'a> {
    pub(super) scheme: &'a Scheme,
    pub(super) evaluated: &'a Evaluated<'a>,
    pub(super) ledger: &'a Ledger,
    pub(super) replica: &'a Replica,
    pub(super) period: Month,
}

/// The explanation of one unit's score.
pub(super) fn explain(subject: &Subject<'_>, unit: UnitId, previous_score: Option<Decimal>) -> Option<Explanation> {
    let index = subject.evaluated.index_of(unit)?;
    let (described, evaluation) = (*subject.evaluated.units.get(index)?, subject.evaluated.evaluations.get(index)?);
    let children = subject.evaluated.scheme.blocks.iter().map(|block| block_node(subject, evaluation, block)).collect();
    let root = Node { children, ..node("total", "", Some(evaluation.score)) };
    Some(Explanation {
        unit,
        name: described.name.clone(),
        group: described.group,
        period: subject.period,
        rank: subject.evaluated.rank_of(unit),
        score: evaluation.score,
        previous_score,
        root,
    })
}

fn block_node(subject: &Subject<'_>, evaluation: &Evaluation, block: &Block) -> Node {
    let items = subject.evaluated.scheme.items.iter().zip(&evaluation.items).filter(|(item, _)| item.block == block.key);
    let children: Vec<Node> = items.map(|(item, result)| item_node(item, result)).collect();
    let score = children.iter().filter_map(|child| child.score).sum();
    Node { children, ..node(&block.key, &block.label, Some(score)) }
}

fn item_node(item: &Item, result: &ItemResult) -> Node {
    Node { status: result.status, progress: result.sum.map(Sum::progress), ..node(&item.key, &item.label, result.score()) }
}

fn node(key: &str, label: &str, score: Option<Decimal>) -> Node {
    Node {
        key: key.to_owned(),
        label: label.to_owned(),
        sentence: String::new(),
        status: Status::Scored,
        score,
        exact: None,
        full: None,
        progress: None,
        children: Vec::new(),
        sources: Vec::new(),
    }
}
