//! What one block of borrowers adds to every file.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;

use super::SynthError;
use super::calendar::Month;
use super::sheet::{Layout, Sheet, Value};
use super::{account, care, office, oversight, settle, watch};
use crate::model::Model;

/// The tables with a file a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fact {
    Snapshot,
    Instalment,
    Payment,
}

/// Where rows go: a table, and a month where the table has a file a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub table: &'static str,
    pub month: Option<Month>,
}

/// The Arrow schemas of all layouts.
#[derive(Debug)]
pub(super) struct Schemas(BTreeMap<&'static str, SchemaRef>);

#[derive(Debug)]
pub(super) struct Pages {
    schemas: Arc<Schemas>,
    first: Month,
    monthly: Vec<Vec<Sheet>>,
    other: BTreeMap<&'static str, Sheet>,
}

impl Fact {
    pub const ALL: [Self; 3] = [Self::Snapshot, Self::Instalment, Self::Payment];

    pub fn layout(self) -> &'static Layout {
        match self {
            Self::Snapshot => &settle::LOAN_SNAPSHOT,
            Self::Instalment => &account::INSTALMENT,
            Self::Payment => &account::PAYMENT,
        }
    }
}

impl Schemas {
    pub fn load(model: &Model) -> Result<Self, SynthError> {
        let layouts =
            [office::LAYOUTS, account::LAYOUTS, settle::LAYOUTS, watch::LAYOUTS, oversight::LAYOUTS, care::LAYOUTS];
        let schema = |layout: &&'static Layout| Ok((layout.table, layout.schema(model)?));
        Ok(Self(layouts.into_iter().flatten().map(schema).collect::<Result<_, SynthError>>()?))
    }

    pub fn tables(&self) -> impl Iterator<Item = &'static str> {
        self.0.keys().copied()
    }

    pub fn get(&self, table: &str) -> &SchemaRef {
        &self.0[table]
    }
}

impl Pages {
    pub fn new(schemas: &Arc<Schemas>, first: Month, months: usize) -> Self {
        let sheets = |fact: Fact| (0..months).map(|_| Sheet::new(schemas.get(fact.layout().table))).collect();
        Self {
            schemas: Arc::clone(schemas),
            first,
            monthly: Fact::ALL.into_iter().map(sheets).collect(),
            other: BTreeMap::new(),
        }
    }

    pub fn add<const N: usize>(&mut self, layout: &'static Layout, row: [Value; N]) {
        let schemas = &self.schemas;
        let sheet = self.other.entry(layout.table).or_insert_with(|| Sheet::new(schemas.get(layout.table)));
        sheet.push(row);
    }

    pub fn add_monthly<const N: usize>(&mut self, fact: Fact, month: Month, row: [Value; N]) {
        self.monthly[fact as usize][(month - self.first) as usize].push(row);
    }

    /// The sheets that hold rows, in the order of tables and months.
    pub fn into_sheets(self) -> Vec<(Place, Sheet)> {
        let first = self.first;
        let monthly = Fact::ALL.into_iter().zip(self.monthly).flat_map(move |(fact, sheets)| {
            let table = fact.layout().table;
            let place = move |index| Place { table, month: Some(first + index as Month) };
            sheets.into_iter().enumerate().map(move |(index, sheet)| (place(index), sheet))
        });
        let other = self.other.into_iter().map(|(table, sheet)| (Place { table, month: None }, sheet));
        monthly.chain(other).filter(|(_, sheet)| sheet.rows() > 0).collect()
    }
}
