//! Whether two flows may read the same files.

/// Whether there can be a name that both patterns match. What stands between brackets may be any character here: then two
/// patterns may be said to meet that never do.
pub(crate) fn meet(one: &str, other: &str) -> bool {
    let (one, other) = (tokens(one), tokens(other));
    // Whether what is left of both from a place on can be one text, for each place in `other`; from behind to front.
    let mut behind: Vec<bool> = Vec::new();
    for at in (0..=one.len()).rev() {
        let mut here = vec![false; other.len() + 1];
        for to in (0..=other.len()).rev() {
            let later = |vector: &[bool], place: usize| vector.get(place).copied().unwrap_or(false);
            here[to] = match (one.get(at), other.get(to)) {
                (None, None) => true,
                (Some(Token::Many), _) if later(&behind, to) => true,
                (_, Some(Token::Many)) if later(&here, to + 1) => true,
                (Some(Token::Many), Some(_)) => later(&here, to + 1),
                (Some(_), Some(Token::Many)) => later(&behind, to),
                (Some(Token::Is(mine)), Some(Token::Is(others))) => mine == others && later(&behind, to + 1),
                (Some(_), Some(_)) => later(&behind, to + 1),
                (None, Some(_)) | (Some(_), None) => false,
            };
        }
        behind = here;
    }
    behind.first().copied().unwrap_or(false)
}

enum Token {
    Is(char),
    Any,
    Many,
}

fn tokens(pattern: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = pattern.chars();
    while let Some(character) = rest.next() {
        tokens.push(match character {
            '*' => Token::Many,
            '?' => Token::Any,
            '[' => {
                // A bracket that stands first is a character of the set.
                let set = rest.as_str();
                let first = set.trim_start_matches('!').chars().next().map_or(0, char::len_utf8);
                let skipped = set.len() - set.trim_start_matches('!').len() + first;
                let end = set.get(skipped..).and_then(|set| set.find(']')).map_or(set.len(), |at| skipped + at + 1);
                rest = set.get(end..).unwrap_or_default().chars();
                Token::Any
            }
            plain => Token::Is(plain),
        });
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::meet;

    #[test]
    fn patterns_meet_when_a_name_can_be_of_both() {
        for (one, other) in [
            ("a.csv", "a.csv"),
            ("*.csv", "benutting-*.csv"),
            ("a*c", "ab*"),
            ("a?c", "abc"),
            ("*", ""),
            ("[]a]x", "ax"),
            ("[!0-9]*", "wacht*"),
            ("**", "*a*"),
        ] {
            assert!(meet(one, other) && meet(other, one), "{one} {other}");
        }
        for (one, other) in
            [("a.csv", "b.csv"), ("benutting-*.csv", "wachtlijst-*.csv"), ("*.csv", "*.jsonl"), ("?", ""), ("a*", "b*")]
        {
            assert!(!meet(one, other) && !meet(other, one), "{one} {other}");
        }
    }
}
