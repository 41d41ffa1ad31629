//! Names, codes and firms of projects, each a function of who the project is.

use shared::project::Category;

use super::{
    dice::Dice,
    ledger::{JANUARY, ProjectPlan},
    vocabulary::{self, Theme},
};

/// What a project and its firm are called.
pub(super) struct Naming {
    pub(super) name: String,
    pub(super) owner: String,
    pub(super) place: String,
    pub(super) theme: Theme,
}

/// The names of a project; no two of a unit are called the same.
pub(super) fn of(project: &ProjectPlan) -> Naming {
    let serial = usize::try_from(project.serial).unwrap_or(0);
    let copy = usize::try_from(project.copy).unwrap_or(0);
    let number = serial + copy * 40 + project.unit * 29;
    let places = vocabulary::places(project.unit);
    let themes = vocabulary::themes(project.unit, project.category, project.emerging);
    let place = places.get(number % places.len().max(1)).copied().unwrap_or_default();
    let fallback = Theme { name: "", sector: "", programme: "", works: "" };
    let theme = themes.get((serial + project.unit * 5) % themes.len().max(1)).copied().unwrap_or(fallback);
    let brand = vocabulary::brand(number);
    let batch = if copy == 0 { String::new() } else { format!("({}期)", copy + 1) };
    let is_public = project.category == Category::EcologyLivelihood;
    let phase = if is_public && serial >= places.len() { "二期" } else { "" };
    let (name, owner) = if is_public {
        (format!("{place}{}{phase}{batch}", theme.name), format!("福州鼓楼{brand}建设发展有限公司"))
    } else {
        (format!("{place}{brand}{}{batch}", theme.name), format!("福建{brand}{}有限公司", trade(project.category)))
    };
    Naming { name, owner, place: format!("鼓楼区{place}"), theme }
}

/// The name of an enterprise that is visited.
pub(super) fn enterprise(unit: usize, number: u32) -> String {
    let number = usize::try_from(number).unwrap_or(0);
    let trades = ["商贸", "信息技术", "餐饮管理", "供应链", "文化传媒", "建筑工程", "医药", "物业服务"];
    let trade = trades.get(number % trades.len()).copied().unwrap_or_default();
    format!("福州{}{trade}有限公司", vocabulary::brand(number * 3 + unit * 17))
}

fn trade(category: Category) -> &'static str {
    match category {
        Category::Industry => "科技",
        Category::Services => "投资管理",
        Category::Digital => "信息技术",
        Category::EcologyLivelihood => "建设发展",
    }
}

/// 项目代码: entered in the month of filing, or of the start for a project that goes on from before.
pub(super) fn project_code(project: &ProjectPlan) -> String {
    let month = project.planned_start.min(JANUARY + u32::from(project.filed.month()) - 1);
    let unit = u32::try_from(project.unit).unwrap_or(0);
    // Odd and coprime to a million: different projects get different numbers, at any scale of the demonstration.
    let number = (project.copy * 25_000 + unit * 1_000 + project.serial) * 7 % 1_000_000;
    let (year, month) = (19 + month / 12, month % 12 + 1);
    let kind = if project.category == Category::Industry { "02" } else { "01" };
    format!("{year:02}{month:02}-350102-04-{kind}-{:06}", 100_000 + (number * 7 + 123_457) % 900_000)
}

/// Digits and letters of a 统一社会信用代码, by value.
const CREDIT_ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// A well-formed 统一社会信用代码 (GB 32100-2015) that belongs to nobody in particular.
pub(super) fn credit_code(dice: &mut Dice) -> String {
    let letter = |value: u32| {
        usize::try_from(value).ok().and_then(|value| CREDIT_ALPHABET.get(value)).map_or('0', |byte| char::from(*byte))
    };
    let mut code = String::from("91350102MA");
    for _ in 0..7 {
        code.push(letter(dice.between(0, 30)));
    }
    let mut weight = 1;
    let mut sum = 0;
    for byte in code.bytes() {
        let value = CREDIT_ALPHABET
            .iter()
            .position(|known| *known == byte)
            .and_then(|value| u32::try_from(value).ok())
            .unwrap_or(0);
        sum = (sum + value * weight) % 31;
        weight = weight * 3 % 31;
    }
    code.push(letter((31 - sum) % 31));
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credit_code_has_the_check_character_of_the_standard() {
        for number in 0..200 {
            let code = credit_code(&mut Dice::named("credit", &[number]));
            assert!(shared::validate::check_credit_code(&code).is_ok(), "{code}");
        }
    }
}
