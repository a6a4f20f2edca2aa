//! Numbers as JSON Schema compares them: exactly, whole ones apart from others.

use std::cmp::Ordering;

use serde_json::{Number, Value};

/// A number; whole where it has no fraction, however it is written.
#[derive(Clone, Copy, Debug)]
pub(super) enum Num {
    Whole(i128),
    /// With a fraction, or beyond what is whole here.
    Real(f64),
}

/// Beyond it a double is left as it is.
const FAR: f64 = 1e30;

impl Num {
    pub(super) fn of(number: &Number) -> Option<Self> {
        let whole = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
        whole.map(Self::Whole).or_else(|| number.as_f64().map(Self::of_f64))
    }

    /// Of a JSON value that is a number.
    pub(super) fn of_value(value: &Value) -> Option<Self> {
        if let Value::Number(number) = value { Self::of(number) } else { None }
    }

    pub(super) fn of_f64(value: f64) -> Self {
        let is_whole = value.fract() == 0.0 && value.abs() < FAR;
        // As a person writes it, and a validator takes it: `1e25` ends in zeros, the double does not.
        let whole = is_whole.then(|| value.to_string().parse().ok()).flatten();
        whole.map_or(Self::Real(value), Self::Whole)
    }

    pub(super) fn is_whole(self) -> bool {
        match self {
            Self::Whole(_) => true,
            Self::Real(real) => real.fract() == 0.0,
        }
    }

    /// As a JSON value; none: it has no place in one.
    pub(super) fn to_value(self) -> Option<Value> {
        match self {
            Self::Whole(whole) => i64::try_from(whole).map(Value::from).or_else(|_| u64::try_from(whole).map(Value::from)).ok(),
            Self::Real(real) => Number::from_f64(real).map(Value::Number),
        }
    }

    pub(super) fn as_f64(self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "only for candidates, which a validator judges")]
        match self {
            Self::Whole(whole) => whole as f64,
            Self::Real(real) => real,
        }
    }

    /// Whether every multiple of this number is one of `other` too; none: it cannot be said.
    pub(super) fn is_multiple_of(self, other: Self) -> Option<bool> {
        let ((a, a_exponent), (b, b_exponent)) = (self.decimal()?, other.decimal()?);
        let least = a_exponent.min(b_exponent);
        let scaled = |mantissa: i128, exponent: i32| 10_i128.checked_pow(u32::try_from(exponent - least).ok()?)?.checked_mul(mantissa);
        let (a, b) = (scaled(a, a_exponent)?, scaled(b, b_exponent)?);
        (b != 0).then(|| a % b == 0)
    }

    /// As a mantissa and an exponent of ten, as a person writes it.
    fn decimal(self) -> Option<(i128, i32)> {
        match self {
            Self::Whole(whole) => Some((whole, 0)),
            Self::Real(real) => {
                let text = format!("{real}");
                let (before, behind) = text.split_once('.').unwrap_or((&text, ""));
                let exponent = i32::try_from(behind.len()).ok()?;
                Some((format!("{before}{behind}").parse().ok()?, -exponent))
            }
        }
    }
}

impl PartialEq for Num {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Num {}

impl PartialOrd for Num {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Num {
    fn cmp(&self, other: &Self) -> Ordering {
        match (*self, *other) {
            (Self::Whole(a), Self::Whole(b)) => a.cmp(&b),
            (Self::Real(a), Self::Real(b)) => a.total_cmp(&b),
            (Self::Whole(a), Self::Real(b)) => against(a, b),
            (Self::Real(a), Self::Whole(b)) => against(b, a).reverse(),
        }
    }
}

/// A whole number beside one that is not.
fn against(whole: i128, real: f64) -> Ordering {
    #[expect(clippy::cast_possible_truncation, reason = "what lies beyond is cut to the limits, which are beyond all that is whole here")]
    let floor = real.floor() as i128;
    if whole <= floor && real != real.floor() || whole < floor { Ordering::Less } else { Ordering::Greater }
}

/// Where a range ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Closed(Num),
    Open(Num),
}

impl End {
    pub(super) fn num(self) -> Num {
        match self {
            Self::Closed(num) | Self::Open(num) => num,
        }
    }

    fn is_open(self) -> bool {
        matches!(self, Self::Open(_))
    }

    /// The order of two lower ends: the greater leaves less above it.
    pub(super) fn cmp_lower(self, other: Self) -> Ordering {
        self.num().cmp(&other.num()).then(self.is_open().cmp(&other.is_open()))
    }

    /// The order of two upper ends: the smaller leaves less below it.
    pub(super) fn cmp_upper(self, other: Self) -> Ordering {
        self.num().cmp(&other.num()).then(other.is_open().cmp(&self.is_open()))
    }

    /// The least whole number from this lower end on.
    pub(super) fn least_whole(self) -> Option<i128> {
        match self {
            Self::Closed(Num::Whole(whole)) => Some(whole),
            Self::Open(Num::Whole(whole)) => whole.checked_add(1),
            #[expect(clippy::cast_possible_truncation, reason = "checked to be near")]
            Self::Closed(Num::Real(real)) | Self::Open(Num::Real(real)) => (real.abs() < FAR).then(|| real.ceil() as i128),
        }
    }

    /// The greatest whole number up to this upper end.
    pub(super) fn greatest_whole(self) -> Option<i128> {
        match self {
            Self::Closed(Num::Whole(whole)) => Some(whole),
            Self::Open(Num::Whole(whole)) => whole.checked_sub(1),
            #[expect(clippy::cast_possible_truncation, reason = "checked to be near")]
            Self::Closed(Num::Real(real)) | Self::Open(Num::Real(real)) => (real.abs() < FAR).then(|| real.floor() as i128),
        }
    }
}

/// A text that two JSON values share only if they are equal as JSON Schema means it: `1` and `1.0` are.
pub(super) fn key(value: &Value) -> String {
    match value {
        Value::Number(number) => match Num::of(number) {
            Some(Num::Whole(whole)) => whole.to_string(),
            Some(Num::Real(real)) => format!("{real:e}"),
            None => number.to_string(),
        },
        Value::Array(list) => format!("[{}]", list.iter().map(key).collect::<Vec<_>>().join(",")),
        Value::Object(map) => {
            let mut members: Vec<String> =
                map.iter().map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), key(value))).collect();
            members.sort();
            format!("{{{}}}", members.join(","))
        }
        Value::Null | Value::Bool(_) | Value::String(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn num(value: &Value) -> Num {
        Num::of_value(value).unwrap()
    }

    #[test]
    fn numbers_are_compared_exactly() {
        let ordered = [json!(-1.5), json!(-1), json!(0.5), json!(1), json!(1.5), json!(9007199254740993_u64), json!(1e300)];
        for pair in ordered.windows(2) {
            assert!(num(&pair[0]) < num(&pair[1]) && num(&pair[1]) > num(&pair[0]), "{pair:?}");
        }
        assert!(num(&json!(1.0)) == num(&json!(1)) && num(&json!(1.0)).is_whole());
    }

    #[test]
    fn multiples_are_those_of_decimals() {
        let of = |a: Value, b: Value| num(&a).is_multiple_of(num(&b));
        assert_eq!(of(json!(6), json!(3)), Some(true));
        assert_eq!(of(json!(0.3), json!(0.1)), Some(true));
        assert_eq!(of(json!(1), json!(0.25)), Some(true));
        assert_eq!(of(json!(0.25), json!(1)), Some(false));
        assert_eq!(of(json!(1e300), json!(7)), None);
        assert_eq!(of(json!(1e25), json!(2_u64.pow(31))), Some(false));
    }

    #[test]
    fn equal_values_have_one_key() {
        assert_eq!(key(&json!({"a": [1.0, "x"], "b": null})), key(&json!({"b": null, "a": [1, "x"]})));
        assert_ne!(key(&json!("1")), key(&json!(1)));
        assert_ne!(key(&json!(1.5)), key(&json!(1)));
    }
}
