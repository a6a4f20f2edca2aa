//! Whether a version fits a range of npm, so far as both are made of numbers: what has another form is not answered.

type Version = [u64; 3];

/// Whether the version fits; none if one of the two holds a pre-release, a tag or an address.
pub(in super::super) fn fits(range: &str, version: &str) -> Option<bool> {
    let version = numbers(version.split('+').next()?)?;
    let [Some(major), Some(minor), Some(patch)] = version else { return None };
    let version = [major, minor, patch];
    let mut any = false;
    for part in range.split("||") {
        any |= alternative(part.trim(), version)?;
    }
    Some(any)
}

fn alternative(text: &str, version: Version) -> Option<bool> {
    if let Some((from, to)) = text.split_once(" - ") {
        return Some(one(">=", from.trim(), version)? && one("<=", to.trim(), version)?);
    }
    // A sign may stand apart from its number.
    let mut all = true;
    let mut sign = String::new();
    for word in text.split_whitespace() {
        let number = word.trim_start_matches(['<', '>', '=', '~', '^']);
        sign.push_str(&word[..word.len() - number.len()]);
        if !number.is_empty() {
            all &= one(&std::mem::take(&mut sign), number, version)?;
        }
    }
    if sign.is_empty() { Some(all) } else { None }
}

/// One comparison: the part of a number that is not written stands for all.
fn one(sign: &str, number: &str, version: Version) -> Option<bool> {
    let [major, minor, patch] = numbers(number)?;
    let low = [major.unwrap_or(0), minor.unwrap_or(0), patch.unwrap_or(0)];
    // The first version behind all that the number stands for.
    let next = |at: usize| {
        let mut next = low;
        next[at] += 1;
        next[at + 1..].fill(0);
        next
    };
    let Some(_) = major else { return Some(!matches!(sign, "<" | ">")) };
    let behind = next(if minor.is_none() {
        0
    } else if patch.is_none() {
        1
    } else {
        2
    });
    Some(match sign {
        "" | "=" => version >= low && version < behind,
        ">=" => version >= low,
        "<" => version < low,
        ">" => version >= behind,
        "<=" => version < behind,
        "~" | "~>" => version >= low && version < next(usize::from(minor.is_some())),
        "^" => {
            let first = low.iter().position(|part| *part > 0).unwrap_or(2);
            let written = if minor.is_none() {
                0
            } else if patch.is_none() {
                1
            } else {
                2
            };
            version >= low && version < next(first.min(written))
        }
        _ => return None,
    })
}

/// Up to three numbers; what is not written, or a letter for all, is none.
fn numbers(text: &str) -> Option<[Option<u64>; 3]> {
    let mut parts = [None; 3];
    for (at, part) in text.trim_start_matches('v').split('.').enumerate() {
        let place = parts.get_mut(at)?;
        if !matches!(part, "x" | "X" | "*" | "") {
            *place = Some(part.parse().ok().filter(|number| *number < u64::MAX)?);
        }
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_version_fits_as_npm_says() {
        for (range, in_it, not) in [
            ("^1.2.3", "1.9.0", "2.0.0"),
            ("^0.2.3", "0.2.9", "0.3.0"),
            ("^0.0.3", "0.0.3", "0.0.4"),
            ("^0", "0.9.0", "1.0.0"),
            ("^0.0", "0.0.9", "0.1.0"),
            ("~1.2.3", "1.2.9", "1.3.0"),
            ("~1", "1.9.9", "2.0.0"),
            ("1.2", "1.2.7", "1.3.0"),
            ("7.x", "7.1.0", "8.0.0"),
            ("=1.2.3", "1.2.3", "1.2.4"),
            (">= 1.2 <2", "1.9.9", "2.0.0"),
            (">1.2", "1.3.0", "1.2.9"),
            ("<=1.2", "1.2.9", "1.3.0"),
            ("1.2 - 2.3", "2.3.9", "2.4.0"),
            ("^1 || ^3", "3.1.0+b", "2.0.0"),
        ] {
            assert_eq!((fits(range, in_it), fits(range, not)), (Some(true), Some(false)), "{range}");
        }
        assert_eq!((fits("*", "1.0.0"), fits("", "1.0.0"), fits(">=", "1.0.0")), (Some(true), Some(true), None));
        for (range, version) in
            [("latest", "1.0.0"), ("^1.0.0-a", "1.0.0"), ("^1", "1.0.0-a"), ("file:../x", "1.0.0"), ("1.2.3.4", "1.2.3")]
        {
            assert_eq!(fits(range, version), None, "{range}");
        }
    }
}
