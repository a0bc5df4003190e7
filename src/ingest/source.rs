//! From a file as delivered to a text table: decompressed, decoded, surveyed.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use super::{IngestError, TextTable, csv, is_folder, ndjson, workbook};
use crate::config::{Encoding, Format, SourceFiles};

const CHUNK: usize = 1 << 20;

/// blake3 of the file's bytes as delivered.
///
/// # Errors
/// A folder, or a file that cannot be read.
pub fn content_hash(name: &str, path: &Path) -> Result<String, IngestError> {
    if is_folder(path) {
        return Err(IngestError::Folder { file: name.to_owned() });
    }
    let mut file = File::open(path).map_err(|source| IngestError::read(name, source))?;
    let mut hash = blake3::Hasher::new();
    let mut buffer = vec![0; CHUNK];
    loop {
        let count = file.read(&mut buffer).map_err(|source| IngestError::read(name, source))?;
        if count == 0 {
            return Ok(hash.finalize().to_hex().to_string());
        }
        hash.update(&buffer[..count]);
    }
}

pub(super) fn text_table(name: &str, path: &Path, files: &SourceFiles) -> Result<TextTable, IngestError> {
    if is_folder(path) {
        return Err(IngestError::Folder { file: name.to_owned() });
    }
    match files.format_of(name) {
        Format::Csv => csv::read(name, path, files),
        Format::Xlsx => workbook::read(name, path, files.sheet.as_deref()),
        Format::Ndjson => ndjson::read(name, Decoded::open(name, path, files.encoding)?),
        Format::Lines => ndjson::read_lines(name, Decoded::open(name, path, files.encoding)?),
        Format::Parquet => {
            Err(IngestError::Engine { file: name.to_owned(), problem: "a Parquet file is no text table".to_owned() })
        }
    }
}

/// Whether the file's bytes can be scanned where they lie.
pub(super) fn is_plain(name: &str, encoding: Encoding) -> bool {
    encoding == Encoding::Utf8 && compression(name).is_none()
}

/// The file's text in UTF-8, piece by piece; anything that is not text in its encoding is an error.
pub(super) struct Decoded {
    name: String,
    bytes: Box<dyn Read>,
    decoder: encoding_rs::Decoder,
    encoding: Encoding,
    compressed: bool,
    buffer: Vec<u8>,
    line: u64,
}

impl Decoded {
    pub(super) fn open(name: &str, path: &Path, encoding: Encoding) -> Result<Self, IngestError> {
        let file = BufReader::with_capacity(CHUNK, File::open(path).map_err(|source| IngestError::read(name, source))?);
        let bytes: Box<dyn Read> = match compression(name) {
            None => Box::new(file),
            Some(Compression::Gzip) => Box::new(flate2::bufread::MultiGzDecoder::new(file)),
            Some(Compression::Zstd) => {
                Box::new(zstd::Decoder::with_buffer(file).map_err(|source| IngestError::read(name, source))?)
            }
        };
        let decoder = match encoding {
            Encoding::Utf8 => encoding_rs::UTF_8,
            Encoding::Gb18030 => encoding_rs::GB18030,
            Encoding::Latin1 => encoding_rs::WINDOWS_1252,
        };
        Ok(Self {
            name: name.to_owned(),
            bytes,
            decoder: decoder.new_decoder_with_bom_removal(),
            encoding,
            compressed: compression(name).is_some(),
            buffer: vec![0; CHUNK],
            line: 1,
        })
    }

    /// Appends the next piece of text; `false` at the end.
    pub(super) fn next(&mut self, text: &mut Vec<u8>) -> Result<bool, IngestError> {
        let count = self.bytes.read(&mut self.buffer).map_err(|source| match self.compressed {
            true => IngestError::Damaged { file: self.name.clone(), problem: source.to_string() },
            false => IngestError::read(&self.name, source),
        })?;
        let last = count == 0;
        let mut input = &self.buffer[..count];
        loop {
            let start = text.len();
            let room = self.decoder.max_utf8_buffer_length_without_replacement(input.len()).unwrap_or(CHUNK * 4);
            text.resize(start + room.max(16), 0);
            let (result, read, written) =
                self.decoder.decode_to_utf8_without_replacement(input, &mut text[start..], last);
            text.truncate(start + written);
            self.line += text[start..].iter().filter(|byte| **byte == b'\n').count() as u64;
            input = &input[read..];
            match result {
                encoding_rs::DecoderResult::InputEmpty => return Ok(!last),
                encoding_rs::DecoderResult::OutputFull => {}
                encoding_rs::DecoderResult::Malformed(..) => {
                    return Err(IngestError::Encoding {
                        file: self.name.clone(),
                        line: self.line,
                        encoding: match self.encoding {
                            Encoding::Utf8 => "UTF-8",
                            Encoding::Gb18030 => "GB18030",
                            Encoding::Latin1 => "Latin-1",
                        },
                    });
                }
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Compression {
    Gzip,
    Zstd,
}

fn compression(name: &str) -> Option<Compression> {
    let name = name.to_ascii_lowercase();
    match name.rsplit('.').next() {
        Some("gz") => Some(Compression::Gzip),
        Some("zst") => Some(Compression::Zstd),
        _ => None,
    }
}
