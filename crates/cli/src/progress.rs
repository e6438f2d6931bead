//! What moves on a terminal: the bar that shows how much of the downloads has arrived, and the line that tells what is
//! being built.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Up to this many bytes a bar would only flicker (pip: 512 kiB).
const TOO_LITTLE: u64 = 512 * 1024;

/// How often a line tells how far a download is.
const BETWEEN_LINES: Duration = Duration::from_millis(250);

/// How often the spinner turns.
const SPIN: Duration = Duration::from_millis(125);

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Not at all.
    Hidden,
    /// By a bar that moves on the terminal.
    Bar,
    /// By lines for other programs (`--progress-bar raw`).
    Lines,
}

/// The lines so far.
struct Lines {
    told: u64,
    at: Instant,
}

/// One bar for all downloads of a command.
pub struct Progress {
    style: Style,
    lines: Mutex<Option<Lines>>,
    bar: Mutex<Option<ProgressBar>>,
    spinner: Mutex<Option<ProgressBar>>,
}

impl Progress {
    /// A bar that appears with the first download worth it, or never.
    pub fn new(style: Style) -> Self {
        Self { style, lines: Mutex::default(), bar: Mutex::new(None), spinner: Mutex::new(None) }
    }

    /// The line that tells that `received` of `total` bytes are there, when it is time for one: at the beginning, at
    /// the end, and now and then.
    pub fn line(&self, received: u64, total: u64) -> Option<String> {
        if self.style != Style::Lines || total <= TOO_LITTLE {
            return None;
        }
        let mut lines = self.lines.lock().ok()?;
        let received = received.min(total);
        let is_due = match &*lines {
            None => true,
            Some(Lines { told, at }) => {
                *told != received && (received == total || at.elapsed() >= BETWEEN_LINES)
            }
        };
        is_due.then(|| {
            *lines = Some(Lines { told: received, at: Instant::now() });
            format!("Progress {received} of {total}")
        })
    }

    /// `received` of `total` bytes are there.
    pub fn show(&self, received: u64, total: u64) {
        if self.style != Style::Bar || total <= TOO_LITTLE {
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
        if self.style != Style::Bar {
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
