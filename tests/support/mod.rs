//! What the tests share: a tree of one's own, a git without the user's settings, gate with a bare environment.

#![allow(dead_code, reason = "each test binary uses a part of it")]

pub mod process;
pub mod step;

use std::error::Error;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// A failed set-up.
pub type Failed = Box<dyn Error>;

/// The user whom permissions bind: `nobody`.
const NOBODY: u32 = 65534;

/// Where the project lies.
pub fn repository_root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Whether expected files are to be written anew.
pub fn bless() -> bool {
    env::var_os("GATE_BLESS").is_some_and(|v| v == "1")
}

/// A temporary folder with a tree in it.
pub struct Sandbox {
    folder: tempfile::TempDir,
    /// The tree; the working folder of gate.
    pub tree: PathBuf,
}

impl Sandbox {
    /// An empty tree.
    pub fn new() -> Result<Self, Failed> {
        let folder = tempfile::Builder::new().prefix("gate-test-").tempdir()?;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
        let tree = folder.path().canonicalize()?.join("tree");
        fs::create_dir(&tree)?;
        Ok(Self { folder, tree })
    }

    /// The folder around the tree.
    pub fn around(&self) -> &Path {
        self.folder.path()
    }

    /// Copies a folder's content into the tree.
    pub fn copy_in(&self, from: &Path) -> Result<(), Failed> {
        for entry in walkdir::WalkDir::new(from).min_depth(1) {
            let entry = entry?;
            let to = self.tree.join(entry.path().strip_prefix(from)?);
            if entry.file_type().is_dir() {
                fs::create_dir_all(&to)?;
            } else {
                fs::copy(entry.path(), &to)?;
            }
        }
        Ok(())
    }

    /// Writes a file and the folders above it.
    pub fn write(&self, path: impl AsRef<Path>, text: impl AsRef<[u8]>) -> Result<(), Failed> {
        let path = self.tree.join(path);
        fs::create_dir_all(path.parent().ok_or("a file has a folder")?)?;
        Ok(fs::write(path, text)?)
    }

    /// Runs git in the tree, at a fixed date and with no settings but these; returns what it printed.
    pub fn git_at(&self, date: &str, args: &[&str]) -> Result<String, Failed> {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "init.defaultBranch=main"]);
        command.args(["-c", "core.autocrlf=false", "-c", "protocol.file.allow=always"]).args(args).current_dir(&self.tree);
        command.envs(bare_environment(self.around())).env("GIT_AUTHOR_DATE", date).env("GIT_COMMITTER_DATE", date);
        let output = command.output()?;
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned()),
            false => Err(format!("git {args:?}: {}", String::from_utf8_lossy(&output.stderr)).into()),
        }
    }

    /// As `git_at`, on New Year's Day of 2026.
    pub fn git(&self, args: &[&str]) -> Result<String, Failed> {
        self.git_at("2026-01-01T00:00:00Z", args)
    }

    /// Makes the tree a repository if it is none, and commits everything.
    pub fn commit_at(&self, date: &str, message: &str) -> Result<String, Failed> {
        if !self.tree.join(".git").exists() {
            self.git(&["init", "-q"])?;
        }
        self.git(&["add", "-A"])?;
        self.git_at(date, &["commit", "-q", "--allow-empty", "-m", message])?;
        self.git(&["rev-parse", "HEAD"])
    }

    /// As `commit_at`, on New Year's Day of 2026.
    pub fn commit(&self, message: &str) -> Result<String, Failed> {
        self.commit_at("2026-01-01T00:00:00Z", message)
    }

    /// gate, in the tree, with a bare environment; on demand as a user whom permissions bind.
    pub fn gate(&self, bound: bool) -> Result<assert_cmd::Command, Failed> {
        let program = PathBuf::from(env!("CARGO_BIN_EXE_gate"));
        let mut command = Command::new(&program);
        if bound && fs::metadata("/proc/self").is_ok_and(|m| std::os::unix::fs::MetadataExt::uid(&m) == 0) {
            let copy = self.around().join("gate");
            // By another process: a file that this one has open for writing, if only in a thread that starts a command, cannot be run.
            if !Command::new("cp").arg(&program).arg(&copy).status()?.success() {
                return Err("the program could not be copied".into());
            }
            for entry in walkdir::WalkDir::new(self.around()) {
                let entry = entry?;
                if !entry.path_is_symlink() {
                    chown(entry.path(), Some(NOBODY), Some(NOBODY))?;
                }
            }
            command = Command::new(copy);
            std::os::unix::process::CommandExt::uid(&mut command, NOBODY);
            std::os::unix::process::CommandExt::gid(&mut command, NOBODY);
        }
        command.current_dir(&self.tree).env_clear().envs(bare_environment(self.around()));
        Ok(assert_cmd::Command::from_std(command))
    }

    /// `text` with `[ROOT]`, `[PATH]` and `[BIN]`, the folder of gate, filled in.
    pub fn filled(&self, text: &str) -> String {
        let path = env::var("PATH").unwrap_or_default();
        let bin = Path::new(env!("CARGO_BIN_EXE_gate")).parent().unwrap_or(Path::new("/")).to_string_lossy();
        text.replace("[ROOT]", &self.tree.to_string_lossy()).replace("[PATH]", &path).replace("[BIN]", &bin)
    }

    /// `text` without the place of this sandbox.
    pub fn hidden(&self, text: &str) -> String {
        let text = text.replace(&*self.tree.to_string_lossy(), "[ROOT]").replace(env!("CARGO_PKG_VERSION"), "[VERSION]");
        if text.contains("doctor") { self.hidden_machine(text) } else { text }
    }

    /// `text` without what is another on every machine: gate's folder, the places of git and sh, git's version.
    fn hidden_machine(&self, text: String) -> String {
        let gate = PathBuf::from(env!("CARGO_BIN_EXE_gate"));
        let real = gate.canonicalize().unwrap_or_else(|_| gate.clone());
        let copy = self.around().join("gate");
        let folders = [&gate, &real, &copy].map(|path| path.parent().unwrap_or(path).to_string_lossy().into_owned());
        let text = folders.iter().fold(text, |text, folder| text.replace(folder, "[BIN]"));
        let paths = env::var_os("PATH").unwrap_or_default();
        let text = [("git", "[GIT]"), ("sh", "[SH]")].iter().fold(text, |text, (name, hidden)| {
            let program = env::split_paths(&paths).map(|folder| folder.join(name)).find(|path| path.is_file());
            // With what ends it: another program's path may begin in the same way.
            let hide = |text: String, path: &Path| {
                ["\n", "\""].iter().fold(text, |text, end| text.replace(&format!("{}{end}", path.display()), &format!("{hidden}{end}")))
            };
            program.map_or(text.clone(), |program| hide(text, &program))
        });
        let version = Command::new("git").arg("version").output().map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        let version = version.ok().and_then(|said| said.trim().strip_prefix("git version ").map(str::to_owned));
        version.map_or(text.clone(), |version| text.replace(&version, "[GIT VERSION]"))
    }
}

/// The environment of every command of a test.
fn bare_environment(home: &Path) -> Vec<(&'static str, String)> {
    let home = home.to_string_lossy().into_owned();
    vec![
        ("PATH", env::var("PATH").unwrap_or_default()),
        ("HOME", home.clone()),
        ("GIT_CONFIG_GLOBAL", "/dev/null".to_owned()),
        ("GIT_CONFIG_NOSYSTEM", "1".to_owned()),
        ("GIT_CEILING_DIRECTORIES", home),
    ]
}
