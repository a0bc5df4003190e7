//! The one place that builds a DataFusion context.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::catalog::{MemorySchemaProvider, TableProvider};
use datafusion::common::{DataFusionError, TableReference};
use datafusion::datasource::MemTable;
use datafusion::datasource::empty::EmptyTable;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::context::SQLOptions;
use datafusion::execution::disk_manager::DiskManagerBuilder;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{DataFrame, SessionConfig, SessionContext};

use super::parameter::Parameters;
use crate::store::Store;

/// Schemas beside the default one.
const SCHEMAS: [&str; 5] = ["lake", "delivered", "input", "raw", "earlier"];
const BATCH_ROWS: usize = 32_768;
/// With so few threads a join is quicker if it collects its smaller side than if it distributes both.
const FEW_THREADS: usize = 4;
const COLLECTED_BYTES: usize = 1 << 30;
const COLLECTED_ROWS: usize = 20_000_000;

/// What a session may use.
#[derive(Debug, Clone, Default)]
pub struct SessionLimits {
    pub memory: Option<usize>,
    pub temporary_disk: Option<u64>,
    pub threads: Option<usize>,
}

impl SessionLimits {
    /// Threads to use: as configured, else one per core.
    pub fn threads(&self) -> usize {
        self.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(2, usize::from)).max(1)
    }
}

/// Tables and views of one period, ready to be queried.
#[derive(Clone)]
pub struct Session {
    context: SessionContext,
}

#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    #[error("{name}: {source}")]
    Failed { name: String, source: Box<DataFusionError> },
    #[error("{name}: the memory or disk limit was reached: {source}. Raise [limits] memory or temporary_disk")]
    Limit { name: String, source: Box<DataFusionError> },
    #[error("{name}: a value of the data does not fit: {source}")]
    Data { name: String, source: Box<DataFusionError> },
}

impl QueryError {
    fn new(name: &str, source: DataFusionError) -> Self {
        let name = name.to_owned();
        match source.find_root() {
            DataFusionError::ResourcesExhausted(_) => Self::Limit { name, source: Box::new(source) },
            DataFusionError::ArrowError(..) => Self::Data { name, source: Box::new(source) },
            _ => Self::Failed { name, source: Box::new(source) },
        }
    }
}

impl Session {
    /// An empty session over a lake.
    ///
    /// Sort-merge joins replace hash joins when memory is limited, because hash joins cannot spill.
    pub fn new(store: &Store, limits: &SessionLimits) -> Result<Self, QueryError> {
        let mut config = SessionConfig::new()
            .with_target_partitions(limits.threads().max(2))
            .with_batch_size(BATCH_ROWS)
            .with_information_schema(true)
            .set_bool("datafusion.sql_parser.parse_float_as_decimal", true)
            .set_bool("datafusion.sql_parser.map_string_types_to_utf8view", false)
            .set_bool("datafusion.execution.parquet.schema_force_view_types", false)
            .set_bool("datafusion.execution.parquet.pushdown_filters", false)
            .set_bool("datafusion.optimizer.prefer_hash_join", limits.memory.is_none());
        if limits.threads() <= FEW_THREADS {
            config = config
                .set_usize("datafusion.optimizer.hash_join_single_partition_threshold", COLLECTED_BYTES)
                .set_usize("datafusion.optimizer.hash_join_single_partition_threshold_rows", COLLECTED_ROWS);
        }
        let mut runtime = RuntimeEnvBuilder::new();
        if let Some(memory) = limits.memory {
            runtime = runtime.with_memory_pool(Arc::new(FairSpillPool::new(memory)));
        }
        let mut disk = DiskManagerBuilder::default();
        if let Some(bytes) = limits.temporary_disk {
            disk = disk.with_max_temp_directory_size(bytes);
        }
        let failed = |error| QueryError::new("session", error);
        let runtime = runtime.with_disk_manager_builder(disk).build_arc().map_err(failed)?;
        runtime.register_object_store(&store.root_url(), store.objects());
        let context = SessionContext::new_with_config_rt(config, runtime);
        let catalog = context.catalog("datafusion");
        for schema in SCHEMAS {
            if let Some(catalog) = &catalog {
                catalog.register_schema(schema, Arc::new(MemorySchemaProvider::new())).map_err(failed)?;
            }
        }
        // It drops sort keys that it takes to depend on others, also where a join has made them independent again.
        context.remove_optimizer_rule("eliminate_duplicated_expr");
        crate::function::scalar_functions().into_iter().for_each(|function| context.register_udf(function));
        crate::function::aggregate_functions().into_iter().for_each(|function| context.register_udaf(function));
        Ok(Self { context })
    }

    /// Registers Parquet files, given by URL, as one table; without files the table is empty.
    pub fn register_files(&self, table: TableReference, urls: &[String], schema: SchemaRef) -> Result<(), QueryError> {
        let name = table.to_string();
        let failed = |error| QueryError::new(&name, error);
        let provider: Arc<dyn TableProvider> = if urls.is_empty() {
            Arc::new(EmptyTable::new(schema))
        } else {
            let urls = urls.iter().map(ListingTableUrl::parse).collect::<Result<Vec<_>, _>>().map_err(failed)?;
            let options = ListingOptions::new(Arc::new(ParquetFormat::default().with_force_view_types(false)))
                .with_file_extension("");
            let config =
                ListingTableConfig::new_with_multi_paths(urls).with_listing_options(options).with_schema(schema);
            Arc::new(ListingTable::try_new(config).map_err(failed)?)
        };
        self.register(table, provider)
    }

    /// Registers Parquet files whose schema is that of the first of them.
    pub async fn register_published(&self, table: TableReference, urls: &[String]) -> Result<(), QueryError> {
        let name = table.to_string();
        let failed = |error| QueryError::new(&name, error);
        let urls = urls.iter().map(ListingTableUrl::parse).collect::<Result<Vec<_>, _>>().map_err(failed)?;
        let options = ListingOptions::new(Arc::new(ParquetFormat::default().with_force_view_types(false)))
            .with_file_extension("");
        let schema = options.infer_schema(&self.context.state(), &urls[0]).await.map_err(failed)?;
        let config = ListingTableConfig::new_with_multi_paths(urls).with_listing_options(options).with_schema(schema);
        let provider = ListingTable::try_new(config).map_err(failed)?;
        self.register(table, Arc::new(provider))
    }

    /// Registers rows in memory.
    pub fn register_batches(
        &self,
        table: TableReference,
        schema: SchemaRef,
        batches: Vec<RecordBatch>,
    ) -> Result<(), QueryError> {
        let memory =
            MemTable::try_new(schema, vec![batches]).map_err(|error| QueryError::new(&table.to_string(), error))?;
        self.register(table, Arc::new(memory))
    }

    /// Registers a statement, its parameters bound, as a view.
    pub async fn register_view(
        &self,
        table: TableReference,
        sql: &str,
        parameters: &Parameters,
    ) -> Result<(), QueryError> {
        let frame = self.query(&table.to_string(), sql, Some(parameters)).await?;
        self.register(table, frame.into_view())
    }

    /// Makes a table known under a second name.
    pub async fn register_alias(&self, table: TableReference, of: TableReference) -> Result<(), QueryError> {
        let name = table.to_string();
        let provider = self.context.table_provider(of).await.map_err(|error| QueryError::new(&name, error))?;
        self.register(table, provider)
    }

    fn register(&self, table: TableReference, provider: Arc<dyn TableProvider>) -> Result<(), QueryError> {
        let name = table.to_string();
        let failed = |error| QueryError::new(&name, error);
        self.context.deregister_table(table.clone()).map_err(failed)?;
        self.context.register_table(table, provider).map_err(failed)?;
        Ok(())
    }

    /// Whether a statement may name it: a table, a view, or a function that makes a table.
    pub fn has_table(&self, name: &str) -> bool {
        self.context.table_exist(TableReference::from(name)).unwrap_or(false)
            || self.context.state().table_functions().contains_key(name)
    }

    /// Names of the columns of a table or view.
    pub async fn columns(&self, table: &str) -> Result<Vec<String>, QueryError> {
        self.columns_of(TableReference::bare(table)).await
    }

    /// The same for a table of a schema.
    pub async fn columns_of(&self, table: TableReference) -> Result<Vec<String>, QueryError> {
        let name = table.to_string();
        let provider = self.context.table_provider(table).await;
        let schema = provider.map_err(|error| QueryError::new(&name, error))?.schema();
        Ok(schema.fields().iter().map(|field| field.name().clone()).collect())
    }

    /// Plans a statement that only reads. `name` is for messages.
    ///
    /// # Errors
    /// A statement that does not plan, or one that would write or change a setting.
    pub async fn query(&self, name: &str, sql: &str, parameters: Option<&Parameters>) -> Result<DataFrame, QueryError> {
        let read_only = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
        let failed = |error| QueryError::new(name, error);
        let frame = self.context.sql_with_options(sql, read_only).await.map_err(failed)?;
        match parameters {
            Some(parameters) => frame.with_param_values(parameters.scalars()).map_err(failed),
            None => Ok(frame),
        }
    }

    /// All rows of a statement.
    pub async fn rows(
        &self,
        name: &str,
        sql: &str,
        parameters: Option<&Parameters>,
    ) -> Result<Vec<RecordBatch>, QueryError> {
        let frame = self.query(name, sql, parameters).await?;
        frame.collect().await.map_err(|error| QueryError::new(name, error))
    }

    /// The rows of a statement as they come, and their schema.
    pub async fn stream(
        &self,
        name: &str,
        sql: &str,
        parameters: Option<&Parameters>,
    ) -> Result<(SchemaRef, SendableRecordBatchStream), QueryError> {
        let frame = self.query(name, sql, parameters).await?;
        let schema = Arc::clone(frame.schema().inner());
        let stream = frame.execute_stream().await.map_err(|error| QueryError::new(name, error))?;
        Ok((schema, stream))
    }

    /// The next batch of a stream.
    pub async fn next(name: &str, stream: &mut SendableRecordBatchStream) -> Result<Option<RecordBatch>, QueryError> {
        use futures::StreamExt;
        stream.next().await.transpose().map_err(|error| QueryError::new(name, error))
    }
}

/// An identifier in SQL.
pub fn quoted(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}

/// A text in SQL.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
