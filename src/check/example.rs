//! Small worlds in which a kind is shown and tested.

use std::borrow::Cow;

/// A small world and what must be found in it: documentation and test in one.
pub(crate) struct Example {
    /// What the example shows, as a sentence.
    pub(crate) shows: &'static str,
    /// The options, as they stand in `[check.NAME]`.
    pub(crate) config: &'static str,
    /// `[run]`, as it stands there; empty for kinds that do not read it.
    pub(crate) run: &'static str,
    /// The world.
    pub(crate) files: &'static [(&'static str, Sample)],
    /// The short names of the rules met, each once, in the order of the kind's table; none: clean.
    pub(crate) meets: &'static [&'static str],
}

impl Sample {
    /// The text of a file that has one.
    pub(crate) fn text(self) -> Option<Cow<'static, str>> {
        match self {
            Self::Text(text)
            | Self::Converted(text)
            | Self::Changing(text)
            | Self::ChangedAt(text, _)
            | Self::BeyondShallow(text)
            | Self::Untracked(text)
            | Self::Fresh(text)
            | Self::Since(_, text)
            | Self::Ignored(text) => Some(text.into()),
            Self::Edited(text, edits) | Self::Altered(text, edits) => {
                Some(edits.iter().fold(text.to_owned(), |text, (old, new)| text.replace(old, new)).into())
            }
            Self::Bytes(_)
            | Self::Blanks(_)
            | Self::Deleted
            | Self::Link(_)
            | Self::Fifo
            | Self::Locked
            | Self::Submodule
            | Self::NoTree => None,
        }
    }
}

/// One name in an example's world.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sample {
    /// A tracked file with this text.
    Text(&'static str),
    /// The same, with these pieces of the text replaced.
    Altered(&'static str, &'static [(&'static str, &'static str)]),
    /// A tracked file with these bytes.
    Bytes(&'static [u8]),
    /// A tracked file of so many blanks.
    Blanks(usize),
    /// A tracked file with this text, which git stores in other bytes.
    Converted(&'static str),
    /// A tracked file that changes whenever it is read.
    Changing(&'static str),
    /// A tracked file with this text, last changed by a commit at this time, in seconds since 1970.
    ChangedAt(&'static str, i64),
    /// A tracked file with this text, last changed before a shallow clone's history begins.
    BeyondShallow(&'static str),
    /// A tracked file with the second text, which had the first at the commit that is compared with.
    Since(&'static str, &'static str),
    /// A tracked file with this text, which is not there at the commit that is compared with.
    Fresh(&'static str),
    /// A file that exists and is not tracked.
    Untracked(&'static str),
    /// The same, because the first line of .gitignore says so.
    Ignored(&'static str),
    /// A file that exists and is not tracked, with these pieces of the text replaced.
    Edited(&'static str, &'static [(&'static str, &'static str)]),
    /// A tracked path that is not on disk.
    Deleted,
    /// A tracked symbolic link.
    Link(&'static str),
    /// A tracked path where a FIFO stands now.
    Fifo,
    /// A tracked file that may not be read.
    Locked,
    /// A submodule.
    Submodule,
    /// git does not answer, so that nobody knows what is promoted.
    NoTree,
}
