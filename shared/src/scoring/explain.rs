//! Explanations: the same evaluation as a tree whose leaves are records. The lines of every node sum to its
//! score; where a cap or the final rounding takes something away, that is a line of its own.

use rust_decimal::Decimal;

use super::{
    board::Evaluated,
    evaluate::{Evaluation, ExtrasResult, ItemResult, PLACES, events},
    exact::Exact,
    ledger::Ledger,
    reading::{Member, Readings, Sum, status},
    result::{Explanation, Node, Source, Status, Stopped},
    scheme::{Block, Combine, Extra, Extras, GroupScheme, Item, Scheme, Scope},
    sentence::{self, Words},
    sources, stopped,
    veto::Veto,
};
use crate::{calendar::Month, id::UnitId, merge::replica::Replica, t};

/// Decimals of a figure before rounding.
const EXACT_PLACES: u32 = 6;

/// What is being explained.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) scheme: &'a Scheme,
    pub(super) evaluated: &'a Evaluated<'a>,
    /// Every unit assessed in the month, for what a department leads.
    pub(super) district: &'a [UnitId],
    pub(super) ledger: &'a Ledger,
    pub(super) replica: &'a Replica,
    pub(super) period: Month,
}

/// One unit of the subject.
#[derive(Clone, Copy)]
struct View<'a> {
    subject: Subject<'a>,
    group: &'a GroupScheme,
    unit: UnitId,
    member: &'a Member,
    evaluation: &'a Evaluation,
}

/// The explanation of one unit's score.
pub(super) fn explain(subject: Subject<'_>, unit: UnitId, previous_score: Option<Decimal>) -> Option<Explanation> {
    let evaluated = subject.evaluated;
    let index = evaluated.index_of(unit)?;
    let (described, evaluation, member) =
        (*evaluated.units.get(index)?, evaluated.evaluations.get(index)?, evaluated.members.get(index)?);
    let view = View { subject, group: evaluated.scheme, unit, member, evaluation };
    let rank = evaluated.rank_of(unit);
    Some(Explanation {
        unit,
        name: described.name.clone(),
        group: described.group,
        period: subject.period,
        rank,
        score: evaluation.score,
        previous_score,
        root: view.root(rank),
    })
}

impl View<'_> {
    fn root(self, rank: Option<u32>) -> Node {
        let mut children: Vec<Node> = self.group.blocks.iter().map(|block| self.block(block)).collect();
        let items = children.iter().filter_map(|child| child.score).sum();
        children.push(self.extras("bonus", &self.group.bonus, &self.evaluation.bonus, Decimal::ONE));
        children.push(self.extras(
            "deduction",
            &self.group.deduction,
            &self.evaluation.deduction,
            Decimal::NEGATIVE_ONE,
        ));
        children.extend(self.vetoes());
        let sentence = sentence::total(two_places(items), self.evaluation, rank);
        summed(node("total", t!("scoring.explain.total"), sentence), children, self.evaluation.score)
    }

    fn block(self, block: &Block) -> Node {
        let of_block = self.group.items.iter().zip(&self.evaluation.items).filter(|(item, _)| item.block == block.key);
        let full: Exact = of_block
            .clone()
            .filter(|(_, result)| result.is_applicable)
            .fold(Exact::ZERO, |sum, (_, result)| sum.plus(result.full));
        let children: Vec<Node> = of_block.map(|(item, result)| self.item(item, result)).collect();
        let sum: Decimal = children.iter().filter_map(|child| child.score).sum();
        let score = block.cap.map_or(sum, |cap| sum.min(cap));
        if full.is_zero() {
            let sentence = t!("scoring.explain.block_none");
            return Node { status: Status::NoTask, children, ..node(&block.key, block.label.clone(), sentence) };
        }
        let sentence = t!("scoring.explain.block", score = two_places(score), full = full.round(PLACES));
        Node {
            full: Some(full.round(PLACES)),
            ..summed(node(&block.key, block.label.clone(), sentence), children, score)
        }
    }

    fn item(self, item: &Item, result: &ItemResult) -> Node {
        let (readings, keys) = self.readings(item);
        let words = Words { scheme: self.subject.scheme, readings };
        let sentence = match item.combine {
            Combine::Joint => words.joint(item, &keys, result, self.evaluation),
            Combine::Mean => words.mean(item, &keys, result, self.evaluation),
        };
        let veto = result.veto.and_then(|place| self.group.vetoes.get(place));
        let sentence = match veto {
            Some(veto) => t!("scoring.explain.item_vetoed", sentence = sentence, veto = veto.label),
            None => sentence,
        };
        Node {
            status: result.status,
            score: result.score(),
            exact: result.is_applicable.then(|| result.scaled.shown(EXACT_PLACES)),
            full: result.is_applicable.then(|| result.full.round(PLACES)),
            progress: result.sum.map(Sum::progress),
            children: keys.iter().map(|key| self.indicator(readings, key, item.scope)).collect(),
            ..node(&item.key, item.label.clone(), sentence)
        }
    }

    fn readings(&self, item: &Item) -> (&Readings, Vec<String>) {
        match item.scope {
            Scope::Own => (&self.member.own, item.of.clone()),
            Scope::Led => (&self.member.led, self.member.led.keys().cloned().collect()),
        }
    }

    fn indicator(&self, readings: &Readings, key: &String, scope: Scope) -> Node {
        let sum = Sum::of(readings, [key]);
        let status = status(readings, &[key], sum);
        let words = Words { scheme: self.subject.scheme, readings };
        let label = self.subject.scheme.indicator(key).map_or_else(|| key.clone(), |indicator| indicator.label.clone());
        let sources = self.sources(key, scope);
        let stopped: Vec<Stopped> =
            self.units(scope).iter().flat_map(|unit| stopped::of_indicator(self.subject, *unit, key)).collect();
        let gone =
            if stopped.is_empty() { String::new() } else { t!("scoring.explain.stopped", count = stopped.len()) };
        let sentence = format!("{}{gone}", words.indicator(key, status));
        Node { status, progress: Some(sum.progress()), sources, stopped, ..node(key, label, sentence) }
    }

    /// Whose records are behind a figure.
    fn units(&self, scope: Scope) -> &[UnitId] {
        match scope {
            Scope::Own => std::slice::from_ref(&self.unit),
            Scope::Led => self.subject.district,
        }
    }

    fn sources(&self, key: &str, scope: Scope) -> Vec<Source> {
        self.units(scope).iter().flat_map(|unit| sources::of_indicator(self.subject, *unit, key)).collect()
    }

    fn extras(self, key: &str, extras: &Extras, result: &ExtrasResult, sign: Decimal) -> Node {
        let lines = extras.lines.iter().zip(&result.lines).filter(|(_, line)| line.events > 0);
        let children = lines.map(|(line, earned)| self.extra(line, earned.events, earned.points * sign)).collect();
        let score = result.points * sign;
        let label = t!(&format!("scoring.explain.{key}"));
        let sentence = if result.points.is_zero() {
            t!("scoring.explain.extras_none", label = label)
        } else {
            t!("scoring.explain.extras", label = label, points = result.points, cap = extras.cap.normalize())
        };
        summed(node(key, label, sentence), children, score)
    }

    /// What was vetoed, with the findings behind it; it carries no points, its items do.
    fn vetoes(self) -> Option<Node> {
        let hits = self.evaluation.verdict.hits.iter();
        let hits = hits.filter_map(|(place, events)| Some((self.group.vetoes.get(*place)?, *events)));
        let children: Vec<Node> = hits.map(|(veto, events)| self.veto(veto, events)).collect();
        let label = t!("scoring.explain.veto");
        let names: Vec<String> = children.iter().map(|child| child.label.clone()).collect();
        let sentence = t!("scoring.explain.vetoes", names = names.join(&t!("scoring.explain.and")));
        (!children.is_empty()).then(|| Node { children, ..node("veto", label, sentence) })
    }

    fn veto(self, veto: &Veto, events: i128) -> Node {
        let sources = veto.of.iter().flat_map(|key| self.sources(key, Scope::Own)).collect();
        let sentence = sentence::veto(self.group, veto, events);
        Node { sources, ..node(&veto.key, veto.label.clone(), sentence) }
    }

    fn extra(self, line: &Extra, count: i128, score: Decimal) -> Node {
        let counted = line
            .of
            .iter()
            .filter(|key| self.member.own.get(key).is_some_and(|reading| events(line.event, reading) > 0));
        let children = counted.map(|key| self.indicator(&self.member.own, key, Scope::Own));
        let sentence = t!(
            "scoring.explain.extra",
            label = line.label,
            count = count,
            points = line.points.normalize(),
            cap = line.cap.normalize(),
            score = score.abs(),
        );
        Node { score: Some(score), children: children.collect(), ..node(&line.key, line.label.clone(), sentence) }
    }
}

/// A node whose children are its lines; what they differ from the score by becomes a line of its own.
fn summed(node: Node, mut children: Vec<Node>, score: Decimal) -> Node {
    let difference = score - children.iter().filter_map(|child| child.score).sum::<Decimal>();
    if !difference.is_zero() {
        let sentence = t!("scoring.explain.adjustment_why", points = difference);
        children.push(Node {
            score: Some(difference),
            ..self::node("adjustment", t!("scoring.explain.adjustment"), sentence)
        });
    }
    Node { score: Some(two_places(score)), children, ..node }
}

/// Written with two decimals; zero without a sign.
fn two_places(mut score: Decimal) -> Decimal {
    score.rescale(PLACES);
    if score.is_zero() { Decimal::new(0, PLACES) } else { score }
}

fn node(key: &str, label: String, sentence: String) -> Node {
    Node {
        key: key.to_owned(),
        label,
        sentence,
        status: Status::Scored,
        score: None,
        exact: None,
        full: None,
        progress: None,
        children: Vec::new(),
        sources: Vec::new(),
        stopped: Vec::new(),
    }
}
