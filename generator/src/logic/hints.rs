//! What people write in rules who think of another language.

/// What to write instead, if the text looks like a habit from elsewhere.
pub(super) fn hint(text: &str) -> Option<&'static str> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let any = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.to_ascii_lowercase().as_str()));
    let unit_apart = || {
        let unit = |word: &&str| matches!(word.trim_end_matches(')'), "ms" | "s" | "min" | "h");
        words.windows(2).any(|pair| pair[0].ends_with(|c: char| c.is_ascii_digit()) && unit(&pair[1]))
    };
    if text.contains('\'') {
        Some("labels and texts stand in double quotes, and the rule as a whole in single ones: `'light == \"On\"'`")
    } else if any(&["and", "or", "not", "is"]) {
        Some("`and` is written `&&`, `or` is `||`, `not` is `!`, and `is` is `==`")
    } else if text.contains("=<") || text.contains("=>") || text.contains("<>") {
        Some("the comparisons are `==  !=  <  <=  >  >=`")
    } else if text.contains(['≤', '≥', '≠', '×', '÷', '“', '”', '„', '%']) {
        Some("comparisons are `==  !=  <  <=  >  >=`, a percentage is a bare number, and quotes are straight: `\"On\"`")
    } else if unit_apart() {
        Some("a duration is one word: `30min`")
    } else if any(&["if", "then", "else", "when"]) {
        Some("`when:` holds the question alone: `brightness < 30`; the answer stands behind `then:`")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::hint;

    #[test]
    fn habits_are_recognised() {
        let habits = ["a == 'on'", "a < 3 and b", "a =< 3", "a ≤ 3", "age(a) < 30 min", "if a < 3", "light is \"On\""];
        for habit in habits {
            assert!(hint(habit).is_some(), "{habit}");
        }
        assert_eq!(hint("a < 3 && (b"), None);
    }
}
