//! What runs before a command: the substitutions in its words, and the choice among the values that they may have.

use super::guess::Guess;
use super::run::{Around, Runner};
use super::state::{Held, Path, Paths, State, Status};
use super::{How, Language};
use crate::formats::shell::{Part, Redirect, Script, Word, scripts_in};

/// Under what name the value of a `${{ … }}` is kept.
pub(super) fn expression_name(source: &str) -> String {
    format!("${{{{{source}")
}

impl Runner<'_> {
    /// Runs the substitutions of words in their order; what they wrote waits in the slots.
    pub(super) fn substituted(&mut self, words: &[&Word], mut path: Path) -> Paths {
        let mut scripts: Vec<&Script> = Vec::new();
        words.iter().for_each(|word| scripts_in(word, &mut |script| scripts.push(script)));
        path.state.slots.clear();
        let mut paths = Paths::of(path);
        for (at, script) in scripts.into_iter().enumerate() {
            if at > 0 {
                paths = self.eaten_by_substitution(paths, script);
            }
            paths = self.substitution(script, paths);
        }
        paths
    }

    /// Only the status of the last substitution counts.
    pub(super) fn eaten_by_substitution(&self, mut paths: Paths, script: &Script) -> Paths {
        let line = script.items.first().map_or(1, |item| self.line_of(&item.first));
        paths.0.iter_mut().for_each(|path| path.tags.eat(&How::Substitution, line));
        paths
    }

    fn substitution(&mut self, script: &Script, paths: Paths) -> Paths {
        let is_one = matches!(script.items.as_slice(), [item] if item.rest.is_empty() && !item.background);
        let mut joined = Paths::default();
        for mut path in paths.0 {
            let errexit = path.state.errexit;
            let inherits = path.state.inherits && self.language == Language::Bash;
            let around = if inherits { self.around } else { Around::Nothing };
            path.state.errexit &= path.state.inherits;
            path.state.output = None;
            for mut path in self.apart(Paths::of(path), |runner, paths| runner.list(script, paths, around)).0 {
                path.state.errexit = errexit;
                let written = path.state.output.take().filter(|_| is_one);
                path.state.slots.push(written.map_or_else(Guess::any, Guess::trimmed));
                joined.add(path);
            }
        }
        joined
    }

    /// One path for each value of the variables in these words that have a choice of results.
    pub(super) fn chosen(&mut self, words: &[&Word], paths: Paths) -> Paths {
        let mut names = Vec::new();
        words.iter().for_each(|word| named(word, &mut names));
        let mut paths = paths;
        for name in names {
            let mut chosen = Paths::default();
            for mut path in paths.0 {
                match self.value_of(&name, &mut path.state).and_then(|guess| Some((guess.choice()?, guess))) {
                    Some((results, guess)) if results.each().count() > 1 => results.each().for_each(|one| {
                        let mut path = path.clone();
                        path.state.set(&name, Held::Text(guess.chosen(one)));
                        chosen.add(path);
                    }),
                    Some(_) | None => chosen.add(path),
                }
            }
            paths = chosen;
        }
        paths
    }

    /// Puts together again what a choice set apart and what came to the same.
    pub(super) fn rejoined(&mut self, words: &[&Word], paths: Paths) -> Paths {
        let mut names = Vec::new();
        words.iter().for_each(|word| named(word, &mut names));
        if paths.0.len() < 2 || names.is_empty() {
            return paths;
        }
        let mut joined: Vec<Path> = Vec::new();
        for path in paths.0 {
            let twin = joined.iter_mut().find_map(|other| Some((one_choice(&names, &other.state, &path.state)?, other)));
            match twin {
                Some(((name, guess), other)) => {
                    other.state.set(&name, Held::Text(guess));
                    other.tags.join(path.tags);
                }
                None => joined.push(path),
            }
        }
        Paths(joined)
    }

    fn value_of(&self, name: &str, state: &mut State) -> Option<Guess> {
        if let Some(source) = name.strip_prefix("${{") {
            return Some(self.expression(source, state));
        }
        match state.variables.get(name) {
            Some(Held::Text(guess)) => Some(guess.clone()),
            Some(Held::List(_)) | None => None,
        }
    }

    /// What a command reads from a here-document or a here-string.
    pub(super) fn read_from(&mut self, redirects: &[Redirect], state: &mut State) -> Option<Guess> {
        let mut input = None;
        for redirect in redirects {
            let slots = state.slots.clone();
            match redirect.operator.trim_start_matches('0') {
                "<<" | "<<-" => input = self.text(&redirect.target, state).ok(),
                "<<<" => {
                    let mut text = self.text(&redirect.target, state).ok();
                    text.iter_mut().for_each(|text| text.append(Guess::known("\n")));
                    input = text;
                }
                "<" => input = Some(Guess::any()),
                _ => {}
            }
            state.slots = slots;
        }
        input
    }

    /// A variable that must be set is not: the shell ends.
    pub(super) fn unset(&mut self, mut path: Path, _message: &str) -> Path {
        path.state.status = Status::Code(1);
        path.exit();
        path
    }
}

/// The variables and expressions in a word.
fn named(word: &Word, names: &mut Vec<String>) {
    for part in &word.parts {
        match part {
            Part::Parameter { name, operator, .. } => {
                names.push(name.clone());
                operator.iter().for_each(|operator| named(&operator.1, names));
            }
            Part::Expression { source, .. } => names.push(expression_name(source)),
            Part::Arithmetic(inner) => named(inner, names),
            Part::List(words) => words.iter().for_each(|inner| named(inner, names)),
            Part::Literal(_) | Part::Quoted(_) | Part::Substitution { .. } | Part::Process(_) => {}
        }
    }
}

/// The one variable in which two states differ by a choice alone, with the choice of both.
fn one_choice(names: &[String], one: &State, two: &State) -> Option<(String, Guess)> {
    if one.status != two.status || one.variables.len() != two.variables.len() {
        return None;
    }
    let mut differing = names.iter().filter(|name| one.variables.get(*name) != two.variables.get(*name));
    let name = differing.next().filter(|name| differing.all(|other| other == *name))?;
    let (Some(Held::Text(mine)), Some(Held::Text(theirs))) = (one.variables.get(name), two.variables.get(name)) else { return None };
    let (mine, theirs) = (result_of(mine)?, result_of(theirs)?);
    let guess = Guess(vec![super::guess::Bit::OneOf(mine.or(theirs))]);
    let mut joined = one.clone();
    joined.set(name, Held::Text(guess.clone()));
    let mut other = two.clone();
    other.set(name, Held::Text(guess.clone()));
    (joined == other).then_some((name.clone(), guess))
}

/// The results that a whole text stands for.
fn result_of(guess: &Guess) -> Option<crate::pipeline::value::Results> {
    use crate::pipeline::value::Results;
    match guess.0.as_slice() {
        [super::guess::Bit::OneOf(results)] => Some(*results),
        [super::guess::Bit::Known(text)] => Results::EACH.into_iter().find(|one| one.word() == Some(text)),
        _ => None,
    }
}
