//! English and Chinese names of the columns that people read.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::model::Label;

static COLUMNS: LazyLock<BTreeMap<String, Label>> = LazyLock::new(|| {
    let mut reader = csv::Reader::from_reader(include_str!("column_label.csv").as_bytes());
    let label = |record: csv::StringRecord| {
        let cell = |place| record.get(place).unwrap_or_default().to_owned();
        (cell(0), Label { en: cell(1), zh: cell(2) })
    };
    reader.records().map_while(Result::ok).map(label).collect()
});

/// The names of a column of a published table, if it has any beside its own.
pub fn column_label(column: &str) -> Option<&'static Label> {
    COLUMNS.get(column)
}

/// All of them, by column.
pub(super) fn column_labels() -> impl Iterator<Item = (&'static String, &'static Label)> {
    COLUMNS.iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_both_names() {
        assert!(COLUMNS.len() > 100);
        for (column, label) in COLUMNS.iter() {
            assert!(!label.en.is_empty() && !label.zh.is_empty(), "{column}");
        }
        assert_eq!(column_label("total_score").unwrap().zh, "总分");
        assert!(column_label("no_such_column").is_none());
    }
}
