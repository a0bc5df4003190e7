pub mod model;
pub mod config;
pub mod store;
pub mod ingest;
pub mod query;
pub mod pipeline;
