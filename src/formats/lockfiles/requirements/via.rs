//! For whom each entry of a lock is there, as pip-compile and uv write it beside it: `# via -r requirements.in, requests`, or a line each.

use super::text::lines;

/// The reasons of each entry, by its line; `None` where one has none, so that nothing follows from the others.
pub(super) fn reasons(lock: &str) -> Option<Vec<(usize, Vec<&str>)>> {
    let mut all: Vec<(usize, Vec<&str>)> = Vec::new();
    let mut in_list = false;
    for (number, line) in lines(lock) {
        let is_entry = line.starts_with(|c: char| c.is_ascii_alphanumeric()) || line.starts_with("-e ");
        if is_entry {
            all.push((number, Vec::new()));
        }
        let Some(comment) = comment(line) else {
            in_list = false;
            continue;
        };
        let Some((_, reasons)) = all.last_mut() else { continue };
        if let Some(rest) = comment.trim_start().strip_prefix("via").filter(|rest| rest.is_empty() || rest.starts_with(' ')) {
            reasons.extend(rest.split(',').map(str::trim).filter(|reason| !reason.is_empty()));
            in_list = rest.trim().is_empty();
        } else if in_list && comment.starts_with("  ") {
            reasons.push(comment.trim());
        } else {
            in_list = false;
        }
    }
    all.iter().all(|(_, reasons)| !reasons.is_empty()).then_some(all)
}

/// What stands behind the `#` of a line.
fn comment(line: &str) -> Option<&str> {
    let is_start = |at: &usize| line[..*at].chars().next_back().is_none_or(char::is_whitespace);
    let at = line.match_indices('#').map(|(at, _)| at).find(is_start)?;
    Some(&line[at + 1..])
}

/// The file of a reason `-r file`.
pub(super) fn file(reason: &str) -> Option<&str> {
    reason.strip_prefix("-r ").map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_stand_in_one_line_or_in_many() {
        let lock = "# via nothing\na==1 \\\n    --hash=sha256:00 \\\n    # via\n    #   -r r.in\n    #   b\n    # from https://h/\nb==2  # via -r r.in, c#x\n\
            -e ./c\n    # via d\n";
        let all = reasons(lock).unwrap();
        assert_eq!(all, [(2, vec!["-r r.in", "b"]), (8, vec!["-r r.in", "c#x"]), (9, vec!["d"])]);
        assert_eq!((file("-r r.in"), file("b"), file("-c r.in")), (Some("r.in"), None, None));
        assert_eq!(reasons("a==1 # via b\nb==2\n"), None);
        assert_eq!(reasons("a==1 # via b\nb==2 # vial\n"), None);
    }
}
