//! What was given on the command line: tables that are laid over those of the file.

use super::PlanError;
use crate::check::{Check, Kind, Shared};
use crate::config::{Fault, Options, Text, read_run};

/// What was given on the command line, as the tables it stands for.
#[derive(Clone, Debug)]
pub(crate) struct FlagTexts {
    /// Keys of the kind's own table.
    pub(crate) own: Text,
    /// Keys of `[run]`.
    pub(crate) run: Text,
}

/// `[run]` with its flags laid over it, and what is wrong with the section in the file.
pub(crate) fn read_shared(section: Option<Options<'_>>, flags: Option<&Text>) -> Result<(Shared, Vec<Fault>), PlanError> {
    let over = match flags {
        Some(text) => Some(Options::parse(text).map_err(|faults| flag_faults(text, &faults))?),
        None => None,
    };
    if let (Some(text), Some(over)) = (flags, &over) {
        let (_, faults) = read_run(over.clone());
        if !faults.is_empty() {
            return Err(flag_faults(text, &faults));
        }
    }
    let run_span = section.as_ref().map(|section| section.table.span());
    let (in_file, faults) = section.clone().map_or((None, Vec::new()), read_run);
    let laid = match (section, over) {
        (Some(mut section), Some(over)) if faults.is_empty() => {
            section.lay_over(&over);
            read_run(section).0
        }
        (None, Some(over)) => read_run(over).0,
        (_, _) => in_file,
    };
    let run = faults.is_empty().then(|| laid.unwrap_or_default());
    Ok((Shared { run, run_span }, faults))
}

/// The flags of a kind, and the check that they make with nothing but defaults below them.
pub(super) struct Flags<'t> {
    pub(super) kind: &'static Kind,
    pub(super) options: Options<'t>,
    pub(super) alone: Result<Box<dyn Check>, PlanError>,
}

/// The flags alone, so that what is wrong with them is not said of the file.
pub(super) fn read_flags<'t>(kind: &'static Kind, flags: &'t Text, shared: &Shared) -> Result<Flags<'t>, PlanError> {
    let options = Options::parse(flags).map_err(|faults| flag_faults(flags, &faults))?;
    // What `[run]` lacks is then told apart from what a flag says.
    let shared = Shared { run: shared.run.clone(), run_span: None };
    match (kind.load)(options.clone(), &shared) {
        Ok(check) => Ok(Flags { kind, options, alone: Ok(check) }),
        // It is said when there is no check in the file either.
        Err(faults) if faults.iter().all(|fault| fault.span.is_none()) => {
            Ok(Flags { kind, options, alone: Err(flag_faults(flags, &faults)) })
        }
        // What is wrong with a flag is told; what is missing may stand in the file.
        Err(faults) => Err(flag_faults(flags, &faults.into_iter().filter(|fault| fault.span.is_some()).collect::<Vec<_>>())),
    }
}

/// Each fault with the flag it is in: the flags are written as a table, one a line.
fn flag_faults(flags: &Text, faults: &[Fault]) -> PlanError {
    let describe = |fault: &Fault| {
        let line = fault.span.as_ref().and_then(|span| flags.text.lines().nth(flags.line(span.start) - 1));
        let flag = line.and_then(|line| line.split(' ').next()).map(|key| format!("`--{}`: ", key.replace('.', "-")));
        let help = fault.help.as_ref().filter(|_| fault.span.is_none()).map(|help| format!("; {help}"));
        format!("{}{}{}", flag.unwrap_or_default(), fault.message, help.unwrap_or_default())
    };
    PlanError::Flags(faults.iter().map(describe).collect())
}
