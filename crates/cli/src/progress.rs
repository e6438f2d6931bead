//! The bar that shows how much of the downloads has arrived; only on a terminal.

use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Below this many bytes a bar would only flicker (pip: 512 kB).
const WORTH_A_BAR: u64 = 512 * 1000;

/// One bar for all downloads of a command.
pub struct Progress {
    enabled: bool,
    bar: Mutex<Option<ProgressBar>>,
}

impl Progress {
    /// A bar that appears with the first download worth it, or never.
    pub fn new(enabled: bool) -> Self {
        Self { enabled, bar: Mutex::new(None) }
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

    /// Lets other lines be printed above the bar.
    pub fn suspend(&self, print: impl FnOnce()) {
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
        if let Ok(mut bar) = self.bar.lock()
            && let Some(bar) = bar.take()
        {
            bar.finish_and_clear();
        }
    }
}
