//! Faults of a schema: their places and their order.

use crate::formats::fault::Fault;
use crate::formats::json_tree::{Node, Value};
use crate::schema::{FaultSort, SchemaFault};

/// How many of them are told.
const MOST: usize = 50;

/// A fault of the whole document.
pub(super) fn whole(sort: FaultSort, message: String) -> SchemaFault {
    SchemaFault { line: 1, pointer: String::new(), message, sort }
}

/// Why a text is not read at all.
pub(super) fn of_text(fault: Fault) -> Vec<SchemaFault> {
    let sort = if fault.message.contains("nested deeper") { FaultSort::TooLarge } else { FaultSort::NotJson };
    vec![SchemaFault { line: fault.line, pointer: String::new(), message: fault.message, sort }]
}

/// In the order of the text, each once, the first of many.
pub(super) fn sorted(mut faults: Vec<SchemaFault>) -> Vec<SchemaFault> {
    let key = |fault: &SchemaFault| (fault.line, fault.pointer.clone(), fault.sort, fault.message.clone());
    faults.sort_by_key(key);
    faults.dedup();
    faults.truncate(MOST);
    faults
}

/// The line of what a pointer leads to, or of the nearest above it that is there.
pub(super) fn line_of(root: &Node<'_>, pointer: &str) -> usize {
    let (mut node, mut line) = (root, root.line);
    for token in pointer.split('/').skip(1) {
        let name = token.replace("~1", "/").replace("~0", "~");
        let below = match &node.value {
            Value::Object(members) => members.iter().find(|member| member.key == name.as_str()).map(|member| (&member.node, member.line)),
            Value::List(items) => name.parse::<usize>().ok().and_then(|at| items.get(at)).map(|item| (item, item.line)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => None,
        };
        let Some(below) = below else { break };
        (node, line) = below;
    }
    line
}
