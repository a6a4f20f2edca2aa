//! Dates after which something has to be gone: of aliases, and of accepted breaks.

use chrono::NaiveDate;

use super::{Scene, rules};
use crate::check::Met;
use crate::pins::At;
use crate::shown::shown;

/// A date as it is written: `2027-01-31`, and no other way.
pub(super) fn date(text: &str) -> Option<NaiveDate> {
    let is_plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| is_plain)
}

impl Scene<'_> {
    /// A date of `whose` that is none.
    pub(super) fn bad_date(&mut self, at: &At<String>, whose: &str) {
        let met = Met::new(&rules::BAD_DATE, self.line(at.line), format!("{whose} has a date that is none"));
        self.add(met.expected("a date as 2027-01-31").actual(shown(&at.value)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_in_one_way() {
        assert!(date("2027-01-31").is_some());
        for text in ["2027-1-31", "2027-02-30", "31.01.2027", "2027-01-31T00:00:00Z", "+027-01-31", "", "soon"] {
            assert!(date(text).is_none(), "{text}");
        }
    }
}
