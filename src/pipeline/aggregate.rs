//! What `toJSON(needs)` says, taken together: whether every job is fine.

use super::guard::Ends;
use super::value::{Piece, Results, Text};
use crate::formats::needs;

/// How a step ends that fails unless every job of `needs` is fine.
pub(crate) fn judge(text: &Text, is_fine: &dyn Fn(&str, &str) -> bool) -> Ends {
    let mut open: Vec<Results> = Vec::new();
    let written: String = text
        .0
        .iter()
        .map(|piece| match piece {
            Piece::Known(text) => text.clone(),
            Piece::OneOf(results) => {
                open.push(*results);
                format!("?{}", open.len() - 1)
            }
            // An output of a job, between quotes.
            Piece::Any => String::new(),
        })
        .collect();
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
