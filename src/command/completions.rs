//! `completions`: what a shell needs to complete the command line.

use clap::CommandFactory;

use super::CommandError;
use crate::cli::{Cli, CompletionsArgs};
use crate::output::print;

pub(super) fn run(args: &CompletionsArgs) -> Result<(), CommandError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "postloan", &mut script);
    print(&String::from_utf8_lossy(&script)).map_err(CommandError::Output)
}
