//! The file as a whole: version, `[promotion]`, `[git]`, and one raw table for `[run]` and for each check.

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::{Fault, Text};
use super::glob::TreeGlob;
use super::table::{Options, read};
use super::values::{AtLeastOne, Reason, TimeLimit};
use crate::check::Mode;

/// What gate.toml says, kinds not yet looked at.
#[derive(Debug, Default)]
pub(crate) struct File<'i> {
    pub(crate) promotion: Promotion,
    pub(crate) git: GitOptions,
    pub(crate) hook: HookOptions,
    pub(crate) lock: LockOptions,
    /// `[run]`, still raw: flags may be laid over it.
    pub(crate) run: Option<Options<'i>>,
    /// In the order of the file.
    pub(crate) checks: Vec<CheckTable<'i>>,
}

/// A file and everything found wrong with it so far. Parts at fault are left out of the file, so that the rest can
/// still be looked at and all faults be told at once.
#[derive(Debug, Default)]
pub(crate) struct Parsed<'i> {
    pub(crate) file: File<'i>,
    pub(crate) faults: Vec<Fault>,
}

/// `[promotion]`: what is promoted, and where to.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Promotion {
    /// The environment that is promoted to; printed and recorded. `--env` goes before it. Default: none.
    pub(crate) environment: Option<String>,
    /// Why tracked files may differ from HEAD at promotion. Default: they may not.
    #[schemars(with = "Option<Reason>")]
    pub(crate) allow_dirty: Option<Spanned<Reason>>,
}

/// `[git]`: how git is asked.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct GitOptions {
    /// How long one question to git may take; after that the answer is "cannot tell". Default: `60s`.
    pub(crate) timeout: TimeLimit,
}

impl Default for GitOptions {
    fn default() -> Self {
        Self { timeout: TimeLimit::from_secs(60) }
    }
}

/// `[hook]`: how the pre-push hook asks for the smoke test.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct HookOptions {
    /// How long the smoke test may take; then it is ended, with all it has started, and the push is refused. Default: `10m`.
    pub(crate) time_budget: TimeLimit,
    /// What becomes of a pushed commit that the smoke test says nothing about, because it is not the one in the work tree or tracked files
    /// differ from it: `say` it, or `block` the push. Default: `say`.
    pub(crate) untested: Untested,
}

impl Default for HookOptions {
    fn default() -> Self {
        Self { time_budget: TimeLimit::from_secs(600), untested: Untested::default() }
    }
}

/// What becomes of a push of something that is not tested.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Untested {
    /// It is said, and goes through.
    #[default]
    Say,
    /// It is refused.
    Block,
}

/// `[lock]`: how lockfiles are made anew.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct LockOptions {
    /// The commands of `gate lock refresh`, each for the lockfiles that a glob names; the first that names a file counts. Default: the tool
    /// that the format, and what the lock says of itself, ask for.
    pub(crate) refresh: Vec<Refresh>,
}

/// `[[lock.refresh]]`: the command that makes some lockfiles anew.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Refresh {
    /// The lockfiles, as a glob over their paths.
    pub(crate) files: TreeGlob,
    /// The command and its words, run in the folder of the lockfile without a shell. `{file}` is the name of the lockfile, `{manifest}` that of
    /// the manifest beside it.
    pub(crate) command: AtLeastOne<String>,
}

/// The keys that every check has.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Common {
    /// The kind of the check. Default: the table's name.
    #[schemars(with = "Option<String>")]
    pub(crate) kind: Option<Spanned<String>>,
    /// How far it is rolled out: `shadow` (only in the report), `guided` (warns at most), `prescriptive` (may block).
    /// Default: `prescriptive`.
    #[schemars(with = "Option<Mode>")]
    pub(crate) mode: Option<Spanned<Mode>>,
    /// Whether `gate check` and `gate promote` run it. Default: true.
    pub(crate) enabled: bool,
    /// Why it may find nothing to examine. Default: then the answer is "cannot tell".
    pub(crate) allow_empty: Option<Reason>,
}

impl Default for Common {
    fn default() -> Self {
        Self { kind: None, mode: None, enabled: true, allow_empty: None }
    }
}

impl Common {
    /// The keys, and `levels`, which is read with the rules of the kind at hand.
    pub(crate) const KEYS: [&str; 5] = ["kind", "mode", "enabled", "allow-empty", "levels"];
}

/// `[check.NAME]`, its options still raw.
#[derive(Clone, Debug)]
pub(crate) struct CheckTable<'i> {
    pub(crate) name: Spanned<String>,
    pub(crate) common: Common,
    /// `levels = { rule = "level" }`, raw.
    pub(crate) levels: Option<Spanned<DeValue<'i>>>,
    pub(crate) options: Options<'i>,
}

/// Reads the text of a gate.toml.
pub(crate) fn load(text: &Text) -> Parsed<'_> {
    let (table, errors) = DeTable::parse_recoverable(&text.text);
    if !errors.is_empty() {
        // What a broken syntax means can only be guessed, so its errors come alone.
        return Parsed { file: File::default(), faults: errors.iter().map(|e| Fault::from_toml(e, &[])).collect() };
    }
    let mut parsed = Parsed::default();
    let mut version = false;
    for (key, value) in table.into_inner() {
        match key.get_ref().as_ref() {
            "version" => {
                version = true;
                parsed.faults.extend(check_version(&value));
            }
            "promotion" => parsed.section(value, |file, read| file.promotion = read),
            "git" => parsed.section(value, |file, read| file.git = read),
            "lock" => parsed.section(value, |file, read| file.lock = read),
            "hook" => parsed.section(value, |file, read| file.hook = read),
            "run" => parsed.file.run = parsed.table(value).map(|table| Options { table, name: None }),
            "check" => parsed.checks(value),
            other => parsed.faults.push(Fault::unknown(
                key.span(),
                "key",
                other,
                ["version", "run", "promotion", "hook", "lock", "git", "check"],
            )),
        }
    }
    if !version {
        parsed.faults.push(Fault::new(0..0, "`version` is missing").help("write `version = 1` in the first line"));
    }
    parsed.file.checks.sort_by_key(|c| c.name.span().start);
    parsed
}

fn check_version(value: &Spanned<DeValue<'_>>) -> Option<Fault> {
    match value.get_ref().as_integer().map(|i| (i.as_str(), i.radix())) {
        Some(("1", 10)) => None,
        Some((other, _)) => Some(
            Fault::new(value.span(), format!("version {other} is not known"))
                .help("this gate reads version 1; a newer file needs a newer gate"),
        ),
        None => Some(Fault::new(value.span(), "`version` is a number").help("write `version = 1`")),
    }
}

impl<'i> Parsed<'i> {
    fn section<T: serde::de::DeserializeOwned>(&mut self, value: Spanned<DeValue<'i>>, put: impl FnOnce(&mut File<'i>, T)) {
        let Some(table) = self.table(value) else { return };
        let (section, faults) = read(table, &[]);
        self.faults.extend(faults);
        if let Some(section) = section {
            put(&mut self.file, section);
        }
    }

    fn table(&mut self, value: Spanned<DeValue<'i>>) -> Option<Spanned<DeTable<'i>>> {
        let span = value.span();
        let found = value.get_ref().type_str();
        if let DeValue::Table(table) = value.into_inner() {
            return Some(Spanned::new(span, table));
        }
        let article = if found.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        self.faults.push(Fault::new(span, format!("a table is expected here, not {article} {found}")));
        None
    }

    fn checks(&mut self, value: Spanned<DeValue<'i>>) {
        let Some(table) = self.table(value) else { return };
        for (key, value) in table.into_inner() {
            let name = Spanned::new(key.span(), key.get_ref().to_string());
            if !is_name(name.get_ref()) {
                let fault = Fault::new(key.span(), "a check's name is made of letters, digits, `-` and `_`, at most 64");
                self.faults.push(fault.help("write it like `[check.my-check]`"));
            }
            if let Some(table) = self.table(value) {
                self.check(name, table);
            }
        }
    }

    fn check(&mut self, name: Spanned<String>, table: Spanned<DeTable<'i>>) {
        let span = table.span();
        let (mut common, mut options, mut levels) = (DeTable::new(), DeTable::new(), None);
        for (key, value) in table.into_inner() {
            match key.get_ref().as_ref() {
                "levels" => levels = Some(value),
                known if Common::KEYS.contains(&known) => {
                    common.insert(key, value);
                }
                _ => {
                    options.insert(key, value);
                }
            }
        }
        let names_kind = common.contains_key("kind");
        let (common, faults) = read::<Common>(Spanned::new(span.clone(), common), &[]);
        self.faults.extend(faults);
        // Without the kind that was meant, nothing can be said of the options.
        let Some(common) = common.filter(|c| c.kind.is_some() == names_kind) else { return };
        let options = Options { table: Spanned::new(span, options), name: Some(name.get_ref().clone()) };
        self.file.checks.push(CheckTable { name, common, levels, options });
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= 64 && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}
