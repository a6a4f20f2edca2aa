//! Numbers as expressions read and write them, which is JavaScript's way.

use super::is_space;

/// The number that a text is; NaN where it is none, 0 where it is blank.
pub(crate) fn read(text: &str) -> f64 {
    let text = text.trim_matches(is_space);
    let radix = [("0x", 16), ("0X", 16), ("0o", 8), ("0O", 8), ("0b", 2), ("0B", 2)];
    if let Some((digits, radix)) = radix.iter().find_map(|(prefix, radix)| Some((text.strip_prefix(prefix)?, *radix))) {
        return read_digits(digits, radix);
    }
    match text {
        "" => 0.0,
        "Infinity" | "+Infinity" => f64::INFINITY,
        "-Infinity" => f64::NEG_INFINITY,
        // Rust would read `inf` and `nan` too.
        _ if !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')) => f64::NAN,
        _ => text.parse().unwrap_or(f64::NAN),
    }
}

fn read_digits(digits: &str, radix: u32) -> f64 {
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return f64::NAN;
    }
    match u128::from_str_radix(digits, radix) {
        #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "a number of an expression is a float")]
        Ok(whole) => whole as f64,
        // Beyond 128 bits the last bits do not count.
        Err(_) => {
            digits.chars().filter_map(|digit| digit.to_digit(radix)).fold(0.0, |sum, digit| sum * f64::from(radix) + f64::from(digit))
        }
    }
}

/// The text that an expression makes of a number: not more than 15 digits behind the point.
pub(crate) fn text(number: f64) -> String {
    if number.abs() >= 1e21 || !number.is_finite() { shortest(number) } else { shortest(rounded(number)) }
}

/// Rounded to 15 digits behind the point, a half away from zero.
fn rounded(number: f64) -> f64 {
    // Exactly between two such numbers are the odd multiples of 2^-16 alone.
    let parts = number.abs() * 65536.0;
    let between = parts.fract() == 0.0 && parts % 2.0 == 1.0;
    if !between {
        return format!("{number:.15}").parse().unwrap_or(number);
    }
    // Written in full it has 16 digits and ends in 5; from 6 on every way to round goes up.
    let mut exact = format!("{number:.16}");
    exact.pop();
    exact.push('6');
    let up = exact.parse::<f64>().unwrap_or(number);
    format!("{up:.15}").parse().unwrap_or(number)
}

/// The shortest text that reads back as the same number.
pub(crate) fn shortest(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    if number == 0.0 {
        return "0".to_owned();
    }
    let scientific = format!("{number:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    match exponent {
        // Without an exponent, which is how Rust writes numbers too.
        -7..0 if exponent > -7 => format!("{number}"),
        0..21 => format!("{number}"),
        _ => format!("{mantissa}e{}{}", if exponent < 0 { '-' } else { '+' }, exponent.unsigned_abs()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_as_a_number_of_any_base() {
        for (source, number) in [
            ("", 0.0),
            (" \t\n", 0.0),
            (" 12 ", 12.0),
            ("-1.5e3", -1500.0),
            ("+.5", 0.5),
            ("5.", 5.0),
            ("0x1F", 31.0),
            ("0o17", 15.0),
            ("0b11", 3.0),
            ("Infinity", f64::INFINITY),
            ("-Infinity", f64::NEG_INFINITY),
            ("1e400", f64::INFINITY),
        ] {
            assert_eq!(read(source), number, "{source}");
        }
    }

    #[test]
    fn what_is_no_number_is_not_a_number() {
        for source in ["abc", "1 2", "inf", "nan", "infinity", "-0x1", "0x", "0xg", "0x+1", ".", "1e", "--1", "1.2.3", "1_000", "\u{85}1"] {
            assert!(read(source).is_nan(), "{source}");
        }
    }

    #[test]
    fn a_number_is_written_as_in_javascript() {
        for (number, written) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (-2.5, "-2.5"),
            (0.1 + 0.2, "0.3"),
            (1.0 / 3.0, "0.333333333333333"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (1.5e300, "1.5e+300"),
            (1e-6, "0.000001"),
            (1e-7, "1e-7"),
            (1.5e-10, "1.5e-10"),
            (1e-16, "0"),
            (0.000_015_258_789_062_5, "0.000015258789063"),
            (-0.000_015_258_789_062_5, "-0.000015258789063"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(text(number), written);
        }
    }
}
