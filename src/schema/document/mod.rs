//! A JSON Schema document: read strictly, complete in itself, and asked whether an instance is valid.

use serde_json::Value;

use super::{Draft, FaultSort, Invalid, SchemaFault};
use crate::formats::json;

/// A schema that can be asked.
#[derive(Debug)]
pub(crate) struct Document {
    value: Value,
    draft: Draft,
    validator: jsonschema::Validator,
}

impl Document {
    /// Reads a schema. Where `$schema` is absent, it is taken for 2020-12.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(crate) fn read(text: &str) -> Result<Self, Vec<SchemaFault>> {
        let fault = |line, message: String, sort| vec![SchemaFault { line, pointer: String::new(), message, sort }];
        let value = json::parse(text).map_err(|error| fault(error.line, error.message, FaultSort::NotJson))?;
        let (draft, engine) = match value.get("$schema").and_then(Value::as_str) {
            Some(uri) if uri.contains("draft-07") => (Draft::Draft7, jsonschema::Draft::Draft7),
            Some(_) | None => (Draft::Draft2020, jsonschema::Draft::Draft202012),
        };
        let validator = jsonschema::options().with_draft(engine).build(&value);
        let validator = validator.map_err(|error| fault(1, error.to_string(), FaultSort::Invalid))?;
        Ok(Self { value, draft, validator })
    }

    /// The schema itself.
    pub(crate) fn value(&self) -> &Value {
        &self.value
    }

    /// Its edition.
    pub(crate) fn draft(&self) -> Draft {
        self.draft
    }

    /// Whether an instance is valid.
    pub(crate) fn accepts(&self, instance: &Value) -> bool {
        self.validator.is_valid(instance)
    }

    /// Why an instance is not valid: the first reasons. None: it is.
    pub(crate) fn judge(&self, instance: &Value) -> Vec<Invalid> {
        let why = self.validator.iter_errors(instance).take(20);
        why.map(|error| Invalid {
            at: error.instance_path().to_string(),
            rule: error.schema_path().to_string(),
            message: error.to_string(),
        })
        .collect()
    }
}
