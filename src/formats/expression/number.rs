//! Numbers as expressions read and write them, which is JavaScript's way.

use super::is_space;

/// The number that a text is; NaN where it is none, 0 where it is blank.
pub(crate) fn read(text: &str) -> f64 {
    let text = text.trim_matches(is_space);
    if let Some(digits) = text.strip_prefix("0x") {
        return read_digits(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return read_digits(digits, 8);
    }
    match text {
        "" => 0.0,
        "Infinity" => f64::INFINITY,
        "-Infinity" => f64::NEG_INFINITY,
        // Rust would read `inf` and `nan` too.
        _ if !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')) => f64::NAN,
        _ => text.parse().unwrap_or(f64::NAN),
    }
}

/// GitHub's servers read no more than 32 bits, the highest of them as a sign.
fn read_digits(digits: &str, radix: u32) -> f64 {
    if !digits.chars().all(|digit| digit.is_digit(radix)) {
        return f64::NAN;
    }
    u32::from_str_radix(digits, radix).map_or(f64::NAN, |bits| f64::from(i32::from_ne_bytes(bits.to_ne_bytes())))
}

/// The text that an expression makes of a number; none where GitHub's own programs differ on it, as on large and long ones.
pub(crate) fn text(number: f64) -> Option<String> {
    let text = shortest(number);
    let plain = number == 0.0 || !number.is_finite() || (1e-4..1e15).contains(&number.abs());
    let digits = text.trim_start_matches(['-', '0', '.']).bytes().filter(u8::is_ascii_digit).count();
    let behind = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    Some(text).filter(|_| plain && digits <= 15 && behind <= 15)
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
            ("0xFFFFFFFF", -1.0),
            ("0x00000000000000001", 1.0),
            ("Infinity", f64::INFINITY),
            ("-Infinity", f64::NEG_INFINITY),
            ("1e400", f64::INFINITY),
        ] {
            assert_eq!(read(source), number, "{source}");
        }
    }

    #[test]
    fn what_is_no_number_is_not_a_number() {
        for source in [
            "abc",
            "1 2",
            "inf",
            "nan",
            "infinity",
            "-0x1",
            "0x",
            "0xg",
            "0x+1",
            ".",
            "1e",
            "--1",
            "1.2.3",
            "1_000",
            "\u{85}1",
            "0b11",
            "0X1F",
            "0x1FFFFFFFF",
            "+Infinity",
        ] {
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
            (-12.5e-3, "-0.0125"),
            (1_234_567_890_123_456_789.0, "1234567890123456800"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (1.5e300, "1.5e+300"),
            (1e-6, "0.000001"),
            (1e-7, "1e-7"),
            (1.5e-10, "1.5e-10"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(shortest(number), written);
        }
    }

    #[test]
    fn the_text_of_a_number_is_known_where_every_program_writes_the_same() {
        for number in [0.0, 1.0, -2.5, 0.0001, 999_999_999_999_999.0, 123_456.789, f64::NAN, f64::INFINITY] {
            assert_eq!(text(number), Some(shortest(number)));
        }
        for number in [1e15, -1e21, 1e-5, 1.0 / 3.0, 0.000_123_456_789_012_345] {
            assert_eq!(text(number), None, "{number}");
        }
    }
}
