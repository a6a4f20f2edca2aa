//! `gate completions` and `gate man`: what shells and `man` know of the command line.

use std::path::Path;

use anyhow::{Context, bail};
use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;

use super::Global;
use super::help::built;
use super::outputs::{CannotTell, print};
use super::{every_word, full_command};
use crate::exit::Exit;
use crate::shown::{counted, shown};
use crate::world::{Out, Over};

pub(super) fn completions(shell: Shell, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    refuse_formats(global)?;
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut full_command(&every_word()), "gate", &mut script);
    print(&String::from_utf8_lossy(&script), out)?;
    Ok(Exit::Fine)
}

pub(super) fn man(words: &[String], into: Option<&Path>, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    refuse_formats(global)?;
    let pages = pages()?;
    if let Some(folder) = into {
        return write(&pages, folder, out);
    }
    let name = ["gate"].into_iter().chain(words.iter().map(String::as_str)).collect::<Vec<_>>().join("-");
    match pages.iter().find(|(page, _)| *page == name) {
        Some((_, text)) => print(text, out)?,
        None => bail!("there is no command `{}`; `gate --help` lists them", shown(&words.join(" "))),
    }
    Ok(Exit::Fine)
}

/// Every page: `gate-hook-install` and its text.
fn pages() -> anyhow::Result<Vec<(String, String)>> {
    let command = built(full_command(&every_word()));
    let mut pages = Vec::new();
    collect(&command, "gate".to_owned(), &mut pages)?;
    Ok(pages)
}

fn collect(command: &Command, name: String, pages: &mut Vec<(String, String)>) -> anyhow::Result<()> {
    let mut page = Vec::new();
    Man::new(command.clone()).title(name.clone()).source(concat!("gate ", env!("CARGO_PKG_VERSION"))).manual("gate").render(&mut page)?;
    for below in command.get_subcommands() {
        collect(below, format!("{name}-{}", below.get_name()), pages)?;
    }
    pages.push((name, String::from_utf8_lossy(&page).into_owned()));
    Ok(())
}

fn write(pages: &[(String, String)], folder: &Path, out: &mut dyn Out) -> anyhow::Result<Exit> {
    let failed = |name: &str| format!("`{}` cannot be written", shown(&folder.join(name).to_string_lossy()));
    out.make_folder(folder).with_context(|| CannotTell(failed("")))?;
    for (name, text) in pages {
        let file = format!("{name}.1");
        let written = out.prepare(&folder.join(&file), Over::Anything).and_then(|pending| pending.commit(text.as_bytes()));
        written.map_err(|error| CannotTell(format!("{}: {error}", failed(&file))))?;
    }
    print(&format!("wrote {} into {}\n", counted(pages.len(), "page", "pages"), shown(&folder.to_string_lossy())), out)?;
    Ok(Exit::Fine)
}

fn refuse_formats(global: &Global) -> anyhow::Result<()> {
    match global.plan || global.format.is_some() || !global.output.is_empty() {
        true => bail!("this command has no `--plan`, `--format` or `--output`"),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_flag_has_its_page_and_its_completion() {
        let pages = pages().unwrap();
        let page = |name: &str| pages.iter().find(|(page, _)| page == name).map(|(_, text)| text.replace('\\', "")).unwrap();
        assert!(page("gate").contains("gate-run(1)"), "{}", page("gate"));
        // What the screen leaves out.
        assert!(page("gate-run").contains("--data-allow-declared") && page("gate-run").contains("Default: it is not"));
        assert!(page("gate-readmes").contains("--path-sections") && page("gate-hook-run-pre-push").contains("BYPASS_REASON"));
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut full_command(&every_word()), "gate", &mut script);
            let script = String::from_utf8(script).unwrap();
            for word in ["pre-push", "path-sections", "data-allow-declared", "run-hashes"] {
                assert!(script.contains(word), "{shell}: {word}");
            }
        }
    }
}
