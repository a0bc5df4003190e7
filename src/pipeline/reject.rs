//! The table `rejects`: rows that were read and not accepted.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use crate::ingest::Reject;

pub(super) const REJECTS: &str = "rejects";

pub(super) fn schema() -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    Arc::new(Schema::new(vec![
        text("source"),
        text("file"),
        Field::new("line", DataType::Int64, true),
        text("column"),
        text("value"),
        text("reason_code"),
        text("text"),
    ]))
}

pub(super) fn batch(table: &str, rejects: &[Reject]) -> RecordBatch {
    let texts = |text: &dyn Fn(&Reject) -> Option<String>| -> ArrayRef {
        Arc::new(rejects.iter().map(text).collect::<StringArray>())
    };
    let columns: Vec<ArrayRef> = vec![
        texts(&|_| Some(table.to_owned())),
        texts(&|reject| Some(reject.source.clone())),
        Arc::new(rejects.iter().map(|reject| Some(reject.line as i64)).collect::<Int64Array>()),
        texts(&|reject| reject.column.clone()),
        texts(&|reject| reject.value.clone()),
        texts(&|reject| Some(reject.reason.code().to_owned())),
        texts(&|reject| Some(reject.text.clone())),
    ];
    RecordBatch::try_new(schema(), columns).expect("the columns are those of the schema")
}

/// The first rejects of each reason as lines of a message.
pub(super) fn examples(rejects: &[Reject]) -> String {
    use std::collections::BTreeMap;
    let mut by_reason: BTreeMap<(&str, &str), Vec<&Reject>> = BTreeMap::new();
    for reject in rejects {
        by_reason.entry((reject.reason.code(), reject.column.as_deref().unwrap_or(""))).or_default().push(reject);
    }
    let mut groups: Vec<_> = by_reason.into_iter().collect();
    groups.sort_by_key(|(_, rejects)| std::cmp::Reverse(rejects.len()));
    let line = |((code, column), rejects): &((&str, &str), Vec<&Reject>)| {
        let first = rejects[0];
        let column = if column.is_empty() { String::new() } else { format!(", column {column}") };
        let value = first.value.as_ref().map(|value| format!(" {value:?}")).unwrap_or_default();
        format!("  {} × {code}: {}, line {}{column}:{value} {}\n", rejects.len(), first.source, first.line, first.text)
    };
    groups.iter().take(5).map(line).collect()
}
