//! A progress bar, on a terminal only, for what takes more than a second.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::pipeline::Observer;

const PATIENCE: Duration = Duration::from_secs(1);

/// Shows the stages of a run.
#[derive(Debug)]
pub struct Progress {
    started: Instant,
    bar: Mutex<ProgressBar>,
    is_shown: bool,
}

impl Progress {
    /// `is_wanted` is false when the caller asked for quiet.
    pub fn new(is_wanted: bool) -> Self {
        Self {
            started: Instant::now(),
            bar: Mutex::new(ProgressBar::hidden()),
            is_shown: is_wanted && super::is_terminal(),
        }
    }

    fn with(&self, act: impl FnOnce(&mut ProgressBar)) {
        if let Ok(mut bar) = self.bar.lock() {
            act(&mut bar);
        }
    }
}

impl Observer for Progress {
    fn begin(&self, stage: &str, steps: usize) {
        if !self.is_shown {
            return;
        }
        self.with(|bar| {
            bar.finish_and_clear();
            *bar = ProgressBar::with_draw_target(Some(steps as u64), ProgressDrawTarget::hidden());
            let style = ProgressStyle::with_template("{prefix:>10} {bar:30} {pos}/{len} {wide_msg}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.set_prefix(stage.to_owned());
        });
    }

    fn step(&self, what: &str) {
        self.with(|bar| {
            if bar.is_hidden() && self.is_shown && self.started.elapsed() > PATIENCE {
                bar.set_draw_target(ProgressDrawTarget::stderr());
            }
            bar.inc(1);
            bar.set_message(what.to_owned());
        });
    }

    fn detail(&self, what: &str) {
        self.with(|bar| bar.set_message(what.to_owned()));
    }

    fn end(&self) {
        self.with(|bar| bar.finish_and_clear());
    }
}
