//! The files of a generated project.
//!
//! Everything is written into a folder beside the target and renamed when it is complete, so that an interrupted
//! generation leaves nothing that looks like a project.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::csv::WriterBuilder;
use arrow::datatypes::Schema;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook};

use super::calendar::compact;
use super::page::{Place, Schemas};
use super::sheet::Sheet;
use super::{Format, SynthError};

/// Tables of a bank's back office that come as a workbook, and those that come in the encoding of an older system.
pub(super) const WORKBOOKS: [&str; 1] = ["inspection_plan"];
pub(super) const GB18030: [&str; 2] = ["branch", "officer"];

/// What one Parquet file may keep in memory before a row group is written.
const HELD_BACK: usize = 2 << 20;

/// Rows of one place, ready to be appended to its file.
pub(super) enum Chunk {
    Csv(Vec<u8>),
    Batch(RecordBatch),
}

pub(super) struct Files {
    target: PathBuf,
    folder: tempfile::TempDir,
    format: Format,
    schemas: Arc<Schemas>,
    open: BTreeMap<Place, Writer>,
    pub rows: BTreeMap<&'static str, u64>,
}

enum Writer {
    Csv(BufWriter<File>, PathBuf),
    Parquet(Box<ArrowWriter<File>>, PathBuf),
    Workbook(Vec<RecordBatch>),
}

impl Files {
    /// # Errors
    /// The target holds something already, or its parent cannot be written.
    pub fn create(target: &Path, format: Format, schemas: &Arc<Schemas>) -> Result<Self, SynthError> {
        let is_empty = match std::fs::read_dir(target) {
            Ok(mut entries) => entries.next().is_none(),
            Err(_) => !target.exists(),
        };
        if !is_empty {
            return Err(SynthError::Taken(target.to_path_buf()));
        }
        let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::create_dir_all(parent).map_err(at(parent))?;
        let folder = tempfile::Builder::new().prefix(".generating-").tempdir_in(parent).map_err(at(parent))?;
        Ok(Self {
            target: target.to_path_buf(),
            folder,
            format,
            schemas: Arc::clone(schemas),
            open: BTreeMap::new(),
            rows: BTreeMap::new(),
        })
    }

    pub fn append(&mut self, place: Place, rows: usize, chunk: &Chunk) -> Result<(), SynthError> {
        *self.rows.entry(place.table).or_default() += rows as u64;
        if !self.open.contains_key(&place) {
            let writer = self.start(place)?;
            self.open.insert(place, writer);
        }
        match (self.open.get_mut(&place), chunk) {
            (Some(Writer::Csv(file, path)), Chunk::Csv(text)) => file.write_all(text).map_err(at(path)),
            (Some(Writer::Parquet(writer, path)), Chunk::Batch(batch)) => {
                let failed = |source| SynthError::Parquet { path: path.clone(), source };
                writer.write(batch).map_err(failed)?;
                // Hundreds of files are open at once; together they may not hold many rows back.
                if writer.memory_size() > HELD_BACK {
                    writer.flush().map_err(failed)?;
                }
                Ok(())
            }
            (Some(Writer::Workbook(batches)), Chunk::Batch(batch)) => {
                batches.push(batch.clone());
                Ok(())
            }
            _ => Err(SynthError::Layout { table: place.table, column: "(the format)".to_owned() }),
        }
    }

    fn start(&self, place: Place) -> Result<Writer, SynthError> {
        if WORKBOOKS.contains(&place.table) {
            return Ok(Writer::Workbook(Vec::new()));
        }
        let schema = self.schemas.get(place.table);
        let path = self.folder.path().join(file_name(place, self.format));
        let parent = path.parent().unwrap_or(&path);
        std::fs::create_dir_all(parent).map_err(at(parent))?;
        let mut file = File::create_new(&path).map_err(at(&path))?;
        match is_text(place.table, self.format) {
            true => {
                let header = format!("{}\n", names(schema).join(","));
                file.write_all(header.as_bytes()).map_err(at(&path))?;
                Ok(Writer::Csv(BufWriter::new(file), path))
            }
            false => {
                let level = ZstdLevel::try_new(3).unwrap_or_default();
                let properties = WriterProperties::builder().set_compression(Compression::ZSTD(level)).build();
                let writer = ArrowWriter::try_new(file, Arc::clone(schema), Some(properties));
                let writer = writer.map_err(|source| SynthError::Parquet { path: path.clone(), source })?;
                Ok(Writer::Parquet(Box::new(writer), path))
            }
        }
    }

    /// A file beside the data.
    pub fn write_text(&self, name: &str, text: &str) -> Result<(), SynthError> {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).map_err(at(&path))
    }

    /// A table that is no input.
    pub fn write_table(&self, name: &str, batch: &RecordBatch) -> Result<(), SynthError> {
        let path = self.folder.path().join(name);
        let failed = |source| SynthError::Parquet { path: path.clone(), source };
        let file = File::create_new(&path).map_err(at(&path))?;
        let mut writer = ArrowWriter::try_new(file, batch.schema(), None).map_err(failed)?;
        writer.write(batch).map_err(failed)?;
        writer.close().map_err(failed)?;
        Ok(())
    }

    /// Closes all files and puts the folder in its place.
    pub fn finish(self) -> Result<u64, SynthError> {
        for (place, writer) in self.open {
            match writer {
                Writer::Csv(mut file, path) => file.flush().map_err(at(&path))?,
                Writer::Parquet(writer, path) => {
                    writer.close().map_err(|source| SynthError::Parquet { path, source })?;
                }
                Writer::Workbook(batches) => {
                    let path = self.folder.path().join("data").join(format!("{}.xlsx", place.table));
                    write_workbook(&path, self.schemas.get(place.table), &batches)?;
                }
            }
        }
        let bytes = folder_size(self.folder.path());
        // An empty folder may be in its place; if the move fails, the temporary folder is removed.
        let _ = std::fs::remove_dir(&self.target);
        std::fs::rename(self.folder.path(), &self.target).map_err(at(&self.target))?;
        let _ = self.folder.keep();
        open_to_readers(&self.target);
        Ok(bytes)
    }
}

/// The rows of a sheet as the file of its table takes them.
pub(super) fn encode(table: &str, sheet: Sheet, format: Format) -> Result<Chunk, SynthError> {
    let batch = sheet.finish()?;
    if WORKBOOKS.contains(&table) || !is_text(table, format) {
        return Ok(Chunk::Batch(batch));
    }
    let mut text = Vec::new();
    let builder = WriterBuilder::new().with_header(false).with_timestamp_format("%Y-%m-%d %H:%M:%S".to_owned());
    let mut writer = builder.build(&mut text);
    writer.write(&batch).map_err(SynthError::Arrow)?;
    drop(writer);
    if GB18030.contains(&table) {
        let decoded = String::from_utf8_lossy(&text);
        text = encoding_rs::GB18030.encode(&decoded).0.into_owned();
    }
    Ok(Chunk::Csv(text))
}

/// Where the rows of a place lie in the project.
pub(super) fn file_name(place: Place, format: Format) -> String {
    let suffix = if is_text(place.table, format) { "csv" } else { "parquet" };
    match place.month {
        Some(month) => format!("data/{table}/{table}_{month}.{suffix}", table = place.table, month = compact(month)),
        None => format!("data/{}.{suffix}", place.table),
    }
}

pub(super) fn is_text(table: &str, format: Format) -> bool {
    format == Format::Csv || GB18030.contains(&table)
}

pub(super) fn names(schema: &Schema) -> Vec<&str> {
    schema.fields().iter().map(|field| field.name().as_str()).collect()
}

fn write_workbook(path: &Path, schema: &Schema, batches: &[RecordBatch]) -> Result<(), SynthError> {
    let failed = |error: rust_xlsxwriter::XlsxError| SynthError::Workbook { path: path.to_path_buf(), source: error };
    let mut workbook = Workbook::new();
    // The time of writing would make every file another.
    let written = ExcelDateTime::from_ymd(2025, 1, 1).map_err(failed)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&written));
    let sheet = workbook.add_worksheet();
    for (column, name) in (0..).zip(names(schema)) {
        sheet.write_string(0, column, name).map_err(failed)?;
    }
    let options = FormatOptions::default();
    let mut row = 1;
    for batch in batches {
        for (column, array) in (0..).zip(batch.columns()) {
            let formatter = ArrayFormatter::try_new(array, &options).map_err(SynthError::Arrow)?;
            for index in 0..batch.num_rows() {
                let text = formatter.value(index).to_string();
                let at = row + index as u32;
                match text.parse::<f64>() {
                    Ok(number) => sheet.write_number(at, column, number).map_err(failed)?,
                    Err(_) => sheet.write_string(at, column, &text).map_err(failed)?,
                };
            }
        }
        row += batch.num_rows() as u32;
    }
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(at(parent))?;
    }
    workbook.save(path).map_err(failed)
}

fn folder_size(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let size = |entry: std::fs::DirEntry| match entry.file_type() {
        Ok(kind) if kind.is_dir() => folder_size(&entry.path()),
        _ => entry.metadata().map_or(0, |metadata| metadata.len()),
    };
    entries.map(size).sum()
}

/// A temporary folder is its owner's alone; a project is not.
fn open_to_readers(folder: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let _ = std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755));
    }
}

fn at(path: &Path) -> impl FnOnce(std::io::Error) -> SynthError {
    let path = path.to_path_buf();
    move |source| SynthError::Disk { path, source }
}
