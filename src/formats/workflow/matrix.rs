//! `strategy.matrix`: its legs, written out.

use super::Matrix;
use super::read::{entries, is_expression};
use super::reading::{Reading, shown};
use super::scalar::Meaning;
use crate::formats::expression;
use crate::formats::yaml::{Node, Value};

/// GitHub's limit.
const MOST_LEGS: usize = 256;
/// Above this, what `exclude` leaves is not looked for.
const MOST_TRIED: usize = 4_096;
/// How many names of `include` and `exclude` are compared with the legs.
const MOST_NAMES: usize = 1_024;
const MOST_VECTORS: usize = 64;

type Leg = Vec<(String, expression::Node)>;

/// Of `strategy`; none: it has no matrix.
pub(super) fn matrix(strategy: &Node, reading: &mut Reading) -> Option<Matrix> {
    let inserts = entries(strategy).iter().any(|(name, _)| is_expression(name));
    if is_expression(strategy) || (inserts && strategy.get("matrix").is_none()) {
        return Some(Matrix::Unknown);
    }
    let node = strategy.get("matrix")?;
    if has_expression(node) {
        return Some(Matrix::Unknown);
    }
    let vectors: Vec<(&str, &[Node])> = entries(node).iter().filter_map(|(name, values)| vector(name, values)).collect();
    for (name, _) in vectors.iter().filter(|(_, values)| values.is_empty()) {
        reading.fault(node, format!("`{}` of the matrix has no values", shown(name)));
    }
    let filters = |name| node.get(name).and_then(Node::as_list).unwrap_or_default();
    let (include, exclude) = (filters("include"), filters("exclude"));
    if include.is_empty()
        && node.entries().is_some_and(|pairs| pairs.iter().all(|(name, values)| !is_vector(name) && values.as_list().is_some()))
    {
        reading.fault(node, "the matrix has no legs");
    }
    let names: usize = include.iter().chain(exclude).map(|filter| entries(filter).len() + 1).sum();
    if names > MOST_NAMES || vectors.len() > MOST_VECTORS {
        return Some(Matrix::Unknown);
    }
    check_exclude(exclude, &vectors, reading);
    let legs = legs(&vectors, exclude).and_then(|legs| {
        let include = include.iter().map(leg).collect::<Option<_>>()?;
        Some(if legs.len() > MOST_LEGS { legs } else { included(legs, include) })
    });
    if let Some(legs) = legs.as_ref().filter(|legs| legs.len() > MOST_LEGS) {
        reading.fault(node, format!("the matrix has {} legs, and GitHub takes {MOST_LEGS}", legs.len()));
    }
    Some(legs.filter(|legs| !legs.is_empty()).map_or(Matrix::Unknown, Matrix::Legs))
}

fn is_vector(name: &Node) -> bool {
    !matches!(name.as_str(), Some("include" | "exclude"))
}

fn vector<'n>(name: &'n Node, values: &'n Node) -> Option<(&'n str, &'n [Node])> {
    Some((name.as_str().filter(|_| is_vector(name))?, values.as_list()?))
}

fn check_exclude(exclude: &[Node], vectors: &[(&str, &[Node])], reading: &mut Reading) {
    for (name, _) in exclude.iter().flat_map(entries) {
        let text = name.as_str().unwrap_or_default();
        if !vectors.iter().any(|(vector, _)| vector.eq_ignore_ascii_case(text)) {
            reading.fault(name, format!("`exclude` names `{}`, and the matrix has no such values", shown(text)));
        }
    }
}

fn has_expression(node: &Node) -> bool {
    match &node.value {
        Value::Scalar { .. } => is_expression(node),
        Value::Sequence(items) => items.iter().any(has_expression),
        Value::Mapping(pairs) => pairs.iter().any(|(name, value)| is_expression(name) || has_expression(value)),
    }
}

fn literal(node: &Node) -> Option<expression::Node> {
    Some(match Meaning::of(node)? {
        Meaning::Null => expression::Node::Null,
        Meaning::Bool(value) => expression::Node::Bool(value),
        Meaning::Number(number) => expression::Node::Number(number),
        Meaning::Text(text) => expression::Node::Text(text.to_owned()),
    })
}

fn leg(filter: &Node) -> Option<Leg> {
    entries(filter).iter().map(|(name, value)| Some((name.as_str()?.to_owned(), literal(value)?))).collect()
}

/// None: they are too many, or a value is more than a scalar.
fn legs(vectors: &[(&str, &[Node])], exclude: &[Node]) -> Option<Vec<Leg>> {
    let product = vectors.iter().try_fold(1_usize, |product, (_, values)| product.checked_mul(values.len()))?;
    if product > MOST_TRIED {
        return None;
    }
    let excluded: Vec<Leg> = exclude.iter().map(leg).collect::<Option<_>>()?;
    let mut legs: Vec<Leg> = if vectors.is_empty() { Vec::new() } else { vec![Vec::new()] };
    for (name, values) in vectors {
        let values: Vec<expression::Node> = values.iter().map(literal).collect::<Option<_>>()?;
        let with = |leg: &Leg, value: &expression::Node| leg.iter().cloned().chain([((*name).to_owned(), value.clone())]).collect();
        legs = legs.iter().flat_map(|leg| values.iter().map(|value| with(leg, value)).collect::<Vec<Leg>>()).collect();
    }
    legs.retain(|leg| !excluded.iter().any(|filter| filter.iter().all(|wanted| value_of(leg, &wanted.0) == Some(&wanted.1))));
    Some(legs)
}

/// An item of `include` joins every leg whose own values it leaves as they are; where there is none, it is a leg.
fn included(legs: Vec<Leg>, include: Vec<Leg>) -> Vec<Leg> {
    let own = legs.clone();
    let (mut legs, mut new) = (legs, Vec::new());
    for item in include {
        let mut joined = false;
        for (own, leg) in own.iter().zip(&mut legs) {
            if item.iter().all(|(name, value)| value_of(own, name).is_none_or(|there| there == value)) {
                joined = true;
                leg.retain(|(name, _)| value_of(own, name).is_some() || value_of(&item, name).is_none());
                leg.extend(item.iter().filter(|(name, _)| value_of(own, name).is_none()).cloned());
            }
        }
        if !joined {
            new.push(item);
        }
    }
    legs.append(&mut new);
    legs
}

fn value_of<'l>(leg: &'l Leg, name: &str) -> Option<&'l expression::Node> {
    leg.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::yaml;

    fn read(legs: &str) -> String {
        let node = yaml::parse(&format!("matrix: {legs}\n")).unwrap().unwrap();
        let mut reading = Reading::default();
        let read = matrix(&node, &mut reading).unwrap();
        match reading.or(Some(read)) {
            Err(reading) => reading.first().unwrap().message.clone(),
            Ok(Matrix::Unknown) => "unknown".to_owned(),
            Ok(Matrix::Legs(legs)) => {
                let value =
                    |value: &expression::Node| if let expression::Node::Text(text) = value { text.clone() } else { format!("{value:?}") };
                let leg = |leg: &Leg| leg.iter().map(|(name, node)| format!("{name}={}", value(node))).collect::<Vec<_>>().join(",");
                legs.iter().map(leg).collect::<Vec<_>>().join(" ")
            }
        }
    }

    #[test]
    fn the_legs_are_every_value_with_every_other() {
        assert_eq!(read("{os: [a, b], v: [1, 2]}"), "os=a,v=Number(1.0) os=a,v=Number(2.0) os=b,v=Number(1.0) os=b,v=Number(2.0)");
        assert_eq!(read("{os: [a, b], v: [1, 2], exclude: [{OS: a, v: 1}, {v: 2}]}"), "os=b,v=Number(1.0)");
    }

    #[test]
    fn what_is_included_joins_the_legs_it_agrees_with_or_is_one() {
        let fruits = "{fruit: [apple, pear], animal: [cat, dog], include: [{color: green}, {color: pink, animal: cat}, \
            {fruit: apple, shape: circle}, {fruit: banana}, {fruit: banana, animal: cat}]}";
        let expected = "fruit=apple,animal=cat,color=pink,shape=circle fruit=apple,animal=dog,color=green,shape=circle \
            fruit=pear,animal=cat,color=pink fruit=pear,animal=dog,color=green fruit=banana fruit=banana,animal=cat";
        assert_eq!(read(fruits), expected);
        assert_eq!(read("{include: [{a: x}, {b: true}]}"), "a=x b=Bool(true)");
    }

    #[test]
    fn what_cannot_be_written_out_is_unknown() {
        for unknown in
            ["${{ fromJSON('{}') }}", "{a: ['${{ 1 }}']}", "{a: [{b: 1}]}", "{a: [x], exclude: [{a: x}]}", "{include: '${{ x }}'}"]
        {
            assert_eq!(read(unknown), "unknown", "{unknown}");
        }
        let many = vec!["1"; 70].join(", ");
        assert_eq!(read(&format!("{{a: [{many}], b: [{many}], c: [{many}], d: [{many}]}}")), "unknown");
    }

    #[test]
    fn a_strategy_that_comes_from_an_expression_may_have_a_matrix() {
        for strategy in ["\"${{ insert }}\": \"${{ fromJSON('{}') }}\"\n", "\"${{ fromJSON('{}') }}\"\n"] {
            let node = yaml::parse(strategy).unwrap().unwrap();
            assert_eq!(matrix(&node, &mut Reading::default()), Some(Matrix::Unknown));
        }
        assert_eq!(matrix(&yaml::parse("{fail-fast: true}").unwrap().unwrap(), &mut Reading::default()), None);
    }

    #[test]
    fn a_matrix_that_has_no_legs_or_too_many_is_refused() {
        assert_eq!(read("{a: []}"), "`a` of the matrix has no values");
        assert_eq!(read("{}"), "the matrix has no legs");
        assert_eq!(read("{a: [x], exclude: [{b: 1}]}"), "`exclude` names `b`, and the matrix has no such values");
        let many = vec!["1"; 17].join(", ");
        assert_eq!(read(&format!("{{a: [{many}], b: [{many}]}}")), "the matrix has 289 legs, and GitHub takes 256");
    }
}
