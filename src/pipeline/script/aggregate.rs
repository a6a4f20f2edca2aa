//! `gate aggregate` in a script: it fails unless every needed job succeeded, or may be skipped.

use super::guess::{Bit, Guess};
use super::run::Runner;
use super::state::{Path, Paths};
use crate::pipeline::aggregate::judge;
use crate::pipeline::guard::Ends;
use crate::pipeline::value::{Piece, Text, Truth};

impl Runner<'_> {
    /// How it ends, by NEEDS or what it reads.
    pub(super) fn aggregated(&mut self, words: &[Option<String>], path: Path) -> Paths {
        let given = self.lookup("NEEDS", &path.state).or_else(|| path.state.input.clone());
        let may_skip = words.windows(2).filter(|pair| pair[0].as_deref() == Some("--allow-skipped")).map(|pair| pair[1].as_deref());
        let inline = words.iter().flatten().filter_map(|word| word.strip_prefix("--allow-skipped=")).map(Some);
        let skips: Option<Vec<&str>> = may_skip.chain(inline).collect();
        let (Some(text), Some(skips)) = (given.as_ref().and_then(text_of), skips) else { return self.either(path) };
        let is_fine =
            |job: &str, result: &str| result == "success" || result == "skipped" && skips.iter().any(|name| name.eq_ignore_ascii_case(job));
        match judge(&text, &is_fine) {
            Ends::Fails => self.known(path, Truth::No),
            Ends::MaySucceed | Ends::CannotTell(_) => self.either(path),
        }
    }
}

/// A guess as a text; none where it is more than a text.
fn text_of(guess: &Guess) -> Option<Text> {
    let piece = |bit: &Bit| match bit {
        Bit::Known(text) => Some(Piece::Known(text.clone())),
        Bit::OneOf(results) => Some(Piece::OneOf(*results)),
        Bit::Any | Bit::Given { .. } => Some(Piece::Any),
        Bit::Words | Bit::NonZero | Bit::Found { .. } => None,
    };
    guess.0.iter().map(piece).collect::<Option<_>>().map(Text)
}
