//! A workbook with one sheet per table: numbers as numbers, ids as text, headings that stay in sight.

use std::path::Path;

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};
use unicode_width::UnicodeWidthStr;

use super::sheet::{Cell, Column, Shape, Sheet};

/// Rows that a sheet can hold below its headings.
pub const MOST_ROWS: usize = 1_048_570;
/// A name of a sheet is cut here.
const MOST_NAME: usize = 31;
const NARROW: usize = 8;
const WIDE: usize = 48;
/// Days from 1899-12-30, which is day 0 of a workbook, to 1970-01-01.
const EPOCH: f64 = 25_569.0;

/// Writes the sheets. `written` is the day that the file says it was made on, so that the same results make the same bytes.
///
/// # Errors
/// A disk that refuses, or more rows than a sheet holds.
pub fn write_workbook(path: &Path, sheets: &[Sheet], title: &str, written: jiff::civil::Date) -> Result<(), XlsxError> {
    let mut workbook = Workbook::new();
    let day = ExcelDateTime::from_ymd(written.year().unsigned_abs(), written.month() as u8, written.day() as u8)?;
    workbook.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&day));
    for sheet in sheets {
        write_sheet(workbook.add_worksheet(), sheet)?;
    }
    workbook.save(path)
}

fn write_sheet(target: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    let name: String = sheet.name.chars().filter(|c| !"[]:*?/\\".contains(*c)).take(MOST_NAME).collect();
    target.set_name(name)?;
    let heading = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter)
        .set_background_color(Color::RGB(0xDD_E6_F0))
        .set_border_bottom(FormatBorder::Thin);
    let mut first_row = 0;
    if !sheet.groups.is_empty() {
        let over = heading.clone().set_align(FormatAlign::Center);
        let mut column = 0;
        for (text, width) in &sheet.groups {
            let last = column + *width as u16 - 1;
            match (text.is_empty(), *width) {
                (true, _) => (column..=last).try_for_each(|column| target.write_blank(0, column, &over).map(|_| ()))?,
                (false, 1) => target.write_string_with_format(0, column, text, &over).map(|_| ())?,
                (false, _) => target.merge_range(0, column, 0, last, text, &over).map(|_| ())?,
            }
            column = last + 1;
        }
        first_row = 1;
    }
    for (place, column) in (0..).zip(&sheet.columns) {
        let format = match column.shape {
            Shape::Text => heading.clone().set_indent(1),
            _ => heading.clone().set_align(FormatAlign::Right),
        };
        target.write_string_with_format(first_row, place, &column.heading, &format)?;
    }
    let formats: Vec<Format> = sheet.columns.iter().map(format_of).collect();
    for (row, cells) in (first_row + 1..).zip(&sheet.rows) {
        for ((place, cell), format) in (0..).zip(cells).zip(&formats) {
            let written = match cell {
                Cell::Empty => continue,
                Cell::Text(text) => target.write_string_with_format(row, place, text, format),
                Cell::Number(number) => target.write_number_with_format(row, place, *number, format),
                Cell::Date(days) => target.write_number_with_format(row, place, f64::from(*days) + EPOCH, format),
                Cell::Flag(flag) => target.write_boolean_with_format(row, place, *flag, format),
            };
            written?;
        }
    }
    for (place, column) in (0..).zip(&sheet.columns) {
        target.set_column_width(place, width(sheet, usize::from(place), column) as f64)?;
    }
    let frozen = sheet.columns.iter().take_while(|column| column.shape == Shape::Text).count().min(2) as u16;
    target.set_freeze_panes(first_row + 1, frozen)?;
    if !sheet.rows.is_empty() && !sheet.columns.is_empty() {
        let (last_row, last_column) = (first_row + sheet.rows.len() as u32, sheet.columns.len() as u16 - 1);
        target.autofilter(first_row, 0, last_row, last_column)?;
    }
    target.set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(0, first_row)?;
    Ok(())
}

fn format_of(column: &Column) -> Format {
    let number = match column.shape {
        Shape::Text => "@",
        Shape::Count => "#,##0",
        Shape::Money => "#,##0.00",
        Shape::Percent => "0.00%",
        Shape::Score => "0.00",
        Shape::Number => "#,##0.######",
        Shape::Date => "yyyy-mm-dd",
        Shape::Flag => "General",
    };
    match column.shape {
        // Off the number to the left of it.
        Shape::Text => Format::new().set_num_format(number).set_indent(1),
        _ => Format::new().set_num_format(number),
    }
}

/// Characters that the widest of the first cells takes; Chinese ones count twice.
fn width(sheet: &Sheet, place: usize, column: &Column) -> usize {
    let of_cell = |cells: &Vec<Cell>| match &cells[place] {
        Cell::Text(text) => text.width(),
        Cell::Number(number) => match column.shape {
            Shape::Percent | Shape::Score => 8,
            _ => format!("{number:.2}").len() + 2,
        },
        Cell::Date(_) => 10,
        Cell::Flag(_) => 6,
        Cell::Empty => 0,
    };
    let widest = sheet.rows.iter().take(1000).map(of_cell).max().unwrap_or(0);
    let heading =
        column.heading.split(' ').map(UnicodeWidthStr::width).max().unwrap_or(0).max(column.heading.width() / 2);
    // Room for the arrow of the filter.
    (widest.max(heading + 2) + 1).clamp(NARROW, WIDE)
}
