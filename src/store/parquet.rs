//! The one Parquet writer, and the rules that make its files readable everywhere.
//!
//! Published files hold no unsigned, nanosecond, nested, view, dictionary, half-float or 256-bit types; texts are
//! UTF-8; NaN and infinity become NULL; zstd; row groups of at most 131,072 rows; the footer names its run.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Float64Type, Schema, SchemaRef, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use super::{DataFile, Store, StoreError};

const ROW_GROUP_ROWS: usize = 131_072;

/// Writes one file of the lake, batch by batch.
pub struct ParquetSink {
    store: Store,
    table: String,
    path: String,
    local: LocalFile,
    schema: SchemaRef,
    writer: ArrowWriter<Hashing>,
    rows: u64,
}

/// A finished file.
pub type ParquetFile = DataFile;

enum LocalFile {
    /// Written in its place: nothing refers to it before the commit.
    InPlace(PathBuf),
    /// Written beside, then uploaded.
    Upload(tempfile::TempPath),
}

/// A file that hashes and counts what is written to it.
struct Hashing {
    file: File,
    hash: blake3::Hasher,
    size: u64,
}

impl Write for Hashing {
    fn write(&mut self, buffer: &[u8]) -> std::io::Result<usize> {
        let count = self.file.write(buffer)?;
        self.hash.update(&buffer[..count]);
        self.size += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

impl ParquetSink {
    /// Starts the file `path` of `table`; `metadata` goes into its footer.
    ///
    /// # Errors
    /// A column type that no reader should meet, or a disk that refuses.
    pub fn create(
        store: &Store,
        table: &str,
        path: String,
        schema: &Schema,
        metadata: &[(&str, &str)],
    ) -> Result<Self, StoreError> {
        let schema = conform_schema(table, schema)?;
        let (local, file) = match store.local_path(&path) {
            Some(local) => {
                let disk = |source| StoreError::Disk { operation: "create", path: local.clone(), source };
                std::fs::create_dir_all(local.parent().unwrap_or(&local)).map_err(disk)?;
                let file = File::create_new(&local).map_err(disk)?;
                (LocalFile::InPlace(local), file)
            }
            None => {
                let temporary = tempfile::NamedTempFile::new().map_err(|source| StoreError::Disk {
                    operation: "create",
                    path: std::env::temp_dir(),
                    source,
                })?;
                let (file, temporary) = temporary.into_parts();
                (LocalFile::Upload(temporary), file)
            }
        };
        let pairs = metadata.iter().map(|(key, value)| KeyValue::new((*key).to_owned(), (*value).to_owned()));
        // The least and greatest of a text mislead a planner that casts it to a number.
        let statistics = match table.starts_with("raw.") {
            true => EnabledStatistics::None,
            false => EnabledStatistics::Page,
        };
        let properties = WriterProperties::builder()
            .set_statistics_enabled(statistics)
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(3).unwrap_or_default()))
            .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
            .set_created_by(format!("postloan {}", env!("CARGO_PKG_VERSION")))
            .set_key_value_metadata(Some(pairs.collect()))
            .build();
        let hashing = Hashing { file, hash: blake3::Hasher::new(), size: 0 };
        let writer = ArrowWriter::try_new(hashing, Arc::clone(&schema), Some(properties))
            .map_err(|source| StoreError::Parquet { path: path.clone(), source })?;
        Ok(Self { store: store.clone(), table: table.to_owned(), path, local, schema, writer, rows: 0 })
    }

    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), StoreError> {
        let batch = conform(&self.table, batch, &self.schema)?;
        self.rows += batch.num_rows() as u64;
        self.writer.write(&batch).map_err(|source| StoreError::Parquet { path: self.path.clone(), source })
    }

    /// Closes the file and makes it durable.
    pub async fn finish(self) -> Result<ParquetFile, StoreError> {
        let path = self.path;
        let hashing = self.writer.into_inner().map_err(|source| StoreError::Parquet { path: path.clone(), source })?;
        let blake3 = hashing.hash.finalize().to_hex().to_string();
        match &self.local {
            LocalFile::InPlace(local) => {
                let disk = |source| StoreError::Disk { operation: "sync", path: local.clone(), source };
                hashing.file.sync_all().map_err(disk)?;
                self.store.sync_folder(&path)?;
            }
            LocalFile::Upload(temporary) => self.store.upload(temporary, &path).await?,
        }
        Ok(DataFile { path, size: hashing.size, rows: self.rows, blake3 })
    }
}

/// The schema as it is published.
///
/// # Errors
/// Names the column whose type has no published form.
pub fn conform_schema(table: &str, schema: &Schema) -> Result<SchemaRef, StoreError> {
    let refuse = |field: &Field, problem: String| StoreError::Unpublishable {
        table: table.to_owned(),
        column: field.name().clone(),
        problem,
    };
    let mut fields = Vec::with_capacity(schema.fields().len());
    for field in schema.fields() {
        let name = field.name();
        // Raw tables keep the names of their files.
        if !table.starts_with("raw.") && !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        {
            return Err(refuse(field, "must be named in lower-case ASCII letters, digits and _".to_owned()));
        }
        if fields.iter().any(|earlier: &Field| earlier.name() == name) {
            return Err(refuse(field, "appears twice".to_owned()));
        }
        let published = published_type(field.data_type())
            .ok_or_else(|| refuse(field, format!("has type {}, which not every reader can open", field.data_type())))?;
        fields.push(Field::new(name, published, true));
    }
    Ok(Arc::new(Schema::new(fields)))
}

fn published_type(data_type: &DataType) -> Option<DataType> {
    Some(match data_type {
        DataType::Boolean | DataType::Int32 | DataType::Int64 | DataType::Float64 | DataType::Date32 => {
            data_type.clone()
        }
        DataType::Int8 | DataType::Int16 | DataType::UInt8 | DataType::UInt16 => DataType::Int32,
        DataType::UInt32 | DataType::UInt64 => DataType::Int64,
        DataType::Float16 | DataType::Float32 => DataType::Float64,
        DataType::Date64 => DataType::Date32,
        DataType::Timestamp(_, None) => DataType::Timestamp(TimeUnit::Microsecond, None),
        DataType::Decimal128(precision, scale) if *precision <= 38 && *scale >= 0 => data_type.clone(),
        DataType::Decimal32(precision, scale) | DataType::Decimal64(precision, scale) if *scale >= 0 => {
            DataType::Decimal128(*precision, *scale)
        }
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => DataType::Utf8,
        DataType::Dictionary(_, value) => published_type(value)?,
        _ => return None,
    })
}

/// The batch with published types, and NULL for NaN and infinity.
pub fn conform(table: &str, batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, StoreError> {
    let refuse = |column: &str, problem: String| StoreError::Unpublishable {
        table: table.to_owned(),
        column: column.to_owned(),
        problem,
    };
    let columns = batch
        .columns()
        .iter()
        .zip(schema.fields())
        .map(|(column, field)| {
            let column = match column.data_type() == field.data_type() {
                true => Arc::clone(column),
                false => cast(column, field.data_type()).map_err(|error| refuse(field.name(), error.to_string()))?,
            };
            Ok(match column.data_type() {
                DataType::Float64 => finite(&column),
                _ => column,
            })
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    RecordBatch::try_new(Arc::clone(schema), columns).map_err(|error| refuse("(all)", error.to_string()))
}

fn finite(column: &ArrayRef) -> ArrayRef {
    let values = column.as_primitive::<Float64Type>();
    if values.values().iter().all(|value| value.is_finite()) {
        return Arc::clone(column);
    }
    let finite: Float64Array = values.iter().map(|value| value.filter(|value| value.is_finite())).collect();
    Arc::new(finite)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(data_type: DataType) -> Schema {
        Schema::new(vec![Field::new("a", data_type, true)])
    }

    #[test]
    fn types_that_readers_stumble_on_are_replaced_or_refused() {
        let published =
            |data_type| conform_schema("t", &schema(data_type)).map(|schema| schema.field(0).data_type().clone());
        assert_eq!(published(DataType::UInt64).unwrap(), DataType::Int64);
        assert_eq!(published(DataType::Utf8View).unwrap(), DataType::Utf8);
        assert_eq!(
            published(DataType::Timestamp(TimeUnit::Nanosecond, None)).unwrap(),
            DataType::Timestamp(TimeUnit::Microsecond, None)
        );
        let error = published(DataType::Decimal256(50, 10)).unwrap_err().to_string();
        assert_eq!(
            error,
            "table t cannot be published: column a has type Decimal256(50, 10), which not every reader can open"
        );
    }

    #[test]
    fn a_number_that_is_none_becomes_null() {
        let schema = conform_schema("t", &schema(DataType::Float64)).unwrap();
        let column: ArrayRef = Arc::new(Float64Array::from(vec![1.0, f64::NAN, f64::INFINITY]));
        let batch = RecordBatch::try_new(Arc::clone(&schema), vec![column]).unwrap();
        let conformed = conform("t", &batch, &schema).unwrap();
        assert_eq!(conformed.column(0).null_count(), 2);
    }
}
