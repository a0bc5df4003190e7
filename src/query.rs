//! Queries: SQL files with a header that says in words what their numbers mean.
//!
//! A file in `queries/` is one statement; its stem is its name and the name of the table it defines. What a query
//! reads is found from the statement, not declared, and run order follows from it. A project's own `queries/` add to
//! the built-in ones or replace one of the same name.

mod casts;
mod catalogue;
mod header;
mod parameter;
mod session;

pub use casts::{RawCheck, raw_checks};
pub use catalogue::{Catalogue, CatalogueError, Query, SCHEME, built_in_files};
pub use header::{Header, HeaderError, Kind, Need, Severity};
pub use parameter::{Parameter, ParameterError, Parameters};
pub use session::{QueryError, Session, SessionLimits, literal, quoted};
