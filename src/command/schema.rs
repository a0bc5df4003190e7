//! `schema`: the input model and the configuration as JSON.

use super::CommandError;
use crate::cli::{Global, SchemaArgs, SchemaOf};
use crate::config::{CONFIG_FILE, Config};
use crate::model::Model;
use crate::output::print;
use crate::pipeline::PipelineError;

pub(super) fn run(global: &Global, args: &SchemaArgs) -> Result<(), CommandError> {
    let document = match args.what {
        SchemaOf::Config => Config::json_schema(),
        SchemaOf::Model => {
            // Outside a project the built-in model is described.
            let folder = global.project.join(CONFIG_FILE).is_file().then_some(global.project.as_path());
            Model::load(folder).map_err(PipelineError::Model)?.describe()
        }
    };
    print(&format!("{document:#}\n")).map_err(CommandError::Output)
}
