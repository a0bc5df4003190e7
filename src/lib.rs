//! postloan measures post-loan management: what happens to loans after they are paid out, and how well each officer
//! looks after them, risk and return weighed against each other.
//!
//! Rust moves, SQL means: Rust reads, checks, plans, runs and publishes; what a number means stands in `queries/`.
//!
//! The modules, bottom to top. Each uses only those above it in this list; a test holds it to that.
//!
//! | module | |
//! |---|---|
//! | [`model`] | input tables, read from their DDL |
//! | [`config`] | `postloan.toml`, typed, defaulted, validated |
//! | [`store`] | the lake: commit log, manifests, Parquet writer; only user of `object_store` |
//! | [`ingest`] | source files to typed, checked rows; only user of Polars |
//! | [`function`] | what SQL cannot say, as DataFusion functions |
//! | [`query`] | SQL files, their headers, parameters and order; the one place that builds a DataFusion context |
//! | [`pipeline`] | the run: ingest, compute, audit, publish |
//! | [`synth`] | a synthetic bank of any size, with known truth |
//! | [`output`] | tables, JSON, progress |
//! | [`cli`] | the command line as it is typed |
//! | [`command`] | one file per verb |

pub mod model;

pub mod config;

pub mod store;

pub mod ingest;

pub mod function;

pub mod query;

pub mod pipeline;

pub mod synth;

pub mod output;

pub mod cli;

pub mod command;
