use std::process::ExitCode;

use clap::Parser;
use postloan::cli::{Cli, LogFormat};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let log_format = cli.global.log_format;
    start_log(&cli);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(16 << 20).build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(log_format, &format!("internal error: {error}"), 70),
    };
    let result = runtime.block_on(async { tokio::spawn(postloan::command::execute(cli)).await });
    // Work that an interrupt left behind is not waited for.
    runtime.shutdown_background();
    match result {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => fail(log_format, &error.to_string(), error.exit_code()),
        Err(error) => fail(log_format, &format!("internal error: {error}"), 70),
    }
}

fn start_log(cli: &Cli) {
    let level = match (cli.global.quiet, cli.global.verbose) {
        (true, _) => "error",
        (false, 0) => "postloan=warn,error",
        (false, 1) => "postloan=info,warn",
        (false, _) => "postloan=debug,info",
    };
    let log = tracing_subscriber::fmt().with_env_filter(level).with_writer(std::io::stderr);
    match cli.global.log_format {
        LogFormat::Text => log.with_target(false).init(),
        LogFormat::Json => log.json().init(),
    }
}

fn fail(log_format: LogFormat, message: &str, code: u8) -> ExitCode {
    match log_format {
        LogFormat::Text => eprintln!("postloan: {message}"),
        LogFormat::Json => {
            let line = serde_json::json!({ "level": "ERROR", "message": message, "exit_code": code });
            eprintln!("{line}");
        }
    }
    ExitCode::from(code)
}
