//! Times of `schedule`.

/// The numbers and names of a field.
struct Field {
    from: f64,
    to: f64,
    /// The first of them is `from`.
    names: &'static [&'static str],
}

const FIELDS: [Field; 5] = [
    Field { from: 0.0, to: 59.0, names: &[] },
    Field { from: 0.0, to: 23.0, names: &[] },
    Field { from: 1.0, to: 31.0, names: &[] },
    Field { from: 1.0, to: 12.0, names: &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"] },
    Field { from: 0.0, to: 6.0, names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"] },
];

/// Minute, hour, day, month and weekday.
pub(super) fn is_valid(cron: &str) -> bool {
    let mut fields = FIELDS.iter();
    // Several spaces are one; those at the ends make fields of their own.
    let spaced = cron.strip_prefix(' ').is_none() && cron.strip_suffix(' ').is_none();
    let mut parts = cron.split(' ').filter(|part| !part.is_empty());
    spaced && fields.all(|field| parts.next().is_some_and(|part| field.takes(part))) && parts.next().is_none()
}

impl Field {
    fn takes(&self, list: &str) -> bool {
        list.split(',').all(|part| self.takes_steps(part))
    }

    /// `*/15`, `1-10/2`
    fn takes_steps(&self, part: &str) -> bool {
        match part.split_once('/') {
            Some((range, step)) => self.takes_range(range) && self.plain(step).is_some_and(|step| step > 0.0),
            None => self.takes_range(part),
        }
    }

    fn takes_range(&self, part: &str) -> bool {
        match part.split_once('-') {
            Some((first, last)) => matches!((self.number(first), self.number(last)), (Some(first), Some(last)) if first <= last),
            None => part == "*" || self.number(part).is_some(),
        }
    }

    fn number(&self, text: &str) -> Option<f64> {
        let named = self.names.iter().position(|name| name.eq_ignore_ascii_case(text));
        if let Some(place) = named {
            return Some(self.from + f64::from(u8::try_from(place).ok()?));
        }
        self.plain(text)
    }

    fn plain(&self, text: &str) -> Option<f64> {
        let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = plain.then(|| text.parse::<f64>().ok()).flatten()?;
        (self.from..=self.to).contains(&number).then_some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_five_fields_in_their_ranges() {
        for good in
            ["* * * * *", "0 0 1 1 0", "*/15 0-23 1,15 jan-MAR mon", "30  5 * * 1-5", "0-30/5 * * * *", "59 23 31 12 6", "00 * * * *"]
        {
            assert!(is_valid(good), "{good}");
        }
        for bad in [
            "",
            "* * * *",
            "* * * * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * * 13 *",
            "* * * * 7",
            "@daily",
            "5-1 * * * *",
            "*/0 * * * *",
            "*/* * * * *",
            "* * * */jan *",
            "*/60 * * * *",
            ", * * * *",
            "1, * * * *",
            "a * * * *",
            "* * * * mon-",
            " * * * * *",
            "1/2/3 * * * *",
            "1.5x * * * *",
        ] {
            assert!(!is_valid(bad), "{bad}");
        }
    }
}
