//! The parts of an expression.

use super::functions::STATUS;
use super::{Expression, Node};

impl Expression {
    /// What it is directly made of, from left to right.
    pub(crate) fn children(&self) -> Vec<&Self> {
        match &self.node {
            Node::Null | Node::Bool(_) | Node::Number(_) | Node::Text(_) | Node::Context(_) => Vec::new(),
            Node::Call { arguments: several, .. } | Node::And(several) | Node::Or(several) => several.iter().collect(),
            Node::Property(one, _) | Node::Star(one) | Node::Not(one) => vec![one],
            Node::Index(left, right) | Node::Compare(_, left, right) => vec![left, right],
        }
    }

    /// Itself and everything below it, in the order of the text.
    pub(crate) fn each(&self) -> impl Iterator<Item = &Self> {
        let mut waiting = vec![self];
        std::iter::from_fn(move || {
            let next = waiting.pop()?;
            waiting.extend(next.children().into_iter().rev());
            Some(next)
        })
    }

    /// The function of this name is called somewhere in it.
    pub(crate) fn calls(&self, function: &str) -> bool {
        self.each().any(|part| matches!(&part.node, Node::Call { function: called, .. } if called.eq_ignore_ascii_case(function)))
    }

    /// One of `success`, `failure`, `always`, `cancelled` is called somewhere in it.
    pub(crate) fn asks_status(&self) -> bool {
        STATUS.iter().any(|function| self.calls(function))
    }

    /// The context of this name stands somewhere in it.
    pub(crate) fn mentions_context(&self, context: &str) -> bool {
        self.each().any(|part| part.is_context(context))
    }

    /// `needs.a.result`, `needs['a'].result` as `needs`, `a`, `result`; none where it is anything else.
    pub(crate) fn path(&self) -> Option<Vec<&str>> {
        let (mut names, mut at) = (Vec::new(), self);
        while let Some((object, name)) = at.member() {
            names.push(name);
            at = object;
        }
        let Node::Context(context) = &at.node else { return None };
        names.push(context);
        names.reverse();
        Some(names)
    }

    pub(crate) fn is_context(&self, context: &str) -> bool {
        matches!(&self.node, Node::Context(name) if name.eq_ignore_ascii_case(context))
    }

    /// The object and the name, where this is a member with a known name.
    pub(crate) fn member(&self) -> Option<(&Self, &str)> {
        if let Node::Property(object, name) = &self.node {
            return Some((object, name));
        }
        let Node::Index(object, index) = &self.node else { return None };
        let Node::Text(name) = &index.node else { return None };
        Some((object, name))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Expression, parse, places};

    fn tree(source: &str) -> Expression {
        parse(source, &places::STEP_IF).unwrap()
    }

    #[test]
    fn a_call_is_found_at_any_depth_and_a_text_is_no_call() {
        assert!(tree("!(1 == 2) || needs.a[format('{0}', Always())]").calls("always"));
        assert!(!tree("contains('always()', 'x')").calls("always"));
        assert!(tree("steps.a.outputs.b == 'x' && CANCELLED()").asks_status());
        assert!(!tree("steps.always.success == 'failure()'").asks_status());
    }

    #[test]
    fn a_context_is_no_property() {
        assert!(tree("toJSON(needs)").mentions_context("needs"));
        assert!(!tree("github.needs").mentions_context("needs"));
    }

    #[test]
    fn a_path_has_known_names_only() {
        assert_eq!(tree("needs['a b'].result").path(), Some(vec!["needs", "a b", "result"]));
        assert_eq!(tree("needs.*.result").path(), None);
        assert_eq!(tree("needs[github.ref]").path(), None);
    }

    #[test]
    fn the_parts_come_in_the_order_of_the_text() {
        let tree = tree("github.a == 'x' && !runner.b");
        let starts: Vec<usize> = tree.each().map(|part| part.start).collect();
        assert_eq!(starts, [0, 0, 0, 0, 12, 19, 20, 20]);
    }
}
