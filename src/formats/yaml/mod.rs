//! YAML 1.2 as a tree with lines. Aliases are expanded within limits; what two readers may read differently is refused.

mod form;

use std::collections::{HashMap, HashSet};

use saphyr_parser::{Event, Marker, Parser};

use super::fault::{Fault, sentence};
pub(crate) use form::Form;
use form::{Lines, first_line};

/// How deep values may be nested.
const DEPTH: usize = 128;
/// How many nodes a document may have, with all that its aliases stand for.
const NODES: usize = 250_000;
/// A copy of a long text counts as one node more for each so many bytes.
const TEXT_OF_A_NODE: usize = 100;

/// A value and where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    /// From 1.
    pub(crate) line: usize,
    /// From 1, in characters.
    pub(crate) column: usize,
    pub(crate) value: Value,
}

/// What a node is; scalars keep their text, and what it means is the caller's to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Scalar {
        text: String,
        form: Form,
    },
    Sequence(Vec<Node>),
    /// In the order of the text; keys are scalars, none stands twice.
    Mapping(Vec<(Node, Node)>),
}

impl Node {
    /// The value of a key, where this is a mapping that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entries()?.iter().find(|(name, _)| name.as_str() == Some(key)).map(|(_, value)| value)
    }

    /// The text of any scalar.
    pub(crate) fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            Value::Sequence(_) | Value::Mapping(_) => None,
        }
    }

    /// The items of a sequence.
    pub(crate) fn as_list(&self) -> Option<&[Node]> {
        match &self.value {
            Value::Sequence(items) => Some(items),
            Value::Scalar { .. } | Value::Mapping(_) => None,
        }
    }

    /// The keys and values of a mapping.
    pub(crate) fn entries(&self) -> Option<&[(Node, Node)]> {
        match &self.value {
            Value::Mapping(pairs) => Some(pairs),
            Value::Scalar { .. } | Value::Sequence(_) => None,
        }
    }

    /// Whether this is the null of YAML's core schema.
    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, form: Form::Plain } if ["", "~", "null", "Null", "NULL"].contains(&text.as_str()))
    }

    /// How many nodes it is made of, long texts counted as several, and how deep it goes.
    fn extent(&self) -> (usize, usize) {
        let both = |(cost, depth): (usize, usize), node: &Node| {
            let (more, below) = node.extent();
            (cost + more, depth.max(below + 1))
        };
        match &self.value {
            Value::Scalar { text, .. } => (1 + text.len() / TEXT_OF_A_NODE, 0),
            Value::Sequence(items) => items.iter().fold((1, 1), both),
            Value::Mapping(pairs) => pairs.iter().flat_map(|(key, value)| [key, value]).fold((1, 1), both),
        }
    }
}

/// Reads a text that holds one document or none.
pub(crate) fn parse(text: &str) -> Result<Option<Node>, Fault> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut parser = Parser::new_from_str(text);
    let mut lines = Lines::of(text);
    let mut tree = Tree::default();
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| Place::of(*error.marker(), lines.count).fault(sentence(error.info())))?;
        tree.event(event, (Place::of(span.start, lines.count), &mut lines))?;
    }
    Ok(tree.root)
}

#[derive(Clone, Copy)]
struct Place {
    line: usize,
    column: usize,
}

impl Place {
    /// The parser sees the end of a text of so many lines on the line behind it.
    fn of(marker: Marker, lines: usize) -> Self {
        Self { line: marker.line().clamp(1, lines), column: marker.col() + 1 }
    }

    fn fault(self, message: impl Into<String>) -> Fault {
        Fault { line: self.line, column: self.column, message: message.into() }
    }

    fn node(self, value: Value) -> Node {
        Node { line: self.line, column: self.column, value }
    }
}

/// A collection whose end is not reached yet.
struct Open {
    place: Place,
    /// The parser's number of its anchor, 0 for none.
    anchor: usize,
    content: Content,
}

enum Content {
    Sequence(Vec<Node>),
    Mapping { pairs: Vec<(Node, Node)>, key: Option<Node>, seen: HashSet<String> },
}

/// So many keys are compared one by one; more of them are looked up.
const FEW_KEYS: usize = 12;

struct Anchored {
    node: Node,
    cost: usize,
    depth: usize,
}

#[derive(Default)]
struct Tree {
    root: Option<Node>,
    documents: usize,
    open: Vec<Open>,
    anchors: HashMap<usize, Anchored>,
    nodes: usize,
}

impl Tree {
    fn event(&mut self, event: Event<'_>, (place, lines): (Place, &mut Lines<'_>)) -> Result<(), Fault> {
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 { Err(place.fault("a second document begins here, and one is expected")) } else { Ok(()) }
            }
            Event::Alias(anchor) => self.alias(anchor, place),
            Event::Scalar(text, style, anchor, tag) => {
                self.count(1, place)?;
                let bare = anchor == 0 && tag.is_none();
                let first_line = || if bare { first_line(place.line, &text) } else { lines.below_sign(place.line) };
                let form = Form::of(style, tag.as_deref(), first_line);
                self.add(place.node(Value::Scalar { text: text.into_owned(), form }), anchor)
            }
            Event::SequenceStart(anchor, _) => self.begin(Open { place, anchor, content: Content::Sequence(Vec::new()) }),
            Event::MappingStart(anchor, _) => {
                let content = Content::Mapping { pairs: Vec::new(), key: None, seen: HashSet::new() };
                self.begin(Open { place, anchor, content })
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
        }
    }

    fn begin(&mut self, open: Open) -> Result<(), Fault> {
        self.count(1, open.place)?;
        self.fits(1, open.place)?;
        if let Some(Open { content: Content::Mapping { key: None, .. }, .. }) = self.open.last() {
            return Err(open.place.fault("a key is a list or a mapping, and a text is expected"));
        }
        self.open.push(open);
        Ok(())
    }

    fn end(&mut self) -> Result<(), Fault> {
        let Some(Open { place, anchor, content }) = self.open.pop() else { return Ok(()) };
        let value = match content {
            Content::Sequence(items) => Value::Sequence(items),
            Content::Mapping { pairs, .. } => Value::Mapping(pairs),
        };
        self.add(place.node(value), anchor)
    }

    fn alias(&mut self, anchor: usize, place: Place) -> Result<(), Fault> {
        let Some(Anchored { node, cost, depth }) = self.anchors.get(&anchor) else {
            return Err(place.fault("an alias stands inside what it stands for"));
        };
        let (copy, cost, depth) = (node, *cost, *depth);
        if self.nodes + cost > NODES {
            return Err(too_many(place));
        }
        let copy = Node { line: place.line, column: place.column, value: copy.value.clone() };
        self.nodes += cost;
        self.fits(depth, place)?;
        self.place(copy)
    }

    /// Puts a finished node where it belongs, and keeps a copy for its aliases. The copy counts too.
    fn add(&mut self, node: Node, anchor: usize) -> Result<(), Fault> {
        if anchor > 0 {
            let (cost, depth) = node.extent();
            self.count(cost, Place { line: node.line, column: node.column })?;
            self.anchors.insert(anchor, Anchored { node: node.clone(), cost, depth });
        }
        self.place(node)
    }

    fn place(&mut self, node: Node) -> Result<(), Fault> {
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(node),
            Some(Content::Sequence(items)) => items.push(node),
            Some(Content::Mapping { pairs, key, seen }) => match key.take() {
                Some(key) => pairs.push((key, node)),
                None => *key = Some(checked_key(node, pairs, seen)?),
            },
        }
        Ok(())
    }

    fn count(&mut self, nodes: usize, place: Place) -> Result<(), Fault> {
        self.nodes += nodes;
        if self.nodes > NODES { Err(too_many(place)) } else { Ok(()) }
    }

    fn fits(&self, depth: usize, place: Place) -> Result<(), Fault> {
        if self.open.len() + depth > DEPTH {
            return Err(place.fault(format!("the values are nested deeper than {DEPTH} levels")));
        }
        Ok(())
    }
}

fn too_many(place: Place) -> Fault {
    place.fault(format!("there are more than {NODES} values, aliases counted as what they stand for"))
}

fn checked_key(node: Node, pairs: &[(Node, Node)], seen: &mut HashSet<String>) -> Result<Node, Fault> {
    let place = Place { line: node.line, column: node.column };
    let Value::Scalar { text, form } = &node.value else {
        return Err(place.fault("a key is a list or a mapping, and a text is expected"));
    };
    if *form == Form::Plain && text == "<<" {
        return Err(place.fault("the merge key `<<` is not part of YAML 1.2, and readers differ on it"));
    }
    if is_repeated(text, pairs, seen) {
        return Err(place.fault(format!("the key `{}` stands twice in a mapping", text.escape_debug())));
    }
    Ok(node)
}

fn is_repeated(text: &str, pairs: &[(Node, Node)], seen: &mut HashSet<String>) -> bool {
    let mut keys = pairs.iter().filter_map(|(key, _)| key.as_str());
    if pairs.len() < FEW_KEYS {
        return keys.any(|key| key == text);
    }
    if seen.is_empty() {
        seen.extend(keys.map(str::to_owned));
    }
    !seen.insert(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Node {
        parse(text).unwrap().unwrap()
    }

    fn refused(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn a_tree_has_the_places_of_its_values() {
        let root = read("# c\na:\n  - x\n  - \"y z\"\nb: {c: 1}\n");
        let items = root.get("a").and_then(Node::as_list).unwrap();
        assert_eq!((items[1].line, items[1].column, items[1].as_str()), (4, 5, Some("y z")));
        assert_eq!(root.get("b").and_then(|b| b.get("c")).and_then(Node::as_str), Some("1"));
        assert_eq!(root.entries().map(|pairs| pairs.iter().map(|(key, _)| key.line).collect::<Vec<_>>()), Some(vec![2, 5]));
        assert!(root.get("c").is_none() && items[0].get("a").is_none() && root.as_str().is_none() && root.as_list().is_none());
    }

    #[test]
    fn only_a_plain_scalar_is_null() {
        let root = read("a:\nb: ~\nc: null\nd: ''\ne: !!str null\nf: \"~\"\n");
        let nulls: Vec<bool> = root.entries().unwrap().iter().map(|(_, value)| value.is_null()).collect();
        assert_eq!(nulls, [true, true, true, false, false, false]);
    }

    #[test]
    fn many_keys_are_told_apart_as_few_are() {
        let many: String = (0..40).map(|i| format!("k{i}: 1\n")).collect();
        assert_eq!(read(&many).entries().map(<[_]>::len), Some(40));
        for twice in [0, 11, 12, 13, 39] {
            assert!(refused(&format!("{many}k{twice}: 2\n")).starts_with("line 41, column 1: the key"), "{twice}");
        }
    }

    #[test]
    fn an_empty_text_is_no_document() {
        assert!(["", "\n", "# c\n", "\u{feff}"].iter().all(|text| parse(text).unwrap().is_none()));
        assert!(read("---\n").is_null());
    }

    #[test]
    fn what_two_readers_may_read_differently_is_refused() {
        assert_eq!(refused("a: 1\n\"a\": 2\n"), "line 2, column 1: the key `a` stands twice in a mapping");
        assert!(refused("a: 1\n---\nb: 1\n").starts_with("line 2, column 1: a second document"));
        assert!(refused("a: &a {b: 1}\nc:\n  <<: *a\n").starts_with("line 3, column 3: the merge key"));
        assert!(refused("? [a]\n: b\n").contains("a key is a list"));
        assert!(refused("a: &a [x]\n*a : b\n").contains("a key is a list"));
        assert!(refused("a: *b\n").contains("anchor"));
        assert!(refused("a: &a [*a]\n").contains("inside what it stands for"));
        assert!(refused("a: 1\n!<x> ").starts_with("line 2, "));
        assert!(parse("\"<<\": 1\n").is_ok());
    }

    #[test]
    fn an_alias_is_what_it_stands_for() {
        let root = read("a: &a {k: [1]}\nb: *a\n");
        assert_eq!(root.get("a").unwrap().value, root.get("b").unwrap().value);
        assert_eq!(root.get("b").unwrap().line, 2);
    }

    #[test]
    fn aliases_do_not_blow_up() {
        let mut laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
        for i in 1..40 {
            let many = vec![format!("*a{}", i - 1); 9].join(",");
            laughs.push_str(&format!("a{i}: &a{i} [{many}]\n"));
        }
        assert!(refused(&laughs).contains("more than 250000 values"));
        let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(100_000), "*a,".repeat(100_000));
        assert!(refused(&long).contains("more than 250000 values"));
        let deep: String = (1..200).map(|i| format!("- &a{i} [*a{}]\n", i - 1)).collect();
        assert!(refused(&format!("- &a0 []\n{deep}")).contains("nested deeper"));
    }

    #[test]
    fn deep_nesting_is_an_error_and_no_crash() {
        for deep in ["[", "- ", "{a: ", "a:\n ", "? ", "[{"] {
            assert!(parse(&deep.repeat(100_000)).is_err(), "{deep}");
        }
        assert!(refused(&"- ".repeat(129)).contains("nested deeper than 128"));
        assert!(parse(&"- ".repeat(128)).is_ok());
    }

    #[test]
    fn many_values_are_refused_and_fewer_are_read() {
        assert!(refused(&"- x\n".repeat(250_000)).contains("more than 250000"));
        assert_eq!(read(&"- x\n".repeat(249_999)).as_list().map(<[Node]>::len), Some(249_999));
    }
}
