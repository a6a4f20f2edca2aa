//! Environment markers (PEP 508), as far as it takes to prove that two of them never hold together.

use super::ranges::Ranges;

/// Whether at most one of two markers can be true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Apart {
    Yes,
    No,
    /// Something in them is not understood, and it may be what keeps them apart.
    Unknown,
}

/// A marker as the cases in any of which it holds; `None`: it is none, or has too many of them.
pub(super) struct Marker(Option<Vec<Case>>);

/// Conditions that all have to hold.
#[derive(Clone)]
struct Case {
    python: Ranges,
    implementation: Ranges,
    texts: Vec<Text>,
    /// One of the conditions is not understood, and is left out.
    is_partial: bool,
}

/// What has to hold of a variable that is compared as text.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Text {
    variable: &'static str,
    relation: Relation,
    value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    Is,
    IsNot,
    /// It is a part of the value.
    In,
    NotIn,
    /// The value is a part of it.
    Has,
    HasNot,
    Below,
    AtMost,
    Above,
    AtLeast,
}

/// More cases, or more conditions, than a marker has that anybody wrote.
const MOST: usize = 64;
/// Parentheses within each other.
const DEEPEST: usize = 16;

impl Marker {
    pub(super) fn read(text: &str) -> Self {
        if text.is_empty() {
            return Self(Some(vec![Case::any()]));
        }
        let mut words = Words { rest: text, conditions: 0 };
        let cases = words.either(0).filter(|_| words.rest.trim_start().is_empty());
        Self(cases)
    }

    /// Whether the two can hold together. `left` is how many pairs of cases may still be looked at.
    pub(super) fn apart(&self, other: &Self, left: &mut usize) -> Apart {
        let (Some(one), Some(other)) = (&self.0, &other.0) else { return Apart::Unknown };
        let pairs = (one.len() * other.len()).max(1);
        if pairs > *left {
            *left = 0;
            return Apart::Unknown;
        }
        *left -= pairs;
        let together = one.iter().flat_map(|a| other.iter().filter_map(|b| a.and(b)));
        together.fold(Apart::Yes, |so_far, case| if case.is_partial && so_far != Apart::No { Apart::Unknown } else { Apart::No })
    }
}

impl Case {
    fn any() -> Self {
        Self { python: Ranges::all(), implementation: Ranges::all(), texts: Vec::new(), is_partial: false }
    }

    /// Both, where they can hold together.
    fn and(&self, other: &Self) -> Option<Self> {
        let python = self.python.and(&other.python);
        let implementation = self.implementation.and(&other.implementation);
        let clash = self.texts.iter().any(|one| other.texts.iter().any(|two| one.excludes(two) || two.excludes(one)));
        if clash || python.is_empty() || implementation.is_empty() {
            return None;
        }
        let texts = self.texts.iter().chain(&other.texts).cloned().collect();
        Some(Self { python, implementation, texts, is_partial: self.is_partial || other.is_partial })
    }

    /// The case of one condition.
    fn of(variable: &str, operator: &str, value: &str) -> Self {
        let mut case = Self::any();
        let understood = case.take(variable, operator, value);
        case.is_partial = understood.is_none();
        case
    }

    fn take(&mut self, variable: &str, operator: &str, value: &str) -> Option<()> {
        match (variable, operator) {
            ("python_version", "in" | "not in") => self.python = Ranges::of_pythons(operator == "in", value)?,
            ("python_version", _) => self.python = Ranges::of_python(operator, value)?,
            ("python_full_version", _) => self.python = Ranges::of_version(operator, value)?,
            ("implementation_version", _) => self.implementation = Ranges::of_version(operator, value)?,
            // Of several extras each is asked by itself, so no two of them exclude each other.
            ("extra" | "extras" | "dependency_groups", _) => {}
            _ => {
                let variable = TEXTS.iter().find(|names| names.contains(&variable))?[0];
                self.texts.push(Text { variable, relation: Relation::of(operator)?, value: value.to_owned() });
                // These are compared as versions where they are such.
                if matches!(variable, "platform_release" | "platform_version") {
                    return None;
                }
            }
        }
        Some(())
    }
}

/// What is compared as text, with the names that it had once.
const TEXTS: [&[&str]; 8] = [
    &["os_name", "os.name"],
    &["sys_platform", "sys.platform"],
    &["platform_machine", "platform.machine"],
    &["platform_python_implementation", "platform.python_implementation", "python_implementation"],
    &["platform_system"],
    &["implementation_name"],
    &["platform_release"],
    &["platform_version", "platform.version"],
];

impl Relation {
    fn of(operator: &str) -> Option<Self> {
        Some(match operator {
            "==" | "===" => Self::Is,
            "!=" => Self::IsNot,
            "in" => Self::In,
            "not in" => Self::NotIn,
            "has" => Self::Has,
            "has not" => Self::HasNot,
            "<" => Self::Below,
            "<=" => Self::AtMost,
            ">" => Self::Above,
            ">=" => Self::AtLeast,
            _ => return None,
        })
    }
}

impl Text {
    /// Whether what this says rules the other out; the other way round is another question.
    fn excludes(&self, other: &Self) -> bool {
        if self.variable != other.variable {
            return false;
        }
        let is_version = matches!(self.variable, "platform_release" | "platform_version");
        let (one, two) = (self.value.as_str(), other.value.as_str());
        use Relation::{Above, AtLeast, AtMost, Below, Has, HasNot, In, Is, IsNot, NotIn};
        match (self.relation, other.relation) {
            (Below, AtLeast) | (AtMost, Above) | (Below, Above) | (Is, IsNot) => one == two,
            _ if is_version => false,
            (Is, Is) => one != two,
            (Is, In) => !two.contains(one),
            (Is, NotIn) | (In, NotIn) => two.contains(one),
            (Is, Has) => !one.contains(two),
            (Is, HasNot) | (Has, HasNot) => one.contains(two),
            (Has, In) => !two.contains(one),
            (Is | IsNot | In | NotIn | Has | HasNot | Below | AtMost | Above | AtLeast, _) => false,
        }
    }
}

/// What is left of a marker's text.
struct Words<'t> {
    rest: &'t str,
    conditions: usize,
}

impl<'t> Words<'t> {
    fn either(&mut self, depth: usize) -> Option<Vec<Case>> {
        let mut cases = self.both(depth)?;
        while self.word("or") {
            cases.extend(self.both(depth)?);
        }
        (cases.len() <= MOST).then_some(cases)
    }

    fn both(&mut self, depth: usize) -> Option<Vec<Case>> {
        let mut cases = self.one(depth)?;
        while self.word("and") {
            let more = self.one(depth)?;
            // What cannot hold is no case.
            cases = cases.iter().flat_map(|case| more.iter().filter_map(|other| case.and(other))).collect();
            if cases.len() > MOST {
                return None;
            }
        }
        Some(cases)
    }

    fn one(&mut self, depth: usize) -> Option<Vec<Case>> {
        if self.sign("(") {
            let cases = (depth < DEEPEST).then(|| self.either(depth + 1))??;
            return self.sign(")").then_some(cases);
        }
        self.conditions += 1;
        if self.conditions > MOST {
            return None;
        }
        let (left, operator, right) = (self.operand()?, self.operator()?, self.operand()?);
        Some(vec![match (left, right) {
            (Operand::Variable(variable), Operand::Value(value)) => Case::of(variable, operator, value),
            (Operand::Value(value), Operand::Variable(variable)) => Case::of(variable, turned(operator), value),
            (Operand::Variable(_), Operand::Variable(_)) | (Operand::Value(_), Operand::Value(_)) => Case::of("", "", ""),
        }])
    }

    fn sign(&mut self, sign: &str) -> bool {
        let rest = self.rest.trim_start();
        rest.strip_prefix(sign).inspect(|rest| self.rest = rest).is_some()
    }

    /// A word, where it ends there.
    fn word(&mut self, word: &str) -> bool {
        let rest = self.rest.trim_start().strip_prefix(word);
        let rest = rest.filter(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.')));
        rest.inspect(|rest| self.rest = rest).is_some()
    }

    fn operator(&mut self) -> Option<&'static str> {
        if self.word("in") {
            return Some("in");
        }
        if self.word("not") {
            return self.word("in").then_some("not in");
        }
        ["===", "==", "!=", "~=", "<=", ">=", "<", ">"].into_iter().find(|sign| self.sign(sign))
    }

    fn operand(&mut self) -> Option<Operand<'t>> {
        let rest = self.rest.trim_start();
        let quote = rest.chars().next()?;
        if matches!(quote, '"' | '\'') {
            let (value, rest) = rest[1..].split_once(quote)?;
            self.rest = rest;
            return Some(Operand::Value(value.trim()));
        }
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(rest.len());
        let (variable, rest) = rest.split_at(end);
        self.rest = rest;
        (!variable.is_empty()).then_some(Operand::Variable(variable))
    }
}

enum Operand<'t> {
    Variable(&'t str),
    Value(&'t str),
}

/// The same with the variable on the left.
fn turned(operator: &'static str) -> &'static str {
    match operator {
        "<" => ">",
        "<=" => ">=",
        ">" => "<",
        ">=" => "<=",
        "in" => "has",
        "not in" => "has not",
        // `"3.8" ~= python_version` says nothing that anybody means.
        "~=" => "",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apart(one: &str, other: &str) -> Apart {
        let (one, other) = (Marker::read(one), Marker::read(other));
        let came = one.apart(&other, &mut 10_000);
        assert_eq!(came, other.apart(&one, &mut 10_000));
        came
    }

    #[test]
    fn what_never_holds_together_is_proven() {
        for (one, other) in [
            ("python_version < '3.8'", "python_version >= '3.8'"),
            ("python_version < '3.8'", "python_version >= '3.10' and sys_platform == 'linux'"),
            ("sys_platform == 'win32'", "sys_platform != 'win32'"),
            ("sys_platform == \"win32\"", "sys_platform == \"linux\""),
            ("python_version == '3.8'", "python_version > '3.8.5'"),
            ("python_full_version < '3.9'", "python_full_version == '3.9.*'"),
            ("python_full_version == '3.9.*'", "python_version >= '3.10'"),
            ("python_version < '3.8' or sys_platform == 'win32'", "python_version >= '3.8' and sys_platform != 'win32'"),
            ("(os_name == 'nt' or os_name == 'java') and extra == 'x'", "os_name not in 'nt java'"),
            ("'linux' in sys_platform", "sys_platform == 'win32'"),
            ("'3.8' <= python_version", "python_version<'3.8'"),
            ("platform_release >= '20.0'", "platform_release < '20.0' and python_version > '3'"),
            ("python_version in '2.6 2.7'", "python_version >= '3'"),
            ("python_version < '3' and platform_release == 'x'", "python_version > '3'"),
        ] {
            assert_eq!(apart(one, other), Apart::Yes, "{one} {other}");
        }
    }

    #[test]
    fn what_can_hold_together_is_told_from_what_is_not_understood() {
        for (one, other) in [
            ("", ""),
            ("python_version < '3.8'", ""),
            ("python_version < '3.10'", "python_version >= '3.8'"),
            ("python_version < '3.8' or extra == 'x'", "python_version >= '3.8'"),
            ("python_version == '3.8'", "python_version == '3.8.0'"),
            ("sys_platform == 'win32'", "os_name == 'nt'"),
            ("extra == 'a'", "extra == 'b'"),
            ("sys_platform in 'linux darwin'", "sys_platform != 'linux'"),
        ] {
            assert_eq!(apart(one, other), Apart::No, "{one} {other}");
        }
        for (one, other) in [
            ("platform_release == '1'", "platform_release == '2'"),
            ("python_version <", "python_version > '3'"),
            ("weather == 'fair'", "weather == 'foul'"),
            ("python_version > '3' 'x'", "python_version < '3'"),
            ("(python_version > '3'", "python_version < '3'"),
        ] {
            assert_eq!(apart(one, other), Apart::Unknown, "{one} {other}");
        }
    }

    #[test]
    fn a_marker_that_would_take_for_ever_is_given_up() {
        let both = |i: usize| format!("(os_name != 'a{i}' or sys_platform != 'b{i}')");
        let many = (0..30).map(both).collect::<Vec<_>>().join(" and ");
        assert_eq!(apart(&many, "python_version < '3'"), Apart::Unknown);
        assert_eq!(apart(&"(".repeat(100_000), ""), Apart::Unknown);
        assert_eq!(apart(&format!("os_name == 'x'{}", " or os_name == 'x'".repeat(100)), ""), Apart::Unknown);
        assert_eq!(Marker::read("").apart(&Marker::read(""), &mut 0), Apart::Unknown);
    }
}
