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
    // Written in full it has 16 digits, of which the last is a 5.
    let mut exact = format!("{:.16}", number.abs());
    exact.pop();
    let (whole, fraction) = exact.split_once('.').unwrap_or((&exact, ""));
    let up = format!("{whole}{fraction}").parse::<u128>().map(|digits| digits + 1);
    let Ok(up) = up else { return number };
    format!("{up}e-15").parse::<f64>().map_or(number, |up| up.copysign(number))
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
    let scientific = even(number);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    match usize::try_from(exponent) {
        Ok(exponent @ 0..21) => plain(mantissa, exponent + 1),
        Ok(exponent) => format!("{mantissa}e+{exponent}"),
        Err(_) if exponent > -7 => plain(mantissa, 0).replacen('.', &format!(".{}", "0".repeat(zeros(exponent))), 1),
        Err(_) => format!("{mantissa}e{exponent}"),
    }
}

/// How many zeros stand behind the point for an exponent below zero.
fn zeros(exponent: i32) -> usize {
    usize::try_from(-1 - exponent).unwrap_or(0)
}

/// The shortest digits with an exponent; of two that are as near, the even ones.
fn even(number: f64) -> String {
    let shortest = format!("{number:e}");
    let digits = shortest.split('e').next().unwrap_or_default().bytes().filter(u8::is_ascii_digit).count();
    let rounded = format!("{number:.*e}", digits.saturating_sub(1));
    if rounded.parse() == Ok(number) { rounded } else { shortest }
}

/// Digits with so many of them before the point.
fn plain(mantissa: &str, before: usize) -> String {
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits = mantissa.replace('.', "");
    match digits.split_at_checked(before) {
        Some((_, "")) | None => format!("{sign}{digits}{}", "0".repeat(before.saturating_sub(digits.len()))),
        Some(("", fraction)) => format!("{sign}0.{fraction}"),
        Some((whole, fraction)) => format!("{sign}{whole}.{fraction}"),
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
    fn of_two_shortest_texts_the_even_one_is_written() {
        assert_eq!(shortest(3.0 + 0.5_f64.powi(17)), "3.0000076293945312");
        assert_eq!(shortest(5e-324), "5e-324");
        assert_eq!(shortest(f64::MAX), "1.7976931348623157e+308");
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
            (1.000_015_258_789_062_5, "1.000015258789063"),
            (-12.5e-3, "-0.0125"),
            (1_234_567_890_123_456_789.0, "1234567890123456800"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(text(number), written);
        }
    }
}
