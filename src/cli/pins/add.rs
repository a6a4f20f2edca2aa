//! `gate pins add`: a schema of another repository, fetched at a version, copied, and written down.

use anyhow::{Context, bail};

use super::copy::{Copy, Replaced, place};
use super::verbs::Add;
use super::{Project, chosen, fetch_error};
use crate::cli::writes::{Verb, Write};
use crate::exit::Exit;
use crate::pins::edit::{self, Setting};
use crate::pins::{self, version};
use crate::shown::shown;
use crate::supervise::Hold;
use crate::world::disk::{Source, Tag, Upstream};
use crate::world::{Out, RelPath};

/// What is pinned, and where its copy will lie.
struct Target {
    name: String,
    source_path: RelPath,
    path: RelPath,
}

/// What the other repository has at the version.
struct Fetched<'t> {
    tag: &'t Tag,
    copy: Copy,
}

pub(super) fn add(asked: &Add, project: &Project, out: &mut dyn Out) -> anyhow::Result<Exit> {
    let version = version::parse(&asked.version).map_err(|why| anyhow::anyhow!("`{}` is no version: {why}", shown(&asked.version)))?;
    let target = target(asked, project)?;
    let source = Source { root: &project.root, repo: &asked.repo, timeout: project.timeout, stop: &Hold::is_asked_to_end };
    let upstream = Upstream::open(&source).map_err(fetch_error)?;
    let tags = upstream.tags().map_err(fetch_error)?;
    let tag = chosen::of_version(&tags, &target.name, (&version, asked.tag.as_deref()))?;
    let bytes = upstream.file(tag, target.source_path.as_str()).map_err(fetch_error)?;
    let fetched = Fetched { tag, copy: Copy::of(bytes, target.source_path.as_str(), asked.schema_format)? };
    let entry = entry(asked, &target, &fetched)?;
    let after = edit::add(project.text.as_deref(), &entry).with_context(|| format!("`{}`", project.path))?;
    let replaced = if asked.how.force { Replaced::Anything } else { Replaced::Nothing };
    let mut writes: Vec<Write> = fetched.copy.write(&target.path, project, replaced)?.into_iter().collect();
    let verb = if project.text.is_some() { Verb::Extended } else { Verb::Wrote };
    writes.push(Write { path: project.path.clone(), before: project.text.clone(), after, verb });
    // What was fetched is no longer needed, and a signal from here on waits for the files.
    drop(upstream);
    let told = format!("{} {version}, tag {}, commit {}\n", shown(&target.name), shown(&tag.name), shown(&tag.commit));
    project.finish(&writes, (&asked.how, &told), out)?;
    if let (Some(format), Some(likeliest)) =
        (asked.schema_format.filter(|format| !fetched.copy.looks.contains(format)), fetched.copy.looks.first())
    {
        let path = shown(target.source_path.as_str());
        out.warn(&format!(
            "warning: `{path}` looks like {}, and is pinned as {}: the check refuses that\n",
            likeliest.name(),
            format.name()
        ));
    }
    if asked.role.is_none() {
        out.warn("warning: nothing says what this repository does with its documents; give the entry a role: reader, writer or both\n");
    }
    Ok(Exit::Fine)
}

/// What is asked for, where nothing stands in its way.
fn target(asked: &Add, project: &Project) -> anyhow::Result<Target> {
    let source_path = RelPath::parse(&asked.path).context("the path there")?;
    if source_path.is_root() {
        bail!("the path there: `{}` is the whole repository; name the schema's file", shown(&asked.path));
    }
    let path = place(asked.to.as_deref().unwrap_or(source_path.as_str()), project);
    let path = path.map_err(|why| anyhow::anyhow!("{why}; `--to` names another"))?;
    let name = asked.name.clone().unwrap_or_else(|| stem(source_path.name()).to_owned());
    pins::place::name(&name).map_err(|why| anyhow::anyhow!("{why}; `--name` gives another"))?;
    is_free(&name, &path, project)?;
    Ok(Target { name, source_path, path })
}

/// Refuses a name or a place that another pin has.
fn is_free(name: &str, path: &RelPath, project: &Project) -> anyhow::Result<()> {
    for pin in &project.pins.pins {
        if pin.name.value == name {
            bail!(
                "`{}` is pinned already (line {}); to move it: gate pins update {}",
                shown(name),
                pin.line,
                crate::shown::shell_word(name)
            );
        }
    }
    match project.at(path).next() {
        Some(pin) => {
            bail!("`{path}` is the place of the pin `{}` already (line {}); `--to` names another", shown(&pin.name.value), pin.line)
        }
        None => Ok(()),
    }
}

/// The name of a file without its ending.
fn stem(name: &str) -> &str {
    let name = name.strip_suffix(".schema.json").unwrap_or(name);
    name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
}

fn entry(asked: &Add, target: &Target, Fetched { tag, copy }: &Fetched<'_>) -> anyhow::Result<Vec<Setting>> {
    let Some(format) = copy.format else {
        bail!("nobody can say what `{}` is; `--schema-format` does: json-schema, openapi, protobuf, avro", target.source_path);
    };
    let settings: [(&'static str, Option<String>); 11] = [
        ("name", Some(target.name.clone())),
        ("repo", Some(asked.repo.clone())),
        ("version", Some(asked.version.clone())),
        ("tag", Some(tag.name.clone())),
        ("commit", Some(tag.commit.clone())),
        ("source-path", Some(target.source_path.as_str().to_owned())),
        ("path", Some(target.path.as_str().to_owned())),
        ("sha256", Some(copy.sha256.clone())),
        ("canonical", copy.canonical.clone()),
        ("format", Some(format.name().to_owned())),
        ("role", asked.role.map(|role| role.name().to_owned())),
    ];
    Ok(settings.into_iter().filter_map(|(key, value)| Some((key, value?))).collect())
}
