//! The product as its users meet it: commands, messages, exit codes, files.

mod support;

#[path = "product/appraisal.rs"]
mod appraisal;
#[path = "product/architecture.rs"]
mod architecture;
#[path = "product/backtest.rs"]
mod backtest;
#[path = "product/commands.rs"]
mod commands;
#[path = "product/configuration.rs"]
mod configuration;
#[path = "product/crash.rs"]
mod crash;
#[path = "product/generate.rs"]
mod generate;
#[path = "product/increment.rs"]
mod increment;
#[path = "product/property.rs"]
mod property;
#[path = "product/published.rs"]
mod published;
#[path = "product/readers.rs"]
mod readers;
#[path = "product/rejects.rs"]
mod rejects;
