//! A document as its reader sees it: lines of visible text in order, each with its form and what it points to.

/// One line of visible text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    /// Where it stands in the file, from 1.
    pub(crate) number: usize,
    pub(crate) form: Form,
    /// Which paragraph, item or cell it is a line of.
    pub(crate) block: usize,
    /// The text without markup.
    pub(crate) text: String,
    /// How many bytes of `text`, from its start, are in bold type.
    pub(crate) bold: usize,
    /// Inside a block quote or footnote: content, but never a label.
    pub(crate) quoted: bool,
    /// Begins with a code span: never a label.
    pub(crate) code_first: bool,
    pub(crate) marks: Vec<Mark>,
}

/// What kind of block a line belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Form {
    #[default]
    Paragraph,
    /// Level 1 to 6.
    Heading(u8),
    /// In a list item; `depth` counts nested lists from 1, `id` names the item.
    Item { depth: usize, id: usize },
    /// One cell of a table row.
    Cell { row: usize, first: bool, head: bool },
}

/// Something in a line that may name a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) line: usize,
    pub(crate) kind: MarkKind,
    pub(crate) text: String,
}

/// Where a mark's text comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MarkKind {
    /// The target of a link.
    Link,
    /// A code span.
    Code,
}
