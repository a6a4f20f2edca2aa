//! Data that DVC looks after: what its file says, and what the bytes in the work tree or in its cache amount to.

use sha2::{Digest as _, Sha256};

use super::{DESCRIPTION, Looking, Snapshot};
use crate::digest::{Digest, HashedFile, What};
use crate::formats::dvc::{self, Hash, HashKind, Md5Stream, Out, dir::Entry};
use crate::formats::gitignore::Rules;
use crate::shown::{escaped, shown};
use crate::world::{FileKind, LookError, Reading, RelPath, resolve};

/// How many outputs a message names.
const NAMED: usize = 5;
/// How deep a folder of data can be.
const DEPTH: usize = 128;

pub(super) fn look(looking: &Looking<'_>, file: &RelPath, out: Option<&str>) -> Snapshot {
    let place = escaped(file.as_str());
    let read = looking.text(file).and_then(|text| {
        let is_lock = file.as_str().ends_with(".lock");
        let outs = if is_lock { dvc::dvc_lock(&text) } else { dvc::dvc_file(&text) };
        outs.map_err(|fault| What::Malformed(fault.line, fault.message))
    });
    let chosen = read.and_then(|outs| choose(outs, out));
    let (out, hash) = match chosen.map(|out| (out.hash.clone(), out)) {
        Ok((Ok(hash), out)) => (out, hash),
        Ok((Err(why), out)) => return Snapshot::default().problem(place, What::Malformed(out.line, why)),
        Err(what) => return Snapshot::default().problem(place, what),
    };
    if out.path.starts_with('/') || out.path.contains("://") {
        let why = format!("its output `{}` lies outside the project", shown(&out.path));
        return Snapshot::default().problem(place, What::Malformed(out.line, why));
    }
    let below = match looking.stage_folder(file, &out) {
        Ok(folder) => dvc::under(&folder, &out.path),
        Err((path, what)) => return Snapshot::default().problem(path, what),
    };
    let mut snapshot = Snapshot { declared: Some(Digest::md5(&hash.hex, hash.is_dir)), ..Snapshot::default() };
    let data = match file.parent().join(&below) {
        Ok(path) => path,
        Err(error) => return snapshot.problem(place, What::Malformed(out.line, error.to_string())),
    };
    let project = project(looking, file);
    let ignore = match ignore_rules(looking, &project) {
        Ok(rules) => rules,
        Err((path, what)) => return snapshot.problem(path, what),
    };
    let reader = Reader { looking, kind: hash.kind, project: &project, ignore: &ignore };
    // A link to nothing is how DVC's links look when its cache is gone.
    let there = resolve(looking.files, &data);
    match there.as_ref().map(|real| reader.in_place((&data, real), &hash)) {
        Ok(Ok((digest, files))) => {
            snapshot.computed = Some(digest);
            snapshot.files = files;
        }
        Ok(Err((path, what))) => return snapshot.problem(path, what),
        Err(LookError::NotFound | LookError::Dangling(_)) => match reader.in_cache(&above(file), &hash) {
            Ok(digest) => snapshot.computed = Some(digest),
            Err(Missing::NotHere) => snapshot.absent = Some("neither the data nor its cache is here; `dvc pull` brings it".to_owned()),
            Err(Missing::Broken(path, what)) => return snapshot.problem(path, what),
        },
        Err(error) => return snapshot.problem(escaped(data.as_str()), What::Unreadable(error.clone())),
    }
    snapshot
}

impl Looking<'_> {
    /// The folder that a stage of a `dvc.lock` works in, which only the `dvc.yaml` beside it says.
    fn stage_folder(&self, file: &RelPath, out: &Out) -> Result<String, (String, What)> {
        let Some(stage) = &out.stage else { return Ok(String::new()) };
        let stages = file.parent().join("dvc.yaml").map_err(|error| (file.to_string(), What::OddName(error.into())))?;
        let at = |what| (escaped(stages.as_str()), what);
        let text = match self.text(&stages) {
            // A lock without its stages is one that was copied; its paths are then those beside it.
            Err(What::Unreadable(LookError::NotFound)) => return Ok(String::new()),
            other => other.map_err(at)?,
        };
        match dvc::stage_folder(&text, stage) {
            Ok(folder) if folder.contains("${") => Err(at(What::Malformed(1, format!("the `wdir` of `{}` is a template", shown(stage))))),
            Ok(folder) => Ok(folder),
            Err(fault) => Err(at(What::Malformed(fault.line, fault.message))),
        }
    }
}

/// The output that is meant.
fn choose(outs: Vec<Out>, named: Option<&str>) -> Result<Out, What> {
    let names: Vec<String> = outs.iter().take(NAMED).map(|out| format!("`{}`", shown(&out.path))).collect();
    let names = names.join(", ");
    let same = |out: &Out, name: &str| out.path.trim_end_matches('/') == name.trim_end_matches('/');
    let mut fitting: Vec<Out> = outs.into_iter().filter(|out| named.is_none_or(|name| same(out, name))).collect();
    match (fitting.pop(), fitting.first(), named) {
        (Some(out), None, _) => Ok(out),
        // Two stages may name one path, and then the same bytes.
        (Some(out), Some(other), Some(_)) if out.hash == other.hash => Ok(out),
        (Some(out), Some(_), Some(_)) => Err(What::Malformed(out.line, "two stages name this output, with two digests".to_owned())),
        (Some(_), Some(_), None) => Err(What::Malformed(1, format!("it has several outputs ({names}); say which one with `out`"))),
        (None, _, Some(name)) => Err(What::Malformed(1, format!("it has no output `{}`; it has: {names}", shown(name)))),
        (None, _, None) => Err(What::Malformed(1, "it has no output".to_owned())),
    }
}

/// The folders from that of the file up to the root, where DVC's own folder may be.
fn above(file: &RelPath) -> Vec<RelPath> {
    let mut folders = vec![file.parent()];
    while let Some(last) = folders.last().filter(|last| !last.is_root()) {
        folders.push(last.parent());
    }
    folders
}

/// Why the cache did not help.
enum Missing {
    NotHere,
    Broken(String, What),
}

/// The folder of the DVC project that a file belongs to: the nearest one upwards with `.dvc`, else the root.
fn project(looking: &Looking<'_>, file: &RelPath) -> RelPath {
    let is_project = |folder: &RelPath| folder.join(".dvc").is_ok_and(|own| looking.files.stat(&own).is_ok());
    above(file).into_iter().find(is_project).unwrap_or_else(RelPath::root)
}

/// What the project's `.dvcignore` leaves out of every folder of data.
fn ignore_rules(looking: &Looking<'_>, project: &RelPath) -> Result<Rules, (String, What)> {
    let path = project.join(".dvcignore").map_err(|error| (project.to_string(), What::OddName(error.into())))?;
    match looking.text(&path) {
        Ok(text) => Ok(Rules::new(&text)),
        Err(What::Unreadable(LookError::NotFound)) => Ok(Rules::new("")),
        Err(what) => Err((escaped(path.as_str()), what)),
    }
}

/// Reads files as DVC does.
struct Reader<'a> {
    looking: &'a Looking<'a>,
    kind: HashKind,
    project: &'a RelPath,
    ignore: &'a Rules,
}

/// One file, by both sums.
struct Summed {
    path: String,
    md5: String,
    /// What DVC 2 makes of the same bytes, where it is another.
    older: Option<String>,
    sha256: [u8; 32],
    size: u64,
}

impl Reader<'_> {
    /// The data where DVC puts it; links are followed, because DVC can make its files of them.
    fn in_place(&self, (data, real): (&RelPath, &RelPath), hash: &Hash) -> Result<(Digest, Vec<HashedFile>), (String, What)> {
        let at = |path: &RelPath, error: LookError| (escaped(path.as_str()), What::Unreadable(error));
        let stat = self.looking.files.stat(real).map_err(|error| at(data, error))?;
        let mut files = Vec::new();
        match stat.kind {
            FileKind::Folder => self.folder(real, "", &mut files)?,
            FileKind::File | FileKind::Special | FileKind::Symlink => {
                let name = data.name().to_owned();
                files.push(self.file(real, name).map_err(|error| at(data, error))?);
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        if files.is_empty() {
            return Err((escaped(data.as_str()), What::NoFile));
        }
        let digests = match stat.kind {
            FileKind::Folder => [of_folder(&files, false), of_folder(&files, true)],
            FileKind::File | FileKind::Special | FileKind::Symlink => {
                [&files[0].md5, files[0].older.as_ref().unwrap_or(&files[0].md5)].map(|md5| Digest::md5(md5, false))
            }
        };
        let declared = Digest::md5(&hash.hex, hash.is_dir);
        let [now, older] = digests;
        let digest = if older == declared { older } else { now };
        let hashed = |f: Summed| HashedFile { path: f.path, sha256: f.sha256, size: f.size, has_cr: false };
        Ok((digest, files.into_iter().map(hashed).collect()))
    }

    fn folder(&self, folder: &RelPath, prefix: &str, files: &mut Vec<Summed>) -> Result<(), (String, What)> {
        let at = |path: &str, error: LookError| (escaped(path), What::Unreadable(error));
        let names = self.looking.files.open(folder).and_then(|folder| folder.names()).map_err(|error| at(folder.as_str(), error))?;
        if folder.parts().count() > DEPTH {
            return Err(at(folder.as_str(), LookError::Cycle));
        }
        for name in names {
            let text = RelPath::from_bytes(&name.raw).map_err(|error| (folder.to_string(), What::OddName(error.into())))?;
            let path = format!("{prefix}{}", text.as_str());
            let link = folder.join(text.as_str()).map_err(|error| (path.clone(), What::OddName(error.into())))?;
            let in_project = link.as_str().strip_prefix(self.project.as_str()).unwrap_or(link.as_str()).trim_start_matches('/');
            if self.ignore.leave_out(in_project) {
                continue;
            }
            let real = resolve(self.looking.files, &link).map_err(|error| at(link.as_str(), error))?;
            match self.looking.files.stat(&real).map_err(|error| at(link.as_str(), error))?.kind {
                FileKind::Folder if [".git", ".dvc", ".hg"].contains(&text.as_str()) => {}
                FileKind::Folder if name.kind == FileKind::Symlink && format!("{folder}/").starts_with(&format!("{real}/")) => {
                    return Err(at(link.as_str(), LookError::Cycle));
                }
                FileKind::Folder => self.folder(&real, &format!("{path}/"), files)?,
                FileKind::File | FileKind::Special | FileKind::Symlink => {
                    files.push(self.file(&real, path).map_err(|error| at(link.as_str(), error))?);
                }
            }
        }
        Ok(())
    }

    fn file(&self, real: &RelPath, path: String) -> Result<Summed, LookError> {
        // Only a file is opened: a FIFO would wait, and a device may do something.
        if self.looking.files.stat(real)?.kind == FileKind::Special {
            return Err(LookError::NotAFile("a FIFO, socket or device"));
        }
        let (mut md5, mut sha256) = (Md5Stream::new(self.kind), Sha256::new());
        let mut sink = |bytes: &[u8]| {
            md5.update(bytes);
            sha256.update(bytes);
        };
        let mut reading = Reading { limit: u64::MAX, sink: &mut sink };
        let size = self.looking.files.stream(real, &mut vec![0; 256 * 1024], &mut reading)?;
        Ok(Summed { path, older: md5.older(), md5: md5.finish(), sha256: sha256.finalize().into(), size })
    }

    /// The objects in DVC's cache: a file's, or a folder's list and all that it names.
    fn in_cache(&self, folders: &[RelPath], hash: &Hash) -> Result<Digest, Missing> {
        let object = self.object(folders, hash)?;
        let broken = |what| Missing::Broken(escaped(object.as_str()), what);
        if !hash.is_dir {
            let sums = self.file(&object, String::new()).map_err(|error| broken(What::Unreadable(error)))?;
            let older = sums.older.filter(|older| *older == hash.hex);
            return Ok(Digest::md5(&older.unwrap_or(sums.md5), false));
        }
        let mut bytes = Vec::new();
        self.looking.files.read(&object, DESCRIPTION, &mut bytes).map_err(|error| broken(What::Unreadable(error)))?;
        let text = String::from_utf8(bytes).map_err(|_| broken(What::Malformed(1, "it is not UTF-8 text".to_owned())))?;
        let entries = dvc::dir_entries(&text).map_err(|fault| broken(What::Malformed(fault.line, fault.message)))?;
        for entry in &entries {
            let of_entry = Hash { kind: hash.kind, hex: entry.md5.clone(), is_dir: false };
            let object = self.object(folders, &of_entry)?;
            let found = self.file(&object, String::new());
            let found = found.map_err(|error| Missing::Broken(escaped(object.as_str()), What::Unreadable(error)))?;
            if found.md5 != entry.md5 && found.older.as_ref() != Some(&entry.md5) {
                let why = format!("the object of `{}` has other bytes than its name says", shown(&entry.relpath));
                return Err(Missing::Broken(escaped(object.as_str()), What::Malformed(1, why)));
            }
        }
        Ok(Digest::md5(&dvc::dir_digest(&entries), true))
    }

    /// Where an object lies.
    fn object(&self, folders: &[RelPath], hash: &Hash) -> Result<RelPath, Missing> {
        let places = folders.iter().flat_map(|folder| dvc::cache_paths(hash).into_iter().filter_map(|path| folder.join(&path).ok()));
        for place in places {
            match self.looking.files.stat(&place) {
                Ok(_) => return Ok(place),
                Err(LookError::NotFound | LookError::NotAFolder) => {}
                Err(error) => return Err(Missing::Broken(escaped(place.as_str()), What::Unreadable(error))),
            }
        }
        Err(Missing::NotHere)
    }
}

fn of_folder(files: &[Summed], older: bool) -> Digest {
    let md5 = |file: &Summed| file.older.as_ref().filter(|_| older).unwrap_or(&file.md5).clone();
    let entries: Vec<Entry> = files.iter().map(|file| Entry { relpath: file.path.clone(), md5: md5(file) }).collect();
    Digest::md5(&dvc::dir_digest(&entries), true)
}
