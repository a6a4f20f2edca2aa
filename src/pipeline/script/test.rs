//! `test`, `[ … ]` and `[[ … ]]`.

use super::arithmetic::Number;
use super::expand::opposite;
use super::given;
use super::guess::{Guess, truth_of};
use super::regex::{self, Regex};
use super::run::{Purpose, Runner};
use super::simple::{Call, has_substitution};
use super::state::{Path, Paths, State, Status};
use super::tags::Reply;
use crate::formats::shell::{Part, Word};
use crate::pipeline::value::Truth;

/// How deep parentheses and `!` may stand in one another.
const DEPTH: usize = 30;
/// Those that ask whether a file is there.
const OF_FILES: [&str; 9] = ["-e", "-f", "-d", "-s", "-x", "-r", "-w", "-L", "-h"];
const UNARY: [&str; 10] = ["-z", "-n", "-b", "-c", "-p", "-S", "-t", "-v", "-a", "-o"];
const BINARY: [&str; 15] = ["=", "==", "!=", "=~", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"];

/// A way in which a question may come out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Settled {
    truth: bool,
    asked: Option<(Question, Reply)>,
}

/// What is asked whose answer the script does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) text: String,
    /// That asked it first.
    pub(super) line: usize,
    pub(super) topic: Topic,
}

/// What a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Topic {
    /// Whether a file or a tool is there.
    Presence,
    /// What a variable or a `${{ … }}` holds that the script does not set.
    Value,
}

/// A word of a test.
struct Token<'a> {
    text: Guess,
    /// The word itself where a right side may be a pattern.
    word: Option<&'a Word>,
    /// It may be an operator.
    bare: Option<String>,
}

struct Tokens<'t, 'a> {
    all: &'t [Token<'t>],
    at: usize,
    depth: usize,
    line: usize,
    state: &'t mut State,
    runner: &'t mut Runner<'a>,
}

impl Runner<'_> {
    /// `[[ … ]]`
    pub(super) fn double_bracket(&mut self, words: &[Word], paths: Paths, line: usize) -> Paths {
        let all: Vec<&Word> = words.iter().collect();
        let mut done = Paths::default();
        for path in self.chosen(&all, paths).0 {
            for mut path in self.substituted(&all, path).0 {
                let mut tokens = Vec::new();
                let slots = path.state.slots.clone();
                for word in words {
                    let text = self.text(word, &mut path.state).unwrap_or_else(|_| Guess::any());
                    // What a substitution wrote is given once.
                    let pattern = Some(word).filter(|word| !has_substitution(word));
                    tokens.push(Token { text, word: pattern, bare: word.literal().map(str::to_owned) });
                }
                path.state.slots = slots;
                let settled = self.settled(&tokens, &mut path.state, line).unwrap_or_else(|| of_truth(Truth::Maybe));
                path.state.slots.clear();
                self.come_out(path, settled, &mut done);
            }
        }
        self.rejoined(&all, done)
    }

    /// `test …` and `[ … ]`
    pub(super) fn single_bracket(&mut self, call: &Call, mut path: Path) -> Paths {
        let mut fields: &[Guess] = call.fields.get(1..).unwrap_or_default();
        if call.name().as_deref() == Some("[") {
            fields = fields.split_last().map_or(fields, |(_, rest)| rest);
        }
        let tokens: Vec<Token<'_>> = fields.iter().map(|field| Token { text: field.clone(), word: None, bare: field.whole() }).collect();
        let settled = self.settled(&tokens, &mut path.state, call.line);
        // What is no expression is an error, where all of it is known.
        let wrong = settled.is_none() && tokens.iter().all(|token| token.bare.is_some());
        let settled = settled.unwrap_or_else(|| of_truth(if wrong { Truth::No } else { Truth::Maybe }));
        let mut done = Paths::default();
        self.come_out(path, settled, &mut done);
        done
    }

    /// Nothing where the words are no expression.
    fn settled(&mut self, tokens: &[Token<'_>], state: &mut State, line: usize) -> Option<Vec<Settled>> {
        if tokens.is_empty() {
            return Some(of_truth(Truth::No));
        }
        let mut reading = Tokens { all: tokens, at: 0, depth: 0, line, state, runner: self };
        let read = reading.either();
        let whole = reading.at == tokens.len();
        read.filter(|_| whole)
    }

    /// One path for each way in which a question comes out.
    pub(super) fn come_out(&mut self, path: Path, settled: Vec<Settled>, done: &mut Paths) {
        for Settled { truth, asked } in settled {
            let mut path = path.clone().ended(Status::of_truth(truth));
            if let (Purpose::PassOver(_), Some((question, answer))) = (self.purpose, asked) {
                let number = self.question(question);
                let Some(tags) = path.tags.answered(number, answer) else { continue };
                path.tags = tags;
            }
            done.add(path);
        }
    }

    fn question(&mut self, question: Question) -> usize {
        self.questions.iter().position(|other| other.text == question.text).unwrap_or_else(|| {
            self.questions.push(question);
            self.questions.len() - 1
        })
    }

    /// One path for each way in which something unknown may come out.
    pub(super) fn told(&mut self, path: Path, truth: Truth, done: &mut Paths) {
        self.come_out(path, of_truth(truth), done);
    }

    /// Asks whether a file or a tool is there.
    pub(super) fn asked(&mut self, path: Path, text: String, line: usize) -> Paths {
        let mut done = Paths::default();
        self.come_out(path, of_question(&Question { text, line, topic: Topic::Presence }), &mut done);
        done
    }
}

fn of_truth(truth: Truth) -> Vec<Settled> {
    let one = |truth| Settled { truth, asked: None };
    match truth {
        Truth::Yes => vec![one(true)],
        Truth::No => vec![one(false)],
        Truth::Maybe => vec![one(true), one(false)],
    }
}

fn of_question(question: &Question) -> Vec<Settled> {
    let one = |truth, answer| Settled { truth, asked: Some((question.clone(), answer)) };
    vec![one(true, Reply::There), one(false, Reply::Missing)]
}

fn negated(settled: Vec<Settled>) -> Vec<Settled> {
    settled.into_iter().map(|Settled { truth, asked }| Settled { truth: !truth, asked }).collect()
}

/// Both questions one after the other; the second is asked only where the first came out so.
fn both(first: Vec<Settled>, second: &[Settled], goes_on: bool) -> Vec<Settled> {
    let mut all: Vec<Settled> = Vec::new();
    for one in first {
        if one.truth != goes_on {
            all.push(one);
            continue;
        }
        for two in second {
            let missing = |settled: &Settled| matches!(settled.asked, Some((_, Reply::Missing)));
            let asked = if missing(&one) || two.asked.is_none() { one.asked.clone() } else { two.asked.clone() };
            all.push(Settled { truth: two.truth, asked });
        }
    }
    let mut few: Vec<Settled> = Vec::new();
    all.into_iter().for_each(|one| {
        if !few.contains(&one) {
            few.push(one)
        }
    });
    few
}

impl Tokens<'_, '_> {
    fn bare(&self, at: usize) -> Option<&str> {
        self.all.get(at).and_then(|token| token.bare.as_deref())
    }

    fn take(&mut self, operators: [&str; 2]) -> bool {
        let there = self.bare(self.at).is_some_and(|bare| operators.contains(&bare));
        self.at += usize::from(there);
        there
    }

    fn either(&mut self) -> Option<Vec<Settled>> {
        let mut all = self.every()?;
        while self.take(["||", "-o"]) {
            let next = self.every()?;
            all = both(all, &next, false);
        }
        Some(all)
    }

    fn every(&mut self) -> Option<Vec<Settled>> {
        let mut all = self.one()?;
        while self.take(["&&", "-a"]) {
            let next = self.one()?;
            all = both(all, &next, true);
        }
        Some(all)
    }

    fn one(&mut self) -> Option<Vec<Settled>> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let read = self.primary();
        self.depth -= 1;
        read
    }

    fn primary(&mut self) -> Option<Vec<Settled>> {
        let first = self.bare(self.at).map(str::to_owned);
        let is_binary = self.bare(self.at + 1).is_some_and(|bare| BINARY.contains(&bare)) && self.at + 2 < self.all.len();
        match first.as_deref() {
            _ if is_binary => self.binary(),
            Some("!") if self.at + 1 < self.all.len() => {
                self.at += 1;
                Some(negated(self.one()?))
            }
            Some("(") => {
                self.at += 1;
                let inner = self.either()?;
                self.take([")", ")"]).then_some(inner)
            }
            Some(operator) if self.at + 1 < self.all.len() && (OF_FILES.contains(&operator) || UNARY.contains(&operator)) => {
                let operator = operator.to_owned();
                self.at += 2;
                Some(self.unary(&operator, self.at - 1))
            }
            _ => {
                let text = self.all.get(self.at)?.text.clone();
                self.at += 1;
                Some(self.of_value("", &text).unwrap_or_else(|| negated(empty(&text))))
            }
        }
    }

    fn unary(&self, operator: &str, operand: usize) -> Vec<Settled> {
        let text = self.all.get(operand).map(|token| token.text.clone()).unwrap_or_default();
        match operator {
            "-z" => self.of_value("-z ", &text).unwrap_or_else(|| empty(&text)),
            "-n" => self.of_value("-n ", &text).unwrap_or_else(|| negated(empty(&text))),
            _ if OF_FILES.contains(&operator) => {
                let shown = text.whole().unwrap_or_else(|| "…".to_owned());
                of_question(&Question { text: format!("{operator} {shown}"), line: self.line, topic: Topic::Presence })
            }
            _ => of_truth(Truth::Maybe),
        }
    }

    /// Whether a text that nothing in the script sets is empty, where that is open.
    fn of_value(&self, operator: &str, text: &Guess) -> Option<Vec<Settled>> {
        let shown = given::shown(&[text]).filter(|_| text.is_empty() == Truth::Maybe)?;
        Some(of_question(&Question { text: format!("{operator}{}", shown.concat()), line: self.line, topic: Topic::Value }))
    }

    fn binary(&mut self) -> Option<Vec<Settled>> {
        let (left, right) = (self.all.get(self.at)?, self.all.get(self.at + 2)?);
        let operator = self.bare(self.at + 1)?.to_owned();
        self.at += 3;
        let equal = |tokens: &mut Self| match right.word {
            Some(word) => tokens.runner.matches(&left.text, word, tokens.state),
            None => left.text.equals(&right.text),
        };
        let truth = match operator.as_str() {
            "=" | "==" => equal(self),
            "!=" => opposite(equal(self)),
            "=~" => right.word.map_or(Truth::Maybe, |word| self.expression(&left.text, word)),
            "-nt" | "-ot" | "-ef" | "<" | ">" => Truth::Maybe,
            numeric => compare(numeric, &left.text, &right.text),
        };
        let shown = given::shown(&[&left.text, &right.text]).filter(|_| truth == Truth::Maybe);
        Some(shown.map_or_else(
            || of_truth(truth),
            |shown| of_question(&Question { text: shown.join(&format!(" {operator} ")), line: self.line, topic: Topic::Value }),
        ))
    }

    /// `text =~ word`
    fn expression(&mut self, text: &Guess, word: &Word) -> Truth {
        let mut written = Some(String::new());
        for part in &word.parts {
            let one = Word { parts: vec![part.clone()] };
            let value = self.runner.text(&one, self.state).ok().and_then(|text| text.whole());
            let plain = matches!(part, Part::Literal(_) | Part::Parameter { quoted: false, .. } | Part::Expression { quoted: false, .. });
            written = written.zip(value).map(|(before, value)| before + &if plain { value } else { regex::escaped(&value) });
        }
        written.map_or(Truth::Maybe, |written| found_in(&written, text))
    }
}

/// Whether a text has what an extended regular expression means.
pub(super) fn found_in(expression: &str, text: &Guess) -> Truth {
    let Some(regex) = Regex::read(expression) else { return Truth::Maybe };
    if let Some(texts) = text.each() {
        return truth_of(texts.iter().map(|text| regex.is_in(text)));
    }
    // A word of letters is found wherever it stands.
    let plain = !expression.is_empty() && expression.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | ' ' | '-'));
    let there = |bit: &super::guess::Bit| matches!(bit, super::guess::Bit::Known(text) if text.contains(expression));
    if plain && text.0.iter().any(there) { Truth::Yes } else { Truth::Maybe }
}

fn empty(text: &Guess) -> Vec<Settled> {
    match (text.is_empty(), text.found()) {
        (Truth::Maybe, Some((asked, line))) => negated(of_question(&Question { text: asked.to_owned(), line, topic: Topic::Presence })),
        (truth, _) => of_truth(truth),
    }
}

fn compare(operator: &str, left: &Guess, right: &Guess) -> Truth {
    let operator = match operator {
        "-eq" => "==",
        "-ne" => "!=",
        "-lt" => "<",
        "-le" => "<=",
        "-gt" => ">",
        _ => ">=",
    };
    Number::of(left).compare(operator, Number::of(right))
}
