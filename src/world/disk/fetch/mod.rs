//! Another repository, over a network or from a path: its tags, and one file at one of them. Nobody is ever asked for a password, every question is
//! bounded in time, and what is fetched lies in a repository below gate's own folder that is gone when it is dropped.

mod address;
mod error;

use std::path::Path;
use std::time::Duration;

use super::process::{self, Abroad, Ended, Flow, Question};
use super::scratch::Scratch;
use super::variable;
use crate::shown::{did_you_mean, shown, without_secrets};
use crate::world::HistoryError;
use address::address;
pub use error::FetchError;

/// The largest file that is fetched: the check reads no larger one.
pub const LARGEST: usize = 8 << 20;

/// The most tags of a repository, and the most paths that are searched for a near one.
const MOST: usize = 100_000;

/// Where the fetched tag is kept.
const KEPT: &str = "refs/gate/pin";

/// What is asked of whom.
pub struct Source<'a> {
    /// gate's own folder is below it, and paths are seen from it.
    pub root: &'a Path,
    /// A URL or a path.
    pub repo: &'a str,
    /// For each question to git.
    pub timeout: Duration,
    /// Asked several times a second: whether to give up.
    pub stop: &'a dyn Fn() -> bool,
}

/// A tag and what it leads to, annotated or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Its name, without `refs/tags/`.
    pub name: String,
    /// The full id of its commit.
    pub commit: String,
}

/// A repository that can be asked.
pub struct Upstream<'a> {
    source: &'a Source<'a>,
    address: String,
    environment: Vec<(&'static str, String)>,
    scratch: Scratch,
}

impl<'a> Upstream<'a> {
    /// Makes ready; nothing is asked yet. What a gate that was killed has left is removed.
    ///
    /// # Errors
    /// If the address is none, or there is no place to fetch into.
    pub fn open(source: &'a Source<'a>) -> Result<Self, FetchError> {
        let address = address(source)?;
        let no_room = |error: super::ScratchError| FetchError::NoRoom(error.to_string());
        Scratch::sweep(source.root).map_err(no_room)?;
        let scratch = Scratch::empty(source.root).map_err(no_room)?;
        let mut upstream = Self { source, address, environment: Vec::new(), scratch };
        upstream.environment = upstream.quiet()?;
        Ok(upstream)
    }

    /// Every tag that leads to one commit, in the order of the names.
    ///
    /// # Errors
    /// If it could not be asked.
    pub fn tags(&self) -> Result<Vec<Tag>, FetchError> {
        let mut tags: Vec<Tag> = Vec::new();
        let mut odd = None;
        let ended = self.git(&["ls-remote", "--quiet", "--tags", "--", &self.address], &mut |line| {
            // A name that is not UTF-8 is of no version.
            if let Some((id, name)) = std::str::from_utf8(line).ok().and_then(|line| line.split_once("\trefs/tags/")) {
                // What an annotated tag leads to comes right behind it.
                match (name.strip_suffix("^{}"), tags.last_mut()) {
                    (Some(name), Some(tag)) if tag.name == name => id.clone_into(&mut tag.commit),
                    (Some(_), _) => odd = Some(name.to_owned()),
                    (None, _) => tags.push(Tag { name: name.to_owned(), commit: id.to_owned() }),
                }
            }
            if tags.len() > MOST { Flow::Stop } else { Flow::Go }
        })?;
        if ended.stopped {
            return Err(self.refused("ls-remote", format!("it has more than {MOST} tags")));
        }
        match odd {
            Some(name) => Err(self.refused("ls-remote", format!("it names no tag for `{}`", shown(&name)))),
            None => Ok(tags),
        }
    }

    /// The bytes of a file at a tag.
    ///
    /// # Errors
    /// If it could not be fetched, or is no file there.
    pub fn file(&self, tag: &Tag, path: &str) -> Result<Vec<u8>, FetchError> {
        self.fetch(tag)?;
        let mut found = None;
        self.git(&["--git-dir=.", "ls-tree", "-z", "--full-tree", &tag.commit, "--", path], &mut |entry| {
            let text = String::from_utf8_lossy(entry).into_owned();
            found = text.strip_suffix('\0').unwrap_or(&text).split_once('\t').map(|(what, _)| what.to_owned());
            Flow::Go
        })?;
        let Some(found) = found else { return Err(self.no_file(tag, path)) };
        let [mode, _, id] = found.split(' ').collect::<Vec<_>>()[..] else { return Err(self.refused("ls-tree", shown(&found))) };
        let not = |what| Err(FetchError::NotAFile(shown(path), what, shown(&tag.name)));
        match mode {
            "120000" => return not("a symbolic link"),
            "160000" => return not("a submodule"),
            "040000" => return not("a folder"),
            _ => {}
        }
        self.blob(id, &FetchError::TooLarge(shown(path), shown(&tag.name)))
    }

    /// Brings the commit of a tag here, and nothing before it where that is possible.
    fn fetch(&self, tag: &Tag) -> Result<(), FetchError> {
        let hash = if tag.commit.len() == 64 { "--object-format=sha256" } else { "--object-format=sha1" };
        self.git(&["-c", "init.defaultBranch=none", "init", "--quiet", "--bare", "--template=", hash, "."], &mut |_| Flow::Go)?;
        let refs = format!("+refs/tags/{}:{KEPT}", tag.name);
        let settings = [
            "gc.auto=0",
            "maintenance.auto=false",
            "core.hooksPath=/dev/null",
            "fetch.writeCommitGraph=false",
            "fetch.recurseSubmodules=false",
        ];
        let fetch = |depth: &[&str]| {
            let settings = settings.iter().flat_map(|setting| ["-c", setting]);
            let words = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head"].into_iter().chain(depth.iter().copied());
            let args: Vec<&str> = ["--git-dir=."].into_iter().chain(settings).chain(words).chain(["--", &self.address, &refs]).collect();
            self.git(&args, &mut |_| Flow::Go).map(|_| ())
        };
        match fetch(&["--depth=1"]) {
            // A server of plain files knows no depth.
            Err(FetchError::Refused { said, .. }) if said.contains("shallow") || said.contains("depth") => fetch(&[])?,
            other => other?,
        }
        let mut id = String::new();
        let peeled = format!("{KEPT}^{{commit}}");
        let found = self.git(&["--git-dir=.", "rev-parse", "--verify", "--quiet", &peeled], &mut |line| {
            id = String::from_utf8_lossy(line).into_owned();
            Flow::Go
        });
        match found {
            Err(FetchError::Refused { .. }) => Err(FetchError::NoCommit(shown(&tag.name))),
            Err(error) => Err(error),
            Ok(_) if id == tag.commit => Ok(()),
            Ok(_) => Err(FetchError::MovedMeanwhile(shown(&tag.name), shown(&tag.commit), shown(&id))),
        }
    }

    /// The bytes of an object, of which there may not be too many.
    fn blob(&self, id: &str, too_large: &FetchError) -> Result<Vec<u8>, FetchError> {
        let mut size = None;
        self.git(&["--git-dir=.", "cat-file", "-s", id], &mut |line| {
            size = String::from_utf8_lossy(line).parse::<usize>().ok();
            Flow::Go
        })?;
        let size = size.ok_or_else(|| self.refused("cat-file", "it said no size".to_owned()))?;
        if size > LARGEST {
            return Err(too_large.clone());
        }
        let mut bytes = Vec::with_capacity(size);
        self.run(&["--git-dir=.", "cat-file", "blob", id], None, &mut |piece| {
            bytes.extend_from_slice(piece);
            Flow::Go
        })?;
        if bytes.len() == size { Ok(bytes) } else { Err(self.refused("cat-file", "the file is cut off".to_owned())) }
    }

    /// That there is no such file, with the paths that may have been meant: of the same name, or a near one.
    fn no_file(&self, tag: &Tag, path: &str) -> FetchError {
        let name = path.rsplit('/').next().unwrap_or_default();
        let (mut namesakes, mut all) = (Vec::new(), Vec::new());
        let listed = self.git0(&["--git-dir=.", "ls-tree", "-r", "-z", "--name-only", "--full-tree", &tag.commit], &mut |line| {
            let other = String::from_utf8_lossy(line).into_owned();
            if other.rsplit('/').next() == Some(name) && namesakes.len() < 3 {
                namesakes.push(other.clone());
            }
            all.push(other);
            if all.len() > MOST { Flow::Stop } else { Flow::Go }
        });
        let near = match (listed, namesakes.is_empty()) {
            (Ok(_), false) => namesakes,
            (Ok(_), true) => did_you_mean(path, all.iter().map(String::as_str)).map(str::to_owned).into_iter().collect(),
            (Err(_), _) => Vec::new(),
        };
        let near: Vec<String> = near.iter().map(|path| format!("`{}`", shown(path))).collect();
        let near = if near.is_empty() { String::new() } else { format!("; there is {}", near.join(", ")) };
        FetchError::NoFile { path: shown(path), tag: shown(&tag.name), near }
    }

    fn git(&self, args: &[&str], each: &mut dyn FnMut(&[u8]) -> Flow) -> Result<Ended, FetchError> {
        self.run(args, Some(b'\n'), each)
    }

    fn git0(&self, args: &[&str], each: &mut dyn FnMut(&[u8]) -> Flow) -> Result<Ended, FetchError> {
        self.run(args, Some(0), each)
    }

    fn run(&self, args: &[&str], separator: Option<u8>, each: &mut dyn FnMut(&[u8]) -> Flow) -> Result<Ended, FetchError> {
        let abroad = Abroad { environment: &self.environment, stop: self.source.stop };
        let question =
            Question { root: self.scratch.path(), args, timeout: self.source.timeout, separator, input: None, abroad: Some(&abroad) };
        let ended = process::git(&question, each);
        if (self.source.stop)() {
            return Err(FetchError::Stopped);
        }
        let name = args.iter().find(|arg| !arg.starts_with('-') && !arg.contains('=')).copied().unwrap_or_default();
        match ended {
            Ok(ended) if ended.ok || ended.stopped => Ok(ended),
            Ok(ended) => Err(self.refusal(name, &ended.said)),
            Err(HistoryError::NoGit) => Err(FetchError::NoGit),
            Err(HistoryError::Timeout { command, limit }) => Err(FetchError::Late { repo: self.name(), command, limit }),
            Err(error) => Err(self.refused(name, error.to_string())),
        }
    }

    /// What git's refusal means.
    fn refusal(&self, command: &str, said: &str) -> FetchError {
        let asks = [
            "could not read Username",
            "could not read Password",
            "Authentication failed",
            "terminal prompts disabled",
            "Permission denied (",
            "Host key verification failed",
        ];
        if asks.iter().any(|sign| said.contains(sign)) {
            return FetchError::Locked(self.name());
        }
        self.refused(command, shown(&without_secrets(&told(said))))
    }

    fn refused(&self, command: &str, said: String) -> FetchError {
        FetchError::Refused { repo: self.name(), command: command.to_owned(), said }
    }

    fn name(&self) -> String {
        shown(&without_secrets(self.source.repo))
    }

    /// What keeps git, its helpers and ssh from asking anybody, and from transports that run commands.
    fn quiet(&self) -> Result<Vec<(&'static str, String)>, FetchError> {
        let mut quiet: Vec<(&str, String)> = [
            ("GIT_ASKPASS", ""),
            ("SSH_ASKPASS", ""),
            ("SSH_ASKPASS_REQUIRE", "never"),
            ("GCM_INTERACTIVE", "never"),
            // A path is a path, whatever it begins with.
            ("GIT_LITERAL_PATHSPECS", "1"),
            ("GIT_ALLOW_PROTOCOL", "https:http:ssh:git:file"),
        ]
        .map(|(name, value)| (name, value.to_owned()))
        .to_vec();
        // No repository around the scratch folder is meant.
        let above = self.scratch.path().parent().map(|above| above.to_string_lossy().into_owned());
        quiet.push(("GIT_CEILING_DIRECTORIES", above.unwrap_or_default()));
        let own_ssh = match variable("GIT_SSH_COMMAND") {
            None if variable("GIT_SSH").is_some() => return Ok(quiet),
            None => self.configured_ssh()?,
            Some(own) => own,
        };
        quiet.push(("GIT_SSH_COMMAND", format!("{own_ssh} -oBatchMode=yes -oControlMaster=no")));
        Ok(quiet)
    }

    /// The ssh that the user has git call.
    fn configured_ssh(&self) -> Result<String, FetchError> {
        if self.address.starts_with('/') || ["http", "file", "git:"].iter().any(|scheme| self.address.starts_with(scheme)) {
            return Ok("ssh".to_owned());
        }
        let mut own = String::new();
        let asked = self.git(&["config", "--get", "core.sshCommand"], &mut |line| {
            own = String::from_utf8_lossy(line).into_owned();
            Flow::Go
        });
        match asked {
            // Not set is answered with an error.
            Ok(_) | Err(FetchError::Refused { .. }) => Ok(if own.is_empty() { "ssh".to_owned() } else { own }),
            Err(error) => Err(error),
        }
    }
}

/// The line of what git said that says the most: that of ssh, else the last word of git, with what it announces.
fn told(said: &str) -> String {
    let lines = || said.lines().map(str::trim).filter(|line| !line.is_empty());
    let begins = |with: &'static str| move |line: &&str| line.starts_with(with);
    let told = lines().find(begins("ssh: ")).or_else(|| lines().find(begins("fatal: "))).or_else(|| lines().next_back());
    let told = told.unwrap_or("it said nothing");
    let more = lines().skip_while(|line| *line != told).nth(1).filter(|_| told.ends_with(':')).map(|more| format!(" {more}"));
    let bare = told.strip_prefix("fatal: ").or_else(|| told.strip_prefix("error: ")).unwrap_or(told);
    format!("{bare}{}", more.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn of_what_git_said_the_line_that_helps_is_told() {
        for (said, line) in [
            ("warning: x\nfatal: no such host\nhint: y\n", "no such host"),
            (
                "ssh: connect to host e.org port 22: Connection refused\nfatal: Could not read from remote repository.\n\nPlease make sure",
                "ssh: connect to host e.org port 22: Connection refused",
            ),
            (
                "fatal: unable to connect to e.org:\ne.org[0: 1.2.3.4]: errno=Connection refused\n",
                "unable to connect to e.org: e.org[0: 1.2.3.4]: errno=Connection refused",
            ),
            ("error: a\nerror: b\n", "b"),
            ("\n", "it said nothing"),
        ] {
            assert_eq!(told(said), line);
        }
    }
}
