//! Shell scripts as a tree with lines: the POSIX grammar and what bash adds to it. Nothing is expanded and nothing is run.

/// Commands one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Script {
    pub(crate) items: Vec<Item>,
}

/// Pipelines joined by `&&` and `||`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) first: Pipeline,
    pub(crate) rest: Vec<(Join, Pipeline)>,
    /// Ended by `&`.
    pub(crate) background: bool,
}

/// What stands between two pipelines of one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Join {
    /// `&&`
    And,
    /// `||`
    Or,
}

/// Commands joined by `|`; at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pipeline {
    /// Begins with `!`.
    pub(crate) negated: bool,
    pub(crate) commands: Vec<Command>,
}

/// One command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Command {
    /// From 1, in the script.
    pub(crate) line: usize,
    pub(crate) body: Body,
    pub(crate) redirects: Vec<Redirect>,
}

/// What a command is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Body {
    /// `NAME=word … word …`; one of the two lists has something, or there are redirects.
    Simple {
        assignments: Vec<Assignment>,
        words: Vec<Word>,
    },
    /// `{ …; }`
    Group(Script),
    /// `( … )`
    Subshell(Script),
    If {
        branches: Vec<Branch>,
        otherwise: Option<Script>,
    },
    /// `while`, and `until` where `until` is set.
    While {
        until: bool,
        condition: Script,
        body: Script,
    },
    /// `for name in words`, also `select`; without `in`: the arguments.
    For {
        name: String,
        words: Option<Vec<Word>>,
        body: Script,
    },
    /// `for (( … ))`
    Count {
        header: String,
        body: Script,
    },
    Case {
        subject: Word,
        arms: Vec<Arm>,
    },
    Function {
        name: String,
        body: Box<Command>,
    },
    /// `[[ … ]]`: its words; an operator (`&&`, `||`, `(`, `)`, `!`, `==`, `<`, …) is a word of one [`Part::Literal`].
    Test(Vec<Word>),
    /// `(( … ))`
    Arithmetic(String),
}

/// `if` or `elif`: the condition and what it guards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Branch {
    pub(crate) condition: Script,
    pub(crate) body: Script,
}

/// `pattern | pattern) …;;`
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Arm {
    pub(crate) patterns: Vec<Word>,
    pub(crate) body: Script,
}

/// `NAME=word`, `NAME+=word`; the value of `NAME=( … )` is all of its words, one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assignment {
    pub(crate) name: String,
    pub(crate) append: bool,
    pub(crate) value: Word,
}

/// One word as it is written, before any expansion; no part: the empty word `''`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Word {
    pub(crate) parts: Vec<Part>,
}

/// A piece of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// Text without quotes: may be a pattern.
    Literal(String),
    /// Text from quotes or behind a backslash: only itself.
    Quoted(String),
    /// `$name`, `${name}`, `${name<operator>}`; `name` may be `?`, `1`, `@`, …
    Parameter {
        name: String,
        /// What stands behind the name in braces: `:-`, `:?`, `%%`, `#` (for `${#name}`), …
        operator: Option<(String, Word)>,
        quoted: bool,
    },
    /// `$( … )` and backquotes.
    Substitution { script: Script, quoted: bool },
    /// `$(( … ))`
    Arithmetic(String),
    /// `<( … )` and `>( … )`.
    Process(Script),
    /// `${{ … }}` of a workflow: what stands between the braces. The platform puts text there before the shell sees it.
    Expression { source: String, quoted: bool },
}

/// `2>&1`, `> file`, `<<EOF`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Redirect {
    /// As written, with the number before it: `2>&`, `>>`, `<<`, `<<<`.
    pub(crate) operator: String,
    /// The file, or the text of a here-document.
    pub(crate) target: Word,
}
