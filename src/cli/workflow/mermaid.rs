//! The graph as Mermaid, in a page of Markdown.

use super::text::says;
use crate::checks::promotion_only::{Chart, Role};
use crate::shown::shown;

pub(super) fn page(charts: &[Chart]) -> String {
    let all: Vec<String> =
        charts.iter().map(|chart| format!("#### {}\n\n```mermaid\n{}```\n", heading(&chart.file), flowchart(chart))).collect();
    format!(
        "### gate workflow graph\n\nThick: unless it succeeds, the other is not green. Dotted: the other only waits for it.\n\n{}",
        all.join("\n")
    )
}

/// A name that is no HTML, no link and no emphasis in a heading.
fn heading(name: &str) -> String {
    let mut plain = String::new();
    for letter in shown(name).chars() {
        match letter {
            '&' => plain.push_str("&amp;"),
            '<' => plain.push_str("&lt;"),
            '>' => plain.push_str("&gt;"),
            '*' | '[' | ']' | '`' | '|' | '~' | '!' | '\\' => plain.extend(['\\', letter]),
            other => plain.push(other),
        }
    }
    plain
}

fn flowchart(chart: &Chart) -> String {
    let mut text = "flowchart LR\n".to_owned();
    for (at, job) in chart.jobs.iter().enumerate() {
        let says = says(job);
        let label =
            if says.is_empty() { quoted(&job.label) } else { format!("{}<br/><small>{}</small>", quoted(&job.label), quoted(&says)) };
        let (open, close) = if job.role == Role::Promote { ("{{", "}}") } else { ("[", "]") };
        text.push_str(&format!("  j{at}{open}\"{label}\"{close}\n"));
    }
    for edge in &chart.edges {
        let arrow = if edge.blocks { "==>" } else { "-.->" };
        text.push_str(&format!("  j{} {arrow} j{}\n", edge.from, edge.to));
    }
    text
}

/// A text between quotes of Mermaid, where `"`, `<`, `>` and `#` would be read, and between fences of Markdown.
fn quoted(text: &str) -> String {
    let mut quoted = String::new();
    for letter in shown(text).chars() {
        match letter {
            '"' | '<' | '>' | '#' | '&' | '`' | ';' | '{' | '}' => quoted.push_str(&format!("#{};", u32::from(letter))),
            other => quoted.push(other),
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::heading;

    #[test]
    fn a_name_in_a_heading_is_no_html_and_no_link() {
        assert_eq!(heading("<img src=x>&[a](b)"), "&lt;img src=x&gt;&amp;\\[a\\](b)");
        assert_eq!(heading(".github/workflows/ci_x.yml"), ".github/workflows/ci_x.yml");
    }
}
