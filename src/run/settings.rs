//! `[run]` as it is meant: every part there, none contradicting another.

use crate::config::{Fault, RunOptions};

use super::{Bundle, Data, Evidence};

/// Everything that makes and judges a run record.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) evidence: Evidence,
    /// The configured smoke command.
    pub(crate) smoke: Option<Vec<String>>,
    pub(crate) bundle: Bundle,
    pub(crate) data: Data,
}

impl Settings {
    /// Reads the options; all that is missing or contradicts comes back at once.
    ///
    /// # Errors
    /// Each fault without a place: it is the table's.
    pub(crate) fn read(options: &RunOptions) -> Result<Self, Vec<Fault>> {
        let evidence = Evidence::of(options);
        let smoke = options.smoke.as_ref().map(|words| words.as_slice().to_vec());
        match (Bundle::read(options), Data::read(options)) {
            (Ok(_), Ok(data)) if data.places().any(|path| evidence.holds(path)) => Err(vec![fault(
                "`[run.data]` lies where a run leaves its evidence, which is part of nothing",
                "put it elsewhere, or the record",
            )]),
            (Ok(_), Ok(_)) if evidence.paths().any(|path| path.as_str().starts_with(".gate/")) => Err(vec![fault(
                "the record or an alias lies in `.gate`, which is gate's own folder",
                "write `record = \"reports/run.json\"`",
            )]),
            (Ok(bundle), Ok(data)) => Ok(Self { evidence, smoke, bundle, data }),
            (bundle, data) => Err(bundle.err().into_iter().chain(data.err()).collect()),
        }
    }
}

/// A fault of the table as a whole.
pub(super) fn fault(message: &str, help: &str) -> Fault {
    Fault { span: None, message: message.to_owned(), help: Some(help.to_owned()) }
}
