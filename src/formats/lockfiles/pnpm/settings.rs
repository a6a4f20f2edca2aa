//! The settings that a pnpm-lock.yaml mirrors: overrides, catalogs, patches, hooks. They stand in `pnpm-workspace.yaml`, in the first manifest, and
//! some in `.npmrc`.

use std::collections::BTreeMap;

use md5::Md5;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::super::block::{Row, children, text, top};
use super::super::project::Project;
use super::super::text::shown;
use super::super::{Sync, sync_of};
use crate::formats::yaml::{self, Node};

type Words = BTreeMap<String, String>;

/// What is switched in `.npmrc`, and how it is called in the lock.
const SWITCHES: [(&str, &str); 3] = [
    ("auto-install-peers", "autoInstallPeers"),
    ("exclude-links-from-lockfile", "excludeLinksFromLockfile"),
    ("inject-workspace-packages", "injectWorkspacePackages"),
];

pub(super) struct Settings {
    /// The globs of the workspace's projects.
    pub(super) packages: Vec<String>,
    /// As the files have them, those of the workspace's file before those of the manifest.
    pub(super) overrides: Words,
    /// The two by themselves: some versions of pnpm read only one of them.
    apart: [Words; 2],
    patches: Words,
    catalogs: BTreeMap<String, Words>,
    switches: Words,
    has_extensions: bool,
}

impl Settings {
    pub(super) fn read(root: &Value, project: &Project<'_>) -> Result<Self, String> {
        let open = |path: &str| (project.open)(path).map_err(|why| format!("`{path}` {why}"));
        let yaml = open("pnpm-workspace.yaml")?.map(|text| yaml::parse(&text)).transpose();
        let yaml = yaml.map_err(|fault| format!("`pnpm-workspace.yaml` is not read: {fault}"))?.flatten();
        let get = |key: &str| yaml.as_ref().and_then(|yaml| yaml.get(key));
        let own = |key: &str| words(root.get("pnpm").and_then(|pnpm| pnpm.get(key)));
        let mut of_manifest = words(root.get("resolutions"));
        of_manifest.extend(own("overrides"));
        let of_workspace = mapped(get("overrides"));
        let mut overrides = of_manifest.clone();
        overrides.extend(of_workspace.clone());
        let mut patches = own("patchedDependencies");
        patches.extend(mapped(get("patchedDependencies")));
        let named = get("catalogs").and_then(Node::entries).unwrap_or_default().iter();
        let mut catalogs: BTreeMap<String, Words> =
            named.filter_map(|(name, list)| Some((name.as_str()?.to_owned(), mapped(Some(list))))).collect();
        catalogs.entry("default".to_owned()).or_default().extend(mapped(get("catalog")));
        let npmrc = open(".npmrc")?.unwrap_or_default();
        let mut switches = Words::new();
        for (key, value) in npmrc.lines().filter_map(|line| line.split_once('=')) {
            if let Some((_, name)) = SWITCHES.iter().find(|(written, _)| *written == key.trim()) {
                switches.insert((*name).to_owned(), value.trim().to_owned());
            }
        }
        switches.extend(SWITCHES.iter().filter_map(|(_, name)| Some(((*name).to_owned(), get(name)?.as_str()?.to_owned()))));
        let packages =
            get("packages").and_then(Node::as_list).unwrap_or_default().iter().filter_map(Node::as_str).map(str::to_owned).collect();
        let has_extensions = !own_is_empty(root, "packageExtensions") || get("packageExtensions").is_some();
        Ok(Self { packages, overrides, apart: [of_manifest, of_workspace], patches, catalogs, switches, has_extensions })
    }

    /// What of the settings differs from what the lock has written down.
    pub(super) fn differences(&self, rows: &[Row<'_>], project: &Project<'_>) -> Sync {
        let mut differs = Vec::new();
        let locked = list(rows, "overrides");
        let is_meant = |rules: &Words| {
            // What refers to something else is written as what it refers to.
            let fits = |(name, rule): (&String, &String)| {
                locked.get(name).is_some_and(|known| known == rule || rule.starts_with('$') || rule.starts_with("catalog:"))
            };
            rules.len() == locked.len() && rules.iter().all(fits)
        };
        let alone = self.apart.iter().filter(|rules| !rules.is_empty()).any(is_meant);
        if !alone && !is_meant(&self.overrides) {
            differs.push("`overrides` is other than in the lock".to_owned());
        }
        self.patches(rows, project, &mut differs);
        self.catalogs(rows, &mut differs);
        let settings = top(rows).find(|(_, row)| row.key == "settings").map(|(at, _)| at);
        for (name, asked) in &self.switches {
            let known = settings.map(|at| text(rows, at, name).unwrap_or("false"));
            if let Some(known) = known.filter(|known| known != asked) {
                differs.push(format!("`{name}` is {}, and `{known}` in the lock", shown(asked)));
            }
        }
        hooks(rows, project, &mut differs);
        let has_extended = top(rows).any(|(_, row)| row.key == "packageExtensionsChecksum");
        if self.has_extensions != has_extended {
            differs.push("`packageExtensions` is other than in the lock".to_owned());
        }
        if differs.is_empty() && has_extended {
            return Sync::CannotTell("`packageExtensionsChecksum` is a hash that only pnpm makes".to_owned());
        }
        sync_of(differs)
    }

    fn patches(&self, rows: &[Row<'_>], project: &Project<'_>, differs: &mut Vec<String>) {
        let Some((at, _)) = top(rows).find(|(_, row)| row.key == "patchedDependencies") else {
            if !self.patches.is_empty() {
                differs.push("`patchedDependencies` is other than in the lock".to_owned());
            }
            return;
        };
        let locked: BTreeMap<&str, usize> = children(rows, at).map(|(at, row)| (row.key.as_ref(), at)).collect();
        if !locked.keys().copied().eq(self.patches.keys().map(String::as_str)) {
            differs.push("`patchedDependencies` is other than in the lock".to_owned());
            return;
        }
        for (name, path) in &self.patches {
            let Some(at) = locked.get(name.as_str()) else { continue };
            // Newer locks have the hash alone.
            let hash = text(rows, *at, "hash").or(rows.get(*at).and_then(|row| row.value.as_deref())).unwrap_or_default();
            let Ok(Some(patch)) = (project.open)(path.trim_start_matches("./")) else { continue };
            if !is_hash(hash, &patch.replace("\r\n", "\n")) {
                differs.push(format!("{} is not the patch that the lock has the hash of", shown(path)));
            }
        }
    }

    fn catalogs(&self, rows: &[Row<'_>], differs: &mut Vec<String>) {
        let Some((at, _)) = top(rows).find(|(_, row)| row.key == "catalogs") else { return };
        for (at, catalog) in children(rows, at) {
            for (at, entry) in children(rows, at) {
                let Some(known) = text(rows, at, "specifier") else { continue };
                let name = shown(&entry.key);
                match self.catalogs.get(catalog.key.as_ref()).and_then(|ranges| ranges.get(entry.key.as_ref())) {
                    Some(range) if range == known => {}
                    Some(range) => {
                        let [range, known] = [range, known].map(|range| shown(&format!("{}@{range}", entry.key)));
                        differs.push(format!("the catalog asks for {range}, and the lock was made for {known}"));
                    }
                    None => differs.push(format!("the catalog has no {name}, and the lock was made with it")),
                }
            }
        }
    }
}

fn own_is_empty(root: &Value, key: &str) -> bool {
    root.get("pnpm").and_then(|pnpm| pnpm.get(key)).and_then(Value::as_object).is_none_or(serde_json::Map::is_empty)
}

fn words(object: Option<&Value>) -> Words {
    let members = object.and_then(Value::as_object).into_iter().flatten();
    members.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
}

fn mapped(node: Option<&Node>) -> Words {
    let entries = node.and_then(Node::entries).unwrap_or_default().iter();
    entries.filter_map(|(name, value)| Some((name.as_str()?.to_owned(), value.as_str()?.to_owned()))).collect()
}

fn list(rows: &[Row<'_>], key: &str) -> Words {
    let Some((at, _)) = top(rows).find(|(_, row)| row.key == key) else { return Words::new() };
    children(rows, at).map(|(_, row)| (row.key.to_string(), row.value.as_deref().unwrap_or_default().to_owned())).collect()
}

/// The hooks that change what packages ask for.
fn hooks(rows: &[Row<'_>], project: &Project<'_>, differs: &mut Vec<String>) {
    let known = top(rows).find(|(_, row)| row.key == "pnpmfileChecksum").and_then(|(_, row)| row.value.as_deref());
    let own = [".pnpmfile.cjs", ".pnpmfile.mjs"].iter().find_map(|path| Some((path, (project.open)(path).ok()??)));
    match (own, known) {
        (Some((path, text)), None) if text.contains("hooks") => differs.push(format!("the lock was made without `{path}`")),
        (None, Some(_)) => differs.push("the lock was made with a `.pnpmfile.cjs`, which is gone".to_owned()),
        (Some((path, text)), Some(hash)) if !is_hash(hash, &text.replace("\r\n", "\n")) => {
            differs.push(format!("`{path}` is not the one that the lock has the hash of"));
        }
        (Some(_) | None, _) => {}
    }
}

/// pnpm 9 and older write an md5 in base32, and newer a sha256 in hex, or in base64 behind its name. What is of another form is not compared.
fn is_hash(hash: &str, text: &str) -> bool {
    let sha256 = Sha256::digest(text);
    match (hash.len(), hash.strip_prefix("sha256-")) {
        (_, Some(digest)) => {
            [data_encoding::BASE64.encode(&sha256), data_encoding::BASE64_NOPAD.encode(&sha256)].iter().any(|own| own == digest)
        }
        (64, None) => data_encoding::HEXLOWER.encode(&sha256) == hash,
        (26, None) => data_encoding::BASE32_NOPAD.encode(&Md5::digest(text)).to_ascii_lowercase() == hash,
        (_, None) => true,
    }
}
