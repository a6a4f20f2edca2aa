//! A table of cells, for a screen and for a page. The first row is its head.

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// For people.
    Columns,
    /// For a page.
    Markdown,
}

/// On which side the cells of a column stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

/// The whole table.
pub(super) fn table<const N: usize>(rows: &[[String; N]], sides: [Side; N], form: Form) -> String {
    match form {
        Form::Columns => columns(rows, sides),
        Form::Markdown => markdown(rows, sides),
    }
}

fn columns<const N: usize>(rows: &[[String; N]], sides: [Side; N]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..N).map(width).collect();
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(&widths).zip(sides).map(|((cell, width), side)| match side {
            Side::Left => format!("{cell:<width$}"),
            Side::Right => format!("{cell:>width$}"),
        });
        format!("  {}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

fn markdown<const N: usize>(rows: &[[String; N]], sides: [Side; N]) -> String {
    let line = |row: &[String; N]| format!("| {} |\n", row.iter().map(|cell| cell.replace('|', "\\|")).collect::<Vec<_>>().join(" | "));
    let rule = sides.map(|side| match side {
        Side::Left => "---",
        Side::Right => "---:",
    });
    let mut lines = rows.iter().map(line);
    let head = lines.next().unwrap_or_default();
    format!("{head}|{}|\n{}", rule.join("|"), lines.collect::<String>())
}
