//! A page for each JSON schema: a table for each object, a list for each set of names.

use serde_json::{Map, Value};

use crate::{config, report};

use super::{Page, page, table};

/// The pages of all schemas.
pub(super) fn pages() -> Vec<Page> {
    let schemas = [
        ("project", "A project: `shakedown.yml`", config::schema_project()),
        ("subject", "A subject: the files in `configs/`", config::schema_subject()),
        ("suite", "A suite: phases, checks, verbs and matchers", config::schema_suite()),
        ("report", "`report.json`", report::schema()),
        ("verdict", "`verdict.json`", report::verdict_schema()),
    ];
    schemas.into_iter().map(|(name, title, schema)| page_of(name, title, &schema)).collect()
}

fn page_of(name: &str, title: &str, schema: &Value) -> Page {
    let intro = format!("{}\n\nThe schema itself: `shakedown schema {name}`.\n\n", described(schema));
    let definitions = schema["$defs"].as_object().cloned().unwrap_or_default();
    let sections = definitions.iter().map(|(name, definition)| section(name, definition));
    let body: String = [intro, keys(schema)].into_iter().chain(sections).collect();
    page(&format!("{name}.md"), title, &body)
}

/// One definition; empty for one that is only another name of a plain value.
fn section(name: &str, definition: &Value) -> String {
    let (keys, names) = (keys(definition), names(definition));
    format!("\n## {name}\n\n{}\n\n{}{keys}{names}", described(definition), shape(definition, &keys, &names))
}

/// In words what is neither an object with keys nor a set of names.
fn shape(definition: &Value, keys: &str, names: &str) -> String {
    if keys.is_empty() && names.is_empty() { format!("Written as {}.\n", kind(definition)) } else { String::new() }
}

fn described(schema: &Value) -> String {
    schema["description"].as_str().unwrap_or_default().trim().to_owned()
}

/// The keys of an object, the required ones marked.
fn keys(schema: &Value) -> String {
    let Some(properties) = schema["properties"].as_object() else { return String::new() };
    let row = |(name, property): (&String, &Value)| {
        let mark = if is_required(schema, name) { " (required)" } else { "" };
        vec![format!("`{name}`{mark}"), kind(property), default(property), described(property)]
    };
    let rows: Vec<_> = properties.iter().map(row).collect();
    let further = match &schema["additionalProperties"] {
        Value::Object(further) => format!("\nAny other key: {}. {}\n", kind_of(further), further_words(further)),
        _ => String::new(),
    };
    format!("{}{further}", table(&["Key", "Value", "Default", "Meaning"], &rows))
}

fn further_words(further: &Map<String, Value>) -> &str {
    further.get("description").and_then(Value::as_str).unwrap_or_default()
}

fn is_required(schema: &Value, name: &str) -> bool {
    schema["required"].as_array().is_some_and(|names| names.iter().any(|one| one == name))
}

fn default(property: &Value) -> String {
    match &property["default"] {
        Value::Null | Value::Object(_) => String::new(),
        Value::Array(items) if items.is_empty() => String::new(),
        value => format!("`{}`", value.as_str().map_or_else(|| value.to_string(), str::to_owned)),
    }
}

/// The names of an enumeration, with what each means.
fn names(schema: &Value) -> String {
    let variants = schema["oneOf"].as_array().or(schema["anyOf"].as_array());
    let constants = variants.into_iter().flatten().filter(|variant| variant["const"].is_string());
    let rows: Vec<_> =
        constants.map(|variant| vec![format!("`{}`", text(&variant["const"])), described(variant)]).collect();
    if rows.is_empty() { String::new() } else { table(&["Name", "Meaning"], &rows) }
}

/// What a value is, in words; other definitions are linked to.
fn kind(schema: &Value) -> String {
    schema.as_object().map_or_else(|| "anything".to_owned(), kind_of)
}

fn kind_of(schema: &Map<String, Value>) -> String {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return format!("[{name}](#{})", name.to_lowercase());
    }
    let alternatives = schema.get("anyOf").or(schema.get("oneOf")).and_then(Value::as_array);
    if let Some(alternatives) = alternatives {
        let told = alternatives.iter().filter(|one| one["type"] != "null").map(kind);
        return told.collect::<Vec<_>>().join(" or ");
    }
    if let Some(constant) = schema.get("const") {
        return format!("`{}`", text(constant));
    }
    match schema.get("type") {
        Some(Value::String(name)) => simple(name, schema),
        Some(Value::Array(names)) => several(names, schema),
        _ => "anything".to_owned(),
    }
}

/// Several types at once: what is written as a scalar is a text, whatever it looks like.
fn several(names: &[Value], schema: &Map<String, Value>) -> String {
    let names: Vec<&str> = names.iter().filter_map(Value::as_str).filter(|name| *name != "null").collect();
    if names.contains(&"string") {
        return "text".to_owned();
    }
    names.iter().map(|name| simple(name, schema)).collect::<Vec<_>>().join(" or ")
}

fn simple(name: &str, schema: &Map<String, Value>) -> String {
    match name {
        "string" => "text".to_owned(),
        "boolean" => "`true` or `false`".to_owned(),
        "integer" | "number" => "number".to_owned(),
        "array" => format!("list of {}", schema.get("items").map_or("anything".to_owned(), kind)),
        "object" => match schema.get("additionalProperties") {
            Some(values @ Value::Object(_)) => format!("map of {}", kind(values)),
            _ => "map".to_owned(),
        },
        other => other.to_owned(),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case(json!({"type": "string"}), "text")]
    #[case(json!({"type": ["string", "null"]}), "text")]
    #[case(json!({"type": ["integer", "null"]}), "number")]
    #[case(json!({"type": "array", "items": {"$ref": "#/$defs/Stage"}}), "list of [Stage](#stage)")]
    #[case(json!({"type": "object", "additionalProperties": {"type": "string"}}), "map of text")]
    #[case(json!({"anyOf": [{"$ref": "#/$defs/Expect"}, {"type": "null"}]}), "[Expect](#expect)")]
    #[case(json!({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}), "text or list of text")]
    #[case(json!(true), "anything")]
    fn a_value_is_told_in_words(#[case] schema: Value, #[case] words: &str) {
        assert_eq!(kind(&schema), words);
    }

    #[test]
    fn every_link_within_a_page_leads_to_a_heading_of_it() {
        for page in pages() {
            for link in page.text.split("](#").skip(1) {
                let name = link.split(')').next().unwrap_or_default();
                let heading = |line: &str| line.strip_prefix("## ").is_some_and(|title| title.to_lowercase() == name);
                assert!(page.text.lines().any(heading), "{}: #{name}", page.file);
            }
        }
    }

    #[test]
    fn every_key_has_a_meaning() {
        for page in pages() {
            for line in page.text.lines().filter(|line| line.starts_with("| `")) {
                assert!(!line.ends_with("|  |"), "{}: {line}", page.file);
            }
        }
    }
}
