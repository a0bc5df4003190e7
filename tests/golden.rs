//! Known answers: every cell of the golden tables, and the reference figures of real loans.

mod support;

#[path = "golden/appraisal.rs"]
mod appraisal;
#[path = "golden/arithmetic.rs"]
mod arithmetic;
#[path = "golden/audits.rs"]
mod audits;
#[path = "golden/auto.rs"]
mod auto;
#[path = "golden/book.rs"]
mod book;
#[path = "golden/case.rs"]
mod case;
#[path = "golden/cmbs.rs"]
mod cmbs;
#[path = "golden/concentration.rs"]
mod concentration;
#[path = "golden/currency.rs"]
mod currency;
#[path = "golden/edges.rs"]
mod edges;
#[path = "golden/lean.rs"]
mod lean;
#[path = "golden/officers.rs"]
mod officers;
#[path = "golden/portfolio.rs"]
mod portfolio;
#[path = "golden/signal_books.rs"]
mod signal_books;
#[path = "golden/statistics.rs"]
mod statistics;
#[path = "golden/transition.rs"]
mod transition;
#[path = "golden/warning_books.rs"]
mod warning_books;
#[path = "golden/warnings.rs"]
mod warnings;
