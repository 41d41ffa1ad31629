//! 统一社会信用代码 (GB 32100-2015): 18 characters of 31, the last one a check.

/// The alphabet in the order of its values 0–30: no I, O, S, V, Z.
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// The alphabet's size, and the modulus of the check.
const MODULUS: usize = 31;

/// Characters of a code, the check among them.
const LENGTH: usize = 18;

/// Letters that the alphabet avoids, and what was likely meant by them.
const LOOKALIKES: [(char, char); 4] = [('O', '0'), ('I', '1'), ('Z', '2'), ('S', '5')];

/// Why a code is not one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreditCodeError {
    /// Not 18 characters; holds how many.
    #[error("{0} characters instead of 18")]
    Length(usize),
    /// A character outside the alphabet.
    #[error("character {letter:?} at position {position} is not of the alphabet")]
    Letter {
        /// Its place, from 1.
        position: usize,
        /// The character.
        letter: char,
        /// The code that was likely meant, if replacing look-alikes makes a valid one.
        suggestion: Option<String>,
    },
    /// The check character belongs to another code.
    #[error("the check character does not fit")]
    Check,
}

/// Checks a code in capital letters.
///
/// # Errors
/// The first thing wrong with it.
pub fn check_credit_code(code: &str) -> Result<(), CreditCodeError> {
    let length = code.chars().count();
    if length != LENGTH {
        return Err(CreditCodeError::Length(length));
    }
    if let Some((index, letter)) = code.chars().enumerate().find(|(_, letter)| value(*letter).is_none()) {
        return Err(CreditCodeError::Letter { position: index + 1, letter, suggestion: without_lookalikes(code) });
    }
    let mut values = code.chars().filter_map(value);
    // weights 3^(i−1) mod 31 for the first 17
    let (sum, _) = values
        .by_ref()
        .take(LENGTH - 1)
        .fold((0, 1), |(sum, weight), value| (sum + value * weight, weight * 3 % MODULUS));
    let expected = (MODULUS - sum % MODULUS) % MODULUS;
    if values.next() == Some(expected) { Ok(()) } else { Err(CreditCodeError::Check) }
}

fn value(letter: char) -> Option<usize> {
    ALPHABET.chars().position(|known| known == letter)
}

fn without_lookalikes(code: &str) -> Option<String> {
    let replaced =
        |letter: char| LOOKALIKES.iter().find(|(typed, _)| *typed == letter).map_or(letter, |(_, meant)| *meant);
    let candidate: String = code.chars().map(replaced).collect();
    let is_new_and_known = candidate != code && candidate.chars().all(|letter| value(letter).is_some());
    (is_new_and_known && check_credit_code(&candidate).is_ok()).then_some(candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_the_standard_are_accepted_and_others_told_why_not() {
        for (code, verdict) in [
            ("91512081MA62K0260E", Ok(())),
            ("91350102MA00000820", Ok(())),
            ("91350102MA00000152", Ok(())),
            ("91350100M000100Y4Z", Err(CreditCodeError::Letter { position: 18, letter: 'Z', suggestion: None })),
            ("91512081MA62K0260F", Err(CreditCodeError::Check)),
            ("91512081MA62K026E0", Err(CreditCodeError::Check)),
            ("9151208", Err(CreditCodeError::Length(7))),
            ("", Err(CreditCodeError::Length(0))),
        ] {
            assert_eq!(check_credit_code(code), verdict, "{code}");
        }
    }

    #[test]
    fn a_lookalike_is_answered_with_the_code_that_was_meant() {
        for (typed, meant) in [
            ("915I2O81MA62KO26OE", Some("91512081MA62K0260E")),
            ("9151Z081MA62K0260E", Some("91512081MA62K0260E")),
            ("91512081MA62K026OF", None),
            ("91512081MA62K026VE", None),
        ] {
            let Err(CreditCodeError::Letter { suggestion, .. }) = check_credit_code(typed) else {
                panic!("{typed} has a letter outside the alphabet");
            };
            assert_eq!(suggestion.as_deref(), meant, "{typed}");
        }
    }

    #[test]
    fn every_single_wrong_character_is_noticed() {
        let code = "91512081MA62K0260E";
        for position in 0..LENGTH {
            for letter in ALPHABET.chars().filter(|letter| code.chars().nth(position) != Some(*letter)) {
                let wrong: String = code
                    .chars()
                    .enumerate()
                    .map(|(index, right)| if index == position { letter } else { right })
                    .collect();
                assert_eq!(check_credit_code(&wrong), Err(CreditCodeError::Check), "{wrong}");
            }
        }
    }
}
