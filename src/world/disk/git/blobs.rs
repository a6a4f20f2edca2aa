//! Files as commits have them, many by one process, of this repository or of a mirror.

use std::path::Path;
use std::time::Duration;

use super::{Git, is_object_id, is_there, refusal};
use crate::shown::shown;
use crate::world::disk::process::{self, Flow, Question};
use crate::world::{FileAt, HistoryError, Stored};

/// The most bytes of all files of one answer: what comes after is too large.
const ALL: u64 = 256 << 20;
/// The longest line that says what an object is: a path and some words.
const HEADER: usize = 64 * 1024;

/// A repository to ask.
pub(super) struct Place<'a> {
    root: &'a Path,
    timeout: Duration,
}

/// Which files, and how much of them.
pub(super) struct Wanted<'a> {
    pub(super) files: &'a [FileAt],
    /// Where the root lies in the repository, as `a/b/`.
    pub(super) prefix: &'a str,
    pub(super) limit: u64,
}

impl Git {
    pub(super) fn here(&self) -> Place<'_> {
        Place { root: &self.root, timeout: self.timeout }
    }

    /// The repository at a path that somebody wrote. git would take one further above for it, so it is looked for here.
    pub(super) fn mirror(&self, path: &str) -> Result<Self, HistoryError> {
        let root = self.root.join(path);
        let is_bare = root.join("HEAD").is_file() && root.join("objects").is_dir();
        match !path.is_empty() && !path.contains('\0') && (is_bare || is_there(&root.join(".git"))) {
            true => Ok(Self::new(&root, self.timeout)),
            false => Err(HistoryError::NotARepository),
        }
    }
}

impl Place<'_> {
    fn ask(&self, args: &[&str], input: &str, each: &mut dyn FnMut(&[u8]) -> Flow) -> Result<(), HistoryError> {
        let input = Some(input.as_bytes());
        let question = Question { root: self.root, args, timeout: self.timeout, separator: None, input, abroad: None };
        let ended = process::git(&question, each)?;
        if ended.ok { Ok(()) } else { Err(refusal("cat-file", &ended)) }
    }
}

/// The commit that each of some revisions names; `None`: none, or it was not asked for because of how it is written.
pub(super) fn resolved(place: &Place<'_>, revisions: &[String]) -> Result<Vec<Option<String>>, HistoryError> {
    let is_name = |text: &&String| !text.is_empty() && !text.starts_with('-') && !text.contains(char::is_control);
    let input: String = revisions.iter().filter(is_name).map(|text| format!("{text}^{{commit}}\n")).collect();
    if input.is_empty() {
        return Ok(vec![None; revisions.len()]);
    }
    let mut said = Vec::new();
    place.ask(&["cat-file", "--batch-check=%(objectname)"], &input, &mut |bytes| {
        said.extend_from_slice(bytes);
        Flow::Go
    })?;
    let said = String::from_utf8_lossy(&said);
    let mut answers = said.lines();
    let mut next = || match answers.next() {
        Some(line) => Ok(Some(line.to_owned()).filter(|id| is_object_id(id))),
        None => Err(short_answer()),
    };
    revisions.iter().map(|text| if is_name(&text) { next() } else { Ok(None) }).collect()
}

/// The files, in their order.
pub(super) fn stored_files(place: &Place<'_>, wanted: &Wanted<'_>) -> Result<Vec<Stored>, HistoryError> {
    let is_id = |file: &&FileAt| is_object_id(&file.commit);
    let input: String = wanted.files.iter().filter(is_id).map(|file| format!("{}:{}{}\n", file.commit, wanted.prefix, file.path)).collect();
    let mut batch = Batch { limit: wanted.limit, room: ALL, header: Vec::new(), body: None, answers: Vec::new(), odd: None };
    if !input.is_empty() {
        place.ask(&["cat-file", "--batch"], &input, &mut |bytes| batch.feed(bytes))?;
    }
    if let Some(odd) = batch.odd {
        return Err(HistoryError::Failed { command: "cat-file".to_owned(), said: format!("unread line `{}`", shown(&odd)) });
    }
    let mut answers = batch.answers.into_iter();
    let answers: Vec<Option<Stored>> = wanted
        .files
        .iter()
        .map(|file| if is_id(&file) { answers.next().ok_or_else(short_answer) } else { Ok(Some(Stored::NoCommit)) })
        .collect::<Result<_, _>>()?;
    // git says of a missing file and of a missing commit the same word.
    let unknown: Vec<String> =
        wanted.files.iter().zip(&answers).filter(|(_, answer)| answer.is_none()).map(|(file, _)| file.commit.clone()).collect();
    let mut commits = resolved(place, &unknown)?.into_iter();
    let told = |answer: Option<Stored>| match answer {
        Some(answer) => answer,
        None if commits.next().flatten().is_some() => Stored::NoFile,
        None => Stored::NoCommit,
    };
    Ok(answers.into_iter().map(told).collect())
}

fn short_answer() -> HistoryError {
    HistoryError::Failed { command: "cat-file".to_owned(), said: "it did not answer all that was asked".to_owned() }
}

/// The answers of `git cat-file --batch` as they come: `<id> blob <size>`, the bytes, a line feed; or `<what was asked> missing`.
struct Batch {
    limit: u64,
    /// How many bytes may still be kept.
    room: u64,
    header: Vec<u8>,
    body: Option<Body>,
    /// `None`: git knows no object of that name.
    answers: Vec<Option<Stored>>,
    /// A line that is none of these.
    odd: Option<String>,
}

/// The bytes of an object that are on their way.
struct Body {
    /// How many are to come, the line feed behind them aside.
    left: u64,
    /// What they come to; bytes are kept in it alone.
    stored: Stored,
}

impl Batch {
    fn feed(&mut self, mut bytes: &[u8]) -> Flow {
        while !bytes.is_empty() && self.odd.is_none() {
            bytes = match self.body.take() {
                Some(body) => self.take_body(body, bytes),
                None => self.take_header(bytes),
            };
        }
        if self.odd.is_some() { Flow::Stop } else { Flow::Go }
    }

    fn take_body<'b>(&mut self, mut body: Body, bytes: &'b [u8]) -> &'b [u8] {
        let count = usize::try_from(body.left).unwrap_or(usize::MAX).min(bytes.len());
        let (now, rest) = bytes.split_at(count);
        if let Stored::Bytes(kept) = &mut body.stored {
            kept.extend_from_slice(now);
        }
        body.left -= count as u64;
        match rest.split_first() {
            // The line feed behind the bytes.
            Some((_, rest)) => {
                self.answers.push(Some(body.stored));
                rest
            }
            None => {
                self.body = Some(body);
                rest
            }
        }
    }

    fn take_header<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let Some(end) = memchr::memchr(b'\n', bytes) else {
            self.header.extend_from_slice(bytes);
            if self.header.len() > HEADER {
                self.odd = Some("a line without an end".to_owned());
            }
            return &[];
        };
        self.header.extend_from_slice(&bytes[..end]);
        let line = String::from_utf8_lossy(&std::mem::take(&mut self.header)).into_owned();
        let mut words = line.rsplitn(3, ' ');
        match (words.next().map(|size| (size, size.parse::<u64>())), words.next()) {
            (Some(("missing", _)), Some(_)) => self.answers.push(None),
            (Some((_, Ok(size))), Some("blob")) if size > self.limit.min(self.room) => {
                self.body = Some(Body { left: size, stored: Stored::TooLarge(size) });
            }
            (Some((_, Ok(size))), Some("blob")) => {
                self.room -= size;
                self.body = Some(Body { left: size, stored: Stored::Bytes(Vec::new()) });
            }
            (Some((_, Ok(size))), Some("tree" | "commit" | "tag")) => self.body = Some(Body { left: size, stored: Stored::NoFile }),
            (_, _) => self.odd = Some(line),
        }
        &bytes[end + 1..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_the_same_however_they_are_cut() {
        let id = "1".repeat(40);
        let text = format!("{id} blob 3\na\nb\n{id}:x y missing\n{id} blob 9\n123456789\n{id} tree 2\n\n\n\n{id} blob 0\n\n");
        let expected =
            [Some(Stored::Bytes(b"a\nb".to_vec())), None, Some(Stored::TooLarge(9)), Some(Stored::NoFile), Some(Stored::Bytes(Vec::new()))];
        for size in 1..=text.len() {
            let mut batch = Batch { limit: 8, room: 8, header: Vec::new(), body: None, answers: Vec::new(), odd: None };
            for chunk in text.as_bytes().chunks(size) {
                assert!(batch.feed(chunk) == Flow::Go, "{size}: {:?}", batch.odd);
            }
            assert_eq!(batch.answers, expected, "{size}");
        }
    }

    #[test]
    fn what_is_no_answer_ends_the_reading() {
        for text in ["fatal\n", "x blob -1\n", "x dangling 4\n", &"y".repeat(HEADER + 1)] {
            let mut batch = Batch { limit: 8, room: 8, header: Vec::new(), body: None, answers: Vec::new(), odd: None };
            assert!(batch.feed(text.as_bytes()) == Flow::Stop, "{text:.20}");
        }
    }
}
