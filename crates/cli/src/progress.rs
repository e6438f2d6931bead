//! What moves on a terminal: the bar that shows how much of the downloads has arrived, and the line that tells what is
//! being built.

use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Below this many bytes a bar would only flicker (pip: 512 kB).
const WORTH_A_BAR: u64 = 512 * 1000;

/// How often the spinner turns.
const SPIN: Duration = Duration::from_millis(125);

/// One bar for all downloads of a command.
pub struct Progress {
    enabled: bool,
    bar: Mutex<Option<ProgressBar>>,
    spinner: Mutex<Option<ProgressBar>>,
}

impl Progress {
    /// A bar that appears with the first download worth it, or never.
    pub fn new(enabled: bool) -> Self {
        Self { enabled, bar: Mutex::new(None), spinner: Mutex::new(None) }
    }

    /// `received` of `total` bytes are there.
    pub fn show(&self, received: u64, total: u64) {
        if !self.enabled || total < WORTH_A_BAR {
            return;
        }
        let Ok(mut bar) = self.bar.lock() else { return };
        let bar = bar.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template(
                "   {bar:40} {decimal_bytes}/{decimal_total_bytes} {decimal_bytes_per_sec} eta {eta}",
            );
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("━╸ "));
            bar
        });
        bar.set_length(total.max(received));
        bar.set_position(received);
    }

    /// Something that takes time begins; the time it takes is shown beside it.
    pub fn work(&self, what: &str) {
        if !self.enabled {
            return;
        }
        let Ok(mut spinner) = self.spinner.lock() else { return };
        let spinner = spinner.get_or_insert_with(|| {
            let spinner = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("  {spinner} {msg} ({elapsed})");
            spinner.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
            spinner.enable_steady_tick(SPIN);
            spinner
        });
        spinner.reset_elapsed();
        spinner.set_message(what.to_owned());
    }

    /// Nothing takes time any more.
    pub fn idle(&self) {
        if let Ok(mut spinner) = self.spinner.lock()
            && let Some(spinner) = spinner.take()
        {
            spinner.finish_and_clear();
        }
    }

    /// Lets other lines be printed above what moves.
    pub fn suspend(&self, print: impl FnOnce()) {
        let spinner = self.spinner.lock().ok().and_then(|spinner| spinner.clone());
        match spinner {
            Some(spinner) => spinner.suspend(|| self.suspend_bar(print)),
            None => self.suspend_bar(print),
        }
    }

    fn suspend_bar(&self, print: impl FnOnce()) {
        match self.bar.lock() {
            Ok(bar) => match bar.as_ref() {
                Some(bar) => bar.suspend(print),
                None => print(),
            },
            Err(_) => print(),
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.idle();
        if let Ok(mut bar) = self.bar.lock()
            && let Some(bar) = bar.take()
        {
            bar.finish_and_clear();
        }
    }
}
