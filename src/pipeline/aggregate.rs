//! What `toJSON(needs)` says, taken together: whether every job is fine.

use super::guard::Ends;
use super::value::{Piece, Results, Text};
use crate::formats::needs;

/// How a step ends that fails unless every job of `needs` is fine.
pub(crate) fn judge(text: &Text, is_fine: &dyn Fn(&str, &str) -> bool) -> Ends {
    let mut open: Vec<Results> = Vec::new();
    let mut written = String::new();
    for piece in &text.0 {
        match piece {
            Piece::Known(text) => written.push_str(text),
            Piece::OneOf(results) => {
                open.push(*results);
                written.push_str(&format!("?{}", open.len() - 1));
            }
            // An output of a job: between quotes a text, else a value of its own.
            Piece::Any if is_in_quotes(&written) => {}
            Piece::Any => written.push_str("null"),
        }
    }
    let Ok(needed) = needs::parse(&written) else {
        return Ends::CannotTell("it is not given `toJSON(needs)`".to_owned());
    };
    let may_be_fine = |job: &str, result: &str| {
        let results = result.strip_prefix('?').and_then(|number| open.get(number.parse::<usize>().ok()?));
        match results {
            Some(results) => results.each().filter_map(Results::word).any(|word| is_fine(job, word)),
            None => is_fine(job, result),
        }
    };
    if needed.is_empty() || needed.iter().any(|one| !may_be_fine(&one.job, &one.result)) { Ends::Fails } else { Ends::MaySucceed }
}

/// Whether a piece of JSON ends inside a text.
pub(crate) fn is_in_quotes(written: &str) -> bool {
    let (mut inside, mut escaped) = (false, false);
    for letter in written.chars() {
        match (letter, escaped) {
            (_, true) => escaped = false,
            ('\\', false) => escaped = inside,
            ('"', false) => inside = !inside,
            (_, false) => {}
        }
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_that_nobody_knows_hides_no_result() {
        let known = |text: &str| Piece::Known(text.to_owned());
        let text = |result| {
            let before = known("{\"a\": {\"result\": \"");
            Text(vec![
                before,
                Piece::OneOf(result),
                known("\", \"outputs\": {\"v\": "),
                Piece::Any,
                known(", \"w\": \"x"),
                Piece::Any,
                known("\"}}}"),
            ])
        };
        let is_fine = |_: &str, result: &str| result == "success";
        assert_eq!(judge(&text(Results::FAILURE), &is_fine), Ends::Fails);
        assert_eq!(judge(&text(Results::SUCCESS.or(Results::FAILURE)), &is_fine), Ends::MaySucceed);
        assert!(matches!(judge(&Text::any(), &is_fine), Ends::Fails | Ends::CannotTell(_)));
    }
}
