//! Random instances that lie near what a schema speaks of: its own names and values, their neighbours, and small changes of what it accepts.

use serde_json::{Map, Value, json};

/// A random number generator that gives the same on every machine.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    pub(super) fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n.max(1)
    }

    fn pick<'v, T>(&mut self, from: &'v [T]) -> &'v T {
        &from[self.below(from.len())]
    }
}

/// What two schemas speak of.
pub(super) struct Samples {
    roots: [Value; 2],
    names: Vec<String>,
    scalars: Vec<Value>,
}

impl Samples {
    pub(super) fn of(old: &Value, new: &Value) -> Self {
        let (mut names, mut scalars) = (vec!["zz".to_owned(), "x-q".to_owned(), "a".to_owned(), "long-name".to_owned()], Vec::new());
        for plain in [
            json!(null),
            json!(true),
            json!(false),
            json!(0),
            json!(1),
            json!(-1),
            json!(0.5),
            json!(2.5),
            json!(1e20),
            json!(7),
            json!([]),
            json!({}),
        ] {
            scalars.push(plain);
        }
        for text in ["", "a", "ab", "abc", "abcd", "1", "a1", "z", "A", "é", "x-a", "a\n", "0a", "ag", "abcabc", "aaaaaaaaaaaa"] {
            scalars.push(json!(text));
        }
        collect(old, &mut names, &mut scalars);
        collect(new, &mut names, &mut scalars);
        names.sort();
        names.dedup();
        Self { roots: [old.clone(), new.clone()], names, scalars }
    }

    /// One instance, made after one of the two schemas.
    pub(super) fn one(&self, dice: &mut Dice) -> Value {
        let root = dice.below(2);
        let mut value = self.guided(&self.roots[root], (root, 6), dice);
        for _ in 0..dice.below(3) {
            self.change(&mut value, dice);
        }
        value
    }

    fn any(&self, depth: usize, dice: &mut Dice) -> Value {
        match dice.below(if depth == 0 { 6 } else { 9 }) {
            0..6 => dice.pick(&self.scalars).clone(),
            6 => Value::Array((0..dice.below(4)).map(|_| self.any(depth - 1, dice)).collect()),
            _ => Value::Object((0..dice.below(4)).map(|_| (dice.pick(&self.names).clone(), self.any(depth - 1, dice))).collect()),
        }
    }

    fn guided(&self, schema: &Value, (root, depth): (usize, usize), dice: &mut Dice) -> Value {
        let Some(keywords) = schema.as_object().filter(|_| depth > 0 && dice.below(12) > 0) else { return self.any(depth.min(2), dice) };
        if let Some(target) =
            keywords.get("$ref").and_then(Value::as_str).and_then(|to| self.roots[root].pointer(to.trim_start_matches('#')))
        {
            return self.guided(target, (root, depth - 1), dice);
        }
        if let Some(value) = keywords.get("const") {
            return value.clone();
        }
        if let Some(Value::Array(values)) = keywords.get("enum").filter(|values| values.as_array().is_some_and(|values| !values.is_empty()))
        {
            return dice.pick(values).clone();
        }
        let mut made = self.by_type(schema, (root, depth), dice);
        for key in ["allOf", "anyOf", "oneOf"] {
            let Some(Value::Array(branches)) = keywords.get(key).filter(|list| list.as_array().is_some_and(|list| !list.is_empty())) else {
                continue;
            };
            let chosen: Vec<&Value> = if key == "allOf" { branches.iter().collect() } else { vec![dice.pick(branches)] };
            for branch in chosen {
                match (&mut made, self.guided(branch, (root, depth - 1), dice)) {
                    (Value::Object(all), Value::Object(more)) => all.extend(more),
                    (made, other) => *made = other,
                }
            }
        }
        for key in ["then", "else"] {
            if let (Some(branch), 0) = (keywords.get(key), dice.below(4)) {
                match (&mut made, self.guided(branch, (root, depth - 1), dice)) {
                    (Value::Object(all), Value::Object(more)) => all.extend(more),
                    (made, other) => *made = other,
                }
            }
        }
        made
    }

    fn by_type(&self, schema: &Value, at: (usize, usize), dice: &mut Dice) -> Value {
        let types: Vec<&str> = match &schema["type"] {
            Value::String(one) => vec![one],
            Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => vec![],
        };
        let is = |word: &str| ["properties", "required", "patternProperties", "additionalProperties", "propertyNames"].contains(&word);
        let looks = schema.as_object().is_some_and(|keywords| keywords.keys().any(|key| is(key)));
        let kind = if types.is_empty() { if looks { "object" } else { "" } } else { *dice.pick(&types) };
        match kind {
            "object" => self.object(schema, at, dice),
            "array" => self.array(schema, at, dice),
            "" => self.any(at.1.min(2), dice),
            other => {
                let fits = |value: &&Value| match other {
                    "string" => value.is_string(),
                    "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
                    "number" => value.is_number(),
                    "boolean" => value.is_boolean(),
                    _ => value.is_null(),
                };
                let fitting: Vec<&Value> = self.scalars.iter().filter(fits).collect();
                (*dice.pick(&fitting)).clone()
            }
        }
    }

    fn object(&self, schema: &Value, (root, depth): (usize, usize), dice: &mut Dice) -> Value {
        let mut made = Map::new();
        for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
            if dice.below(3) > 0 {
                made.insert(name.clone(), self.guided(inner, (root, depth - 1), dice));
            }
        }
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !made.contains_key(name) {
                let inner = schema["properties"].get(name).unwrap_or(&Value::Bool(true));
                made.insert(name.to_owned(), self.guided(inner, (root, depth - 1), dice));
            }
        }
        for _ in 0..dice.below(4).saturating_sub(1) {
            let inner = if schema["additionalProperties"].is_object() { &schema["additionalProperties"] } else { &Value::Bool(true) };
            made.insert(dice.pick(&self.names).clone(), self.guided(inner, (root, depth - 1), dice));
        }
        Value::Object(made)
    }

    fn array(&self, schema: &Value, (root, depth): (usize, usize), dice: &mut Dice) -> Value {
        let places = schema["prefixItems"].as_array().or_else(|| schema["items"].as_array());
        let rest = [&schema["items"], &schema["additionalItems"], &schema["contains"]].into_iter().find(|rest| rest.is_object());
        let made = (0..dice.below(5)).map(|at| {
            let inner = places.and_then(|places| places.get(at)).or(rest).unwrap_or(&Value::Bool(true));
            self.guided(inner, (root, depth - 1), dice)
        });
        Value::Array(made.collect())
    }

    /// Changes one place of a value.
    fn change(&self, value: &mut Value, dice: &mut Dice) {
        match value {
            Value::Object(members) if !members.is_empty() && dice.below(4) > 0 => {
                let name = dice.pick(&members.keys().cloned().collect::<Vec<_>>()).clone();
                match dice.below(3) {
                    0 => drop(members.remove(&name)),
                    _ => members.get_mut(&name).into_iter().for_each(|inner| self.change(inner, dice)),
                }
            }
            Value::Object(members) if dice.below(2) == 0 => drop(members.insert(dice.pick(&self.names).clone(), self.any(1, dice))),
            Value::Array(items) if dice.below(4) > 0 => match (dice.below(3), items.len()) {
                (0, 1..) => drop(items.pop()),
                (1, 1..) => {
                    let at = dice.below(items.len());
                    self.change(&mut items[at], dice);
                }
                _ => items.push(self.any(1, dice)),
            },
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
                *value = self.any(2, dice)
            }
        }
    }
}

fn collect(schema: &Value, names: &mut Vec<String>, scalars: &mut Vec<Value>) {
    match schema {
        Value::Number(number) => {
            scalars.push(schema.clone());
            if let Some(number) = number.as_f64().filter(|number| number.abs() < 1e15) {
                let near = [number - 1.0, number + 1.0, number + 0.5, number * 2.0, number * 3.0, -number];
                scalars.extend(near.map(|near| if near.fract() == 0.0 { json!(near as i64) } else { json!(near) }));
                if (0.0..30.0).contains(&number) {
                    scalars.extend([number as usize, number as usize + 1].map(|length| json!("b".repeat(length))));
                }
            }
        }
        Value::String(text) => {
            scalars.push(schema.clone());
            names.push(text.clone());
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, names, scalars)),
        Value::Object(members) => {
            for (name, value) in members {
                names.push(name.clone());
                collect(value, names, scalars);
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}
