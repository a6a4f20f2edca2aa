//! Whether .gitignore keeps what a run leaves behind out of commits, and the command that sees to it.

use super::seen::Seen;
use crate::formats::gitignore::Rules;
use crate::run::Evidence;
use crate::shown::shell_word;
use crate::world::{Files, LookError, RelPath};

/// The largest .gitignore that is read.
const LIMIT: u64 = 1 << 20;

/// Whether the .gitignore files on the way to the record and to each of its aliases leave it out.
pub(super) fn is_left_out(seen: &mut Seen<'_>, evidence: &Evidence) -> bool {
    evidence.paths().all(|path| {
        let path = path.as_str();
        let folders = path.match_indices('/').map(|(slash, _)| &path[..=slash]);
        let folders: Vec<&str> = [""].into_iter().chain(folders).collect();
        folders.into_iter().any(|folder| {
            let text = seen.text(&format!("{folder}.gitignore"));
            text.is_some_and(|text| Rules::new(&text).leave_out(&path[folder.len()..]))
        })
    })
}

/// The command that keeps what a run leaves behind out of commits.
pub(crate) fn ignore_command(evidence: &Evidence, files: &dyn Files) -> String {
    // Without a newline at its end, the last line of the file would grow by ours.
    let first = if ends_with_a_line(files) { "" } else { "'' " };
    let lines: Vec<String> = evidence.files().iter().map(|path| shell_word(&format!("/{path}"))).collect();
    format!("printf '%s\\n' {first}{} >> .gitignore", lines.join(" "))
}

/// What cannot be read may end without one; one newline too many does no harm.
fn ends_with_a_line(files: &dyn Files) -> bool {
    let mut bytes = Vec::new();
    match RelPath::parse(".gitignore").map_err(LookError::from).and_then(|path| files.read(&path, LIMIT, &mut bytes)) {
        Ok(()) => bytes.last().is_none_or(|last| *last == b'\n'),
        Err(error) => error == LookError::NotFound,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Sample;
    use crate::world::fake::Fake;

    #[test]
    fn a_last_line_without_a_newline_is_not_grown() {
        let command = |text| ignore_command(&Evidence::default(), &Fake::new(&[(".gitignore", text)]));
        let plain = "printf '%s\\n' /reports/run.json '/reports/run.*.files' >> .gitignore";
        for text in [Sample::Text(""), Sample::Text("a\n"), Sample::Deleted] {
            assert_eq!(command(text), plain);
        }
        for text in [Sample::Text("a"), Sample::Bytes(b"\xff"), Sample::Locked] {
            assert_eq!(command(text), plain.replace("\\n' ", "\\n' '' "));
        }
    }

    #[test]
    fn aliases_are_named_too() {
        let evidence = Evidence { aliases: vec![RelPath::parse("out/x y.json").unwrap()], ..Evidence::default() };
        let command = ignore_command(&evidence, &Fake::new(&[]));
        assert_eq!(command, "printf '%s\\n' /reports/run.json '/out/x y.json' '/reports/run.*.files' >> .gitignore");
    }
}
