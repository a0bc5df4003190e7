//! "Did you mean": the known word nearest to an unknown one.

/// The candidate most like `word`, if any is close enough to be a typing slip.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len().max(word.len()) / 4)
        .min()
        .map(|(_, candidate)| candidate)
}

/// A TOML error whose unknown field is followed by the nearest known one.
pub(super) fn with_nearest(error: &toml::de::Error) -> String {
    let text = error.to_string().trim_end().to_owned();
    let mut quoted = error.message().split('`').skip(1).step_by(2);
    let unknown = quoted.next().filter(|_| error.message().starts_with("unknown field"));
    let known: Vec<&str> = quoted.collect();
    match unknown.and_then(|unknown| nearest(unknown, known.iter().copied())) {
        Some(known) => format!("{text}\n  did you mean `{known}`?"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        assert_eq!(nearest("delimeter", ["delimiter", "quote", "path"]), Some("delimiter"));
        assert_eq!(nearest("colour", ["delimiter", "quote", "path"]), None);
    }
}
