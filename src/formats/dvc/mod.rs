//! DVC's files: which outputs a `.dvc` file or `dvc.lock` records, and where their bytes lie in the cache.

pub(crate) mod dir;
mod stream;

pub(crate) use dir::{dir_digest, dir_entries};
pub(crate) use stream::Md5Stream;

use super::fault::Fault;
use super::yaml::{self, Node};

/// An output that DVC looks after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Out {
    /// Relative to the folder of the file; in a `dvc.lock` to the stage's `wdir`, which only `dvc.yaml` knows.
    pub(crate) path: String,
    /// The stage's name in `dvc.lock`.
    pub(crate) stage: Option<String>,
    /// Or why there is none that can be recomputed.
    pub(crate) hash: Result<Hash, String>,
    pub(crate) size: Option<u64>,
    pub(crate) nfiles: Option<u64>,
    /// From 1.
    pub(crate) line: usize,
}

/// A recorded digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hash {
    pub(crate) kind: HashKind,
    /// 32 lowercase digits.
    pub(crate) hex: String,
    /// Of a list of files, see [`dir_entries`], and not of a file's bytes.
    pub(crate) is_dir: bool,
}

/// What an md5 was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HashKind {
    /// The bytes of the file: DVC 3.
    Md5,
    /// The bytes with `\r\n` read as `\n` where they look like text: DVC 2, told apart by the missing `hash: md5`.
    Md5Dos2unix,
}

/// The outputs of a `.dvc` file.
pub(crate) fn dvc_file(text: &str) -> Result<Vec<Out>, Fault> {
    let Some(root) = mapping(text)? else { return Ok(Vec::new()) };
    let wdir = root.get("wdir").filter(|wdir| !wdir.is_null()).map(|wdir| word(wdir, "wdir")).transpose()?.unwrap_or_default();
    let mut found = outs(&root, None)?;
    for out in &mut found {
        out.path = under(&wdir, &out.path);
    }
    Ok(found)
}

/// The outputs of all stages of a `dvc.lock`. A path that two stages name is there twice.
pub(crate) fn dvc_lock(text: &str) -> Result<Vec<Out>, Fault> {
    let Some(root) = mapping(text)? else { return Ok(Vec::new()) };
    // Before schema 2.0 the stages stood at the top, and no key said so.
    let stages = match root.get("schema") {
        None => Some(&root),
        Some(schema) if schema.as_str() == Some("2.0") => root.get("stages").filter(|stages| !stages.is_null()),
        Some(schema) => return Err(fault(schema, "this `schema` is not known, and 2.0 is expected")),
    };
    let Some(stages) = stages else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for (name, stage) in stages.entries().ok_or_else(|| fault(stages, "the stages are expected as a mapping"))? {
        if stage.entries().is_none() {
            return Err(fault(stage, "a stage is expected as a mapping"));
        }
        found.extend(outs(stage, name.as_str())?);
    }
    Ok(found)
}

/// The folder that a stage of a `dvc.yaml` works in, relative to that file; empty: its own.
pub(crate) fn stage_folder(text: &str, stage: &str) -> Result<String, Fault> {
    let tree = yaml::parse(text)?;
    let stages = tree.as_ref().and_then(|tree| tree.get("stages"));
    // Stages that a `foreach` or `matrix` makes are called `name@item`.
    let name = stage.split('@').next().unwrap_or(stage);
    let body = stages.and_then(|stages| stages.get(stage).or_else(|| stages.get(name)));
    let body = body.map(|body| body.get("do").unwrap_or(body));
    let folder = body.and_then(|body| body.get("wdir"));
    match folder.filter(|folder| !folder.is_null()) {
        None => Ok(String::new()),
        Some(folder) => folder.as_str().map(str::to_owned).ok_or_else(|| Fault::on(folder.line, "`wdir` is no text")),
    }
}

/// A path in a working folder, without `.` and with `..` taken back where that is possible.
pub(crate) fn under(wdir: &str, path: &str) -> String {
    if path.starts_with('/') || path.contains("://") {
        return path.to_owned();
    }
    let rooted = wdir.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in wdir.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            other => parts.push(other),
        }
    }
    let joined = parts.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// Where an object may lie, relative to the project's root: the place of its kind first.
pub(crate) fn cache_paths(hash: &Hash) -> Vec<String> {
    let (folder, name) = hash.hex.split_at_checked(2).unwrap_or((&hash.hex, ""));
    let suffix = if hash.is_dir { ".dir" } else { "" };
    let new = format!(".dvc/cache/files/md5/{folder}/{name}{suffix}");
    let old = format!(".dvc/cache/{folder}/{name}{suffix}");
    match hash.kind {
        HashKind::Md5 => vec![new, old],
        HashKind::Md5Dos2unix => vec![old, new],
    }
}

fn fault(node: &Node, message: impl Into<String>) -> Fault {
    Fault { line: node.line, column: node.column, message: message.into() }
}

fn mapping(text: &str) -> Result<Option<Node>, Fault> {
    let root = yaml::parse(text)?.filter(|root| !root.is_null());
    match root {
        Some(root) if root.entries().is_none() => Err(fault(&root, "a mapping is expected")),
        root => Ok(root),
    }
}

fn word(node: &Node, key: &str) -> Result<String, Fault> {
    node.as_str().map(str::to_owned).ok_or_else(|| fault(node, format!("`{key}` is expected as a text")))
}

fn outs(holder: &Node, stage: Option<&str>) -> Result<Vec<Out>, Fault> {
    let Some(outs) = holder.get("outs").filter(|outs| !outs.is_null()) else { return Ok(Vec::new()) };
    let items = outs.as_list().ok_or_else(|| fault(outs, "`outs` is expected as a list"))?;
    items.iter().map(|item| out(item, stage)).collect()
}

fn out(item: &Node, stage: Option<&str>) -> Result<Out, Fault> {
    let path = item.get("path").ok_or_else(|| fault(item, "an output has no `path`"))?;
    let number = |key: &str| -> Result<Option<u64>, Fault> {
        let Some(node) = item.get(key).filter(|node| !node.is_null()) else { return Ok(None) };
        let number = node.as_str().and_then(|text| text.parse().ok());
        number.map(Some).ok_or_else(|| fault(node, format!("`{key}` is no number")))
    };
    let text = word(path, "path")?;
    if text.is_empty() {
        return Err(fault(path, "an output has an empty `path`"));
    }
    Ok(Out {
        path: under("", &text),
        stage: stage.map(str::to_owned),
        hash: hash(item)?,
        size: number("size")?,
        nfiles: number("nfiles")?,
        line: item.line,
    })
}

/// The digest of an output. `hash` names its kind since DVC 3; DVC writes only `md5` there.
fn hash(item: &Node) -> Result<Result<Hash, String>, Fault> {
    let kind = match item.get("hash").filter(|kind| !kind.is_null()) {
        None => HashKind::Md5Dos2unix,
        Some(node) => match word(node, "hash")?.as_str() {
            "md5" => HashKind::Md5,
            other => return Ok(Err(format!("its hash is of the kind `{}`, and only md5 is read", other.escape_debug()))),
        },
    };
    let Some(node) = item.get("md5").filter(|node| node.as_str() != Some("") && !node.is_null()) else {
        return Ok(Err(no_hash(item)));
    };
    // DVC reads it without regard to case, and a digest that is all digits as a text.
    let text = word(node, "md5")?.to_ascii_lowercase();
    let (hex, is_dir) = text.strip_suffix(".dir").map_or((text.as_str(), false), |hex| (hex, true));
    if !is_md5(hex) {
        return Err(fault(node, "`md5` is not 32 digits of hex"));
    }
    Ok(Ok(Hash { kind, hex: hex.to_owned(), is_dir }))
}

fn no_hash(item: &Node) -> String {
    let other = ["etag", "checksum", "cloud", "files"].into_iter().find(|key| item.get(key).is_some());
    other.map_or("no hash is recorded".to_owned(), |key| format!("only `{key}` is recorded, and no md5 of its own"))
}

fn is_md5(hex: &str) -> bool {
    hex.len() == 32 && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_says_where_it_works() {
        let text = "stages:\n  a:\n    wdir: models\n    cmd: x\n  b:\n    foreach: [1]\n    do:\n      wdir: ../b\n  c:\n    cmd: x\n";
        for (stage, folder) in [("a", "models"), ("b@1", "../b"), ("c", ""), ("gone", "")] {
            assert_eq!(stage_folder(text, stage), Ok(folder.to_owned()), "{stage}");
        }
        assert!(stage_folder("stages:\n  a:\n    wdir: [1]\n", "a").is_err());
    }

    const H: &str = "51556a118e6f3c720cadc42839b0f6de";

    fn made(kind: HashKind, is_dir: bool) -> Hash {
        Hash { kind, hex: H.to_owned(), is_dir }
    }

    fn refused(text: &str) -> String {
        dvc_file(text).unwrap_err().to_string()
    }

    #[test]
    fn what_dvc_add_writes_is_read() {
        let text = format!("outs:\n- md5: {H}.dir\n  size: 12\n  nfiles: 8\n  hash: md5\n  path: d\n");
        let hash = Ok(made(HashKind::Md5, true));
        assert_eq!(dvc_file(&text).unwrap(), [Out { path: "d".to_owned(), stage: None, hash, size: Some(12), nfiles: Some(8), line: 2 }]);
    }

    #[test]
    fn without_its_kind_a_hash_is_the_old_one() {
        let text = format!("md5: {H}\nwdir: ..\nouts:\n- md5: {}\n  path: a/../b\n- path: c\n", H.to_uppercase());
        let outs = dvc_file(&text).unwrap();
        assert_eq!(outs[0].hash, Ok(made(HashKind::Md5Dos2unix, false)));
        assert_eq!((outs[0].path.as_str(), outs[1].path.as_str()), ("../b", "../c"));
    }

    #[test]
    fn what_cannot_be_recomputed_says_why() {
        for (entry, why) in [
            ("etag: x".to_owned(), "only `etag` is recorded"),
            ("checksum: x".to_owned(), "only `checksum`"),
            ("size: 1".to_owned(), "no hash is recorded"),
            ("md5: ''".to_owned(), "no hash is recorded"),
            (format!("md5: {H}\n  hash: sha256"), "of the kind `sha256`"),
            (format!("hash: md5\n  files:\n  - relpath: x\n    md5: {H}"), "only `files`"),
        ] {
            let outs = dvc_file(&format!("outs:\n- {entry}\n  path: a\n")).unwrap();
            assert!(outs[0].hash.as_ref().is_err_and(|found| found.contains(why)), "{outs:?}");
        }
    }

    #[test]
    fn all_stages_of_a_lock_are_read() {
        let text = format!(
            "schema: '2.0'\nstages:\n  make:\n    cmd: x\n    deps:\n    - path: in\n      md5: {H}\n    outs:\n    - path: out\n      hash: md5\n      md5: {H}\n  b@1:\n    cmd: y\n    outs:\n    - path: out\n      md5: {H}\n  c:\n    cmd: z\n"
        );
        let outs = dvc_lock(&text).unwrap();
        let found: Vec<_> = outs.iter().map(|out| (out.stage.as_deref(), out.path.as_str(), out.line, out.hash.clone())).collect();
        let both = [Ok(made(HashKind::Md5, false)), Ok(made(HashKind::Md5Dos2unix, false))];
        assert_eq!(found, [(Some("make"), "out", 9, both[0].clone()), (Some("b@1"), "out", 15, both[1].clone())]);
    }

    #[test]
    fn a_lock_of_the_first_schema_has_its_stages_at_the_top() {
        let outs = dvc_lock(&format!("a:\n  cmd: x\n  outs:\n  - path: out\n    md5: {H}\n")).unwrap();
        assert_eq!((outs[0].stage.as_deref(), outs[0].hash.clone()), (Some("a"), Ok(made(HashKind::Md5Dos2unix, false))));
        assert!(dvc_lock("schema: '3.0'\nstages: {}\n").unwrap_err().to_string().starts_with("line 1, column 9: this `schema`"));
    }

    #[test]
    fn a_file_without_outputs_has_none() {
        assert!(["", "deps: []\n", "outs:\n", "outs: []\n"].iter().all(|text| dvc_file(text).unwrap().is_empty()));
        assert!(["", "schema: '2.0'\n", "schema: '2.0'\nstages:\n"].iter().all(|text| dvc_lock(text).unwrap().is_empty()));
    }

    #[test]
    fn what_is_no_file_of_dvc_is_refused_with_its_place() {
        assert_eq!(refused("- a\n"), "line 1, column 1: a mapping is expected");
        assert_eq!(refused("outs: 1\n"), "line 1, column 7: `outs` is expected as a list");
        assert_eq!(refused("outs:\n- x\n"), "line 2, column 3: an output has no `path`");
        assert_eq!(refused("outs:\n- path: ''\n"), "line 2, column 9: an output has an empty `path`");
        assert_eq!(refused("outs:\n- path: [a]\n"), "line 2, column 9: `path` is expected as a text");
        assert_eq!(refused("outs:\n- path: a\n  size: -1\n"), "line 3, column 9: `size` is no number");
        assert_eq!(refused("outs:\n- path: a\n  md5: abc\n"), "line 3, column 8: `md5` is not 32 digits of hex");
        assert!(dvc_lock("schema: '2.0'\nstages: []\n").is_err() && dvc_lock("a: 1\n").is_err() && dvc_lock("1").is_err());
    }

    #[test]
    fn a_path_is_joined_with_its_working_folder() {
        let cases = [
            ("", "./a//b", "a/b"),
            ("x", "../../a", "../a"),
            ("x", "/a", "/a"),
            ("x", "s3://b/../k", "s3://b/../k"),
            ("a", "..", "."),
            ("/x", "a", "/x/a"),
        ];
        assert!(cases.iter().all(|(wdir, path, joined)| under(wdir, path) == *joined));
    }

    #[test]
    fn an_object_lies_where_its_kind_says_first() {
        let (new, old) = (format!(".dvc/cache/files/md5/51/{}.dir", &H[2..]), format!(".dvc/cache/51/{}.dir", &H[2..]));
        assert_eq!(cache_paths(&made(HashKind::Md5, true)), [new.clone(), old.clone()]);
        assert_eq!(cache_paths(&made(HashKind::Md5Dos2unix, true)), [old, new]);
        assert!(!cache_paths(&made(HashKind::Md5, false))[0].ends_with(".dir"));
    }
}
