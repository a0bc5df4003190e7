//! The model as JSON, for catalogues and for people who map extracts.

use serde_json::{Map, Value, json};

use super::{DefaultValue, Model, Table};

pub(super) fn model(model: &Model) -> Value {
    let tables: Map<String, Value> = model.tables().map(|entry| (entry.name.clone(), table(entry))).collect();
    json!({ "tables": tables })
}

fn table(table: &Table) -> Value {
    let columns: Vec<Value> = table
        .columns
        .iter()
        .map(|column| {
            let mut entry = json!({
                "name": column.name,
                "type": column.kind.to_string(),
                "required": column.required,
                "meaning": column.label.en,
                "meaning_zh": column.label.zh,
            });
            if column.personal {
                entry["personal"] = json!(true);
            }
            match &column.default {
                Some(DefaultValue::Literal(value)) => entry["default"] = json!(value),
                Some(DefaultValue::EventDate(event)) => entry["default"] = json!(format!("end of {event}")),
                None => {}
            }
            if let Some(codes) = table.code_list(&column.name) {
                entry["codes"] = json!(codes);
            }
            if !column.aliases.is_empty() {
                let aliases: Map<String, Value> =
                    column.aliases.iter().map(|(from, to)| (from.clone(), json!(to))).collect();
                entry["aliases"] = Value::Object(aliases);
            }
            entry
        })
        .collect();
    let foreign_keys: Vec<Value> = table
        .foreign_keys
        .iter()
        .map(|key| json!({ "columns": key.columns, "table": key.table, "referred": key.referred }))
        .collect();
    let checks: Vec<Value> = table
        .checks
        .iter()
        .map(|check| json!({ "name": check.name, "expression": check.expression.to_string() }))
        .collect();
    json!({
        "meaning": table.label.en,
        "meaning_zh": table.label.zh,
        "columns": columns,
        "primary_key": table.primary_key,
        "foreign_keys": foreign_keys,
        "checks": checks,
        "event_date": table.event_column(),
    })
}
